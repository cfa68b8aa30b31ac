"""What we pass on to a person besides the message: shown to the customer, who may leave parts out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request

from assistant import Conversation
from assistant.case import Case
from assistant.titles import title_and_language
from corpus import Language
from webui.context import assistant, present_id, redirects
from webui.forms import form_text
from webui.i18n import as_language

SHOWN = "packet"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the customer chose to pass on.

    ``topic`` is empty where we are to find it; ``language`` is the one to answer in. Questions are
    left out by their place in the conversation, articles by their id.
    """

    topic: str | None = None
    language: Language | None = None
    without_questions: frozenset[int] = frozenset()
    without_articles: frozenset[str] = frozenset()

    def of(self, conversation: Conversation) -> Conversation:
        """Return the conversation as it is passed on."""

        def kept(articles: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(each for each in articles if each not in self.without_articles)

        turns = enumerate(conversation.turns)
        return replace(
            conversation,
            topic=conversation.topic if self.topic is None else self.topic or None,
            turns=tuple(turn for place, turn in turns if place not in self.without_questions),
            read=kept(conversation.read),
            rejected=kept(conversation.rejected),
        )

    def moves(self, conversation: Conversation) -> bool:
        """Say whether the customer picked another topic than the one that the form proposed."""
        return bool(self.topic) and self.topic != conversation.topic


@dataclass(frozen=True, slots=True)
class Part:
    """An earlier question or an article, with the form field that keeps it."""

    field: str
    text: str
    kept: bool
    language: Language | None = None
    rejected: bool = False


@dataclass(frozen=True, slots=True)
class Packet:
    """The packet as the form shows it; ``topics`` are ids and names to choose from."""

    questions: tuple[Part, ...]
    articles: tuple[Part, ...]
    topic: str
    topics: tuple[tuple[str, str], ...]
    language: Language


def packet_of(conversation: Conversation, choice: Choice, *, topic: str | None, language: Language) -> Packet:
    """Show what is passed on.

    :param conversation: all that was said and read before.
    :param choice: what the customer chose so far.
    :param topic: what the message is about, as far as it is known.
    :param language: the language of the page.
    :return: the packet.
    """
    topics = assistant().corpus.company.topics
    return Packet(
        questions=tuple(
            Part(_question_field(place), turn.text, place not in choice.without_questions)
            for place, turn in enumerate(conversation.turns)
        ),
        articles=_articles(conversation, choice, language),
        topic=topic or "",
        topics=tuple((each.id, each.name.in_language(language)) for each in topics),
        language=choice.language or language,
    )


def posted_choice(conversation: Conversation) -> Choice:
    """Read the choice from the form; where the packet was not shown, all of it is passed on."""
    if not form_text(SHOWN):
        return Choice()
    topic = form_text("topic")
    known = {"", *(each.id for each in assistant().corpus.company.topics)}
    return Choice(
        topic=topic if topic in known else None,
        language=as_language(form_text("answer_language")),
        without_questions=frozenset(
            place for place in range(len(conversation.turns)) if _question_field(place) not in request.form
        ),
        without_articles=frozenset(
            # The form may have been shown before an article was renamed.
            each
            for each in _ids(conversation)
            if not any(_article_field(name) in request.form for name in redirects().names_of(each))
        ),
    )


def differs(case: Case, conversation: Conversation, choice: Choice) -> bool:
    """Say whether the form, sent again, passes on something else than its case holds.

    A draft is sent again from a page that no longer knows what was said; that changes nothing.

    :param case: what was stored when the form was sent first.
    :param conversation: what was said before, as the form carries it.
    :param choice: what the customer chose to pass on now.
    :return: whether topic, language, questions or articles differ.
    """
    kept = choice.of(conversation)
    said = tuple(turn.text for turn in kept.turns), kept.read, kept.rejected
    return (
        (choice.moves(conversation) and choice.topic != case.topic)
        or choice.language not in {None, case.language}
        or (bool(conversation.turns) and said != (case.history, case.articles_read, case.articles_rejected))
    )


def _articles(conversation: Conversation, choice: Choice, language: Language) -> tuple[Part, ...]:
    parts = []
    for each in _ids(conversation):
        title, written_in = article_title(each, language)
        kept, rejected = each not in choice.without_articles, each in conversation.rejected
        parts.append(Part(_article_field(each), title, kept, written_in, rejected))
    return tuple(parts)


def article_title(article_id: str, language: Language) -> tuple[str, Language]:
    """Return an article's title and its language; one that is gone goes by its id."""
    return title_and_language(assistant().corpus, present_id(article_id), language)


def _ids(conversation: Conversation) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*conversation.read, *conversation.rejected)))


def _question_field(place: int) -> str:
    return f"keep-question-{place}"


def _article_field(article: str) -> str:
    return f"keep-article-{article}"
