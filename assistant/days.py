"""Days, times and reasons of opening hours in words that fit into a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from assistant.hours import Day, DayKind
from corpus import Company, Hours, Interval, Language

_WEEKDAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
}
_WEEKEND = (5, 6)
_NEUTER = ("Saarland", "Freistaat ", "Land ", "Bundesland ")
_ENGLISH_ARTICLE = ("Free ", "State of ")


def weekday(day: date, language: Language) -> str:
    """Return ``Dienstag`` or ``Tuesday``."""
    return _WEEKDAYS[language][day.weekday()]


def full_date(day: date, today: date, language: Language) -> str:
    """Return ``Dienstag, 3. November``, with the year when it is another than today's."""
    month = _MONTHS[language][day.month - 1]
    year = "" if day.year == today.year else f" {day.year}"
    dot = "." if language == "de" else ""
    return f"{weekday(day, language)}, {day.day}{dot} {month}{year}"


def clock(moment: datetime, language: Language) -> str:
    """Return ``16:00 Uhr`` or ``16:00``, of a moment on the company's clocks."""
    return f"{moment.hour}:{moment:%M} Uhr" if language == "de" else f"{moment:%H:%M}"


def by_when(moment: datetime, today: date, language: Language) -> str:
    """Return a deadline: ``heute um 16:00 Uhr``, ``by 16:00 on Tuesday, 3 November``."""
    day, time = moment.date(), clock(moment, language)
    named = full_date(day, today, language)
    if language == "de":
        if day == today:
            return f"heute um {time}"
        tomorrow = day == today + timedelta(days=1)
        return f"morgen ({named}) um {time}" if tomorrow else f"am {named}, um {time}"
    if day == today:
        return f"by {time} today"
    tomorrow = day == today + timedelta(days=1)
    return f"by {time} tomorrow ({named})" if tomorrow else f"by {time} on {named}"


def on_day(day: date, today: date, language: Language) -> str:
    """Return ``heute``, ``morgen``, ``am Dienstag`` within a week, else with the date."""
    away = (day - today).days
    if away in (0, 1):
        return (("heute", "morgen") if language == "de" else ("today", "tomorrow"))[away]
    named = weekday(day, language) if away < 7 else full_date(day, today, language)
    return f"am {named}" if language == "de" else f"on {named}"


def working_week(hours: Hours, language: Language) -> str:
    """Return ``montags bis freitags von 8:00 bis 17:00 Uhr``, ``Monday to Friday from 08:00 to 17:00``."""
    spans = [(number, hours.of_weekday(number)) for number in range(7) if hours.of_weekday(number)]
    groups: list[tuple[list[int], tuple[Interval, ...]]] = []
    for number, intervals in spans:
        if groups and groups[-1][1] == intervals and groups[-1][0][-1] == number - 1:
            groups[-1][0].append(number)
        else:
            groups.append(([number], intervals))
    return join([_days_and_times(numbers, intervals, language) for numbers, intervals in groups], language)


def _days_and_times(numbers: Sequence[int], intervals: Sequence[Interval], language: Language) -> str:
    ends = [numbers[0]] if len(numbers) == 1 else [numbers[0], numbers[-1]]
    if language == "de":
        days = " bis ".join(f"{_WEEKDAYS['de'][number].lower()}s" for number in ends)
        times = [f"von {each.start.hour}:{each.start:%M} bis {_end(each, '24:00')} Uhr" for each in intervals]
    else:
        plural = "s" if len(ends) == 1 else ""
        days = " to ".join(f"{_WEEKDAYS['en'][number]}{plural}" for number in ends)
        times = [f"from {each.start:%H:%M} to {_end(each, 'midnight')}" for each in intervals]
    return f"{days} {join(times, language)}"


def _end(interval: Interval, midnight: str) -> str:
    if interval.end == time.min:
        return midnight
    return f"{interval.end.hour}:{interval.end:%M}" if midnight == "24:00" else f"{interval.end:%H:%M}"


def join(parts: Sequence[str], language: Language) -> str:
    """Join words to ``a, b und c``; none give an empty text."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {'und' if language == 'de' else 'and'} {parts[-1]}"


def in_land(company: Company, language: Language) -> str:
    """Return ``in Bayern``, ``im Saarland``, ``in der Hansestadt Hamburg``; English: ``in Bavaria``."""
    name = company.land_name.in_language(language)
    if language == "en":
        return f"in the {name}" if name.startswith(_ENGLISH_ARTICLE) else f"in {name}"
    if name.startswith(_NEUTER):
        return f"im {name}"
    return f"in der {name.replace('Freie ', 'Freien ')}" if "Hansestadt" in name else f"in {name}"


def why_closed(
    company: Company, hours: Hours, days: Sequence[Day], today: date, language: Language
) -> list[str]:
    """Return clauses that say why ``days`` have fewer hours than usual, earliest first.

    Each fits after ``weil`` or ``because``; there is one for days off, one for public holidays and
    one for every exception. A free weekend is named where nothing else is: beside a holiday everybody
    expects it. Where other Länder work on the holiday, the last clause says where the team is.
    """
    off = [day for day in days if day.kind is DayKind.DAY_OFF]
    public = [day for day in days if day.kind is DayKind.HOLIDAY]
    dated = [(day.date, _exception(day, today, language)) for day in days if day.kind is DayKind.EXCEPTION]
    if public:
        dated.append((public[0].date, _public(public, today, language)))
    numbers, weekend = _days_off(off, hours)
    if numbers or (weekend and not dated):
        dated.append((off[0].date, _not_working(numbers, weekend, language)))
    clauses = [clause for _, clause in sorted(dated)]
    return [*clauses, _seat(company, language)] if any(day.regional for day in public) else clauses


def _days_off(days: Sequence[Day], hours: Hours) -> tuple[list[int], bool]:
    """Return the weekdays that are always off, and whether a free weekend is among them besides."""
    numbers = sorted({day.date.weekday() for day in days})
    free_weekend = not any(hours.of_weekday(number) for number in _WEEKEND)
    weekend = free_weekend and any(number in _WEEKEND for number in numbers)
    return [number for number in numbers if not (weekend and number in _WEEKEND)], weekend


def _not_working(numbers: Sequence[int], weekend: bool, language: Language) -> str:
    if language == "de":
        names = [f"{_WEEKDAYS['de'][number].lower()}s" for number in numbers] + ["am Wochenende"] * weekend
        return f"unser Team {join(names, 'de')} nicht arbeitet"
    names = [f"on {_WEEKDAYS['en'][number]}s" for number in numbers] + ["at weekends"] * weekend
    return f"our team does not work {join(names, 'en')}"


def _seat(company: Company, language: Language) -> str:
    land = in_land(company, language)
    return f"unser Team {land} sitzt" if language == "de" else f"our team is based {land}"


def _public(days: Sequence[Day], today: date, language: Language) -> str:
    if len(days) > 1:
        every = join(
            [f"{_when(day.date, today, language).rstrip(',')} ({_name(day, language)})" for day in days],
            language,
        )
        return f"{every} Feiertag ist" if language == "de" else f"{every} are public holidays"
    when, name = _when(days[0].date, today, language), _name(days[0], language)
    # What is no holiday elsewhere is called by its name alone, unless it is a sentence of its own.
    if days[0].regional and not name[:1].isdigit():
        return f"{when} {name} ist" if language == "de" else f"{when} is {name}"
    return f"{when} Feiertag ist ({name})" if language == "de" else f"{when} is a public holiday ({name})"


def _exception(day: Day, today: date, language: Language) -> str:
    name = _name(day, language)
    if language == "de":
        how = "andere Zeiten gelten" if day.intervals else "geschlossen ist"
        return f"{_when(day.date, today, language)} {how} ({name})"
    how = "our hours are different" if day.intervals else "we are closed"
    return f"{how} {on_day(day.date, today, language)} ({name})"


def _when(day: date, today: date, language: Language) -> str:
    words = on_day(day, today, language)
    return f"{words.removeprefix('on ')}{',' if ',' in words else ''}"


def _name(day: Day, language: Language) -> str:
    return day.reason.in_language(language).rstrip(".") if day.reason else ""
