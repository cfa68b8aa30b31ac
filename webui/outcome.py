"""What stands below the customer's words: one shape for a reply, a choice, a feedback."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Literal, Self

from flask_babel import force_locale

from assistant import ChannelAdvice, Contact, Decision, Escalated, FoundArticle, Reply
from corpus import ChannelKind, Language
from index import split_words
from webui.i18n import gettext as _

Kind = Literal["answer", "clarify", "suggest", "hand_over", "escalate", "helped"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a page shows as the answer, in ``language``; ``title`` names the page's state.

    ``follows`` is the question before, where the last one was understood together with it.
    ``topic`` is the one that most of the choices are about.
    ``channels`` stand beside the contact form; ``direct`` are those below an answer, the best one first.
    """

    kind: Kind
    language: Language
    title: str
    message: str
    articles: tuple[FoundArticle, ...] = ()
    further: tuple[FoundArticle, ...] = ()
    channels: tuple[ChannelAdvice, ...] = ()
    direct: tuple[ChannelAdvice, ...] = ()
    escalated: Escalated | None = None
    only_people: bool = False
    follows: str = ""
    topic: str = ""

    @property
    def has_form(self) -> bool:
        """Say whether the contact form stands with the answer."""
        return self.kind in {"suggest", "hand_over", "escalate"}

    @classmethod
    def of(cls, reply: Reply, *, message: str | None = None) -> Self:
        """Show a reply, with other words than its own where ``message`` is given."""
        return cls(
            kind=_KINDS[reply.decision],
            language=reply.language,
            title=_title(reply),
            message=reply.message if message is None else message,
            articles=tuple(_without_echo(article, reply) for article in reply.articles),
            further=reply.ranked,
            channels=beside_form(reply.channels, besides=_action_channel(reply)),
            direct=_direct(reply),
            escalated=reply.escalated,
            only_people=reply.conversation.human_only,
            follows=reply.follows,
            topic=_common_topic(reply),
        )

    @classmethod
    def people(cls, contact: Contact, language: Language, *, message: str, only_people: bool) -> Self:
        """Show the way to a person."""
        with force_locale(language):
            title = _("A person will help you")
        return cls(
            kind="hand_over",
            language=language,
            title=title,
            message=message,
            channels=beside_form(contact.channels),
            only_people=only_people,
        )


_KINDS: dict[Decision, Kind] = {
    Decision.ESCALATE: "escalate",
    Decision.ANSWER: "answer",
    Decision.CLARIFY: "clarify",
    Decision.SUGGEST: "suggest",
    Decision.HAND_OVER: "hand_over",
}


_SLOW = (ChannelKind.FAX, ChannelKind.POST)


def beside_form(
    channels: tuple[ChannelAdvice, ...], *, besides: ChannelAdvice | None = None
) -> tuple[ChannelAdvice, ...]:
    """Return the best three ways that suit and are not shown already: the form, and the urgent one.

    Beside an urgent one nothing stands that takes days.
    """
    left_out = {ChannelKind.FORM, *(_SLOW if besides else ())}
    others = (each for each in channels if each.kind not in left_out and each != besides)
    return tuple(each for each in others if not each.discouraged)[:3]


def _without_echo(article: FoundArticle, reply: Reply) -> FoundArticle:
    """Say nothing of why an article was found where that repeats its title or the customer's own words."""
    asked = reply.conversation.turns[-1].text if reply.conversation.turns else ""
    said = (split_words(asked), split_words(article.question))
    return replace(article, matched="") if split_words(article.matched) in said else article


def _direct(reply: Reply) -> tuple[ChannelAdvice, ...]:
    if reply.decision is not Decision.ANSWER:
        return ()
    return tuple(each for each in reply.channels if not each.discouraged)[:4]


def _common_topic(reply: Reply) -> str:
    if reply.decision is not Decision.CLARIFY:
        return ""
    topic, most = Counter(article.topic for article in reply.articles).most_common(1)[0]
    return topic if 2 * most > len(reply.articles) else ""


def _action_channel(reply: Reply) -> ChannelAdvice | None:
    return reply.escalated.action_channel if reply.escalated else None


def _title(reply: Reply) -> str:
    with force_locale(reply.language):
        match reply.decision:
            case Decision.ANSWER:
                return _("Answer: %(question)s", question=reply.articles[0].question)
            case Decision.CLARIFY:
                return reply.message
            case Decision.SUGGEST:
                return _("This may help")
            case Decision.HAND_OVER:
                return _("A person will help you")
            case Decision.ESCALATE:
                return _("A person takes care of this")
