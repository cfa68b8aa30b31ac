"""Which notices stand on which page, in its language."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from assistant import MAX_CHARACTERS, Asked, Reply, ShownNotice, notices_of
from corpus import Language, Notice, NoticeKind
from webui.context import assistant, runtime
from webui.i18n import gettext as _
from webui.i18n import page_language
from webui.outcome import Outcome


def notice_kind(kind: NoticeKind) -> str:
    """Return what a notice tells of, in the page's language."""
    match kind:
        case NoticeKind.INCIDENT:
            return _("Known problem")
        case NoticeKind.MAINTENANCE:
            return _("Maintenance")
        case NoticeKind.SEASON:
            return _("At this time of year")
        case NoticeKind.CHANGE:
            return _("What changes")


def on_first_page() -> tuple[ShownNotice, ...]:
    """Return those for somebody who has not asked yet: incidents, and what concerns everybody."""
    now = datetime.now(UTC)
    return _shown(runtime().notices.board.for_everybody(now), page_language(), now)


def on_topic(topic: str, articles: Collection[str]) -> tuple[ShownNotice, ...]:
    """Return those that concern a topic or one of the articles that are shown."""
    return _concerning(Asked(topic=topic, articles=articles), page_language())


def above(outcome: Outcome, text: str, topic: str | None) -> tuple[ShownNotice, ...]:
    """Return those that stand above an outcome, in its language.

    :param outcome: what is shown.
    :param text: the customer's last words.
    :param topic: what the conversation was about, for those whom no article helped.
    :return: at most two.
    """
    if outcome.kind == "helped":
        return ()
    asked = Asked(
        text,
        topic=outcome.articles[0].topic if outcome.articles else topic if outcome.only_people else None,
        articles=[article.id for article in outcome.articles],
        case=outcome.escalated.priority if outcome.escalated else None,
    )
    return _concerning(asked, outcome.language)


def beside_form(message: str, topic: str | None, *, case: str | None) -> tuple[ShownNotice, ...]:
    """Return those that may spare somebody the writing.

    :param message: what stands in the form; without any, those of the first page are shown.
    :param topic: what it is about.
    :param case: the priority of a case that a person must take over.
    :return: at most two.
    """
    if not (message or case):
        return on_first_page()
    return _concerning(Asked(message[:MAX_CHARACTERS], topic, case=case), page_language())


def with_reply(reply: Reply, text: str) -> tuple[ShownNotice, ...]:
    """Return those that belong to a reply."""
    board = runtime().notices.board
    return notices_of(reply, text, board, article=assistant().article, now=datetime.now(UTC))


def without_places(text: str) -> str:
    """Return a question without the places of what customers see now."""
    return runtime().notices.board.without_places(text, datetime.now(UTC))


def _concerning(asked: Asked, language: Language) -> tuple[ShownNotice, ...]:
    now = datetime.now(UTC)
    return _shown(runtime().notices.board.concerning(asked, now), language, now)


def _shown(notices: Iterable[Notice], language: Language, now: datetime) -> tuple[ShownNotice, ...]:
    board = runtime().notices.board
    return board.shown(notices, article=assistant().article, language=language, now=now)
