"""Links to the desk: signed, tied to case and team, good for a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.links import CaseLink, DeskLinks, TeamLink

NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LINKS = DeskLinks("secret", "https://help.example/", days=30)


def test_a_link_opens_its_case_for_its_team_until_it_expires() -> None:
    token = LINKS.case_token(7, "billing", now=NOW)
    assert LINKS.read_case(token, now=NOW) == CaseLink(7, "billing", NOW + 30 * DAY)
    assert LINKS.read_case(token, now=NOW + 30 * DAY - SECOND) == CaseLink(7, "billing", NOW + 30 * DAY)
    assert LINKS.read_case(token, now=NOW + 30 * DAY) is None
    queue = LINKS.team_token("billing", now=NOW)
    assert LINKS.read_team(queue, now=NOW + 30 * DAY - SECOND) == TeamLink("billing", NOW + 30 * DAY)
    assert LINKS.read_team(queue, now=NOW + 30 * DAY) is None


@given(st.integers(0, 40), st.integers(1, 60))
def test_a_link_reached_from_another_ends_with_it(later: int, end: int) -> None:
    now, until = NOW + later * DAY, NOW + end * DAY
    case = LINKS.case_token(7, "billing", now=now, end=until)
    queue = LINKS.team_token("billing", now=now, end=until)
    last = min(until, now + 30 * DAY)
    assert LINKS.read_case(case, now=last - SECOND) == CaseLink(7, "billing", last)
    assert LINKS.read_team(queue, now=last - SECOND) == TeamLink("billing", last)
    assert LINKS.read_case(case, now=last) is None
    assert LINKS.read_team(queue, now=last) is None


def test_addresses_stand_below_the_public_one() -> None:
    found = LINKS.addresses(7, "billing", now=NOW)
    assert found.case == f"https://help.example/desk/{LINKS.case_token(7, 'billing', now=NOW)}"
    assert found.queue == f"https://help.example/desk/team/{LINKS.team_token('billing', now=NOW)}"
    assert found.until == NOW + 30 * DAY


def test_a_link_of_one_kind_or_another_key_opens_nothing() -> None:
    case, queue = LINKS.case_token(7, "billing", now=NOW), LINKS.team_token("billing", now=NOW)
    assert LINKS.read_team(case, now=NOW) is None
    assert LINKS.read_case(queue, now=NOW) is None
    other = DeskLinks("another secret", "https://help.example")
    assert other.read_case(case, now=NOW) is None
    assert other.read_team(queue, now=NOW) is None


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_an_altered_link_opens_nothing(place: int) -> None:
    token = LINKS.case_token(7, "billing", now=NOW)
    altered = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert LINKS.read_case(altered, now=NOW) is None


@given(st.text())
@example("....")
@example("WzcsImJpbGxpbmciLDE3OTYyODg0MDBd.AAAA")
def test_any_text_can_be_read(text: str) -> None:
    assert LINKS.read_case(text, now=NOW) is None
    assert LINKS.read_team(text, now=NOW) is None
