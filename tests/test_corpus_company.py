"""Opening hours as text, and which team takes a topic."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from corpus_files import COMPANY
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from corpus import Company, Hours, Interval
from corpus.company import parse_interval
from corpus.schema import schema_of
from corpus.source import parse_source
from corpus.validation import validate


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("08:00-18:30", time(8), time(18, 30)),
        ("8:00-9:05", time(8), time(9, 5)),
        (" 08:00 – 20:00 ", time(8), time(20)),
        ("22:00-06:00", time(22), time(6)),
        ("00:00-24:00", time(0), time(0)),
    ],
)
def test_intervals_are_read(text: str, start: time, end: time) -> None:
    assert Hours(mon=(text,)).mon == (Interval(start=start, end=end),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "08:00",
        "8-18",
        "24:00-08:00",
        "25:00-26:00",
        "08:60-09:00",
        "0800-1800",
        "08:00-",
        8,
        {"start": "08:00", "end": "09:00"},
    ],
)
def test_other_texts_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="opening hours are written like 08:00-18:30"):
        parse_interval(value)
    with pytest.raises(ValidationError, match="opening hours are written like"):
        Hours.model_validate({"mon": [value]})


@given(st.times(), st.times())
def test_an_interval_is_read_as_it_is_written(start: time, end: time) -> None:
    interval = Interval(
        start=start.replace(second=0, microsecond=0), end=end.replace(second=0, microsecond=0)
    )
    assert parse_interval(str(interval)) == interval
    assert parse_interval(interval) is interval


@given(st.text("0123456789:- ", max_size=14))
def test_any_text_is_an_interval_or_refused(text: str) -> None:
    try:
        assert isinstance(parse_interval(text), Interval)
    except ValueError as error:
        assert str(error) == "opening hours are written like 08:00-18:30"


def test_hours_of_a_weekday() -> None:
    hours = Hours.model_validate({"tue": ["08:00-12:00", "13:00-18:00"], "sun": ["10:00-11:00"]})
    assert [len(hours.of_weekday(day)) for day in range(7)] == [0, 2, 0, 0, 0, 0, 1]


def test_a_topic_without_team_goes_to_the_default_team() -> None:
    second = """\
  - id: desk
    name: {de: Technik, en: Tech}
    email: a@b.example
    topics: [faults]
    hours: {mon: [08:00-18:00]}
    promise: {working_hours: 4, urgent_working_hours: 1}
default_team"""
    data = parse_source(Path("c.yaml"), COMPANY.replace("default_team", second).encode()).data
    company = Company.model_validate(data)
    assert company.team_for("faults").id == "desk"
    assert (
        company.team_for("contract").id == company.team_for(None).id == company.team_for("?").id == "service"
    )


@pytest.mark.parametrize(("text", "level"), [("1", 1), ("3", 3)])
def test_the_level_of_a_team_is_read_from_text(text: str, level: int) -> None:
    changed = COMPANY.replace("email: team", f"level: {text}\n    email: team")
    data = parse_source(Path("c.yaml"), changed.encode()).data
    assert Company.model_validate(data).teams[0].level == level


def problems(text: str) -> list[str]:
    """What the checks say about a ``company.yaml``."""
    return [str(problem) for problem in validate(Company, parse_source(Path("c.yaml"), text.encode()))[1]]


@pytest.mark.parametrize("hours", ["{}", "{mon: []}", "{holidays: [08:00-12:00]}"])
def test_a_team_that_never_opens_is_refused(hours: str) -> None:
    (problem,) = problems(COMPANY.replace("hours: {mon: [08:00-18:00]}", f"hours: {hours}"))
    assert "the team 'service' never opens" in problem
    assert "mon: [08:00-18:00]" in problem
    schema = Draft202012Validator(schema_of("company"))
    data = {
        "name": "Company",
        "teams": [{"hours": yaml.safe_load(hours.replace("08:00-12:00", "'08:00-12:00'"))}],
    }
    paths = [error.json_path for error in schema.iter_errors(data)]
    assert "$.teams[0].hours" in paths


def test_umlaut_domains_are_kept_in_ascii() -> None:
    text = COMPANY.replace("service@beispiel.example", "service@büro.example")
    data = parse_source(Path("c.yaml"), text.encode()).data
    assert Company.model_validate(data).sender == "service@xn--bro-hoa.example"


@pytest.mark.parametrize("address", ["büro@beispiel.example", "team", "Team <team@beispiel.example>"])
def test_addresses_that_not_every_mail_server_takes_are_refused(address: str) -> None:
    (problem,) = problems(COMPANY.replace("team@beispiel.example", f"'{address}'"))
    assert f"{address!r} is not an e-mail address" in problem
    assert ("without accents or umlauts" in problem) == ("ü" in address)


@pytest.mark.parametrize("char", ["\n", "\r", "\u2028", "\x0b"])
def test_a_company_name_cannot_add_headers(char: str) -> None:
    data: dict[str, Any] = {**yaml_data(COMPANY), "name": f"Beispiel{char}Bcc: all@example.org"}
    with pytest.raises(ValidationError, match="line break"):
        Company.model_validate(data)


def yaml_data(text: str) -> dict[str, Any]:
    data = parse_source(Path("c.yaml"), text.encode()).data
    assert isinstance(data, dict)
    return data
