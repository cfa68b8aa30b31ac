"""Whether a channel is open at a moment, in words that fit its kind."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from assistant.days import clock, join, on_day, why_closed
from assistant.hours import Calendar, DayKind
from corpus import Channel, ChannelKind, Company, Hours, Language

_LIVE = frozenset({ChannelKind.PHONE, ChannelKind.CHAT})


class _Phrases(NamedTuple):
    """How a kind of channel says that it is there, comes back, and is away for a reason."""

    until: str
    again: str
    away: str


_PHRASES: dict[Language, _Phrases] = {
    "de": _Phrases("Jetzt geöffnet bis {time}", "Öffnet {day} um {time}", "Jetzt geschlossen"),
    "en": _Phrases("Open now until {time}", "Opens {day} at {time}", "Closed now"),
}
_PHRASES_OF_KIND: dict[ChannelKind, dict[Language, _Phrases]] = {
    ChannelKind.WHATSAPP: {
        "de": _Phrases("Antworten bis {time}", "Antworten {day} ab {time}", "Jetzt keine Antworten"),
        "en": _Phrases("Answered until {time}", "Answered {day} from {time}", "Not answered now"),
    },
    ChannelKind.CALLBACK: {
        "de": _Phrases("Rückrufe bis {time}", "Nächste Rückrufe {day} ab {time}", "Jetzt keine Rückrufe"),
        "en": _Phrases("Callbacks until {time}", "Next callbacks {day} from {time}", "No callbacks now"),
    },
    ChannelKind.REMOTE: {
        "de": _Phrases("Termine bis {time}", "Nächste Termine {day} ab {time}", "Jetzt keine Termine"),
        "en": _Phrases(
            "Appointments until {time}", "Next appointments {day} from {time}", "No appointments now"
        ),
    },
    ChannelKind.POST_IDENT: {
        "de": _Phrases(
            "Die meisten Filialen sind bis {time} geöffnet",
            "Die meisten Filialen öffnen {day} um {time}",
            "Jetzt geschlossen",
        ),
        "en": _Phrases(
            "Most branches are open until {time}", "Most branches open {day} at {time}", "Closed now"
        ),
    },
}


def opening_words(
    company: Company, channel: Channel, opens_at: datetime | None, *, language: Language, now: datetime
) -> str:
    """Return a sentence or two that say until or from when a channel is there, and why not now.

    :param company: the company.
    :param channel: the channel.
    :param opens_at: when it opens, on the company's clocks; ``None`` while it is open, or never opens.
    :param language: the language of the sentences.
    :param now: the present moment.
    :return: the sentences.
    """
    german, calendar = language == "de", Calendar(company)
    if channel.hours is None:
        if channel.kind in _LIVE:
            return "Rund um die Uhr erreichbar." if german else "Available around the clock."
        return "Jederzeit möglich." if german else "Possible at any time."
    phrases = _PHRASES_OF_KIND.get(channel.kind, _PHRASES)[language]
    if calendar.is_open(channel.hours, channel.exceptions, now):
        closing = calendar.closes(channel.hours, channel.exceptions, now)
        if closing is None:
            return "Jetzt geöffnet." if german else "Open now."
        until = phrases.until.format(time=clock(calendar.local(closing), language))
        why = _why(company, calendar, channel, channel.hours, now, None, language)
        return f"{until}{why}."
    if opens_at is None:
        return "Zurzeit geschlossen." if german else "Closed at present."
    today = calendar.local(now).date()
    again = phrases.again.format(day=on_day(opens_at.date(), today, language), time=clock(opens_at, language))
    why = _why(company, calendar, channel, channel.hours, now, opens_at, language)
    special = calendar.special_days(channel.hours, channel.exceptions, now, opens_at)
    if any(day.date == today and day.kind is not DayKind.DAY_OFF for day in special):
        return f"{phrases.away}{why}. {again}."
    # A later holiday is no reason for being closed now, only for opening no earlier.
    return f"{again}{why}."


def _why(
    company: Company,
    calendar: Calendar,
    channel: Channel,
    hours: Hours,
    now: datetime,
    opens_at: datetime | None,
    language: Language,
) -> str:
    """Return the holidays and exceptions that make it open no earlier, or close earlier today."""
    today = calendar.local(now).date()
    special = calendar.special_days(hours, channel.exceptions, now, opens_at or now + timedelta(days=1))
    named = [day for day in special if day.kind is not DayKind.DAY_OFF and (opens_at or day.date == today)]
    reasons = join(why_closed(company, hours, named, today, language), language)
    return f", {'weil' if language == 'de' else 'because'} {reasons}" if reasons else ""
