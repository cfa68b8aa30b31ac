"""Which notices hold when, what they concern, and how their time is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from companies import berlin, company_with, shipped_company
from hypothesis import given
from hypothesis import strategies as st
from notice_files import NOTICES, notices_from, one

from assistant import MAX_CHARACTERS, Asked, NoticeBoard
from assistant.notice_words import as_of, plain, when
from assistant.notices import MOST
from corpus import LANGUAGES, Corpus, Language, Notice, NoticeKind, Notices, load_corpus, load_notices
from corpus.settings import PACKAGE

COMPANY = shipped_company()
NOW = berlin("2026-11-28 16:00")


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> NoticeBoard:
    """One notice of each kind."""
    return NoticeBoard(notices_from(NOTICES, COMPANY, tmp_path_factory.mktemp("n")), COMPANY)


def ids(notices: list[Notice]) -> list[str]:
    return [notice.id for notice in notices]


@cache
def shipped() -> Corpus:
    """The shipped corpus, whose loading takes seconds."""
    return load_corpus(PACKAGE)


@cache
def shipped_board() -> NoticeBoard:
    """Its notices."""
    return NoticeBoard(load_notices(PACKAGE, shipped().company, shipped().articles), shipped().company)


def single(folder: Path, text: str) -> NoticeBoard:
    return NoticeBoard(notices_from(text, COMPANY, folder), COMPANY)


@pytest.mark.parametrize(
    ("now", "showing"),
    [
        ("2026-10-31 23:59", []),
        ("2026-11-01 00:00", ["prices"]),
        ("2026-11-28 14:09", ["parcels", "prices"]),
        ("2026-11-28 14:10", ["cable-cut", "parcels", "prices"]),
        ("2026-11-28 18:00", ["parcels", "prices"]),
        ("2026-12-01 00:00", ["portal", "parcels", "prices"]),
        ("2026-12-06 04:00", ["parcels", "prices"]),
        ("2026-12-24 23:59", ["parcels", "prices"]),
        ("2026-12-25 00:00", ["prices"]),
    ],
)
def test_incidents_come_first_and_the_newest_before_older_ones(
    board: NoticeBoard, now: str, showing: list[str]
) -> None:
    assert ids(board.showing(berlin(now))) == showing


def test_every_notice_is_now_next_or_over(board: NoticeBoard) -> None:
    for now in (NOW, berlin("2026-11-02 00:00"), berlin("2026-12-10 00:00")):
        parts = board.showing(now), board.upcoming(now), board.ended(now)
        assert sorted(each for part in parts for each in ids(part)) == [
            "cable-cut",
            "parcels",
            "portal",
            "prices",
        ]
    assert ids(board.upcoming(berlin("2026-10-01 00:00"))) == ["prices", "parcels", "cable-cut", "portal"]
    assert ids(board.ended(berlin("2026-12-26 00:00"))) == ["cable-cut", "parcels", "portal"]


def test_the_clocks_are_those_of_the_company(tmp_path: Path) -> None:
    there = company_with(time_zone="America/New_York")
    board = NoticeBoard(notices_from(one(), there, tmp_path), there)
    assert board.showing(datetime(2026, 11, 28, 19, 9, tzinfo=UTC)) == []
    assert ids(board.showing(datetime(2026, 11, 28, 19, 10, tzinfo=UTC))) == ["one"]


def test_the_first_page_has_incidents_and_what_concerns_everybody(board: NoticeBoard) -> None:
    assert ids(board.for_everybody(NOW)) == ["cable-cut"]
    assert ids(board.for_everybody(berlin("2026-12-02 10:00"))) == ["portal"]
    assert board.for_everybody(berlin("2026-12-10 10:00")) == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked("Das Internet geht nicht", "faults"), ["cable-cut"]),
        (Asked("Das INTERNET geht nicht in 80331!", "faults"), ["cable-cut"]),
        (Asked("nichts geht in 80331", "faults"), ["cable-cut"]),
        (Asked("nichts geht in 80331"), ["cable-cut"]),
        (Asked("nichts geht in münchen"), ["cable-cut"]),
        (Asked("nothing works in Munich"), ["cable-cut"]),
        (Asked("die Leitung ist seit gestern tot"), ["cable-cut"]),
        (Asked("Das Internet geht nicht in 10115 Berlin", "faults"), []),
        (Asked("eSIM aktivieren", "faults"), []),
        (Asked("", "faults"), ["cable-cut"]),
        (Asked("Was kostet Internet 100?", "contract"), ["prices"]),
        (Asked("Kommt ein Paket nach 80331?", "order-delivery"), []),
        (Asked("Wie nehme ich meinen Anschluss mit?", "contract", ["move-house"]), ["parcels", "prices"]),
        (Asked("Kundennummer 1080331", None), []),
        (Asked("Das Internet geht nicht in 80331", case="high"), ["cable-cut"]),
        (Asked("Das Internet geht nicht", case="high"), []),
        (Asked("Das Internet geht nicht in 80331", case="urgent"), []),
        (Asked("", None), []),
    ],
)
def test_what_is_asked_finds_what_concerns_it(board: NoticeBoard, asked: Asked, found: list[str]) -> None:
    assert ids(board.concerning(asked, NOW)) == found


def test_what_concerns_everybody_concerns_every_question_but_no_case(board: NoticeBoard) -> None:
    now = berlin("2026-12-02 10:00")
    assert ids(board.concerning(Asked("Wo ist mein Paket?", "order-delivery"), now)) == ["portal"]
    assert ids(board.concerning(Asked("", None), now)) == ["portal"]
    assert board.concerning(Asked("Ich will mich beschweren", case="high"), now) == []


def test_an_incident_for_everybody_is_kept_from_cases(tmp_path: Path) -> None:
    board = single(tmp_path, one())
    assert ids(board.concerning(Asked("Was kostet das?"), NOW)) == ["one"]
    assert board.concerning(Asked("Mein Vater ist gestorben", case="high"), NOW) == []


def test_a_place_alone_must_be_named(tmp_path: Path) -> None:
    board = single(tmp_path, one("maintenance", start="2026-11-01", places="['803', Bad Tölz]"))
    assert ids(board.concerning(Asked("geht nichts in 80333", "faults"), NOW)) == ["one"]
    assert ids(board.concerning(Asked("kein Netz in Bad Toelz", "faults"), NOW)) == ["one"]
    assert board.concerning(Asked("geht nichts", "faults"), NOW) == []
    assert board.concerning(Asked("", "faults"), NOW) == []


def test_at_most_two_are_shown_at_once(tmp_path: Path) -> None:
    rest = [one().partition("\n")[2].replace("one", f"n{number}") for number in range(4)]
    board = single(tmp_path, "notices:\n" + "".join(rest))
    assert len(board.showing(NOW)) == 4
    assert len(board.for_everybody(NOW)) == len(board.concerning(Asked("x"), NOW)) == MOST


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("internet geht nicht in 80331", "internet geht nicht in"),
        ("Internet in München (80331) weg!", "Internet in weg!"),
        ("kein Internet in Muenchen", "kein Internet in"),
        ("internet geht nicht in 10115", "internet geht nicht in 10115"),
        ("80331  München", "80331  München"),
        ("  zwei   Leerzeichen ", "  zwei   Leerzeichen "),
        ("", ""),
    ],
)
def test_places_of_what_is_shown_are_left_out_of_a_search(board: NoticeBoard, text: str, left: str) -> None:
    assert board.without_places(text, NOW) == left
    assert board.without_places(text, berlin("2026-12-10 10:00")) == text


def test_nothing_is_searched_for_in_what_is_too_long_to_be_asked(board: NoticeBoard) -> None:
    text = "80331 " + "x" * MAX_CHARACTERS
    assert board.without_places(text[:MAX_CHARACTERS], NOW) == "x" * (MAX_CHARACTERS - 6)
    assert board.without_places(text, NOW) == text


@given(st.text(), st.sampled_from(["", "80331", "München"]))
def test_leaving_out_places_adds_nothing_and_leaves_something(text: str, place: str) -> None:
    board = shipped_board()
    left = board.without_places(f"{text} {place}", berlin("2026-11-29 10:00"))
    assert set(left.split()) <= set(f"{text} {place}".split())
    assert left.split() or not f"{text} {place}".split()


def said(folder: Path, text: str, now: str, language: Language) -> str:
    (notice,) = notices_from(text, COMPANY, folder).notices
    zone = berlin(now).tzinfo
    return plain(when(notice, now=berlin(now), zone=zone, language=language))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "now", "de", "en"),
    [
        (
            one(until="2026-11-28 18:00"),
            "2026-11-28 16:00",
            "Seit 14:10 Uhr, voraussichtlich bis 18 Uhr",
            "Since 14:10, expected until 18:00",
        ),
        (
            one(until="2026-11-29 18:30"),
            "2026-11-28 16:00",
            "Seit 14:10 Uhr, voraussichtlich bis morgen, 18:30 Uhr",
            "Since 14:10, expected until tomorrow, 18:30",
        ),
        (
            one(until="2026-11-29"),
            "2026-11-29 16:00",
            "Seit gestern, 14:10 Uhr, voraussichtlich bis Mitternacht",
            "Since yesterday, 14:10, expected until midnight",
        ),
        (
            one(),
            "2026-12-01 16:00",
            "Seit Samstag, 28. November, 14:10 Uhr",
            "Since Saturday, 28 November, 14:10",
        ),
        (one(start="2026-11-28"), "2026-11-28 16:00", "Seit heute", "Since today"),
        (
            one(start="2026-11-28"),
            "2027-01-02 16:00",
            "Seit Samstag, 28. November 2026",
            "Since Saturday, 28 November 2026",
        ),
        (
            one("season", start="2026-11-23", until="2026-12-24"),
            "2026-11-28 16:00",
            "Bis Donnerstag, 24. Dezember",
            "Until Thursday, 24 December",
        ),
        (
            one("season", start="2026-12-01", until="2026-12-24"),
            "2026-11-28 16:00",
            "Von Dienstag, 1. Dezember bis Donnerstag, 24. Dezember",
            "From Tuesday, 1 December to Thursday, 24 December",
        ),
        (
            one("maintenance", start="2026-12-06 02:00", until="2026-12-06 04:30"),
            "2026-12-01 16:00",
            "Sonntag, 6. Dezember, 2 bis 4:30 Uhr",
            "Sunday, 6 December, 02:00 to 04:30",
        ),
        (
            one("maintenance", start="2026-12-06 22:00", until="2026-12-06"),
            "2026-12-05 16:00",
            "Morgen, 22 bis 24 Uhr",
            "Tomorrow, 22:00 to midnight",
        ),
        (
            one("maintenance", start="2026-12-06 22:00", until="2026-12-07 04:00"),
            "2026-12-06 16:00",
            "Von 22 Uhr bis morgen, 4 Uhr",
            "From 22:00 to tomorrow, 04:00",
        ),
        (
            one("maintenance", start="2026-12-06", until="2026-12-06"),
            "2026-12-05 16:00",
            "Morgen",
            "Tomorrow",
        ),
        (
            one("maintenance", start="2026-12-06 02:00", until="2026-12-06 04:00"),
            "2026-12-06 03:00",
            "Seit 2 Uhr, voraussichtlich bis 4 Uhr",
            "Since 02:00, expected until 04:00",
        ),
        (
            one("change", start="2027-01-01", until="2027-01-31"),
            "2026-11-28 16:00",
            "Ab Freitag, 1. Januar 2027",
            "From Friday, 1 January 2027",
        ),
        (
            one("change", start="2027-01-01", until="2027-01-31"),
            "2027-01-05 16:00",
            "Seit Freitag, 1. Januar",
            "Since Friday, 1 January",
        ),
    ],
)
def test_the_time_is_said_in_words(tmp_path: Path, text: str, now: str, de: str, en: str) -> None:
    assert said(tmp_path, text, now, "de") == de
    assert said(tmp_path, text, now, "en") == en


def test_the_freshness_is_said_where_it_is_known(tmp_path: Path) -> None:
    zone = NOW.tzinfo
    for updated, de, en in (
        ("2026-11-28 15:20", "Stand: 15:20 Uhr", "As of 15:20"),
        ("2026-11-27", "Stand: gestern", "As of yesterday"),
        ("", "", ""),
    ):
        (notice,) = notices_from(one(updated=updated), COMPANY, tmp_path).notices
        for language, words in (("de", de), ("en", en)):
            shown = as_of(notice, now=NOW, zone=zone, language=language)  # type: ignore[arg-type]
            assert plain(shown) == words


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.timedeltas(timedelta(minutes=1), timedelta(days=40)),
    st.timedeltas(timedelta(days=-50), timedelta(days=50)),
    st.sampled_from(NoticeKind),
    st.booleans(),
)
def test_any_time_is_said_and_every_named_moment_is_one_of_the_notice(
    start: datetime, length: timedelta, away: timedelta, kind: NoticeKind, whole: bool
) -> None:
    end = start + length
    form = "%Y-%m-%d" if whole else "%Y-%m-%d %H:%M"
    notice = Notice.model_validate(
        {
            "id": "one",
            "kind": kind,
            "from": start.strftime(form),
            "until": end.strftime(form),
            "title": {"de": "Titel", "en": "Title"},
            "text": {"de": "Das ist der Text.", "en": "This is the text."},
        }
    )
    zone = NOW.tzinfo
    now = start.replace(tzinfo=zone) + away
    for language in LANGUAGES:
        sentence = when(notice, now=now, zone=zone, language=language)  # type: ignore[arg-type]
        assert plain(sentence)[0].isupper()
        bounds = {notice.begins(zone), notice.ends(zone)}  # type: ignore[arg-type]
        last = notice.ends(zone)  # type: ignore[arg-type]
        assert last is not None
        assert {part.at for part in sentence if part.at} <= bounds | {last - timedelta(microseconds=1)}


def test_a_notice_is_shown_in_one_language_with_its_article(board: NoticeBoard) -> None:
    (notice,) = board.for_everybody(NOW)
    german, english = ("Internet fällt aus", "München"), ("Internet is down", "Munich")
    for language, (title, place) in zip(LANGUAGES, (german, english), strict=True):
        (shown,) = board.shown([notice], article=shipped().articles.get, language=language, now=NOW)
        assert (shown.title, shown.places) == (title, (place, "803"))
        assert shown.article is not None
        assert (shown.article.id, shown.article.language) == ("move-house", language)
    (hidden,) = board.shown([notice], article=lambda _: None, language="de", now=NOW)
    assert hidden.article is None, "an article that may not be shown is not linked"


def test_an_empty_board_shows_nothing() -> None:
    board = NoticeBoard(Notices(), COMPANY)
    assert board.showing(NOW) == board.for_everybody(NOW) == board.concerning(Asked("x"), NOW) == []
    assert board.without_places("80331 weg", NOW) == "80331 weg"


def test_the_shipped_notices_answer_the_question_in_the_place() -> None:
    board, now = shipped_board(), berlin("2026-11-28 17:00")
    asked = Asked("internet geht nicht in 80331", "faults", ["no-internet"])
    assert ids(board.concerning(asked, now)) == ["outage-munich-centre"]
    assert ids(board.concerning(Asked("Wo ist mein Paket?", "order-delivery"), now)) == ["christmas-parcels"]
