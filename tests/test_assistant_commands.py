"""The terminal says what the help page says, and the desk works on the same cases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from case_files import NO_FILES

from assistant import Cases, Database, HandOver
from assistant.desk import person
from assistant.secret import secret_key
from corpus import load_corpus
from corpus.settings import PACKAGE, Settings
from index import current_corpus


@pytest.fixture(scope="module")
def installation(shipped: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped index with a database of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('desk') / 'desk.sqlite3'}"
    return shipped.model_copy(update={"database_url": url})


def lotse(settings: Settings, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("lotse")), *arguments],
        env={
            "PATH": "/usr/bin:/bin",
            "LOTSE_DATA": str(settings.data),
            "LOTSE_DATABASE_URL": settings.sqlalchemy_url,
            "LOGNAME": "desk",
        },
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def number(installation: Settings) -> str:
    """The number of an open case."""
    assert lotse(installation, "migrate").returncode == 0
    company = current_corpus(installation.data).company
    database = Database(installation.sqlalchemy_url)
    opened = Cases(
        database, lambda: company, secret_key(installation), "https://help.example", attachments=NO_FILES
    ).open(
        HandOver(
            conversation_id="c1",
            language="de",
            topic="faults",
            message="Der Router blinkt orange.",
            history=("mein internet ist weg", "Der Router blinkt"),
            articles_read=("no-internet",),
            articles_rejected=("no-internet",),
            email="kim@example.org",
            priority="high",
            escalation="complaint",
        ),
        submission_key="once",
        now=datetime.now(UTC),
    )
    database.close()
    return opened.case.number


def test_a_question_is_answered_in_the_terminal(installation: Settings) -> None:
    done = lotse(installation, "ask", "Wo finde ich meine Rechnung?")

    assert done.returncode == 0, done.stderr
    assert "(find-invoice)" in done.stdout
    assert "[answer, p = 1." in done.stdout, "it is one of the article's phrasings"


def test_the_reply_as_json_has_its_trace(installation: Settings) -> None:
    reply = json.loads(lotse(installation, "ask", "--json", "how do i cancel my contract").stdout)

    assert (reply["decision"], reply["articles"][0]["id"]) == ("answer", "cancel-contract")
    assert reply["trace"]["found"][0]["article"] == "cancel-contract"
    assert "conversation" not in reply


def test_a_call_for_a_person_shows_the_ways_to_one(installation: Settings) -> None:
    done = lotse(installation, "ask", "Ich will mit einem Menschen sprechen")

    # Which ways are shown first depends on what is open: every one has an address and its reason.
    known = [channel.address for channel in load_corpus(PACKAGE).company.channels]
    assert sum(address in done.stdout for address in known) >= 2
    assert "[escalate; escalation human]" in done.stdout


@pytest.mark.parametrize(("text", "said"), [("   ", "empty"), ("Router " * 900, "more than 4000")])
def test_what_cannot_be_asked_is_said_in_one_line(installation: Settings, text: str, said: str) -> None:
    done = lotse(installation, "ask", text)

    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_index_the_next_step_is_named(tmp_path: Path) -> None:
    done = lotse(Settings(data=tmp_path, _env_file=None), "ask", "hallo welt")

    assert done.returncode == 1
    assert "lotse build" in done.stderr


def test_a_case_is_seen_claimed_answered_closed_and_deleted(installation: Settings, number: str) -> None:
    assert number in lotse(installation, "case", "list").stdout
    shown = lotse(installation, "case", "show", number).stdout
    assert "Der Router blinkt orange." in shown
    assert "mein internet ist weg" in shown
    assert shown.count("Der Router blinkt") == 2, "once as message, once in what happened"
    assert "Did not help     no-internet" in shown
    assert "Priority         high: complaint" in shown

    assert "is yours" in lotse(installation, "case", "claim", number).stdout
    assert " desk " in lotse(installation, "case", "list").stdout
    assert "Claimed by       desk" in lotse(installation, "case", "show", number).stdout
    taken = lotse(installation, "case", "claim", number, "--instead-of", "nobody")
    assert "is yours" in taken.stdout, "who has it keeps it"
    assert "noted" in lotse(installation, "case", "note", number, "Schon einmal gemeldet.").stdout
    given = lotse(installation, "case", "hand-over", number, "care", "--note", "Bitte prüfen.")
    assert f"{number} is with care" in given.stdout, given.stderr
    assert "is with the team care already" in lotse(installation, "case", "hand-over", number, "care").stderr
    assert number in lotse(installation, "case", "list", "--team", "care").stdout
    assert "0 open" in lotse(installation, "case", "list", "--team", "technical").stdout
    assert "0 open" in lotse(installation, "case", "list", "--overdue").stdout
    assert "/desk/" in lotse(installation, "case", "show", number).stdout
    answered = lotse(installation, "case", "answer", number, "Bitte halten Sie den Knopf 10 Sekunden.")
    assert "kim@example.org" in answered.stdout, answered.stderr
    assert "closed" in lotse(installation, "case", "close", number).stdout
    assert "0 open" in lotse(installation, "case", "list").stdout
    assert "4 mails" in lotse(installation, "outbox", "list").stdout

    assert "deleted" in lotse(installation, "case", "delete", number, stdin="y\n").stdout
    left = lotse(installation, "case", "show", number).stdout
    assert "Router" not in left
    assert "kim@example.org" not in left
    assert "desk: answered" in left


def test_an_unknown_case_is_said_plainly(installation: Settings, number: str) -> None:
    done = lotse(installation, "case", "show", "K-99-000000")

    assert done.returncode == 1
    assert "K-99-000000" in done.stderr
    assert "Traceback" not in done.stderr


def test_housekeeping_commands_run(installation: Settings, number: str) -> None:
    for arguments in (["purge"], ["deflection"], ["outbox", "send"], ["outbox", "retry"]):
        done = lotse(installation, *arguments)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip()


def test_a_user_without_a_name_acts_by_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000)
    assert person() == "uid 4000000"
