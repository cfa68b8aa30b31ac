"""Days and moments as editors write them, on the company's clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from companies import BERLIN
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from corpus.moment import Moment, WrittenMoment, parse_moment

DAYS = st.dates(date(2000, 1, 1), date(2199, 12, 30))
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
OFFSETS = st.integers(-14 * 4, 14 * 4).map(lambda quarters: timezone(timedelta(minutes=15 * quarters)))


class Written(BaseModel):
    """Something with a moment."""

    at: WrittenMoment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-24", datetime(2026, 12, 24, tzinfo=BERLIN)),
        ("2026-12-24 14:10", datetime(2026, 12, 24, 14, 10, tzinfo=BERLIN)),
        (" 2026-12-24 9:05 ", datetime(2026, 12, 24, 9, 5, tzinfo=BERLIN)),
        ("2026-12-24T14:10:00", datetime(2026, 12, 24, 14, 10, tzinfo=BERLIN)),
        ("2026-12-24T14:10Z", datetime(2026, 12, 24, 15, 10, tzinfo=BERLIN)),
        ("2026-12-24 14:10 -05:00", datetime(2026, 12, 24, 20, 10, tzinfo=BERLIN)),
    ],
)
def test_moments_are_read_on_the_companys_clocks(text: str, moment: datetime) -> None:
    starts = Written(at=text).at.starts(BERLIN)  # type: ignore[arg-type]
    assert starts == moment
    assert starts.tzinfo is BERLIN


def test_a_day_ends_at_midnight_and_a_moment_at_once() -> None:
    day, moment = Moment(day=date(2026, 12, 24)), Moment(day=date(2026, 12, 24), clock=time(14))
    assert day.ends(BERLIN) == datetime(2026, 12, 25, tzinfo=BERLIN)
    assert moment.ends(BERLIN) == moment.starts(BERLIN)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-28", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day: str, hours: int) -> None:
    moment = Written(at=day).at  # type: ignore[arg-type]
    length = moment.ends(BERLIN).astimezone(UTC) - moment.starts(BERLIN).astimezone(UTC)
    assert length == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("24.12.2026", "2026-12-24."),
        ("5. 1. 2027 um 8 Uhr", "2027-01-05 08:00."),
        ("24.12.2026 14:10", "2026-12-24 14:10."),
        ("morgen", "2026-12-24 14:10."),
        ("2026-02-30", "2026-12-24 14:10."),
        ("2026-12-24 24:00", "2026-12-24 14:10."),
        ("0001-01-01", "2026-12-24 14:10."),
        ("1766586600", "2026-12-24 14:10."),
    ],
)
def test_what_is_no_moment_is_refused_with_an_example(text: str, like: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Written(at=text)  # type: ignore[arg-type]
    (error,) = caught.value.errors()
    assert error["ctx"]["message"] == f"{text!r} is neither a day nor a day with a time"
    assert error["ctx"]["hint"].endswith(f"like {like}")


@pytest.mark.parametrize("value", [None, 5, ["2026-12-24"], {"de": "x"}])
def test_other_values_are_refused_like_texts(value: object) -> None:
    with pytest.raises(ValidationError, match="this is neither a day"):
        Written(at=value)  # type: ignore[arg-type]


@given(DAYS, st.none() | CLOCKS, OFFSETS | st.none())
def test_what_is_shown_is_read_back(day: date, clock: time | None, offset: timezone | None) -> None:
    moment = Moment(day=day, clock=clock and clock.replace(tzinfo=offset))
    again = parse_moment(str(moment).replace("+0000", "Z") if offset is None else _with_colon(str(moment)))
    assert isinstance(again, Moment)
    assert again.starts(BERLIN) == moment.starts(BERLIN)
    assert moment.starts(BERLIN) <= moment.ends(BERLIN)


def _with_colon(text: str) -> str:
    """Offsets are written ``+01:00``."""
    return f"{text[:-2]}:{text[-2:]}" if text[-5:-4] in {"+", "-"} and ":" in text else text


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(Written(at=text).at, Moment)  # type: ignore[arg-type]
    except ValidationError as error:
        assert "neither a day" in str(error)
