"""Which way to a person is best for this matter at this moment, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.days import clock, join, on_day, why_closed
from assistant.hours import Calendar, DayKind
from assistant.reply import ChannelAdvice
from corpus import Channel, ChannelKind, Company, Language
from corpus.company import Fit

_SHOWN_FIRST = 3
_LIVE = frozenset({ChannelKind.PHONE, ChannelKind.CHAT})
_SLOW = frozenset({ChannelKind.FAX, ChannelKind.POST})
# These do one thing alone: they are shown where they suit the topic, and nowhere else.
_SPECIAL = frozenset({ChannelKind.REMOTE, ChannelKind.VIDEO_IDENT, ChannelKind.POST_IDENT})


@dataclass(frozen=True, slots=True)
class _Judged:
    channel: Channel
    place: int
    suits: Fit | None
    avoid: Fit | None
    open_now: bool
    opens_at: datetime | None


def advise_channels(
    company: Company, topic: str | None, *, language: Language, now: datetime, urgent: bool = False
) -> tuple[ChannelAdvice, ...]:
    """Rank the company's channels, best first.

    What suits the topic and is open comes before what is open, that before what opens later; fax and
    post come after; where several suit, the one that suits fewest other topics leads. Emergency
    channels lead when it is urgent, and are otherwise shown for topics they suit only. A channel to
    avoid for the topic is never among the first three; the contact form is always there.

    :param company: the company.
    :param topic: the topic's id, where it is known.
    :param language: the language of names and reasons.
    :param now: the present moment.
    :param urgent: whether it cannot wait.
    :return: the channels with a reason each.
    """
    calendar = Calendar(company)
    judged = [_judge(calendar, channel, place, topic, now) for place, channel in enumerate(company.channels)]
    good = [one for one in judged if one.avoid is None and _is_shown(one, urgent)]
    bad = [one for one in judged if one.avoid is not None and _is_last_resort(one)]
    good.sort(key=lambda one: _rank(one, urgent))
    if len(good) < _SHOWN_FIRST:
        bad = [one for one in bad if one.channel.kind is ChannelKind.FORM]
    return tuple(_advice(company, calendar, one, language, now) for one in good + bad)


def _judge(calendar: Calendar, channel: Channel, place: int, topic: str | None, now: datetime) -> _Judged:
    opening = calendar.next_opening(channel.hours, channel.exceptions, now)
    open_now = opening is not None and opening <= now
    return _Judged(
        channel,
        place,
        _fit(channel.suits, topic),
        _fit(channel.avoid, topic),
        open_now,
        None if open_now or opening is None else calendar.local(opening),
    )


def _fit(fits: tuple[Fit, ...], topic: str | None) -> Fit | None:
    return next((fit for fit in fits if topic in fit.topics), None)


def _is_shown(one: _Judged, urgent: bool) -> bool:
    if one.channel.emergency:
        return urgent or one.suits is not None
    return one.channel.kind not in _SPECIAL or one.suits is not None


def _is_last_resort(one: _Judged) -> bool:
    return not one.channel.emergency and one.channel.kind not in _SPECIAL


def _rank(one: _Judged, urgent: bool) -> tuple[object, ...]:
    leads = one.channel.emergency and urgent
    slow = one.channel.kind in _SLOW
    patient = not (urgent and one.channel.kind in _LIVE)
    # The form takes along what was said and read; a mail of one's own begins anew.
    anew = one.channel.kind is ChannelKind.EMAIL
    others = len(one.suits.topics) if one.suits else 0
    return (
        not leads,
        slow,
        not one.open_now,
        one.suits is None,
        one.channel.emergency,
        patient,
        anew,
        others,
        one.place,
    )


def _advice(
    company: Company, calendar: Calendar, one: _Judged, language: Language, now: datetime
) -> ChannelAdvice:
    channel, fit = one.channel, one.avoid or one.suits
    sentences = [fit.reason.in_language(language)] if fit else []
    if channel.hours is not None or not fit:
        sentences.append(_status(company, calendar, one, language, now))
    return ChannelAdvice(
        id=channel.id,
        kind=channel.kind,
        name=channel.name.in_language(language),
        address=channel.address,
        cost=channel.cost.in_language(language),
        duration=channel.duration.in_language(language),
        have_ready=channel.have_ready.in_language(language) if channel.have_ready else None,
        open_now=one.open_now,
        opens_at=one.opens_at,
        suits=one.suits is not None and one.avoid is None,
        reason=" ".join(sentences),
    )


def _status(company: Company, calendar: Calendar, one: _Judged, language: Language, now: datetime) -> str:
    german = language == "de"
    hours, exceptions = one.channel.hours, one.channel.exceptions
    today = calendar.local(now).date()
    if hours is None:
        if one.channel.kind in _LIVE:
            return "Rund um die Uhr erreichbar." if german else "Available around the clock."
        return "Jederzeit möglich." if german else "Possible at any time."
    if one.open_now:
        closing = calendar.closes(hours, exceptions, now)
        if closing is None:
            return "Jetzt geöffnet." if german else "Open now."
        time, why = (
            clock(calendar.local(closing), language),
            _why_early(company, calendar, one, language, now),
        )
        return f"Jetzt geöffnet bis {time}{why}." if german else f"Open now until {time}{why}."
    if one.opens_at is None:
        return "Zurzeit geschlossen." if german else "Closed at present."
    special = calendar.special_days(hours, exceptions, now, one.opens_at)
    named = [day for day in special if day.kind is not DayKind.DAY_OFF]
    reasons = join(why_closed(company, hours, named, today, language), language)
    day, time = on_day(one.opens_at.date(), today, language), clock(one.opens_at, language)
    because = f", {'weil' if german else 'because'} {reasons}" if reasons else ""
    opens = f"Öffnet {day} um {time}" if german else f"Opens {day} at {time}"
    if named and named[0].date == today:
        return f"{'Jetzt geschlossen' if german else 'Closed now'}{because}. {opens}."
    # A later holiday is no reason for being closed now, only for opening no earlier.
    return f"{opens}{because}."


def _why_early(company: Company, calendar: Calendar, one: _Judged, language: Language, now: datetime) -> str:
    """Return the reason why it closes earlier today than on other such days, where it does."""
    hours, exceptions = one.channel.hours, one.channel.exceptions
    today = calendar.local(now).date()
    if hours is None:
        return ""
    special = calendar.special_days(hours, exceptions, now, now + timedelta(days=1))
    early = [day for day in special if day.date == today and day.kind is not DayKind.DAY_OFF]
    reasons = join(why_closed(company, hours, early, today, language), language)
    return f", {'weil' if language == 'de' else 'because'} {reasons}" if reasons else ""
