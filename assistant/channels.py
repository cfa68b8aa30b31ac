"""Which way to a person is best for this matter at this moment, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assistant.hours import Calendar
from assistant.opening import opening_words
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
    leads: bool


def advise_channels(
    company: Company, topic: str | None, *, language: Language, now: datetime, urgent: bool = False
) -> tuple[ChannelAdvice, ...]:
    """Rank the company's channels, best first.

    What suits the topic and is open comes before what is open, that before what opens later; fax and
    post come after; where several suit, the one that suits fewest other topics leads. When it is urgent,
    an emergency channel that is open leads whatever the topic, and nobody is sent to a line that is
    closed; otherwise it is shown for topics it suits only. A channel to avoid for the topic is never
    among the first three; the contact form is always there.

    :param company: the company.
    :param topic: the topic's id, where it is known.
    :param language: the language of names and reasons.
    :param now: the present moment.
    :param urgent: whether it is a case for the emergency channels.
    :return: the channels with a reason each.
    """
    calendar = Calendar(company)
    judged = [
        _judge(calendar, channel, place, topic, now, urgent) for place, channel in enumerate(company.channels)
    ]
    good = [one for one in judged if one.avoid is None and _is_shown(one, urgent)]
    bad = [one for one in judged if one.avoid is not None and _is_last_resort(one)]
    if any(one.leads for one in good):
        good, bad = ([one for one in some if _is_there(one)] for some in (good, bad))
    good.sort(key=lambda one: _rank(one, urgent))
    if len(good) < _SHOWN_FIRST:
        bad = [one for one in bad if one.channel.kind is ChannelKind.FORM]
    return tuple(_advice(company, one, language, now) for one in good + bad)


def _judge(
    calendar: Calendar, channel: Channel, place: int, topic: str | None, now: datetime, urgent: bool
) -> _Judged:
    opening = calendar.next_opening(channel.hours, channel.exceptions, now)
    open_now = opening is not None and opening <= now
    emergency = channel.emergency and urgent
    suits, avoid = _fit(channel.suits, topic), _fit(channel.avoid, topic)
    return _Judged(
        channel,
        place,
        # An emergency is no matter of topics: a SIM is blocked whatever was asked before.
        suits or next(iter(channel.suits), None) if emergency else suits,
        None if emergency else avoid,
        open_now,
        None if open_now or opening is None else calendar.local(opening),
        emergency and open_now,
    )


def _fit(fits: tuple[Fit, ...], topic: str | None) -> Fit | None:
    return next((fit for fit in fits if topic in fit.topics), None)


def _is_shown(one: _Judged, urgent: bool) -> bool:
    if one.channel.emergency:
        return urgent or one.suits is not None
    return one.channel.kind not in _SPECIAL or one.suits is not None


def _is_last_resort(one: _Judged) -> bool:
    return not one.channel.emergency and one.channel.kind not in _SPECIAL


def _is_there(one: _Judged) -> bool:
    return one.open_now or one.channel.kind is ChannelKind.FORM


def _rank(one: _Judged, urgent: bool) -> tuple[object, ...]:
    slow = one.channel.kind in _SLOW
    patient = not (urgent and one.channel.kind in _LIVE)
    # The form takes along what was said and read; a mail of one's own begins anew.
    anew = one.channel.kind is ChannelKind.EMAIL
    others = len(one.suits.topics) if one.suits else 0
    return (
        not one.leads,
        slow,
        not one.open_now,
        one.suits is None,
        one.channel.emergency,
        patient,
        anew,
        others,
        one.place,
    )


def _advice(company: Company, one: _Judged, language: Language, now: datetime) -> ChannelAdvice:
    channel, fit = one.channel, one.avoid or one.suits
    sentences = [fit.reason.in_language(language)] if fit else []
    if channel.hours is not None or not fit:
        sentences.append(opening_words(company, channel, one.opens_at, language=language, now=now))
    return ChannelAdvice(
        id=channel.id,
        kind=channel.kind,
        name=channel.name.in_language(language),
        address=channel.address,
        cost=channel.cost.in_language(language),
        duration=channel.duration.in_language(language),
        have_ready=channel.have_ready.in_language(language) if channel.have_ready else None,
        consent=tuple(each.in_language(language) for each in channel.consent),
        open_now=one.open_now,
        opens_at=one.opens_at,
        suits=one.suits is not None and one.avoid is None,
        discouraged=one.avoid is not None,
        reason=" ".join(sentences),
    )
