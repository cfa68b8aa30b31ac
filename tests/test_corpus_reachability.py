"""The check tells who cannot be reached according to company.yaml."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from corpus_files import COMPANY, TODAY, line, write_corpus

from corpus.load import check_corpus

MONDAY = "hours: {mon: [08:00-18:00]}"
EXCEPTION = "{date: %s, hours: [%s], reason: {de: Inventur, en: Stocktaking}}"


def warnings(tmp_path: Path, old: str, new: str, today: date = TODAY) -> list[str]:
    assert old in COMPANY
    folder = write_corpus(tmp_path / "c", company=COMPANY.replace(old, new, 1))
    return [line(problem, folder) for problem in check_corpus(folder, today).problems]


def test_a_topic_that_no_channel_suits(tmp_path: Path) -> None:
    assert warnings(tmp_path, "[contract, faults]", "[contract]") == [
        "company.yaml:11:9 warning topic-without-channel: no channel suits the topic 'faults', "
        "so customers are given no reason for any"
    ]


def test_a_team_that_is_away_for_two_weeks(tmp_path: Path) -> None:
    closed = ", ".join(EXCEPTION % (day, "") for day in ("2026-06-01", "2026-06-08"))
    (found,) = warnings(tmp_path, MONDAY, f"{MONDAY}\n    exceptions: [{closed}]")
    assert found.endswith("team-away: the team 'service' does not work from 2026-06-01 to 2026-06-14")
    open_once = closed.replace("2026-06-08, hours: []", "2026-06-08, hours: [10:00-11:00]")
    assert warnings(tmp_path / "2", MONDAY, f"{MONDAY}\n    exceptions: [{open_once}]") == []


def test_public_holidays_count_as_away(tmp_path: Path) -> None:
    friday = MONDAY.replace("mon", "fri")
    (found,) = warnings(tmp_path, MONDAY, friday, date(2026, 12, 19))
    assert found.endswith("does not work from 2026-12-19 to 2027-01-01")
    there = MONDAY.replace("{mon", "{holidays: [09:00-12:00], fri")
    assert warnings(tmp_path / "2", MONDAY, there, date(2026, 12, 19)) == []


@pytest.mark.parametrize(("days", "warned"), [(-1, False), (0, False), (90, False), (91, True)])
def test_an_exception_that_has_long_been_over(tmp_path: Path, days: int, warned: bool) -> None:
    listed = f"[{EXCEPTION % (TODAY - timedelta(days), '09:00-10:00')}]"
    found = warnings(tmp_path, MONDAY, f"{MONDAY}\n    exceptions: {listed}")
    assert bool(found) == warned
    if warned:
        assert found == [
            "company.yaml:31:25 warning exception-over: the exception on 2026-03-02 of the team 'service' "
            "has long been over"
        ]


def test_several_exceptions_that_are_over_are_one_warning(tmp_path: Path) -> None:
    listed = ", ".join(EXCEPTION % (f"2025-12-{day}", "") for day in (24, 27, 31))
    (found,) = warnings(tmp_path, "    hours:\n", f"    exceptions: [{listed}]\n    hours:\n")
    assert found.endswith("the exception on 2025-12-24 and 2 more of the channel 'phone' has long been over")


def all_day(*days: str) -> str:
    return "hours: {" + ", ".join(f"{day}: [00:00-24:00]" for day in days) + "}"


WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@pytest.mark.parametrize(
    ("hours", "warned"),
    [
        ("hours: {mon: [08:00-12:00]}", True),
        (all_day(*WEEK), True),
        (all_day(*WEEK, "holidays"), False),
        ("have_ready: {de: Rufnummer, en: number}", False),
    ],
)
def test_an_emergency_channel_that_closes(tmp_path: Path, hours: str, warned: bool) -> None:
    given = f"    {hours}\n    emergency: true"
    found = warnings(tmp_path, "    hours:\n      mon: [08:00-12:00, 13:00-24:00]", given)
    assert bool(found) == warned
    assert not warned or "the emergency channel 'phone' is not reachable around the clock" in found[0]


def test_remote_help_without_consent(tmp_path: Path) -> None:
    (found,) = warnings(tmp_path, "kind: phone", "kind: remote")
    assert "remote-without-consent" in found
    agreed = "kind: remote\n    consent: [{de: Sie beenden jederzeit., en: You can end it at any time.}]"
    assert warnings(tmp_path / "2", "kind: phone", agreed) == []
