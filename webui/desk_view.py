"""What a team sees of a case, in the language of its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant import Case, CaseEvent
from assistant.case import CaseState, EventKind
from assistant.case_rows import team_named
from assistant.case_work import last_seen
from assistant.timeleft import left_words, working_time_left
from assistant.titles import reason_in, title_and_language
from corpus import Company, Language, Team
from webui.context import assistant, present_id, runtime
from webui.i18n import gettext as _
from webui.i18n import page_language


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An article of the packet; ``shown`` is false when its page is gone."""

    id: str
    title: str
    language: Language
    shown: bool


@dataclass(frozen=True, slots=True)
class DeskCase:
    """A case with everything that its page at the desk says about it."""

    case: Case
    team: Team
    here: bool
    holder: str
    seen: int
    topic: str
    reason: str
    urgency: str
    answer_in: str
    left: str
    overdue: bool
    events: tuple[CaseEvent, ...]
    read: tuple[ReadArticle, ...]
    rejected: tuple[ReadArticle, ...]
    others: tuple[Team, ...]

    @property
    def by_mail(self) -> bool:
        """Whether an answer goes out by mail."""
        return bool(self.case.email) and self.case.wants_mail


def desk_case(case: Case, for_team: str, *, now: datetime) -> DeskCase:
    """Return a case as its page at the desk shows it.

    :param case: the case.
    :param for_team: the team whose link was opened.
    :param now: the present moment.
    :return: what the page says.
    """
    corpus, language = assistant().corpus, page_language()
    company = corpus.company
    events = runtime().cases.events(case.id)
    team = team_named(company, case.team)
    return DeskCase(
        case=case,
        team=team,
        here=team.id == for_team,
        holder=runtime().cases.holders().get(case.number, ""),
        seen=last_seen(events),
        topic=topic_name(company, case),
        reason=reason_in(corpus, case.escalation, language) if case.escalation else "",
        urgency=urgency(case),
        answer_in=language_name(case.language),
        left=time_left(company, team, case, now=now),
        overdue=is_overdue(case, now=now),
        events=events,
        read=_articles(case.articles_read, language, now),
        rejected=_articles(case.articles_rejected, language, now),
        others=tuple(each for each in company.teams if each.id != team.id),
    )


def is_overdue(case: Case, *, now: datetime) -> bool:
    """Say whether a promised answer is missing."""
    return case.waits and case.promised_at <= now


def time_left(company: Company, team: Team, case: Case, *, now: datetime) -> str:
    """Say how much working time is left of a promise; empty when no answer is due."""
    if not case.waits:
        return ""
    if case.promised_at <= now:
        return _("overdue")
    left = left_words(working_time_left(company, team, now, case.promised_at), page_language())
    return _("%(time)s of working time left", time=left)


def topic_name(company: Company, case: Case) -> str:
    """Return the name of a case's topic."""
    names = {topic.id: topic.name.in_language(page_language()) for topic in company.topics}
    return names.get(case.topic or "", _("no topic"))


def urgency(case: Case) -> str:
    """Say how soon a case is looked at; empty when it takes its turn."""
    return {"urgent": _("urgent"), "high": _("high priority")}.get(case.priority, "")


def language_name(language: Language) -> str:
    """Return the name of the language that a customer reads."""
    return {"de": _("German"), "en": _("English")}[language]


def state_name(state: CaseState) -> str:
    """Return how far a case has come, as the team calls it."""
    return {
        CaseState.RECEIVED: _("new"),
        CaseState.IN_PROGRESS: _("claimed"),
        CaseState.ANSWERED: _("answered"),
        CaseState.CLOSED: _("closed"),
    }[state]


def desk_event(event: CaseEvent) -> str:
    """Say what happened to a case, as the team reads it."""
    if event.kind is EventKind.HANDED_OVER:
        name = team_named(assistant().corpus.company, event.text).name.in_language(page_language())
        return _("Handed over to: %(team)s", team=name) if event.text else _("Handed over")
    return {
        EventKind.OPENED: _("Customer wrote"),
        EventKind.MESSAGE: _("Customer added"),
        EventKind.CLAIMED: _("Claimed"),
        EventKind.ANSWERED: _("Answered"),
        EventKind.PHONED: _("Answered by phone"),
        EventKind.NOTE: _("Note"),
        EventKind.SOLVED: _("Customer says: solved"),
        EventKind.CLOSED: _("Closed"),
        EventKind.MAIL_OFF: _("Customer wants no more mail"),
        EventKind.MAIL_ON: _("Customer wants mail again"),
        EventKind.WARNED: _("Reminder: answer due soon"),
        EventKind.OVERDUE: _("Promise broken"),
        EventKind.DELETED: _("Deleted"),
    }[event.kind]


def _articles(ids: tuple[str, ...], language: Language, now: datetime) -> tuple[ReadArticle, ...]:
    return tuple(
        ReadArticle(
            each,
            *title_and_language(assistant().corpus, each, language),
            assistant().article(each, now=now) is not None,
        )
        for each in map(present_id, ids)
    )
