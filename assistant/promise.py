"""The latest time of an answer, said with its reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from assistant.days import by_when, clock, full_date, join, on_day, why_closed, working_week
from assistant.errors import AssistantError
from assistant.hours import Calendar
from assistant.reply import Promise
from corpus import Company, Language, Team

_STEP = timedelta(minutes=15)
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)
# Only towards the end of a working day is its end a reason that a customer expects.
_SOON = timedelta(hours=3)


def make_promise(
    company: Company,
    team: Team,
    *,
    language: Language,
    now: datetime,
    urgent: bool = False,
    ahead: int = 0,
) -> Promise:
    """Say when an answer comes at the latest: the promised working hours over the team's hours.

    Where more cases wait than the team answers in these hours, it takes as long as they do.

    :param company: the company, whose Land decides on public holidays.
    :param team: the team that answers.
    :param language: the language of the sentence and of the team's name.
    :param now: the present moment.
    :param urgent: whether the promise for urgent cases holds.
    :param ahead: how many cases the team answers before this one; counts where it has a capacity.
    :raises AssistantError: when the team never opens.
    :return: the promise; its time is on the company's clocks, on a quarter of an hour or where the
        team closes before it.
    """
    latest = _latest(company, team, now, working_hours(team, urgent=urgent, ahead=ahead))
    return repeat_promise(company, team, latest, language=language, given_at=now, urgent=urgent)


def repeat_promise(
    company: Company,
    team: Team,
    latest: datetime,
    *,
    language: Language,
    given_at: datetime,
    urgent: bool = False,
) -> Promise:
    """Say a promise again as it was given, however many cases wait by now.

    :param company: the company.
    :param team: the team that answers.
    :param latest: the promised time.
    :param language: the language of the sentence and of the team's name.
    :param given_at: the moment at which it was promised.
    :param urgent: whether it was the promise for urgent cases.
    :return: the promise.
    """
    calendar = Calendar(company)
    hours = working_hours(team, urgent=urgent)
    busy = latest > _latest(company, team, given_at, hours)
    when = by_when(calendar.local(latest), calendar.local(given_at).date(), language)
    reason = _reason(company, team, calendar, given_at, latest, hours, language, busy=busy)
    return Promise(team.name.in_language(language), calendar.local(latest), _sentence(when, reason, language))


def working_hours(team: Team, *, urgent: bool = False, ahead: int = 0) -> float:
    """Return the working hours a team needs at most: those promised, or more where more cases wait.

    :param team: the team.
    :param urgent: whether the promise for urgent cases holds.
    :param ahead: how many cases it answers before this one.
    :return: hours of the team's opening time.
    """
    promised = team.promise.urgent_working_hours if urgent else team.promise.working_hours
    return promised if team.capacity is None else max(promised, (ahead + 1) / team.capacity)


def promised_words(company: Company, latest: datetime, *, language: Language) -> str:
    """Return a promised time as it reads on any day: ``Dienstag, 3. November 2026, 16:00 Uhr``."""
    local = Calendar(company).local(latest)
    return f"{full_date(local.date(), date.min, language)}, {clock(local, language)}"


def _latest(company: Company, team: Team, now: datetime, hours: float) -> datetime:
    calendar = Calendar(company)
    try:
        exact = calendar.add_open_time(team.hours, team.exceptions, now, timedelta(hours=hours))
    except ValueError:
        raise AssistantError(
            f"The team {team.id} never opens, so it can promise no answer: give it hours in company.yaml."
        ) from None
    # The next quarter of an hour may lie behind the end of the working day.
    closing = calendar.closes(team.hours, team.exceptions, exact - _MOMENT)
    return min(_next_quarter(exact), closing or datetime.max.replace(tzinfo=UTC))


def _next_quarter(moment: datetime) -> datetime:
    past = (moment - datetime(2000, 1, 1, tzinfo=UTC)) % _STEP
    return moment + (_STEP - past if past else past)


def _sentence(when: str, reason: str, language: Language) -> str:
    if language == "de":
        return f"Sie bekommen spätestens {when} eine Antwort{reason}."
    return f"You will have an answer {when}{reason}."


def _reason(
    company: Company,
    team: Team,
    calendar: Calendar,
    now: datetime,
    latest: datetime,
    hours: float,
    language: Language,
    *,
    busy: bool,
) -> str:
    today, last = calendar.local(now).date(), calendar.local(latest).date()
    special = calendar.special_days(team.hours, team.exceptions, now, latest)
    clauses = why_closed(company, team.hours, special, today, language)
    if busy:
        clauses = [_busy(language), *clauses]
    clauses = clauses or _ordinary(team, calendar, now, last, hours, language)
    if not clauses:
        return ""
    return f"{', weil' if language == 'de' else ', because'} {join(clauses, language)}"


def _ordinary(
    team: Team, calendar: Calendar, now: datetime, last: date, hours: float, language: Language
) -> list[str]:
    """Say when the team works, where no special day makes the answer later."""
    today = calendar.local(now).date()
    opening = calendar.next_opening(team.hours, team.exceptions, now)
    if opening is not None and opening > now:
        return [_opens(calendar.local(opening), today, language)]
    closing = calendar.closes(team.hours, team.exceptions, now)
    if last == today:
        return []
    if closing is None:
        return [_takes(hours, language)] if last > today + _DAY else []
    if closing - now > _SOON or last > today + _DAY:
        return [_week(team, language)]
    if calendar.local(closing).date() != today:
        return []
    time = clock(calendar.local(closing), language)
    if language == "de":
        return [f"unser Team heute nur noch bis {time} arbeitet"]
    return [f"our team works until {time} today"]


def _busy(language: Language) -> str:
    return "gerade viele Anfragen vorliegen" if language == "de" else "many requests are waiting"


def _week(team: Team, language: Language) -> str:
    week = working_week(team.hours, language)
    return f"unser Team {week} arbeitet" if language == "de" else f"our team works {week}"


def _takes(hours: float, language: Language) -> str:
    if language == "de":
        return f"unser Team dafür bis zu {hours:g} Stunden braucht".replace(".", ",")
    return f"our team may need up to {hours:g} hours for it"


def _opens(opening: datetime, today: date, language: Language) -> str:
    day, time = on_day(opening.date(), today, language), clock(opening, language)
    again = opening.date() != today
    if language == "de":
        return (
            f"unser Team erst {day} ab {time} wieder da ist"
            if again
            else (f"unser Team heute erst ab {time} da ist")
        )
    return (
        f"our team is available again from {time} {day}" if again else f"our team starts work at {time} {day}"
    )
