"""The records database: migrations, transactions, several processes, and errors for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from processes import run_at_once
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import StatementError

import assistant.database
from assistant.database import Database, DatabaseError
from assistant.tables import CaseEventRow, CaseRow, FeedbackRow, Table

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, 30, 15, 123456, tzinfo=UTC)


def feedback(**changes: object) -> FeedbackRow:
    values = {"conversation_id": "c", "article_id": "a", "helpful": True, "at": NOW, **changes}
    return FeedbackRow(**values)


def test_migrating_makes_the_tables_and_says_so_once(database_url: str) -> None:
    said: list[str] = []
    database = Database(database_url)
    database.migrate(said.append)
    database.migrate(said.append)
    database.check()
    assert "version none -> 0003_desk" in said[0]
    assert "is up to date (version 0003_desk)" in said[1]
    assert len(said) == 2
    database.close()


def test_the_migrated_tables_are_those_of_the_program(database: Database) -> None:
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())
        assert compare_metadata(context, Table.metadata) == []


def test_cases_of_the_first_tables_keep_what_they_hold(database_url: str) -> None:
    database = Database(database_url)
    if database.url.database and database.url.get_backend_name() == "sqlite":
        Path(database.url.database).parent.mkdir(parents=True, exist_ok=True)
    config = Config()
    config.set_main_option("script_location", str(Path(assistant.database.__file__).parent / "migrations"))
    with database.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
        session.execute(
            text(
                "INSERT INTO cases (id, number, code_hash, submission_key, conversation_id, language, team, "
                "priority, message, packet, promised_at, state, created_at, updated_at) VALUES (1, 'K-26-1', "
                "'', '', '', 'de', 'service', 'normal', 'Hallo', '{}', :at, 'in_progress', :at, :at)"
            ),
            {"at": datetime(2026, 11, 3, 9, tzinfo=UTC)},
        )
        session.execute(
            text("INSERT INTO case_events VALUES (1, 1, 'taken', :at, 'kim', '')"),
            {"at": datetime(2026, 11, 3, 9, tzinfo=UTC)},
        )
    database.migrate()
    with database.reading() as session:
        row = session.get_one(CaseRow, 1)
        assert (row.message, row.mail_off, row.warned_at, row.overdue_at) == ("Hallo", False, None, None)
        assert session.get_one(CaseEventRow, 1).kind == "claimed"
    database.close()


def test_processes_that_start_at_once_migrate_once(database_url: str) -> None:
    code = """
from assistant.database import Database

def work(url):
    Database(url).migrate(print)
"""
    output = run_at_once(code, database_url)
    assert output.count("version none -> 0003_desk") == 1
    assert output.count("is up to date") == 3


def test_increments_of_several_processes_are_all_kept(database: Database, database_url: str) -> None:
    with database.writing() as session:
        session.add(feedback(reason="0"))
    code = """
from sqlalchemy import select
from assistant.database import Database
from assistant.tables import FeedbackRow

def work(url):
    database = Database(url)
    for _ in range(25):
        with database.writing() as session:
            row = session.scalars(select(FeedbackRow).with_for_update()).one()
            row.reason = str(int(row.reason) + 1)
"""
    run_at_once(code, database_url)
    with database.reading() as session:
        assert session.scalars(select(FeedbackRow.reason)).one() == "100"


def test_check_says_what_to_run_before_the_first_migration(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(DatabaseError, match="lotse migrate"):
        database.check()
    database.close()


def test_a_database_of_a_newer_program_is_left_alone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match=r"9999.*newer"):
        database.check()
    with pytest.raises(DatabaseError, match=r"9999.*newer"):
        database.migrate()


def test_an_error_keeps_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        session.add(feedback())
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(FeedbackRow)).all() == []


def test_reading_keeps_no_change(database: Database) -> None:
    with database.reading() as session:
        session.add(feedback())
        session.flush()
    with database.reading() as session:
        assert session.scalars(select(FeedbackRow)).all() == []


def test_rows_can_be_used_after_their_session(database: Database) -> None:
    with database.writing() as session:
        session.add(feedback())
    with database.reading() as session:
        row = session.scalars(select(FeedbackRow)).one()
    assert row.article_id == "a"


def test_moments_come_back_in_utc(database: Database) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-7)))
    with database.writing() as session:
        session.add(feedback(at=elsewhere))
    with database.reading() as session:
        at = session.scalars(select(FeedbackRow.at)).one()
    assert at == NOW
    assert at.tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="has no time zone"), database.writing() as session:
        session.add(feedback(at=NOW.replace(tzinfo=None)))


def test_an_error_does_not_repeat_what_a_customer_wrote(database: Database) -> None:
    with pytest.raises(StatementError) as caught, database.writing() as session:
        session.add(feedback(reason="Mein Kundenkennwort", at=NOW.replace(tzinfo=None)))
    assert "Kundenkennwort" not in str(caught.value)


def test_every_text_can_be_stored(database: Database) -> None:
    with database.writing() as session:
        session.add(feedback(reason="a\x00b\ud800c\u2028😀"))
    with database.reading() as session:
        assert session.scalars(select(FeedbackRow.reason)).one() == "ab?c\u2028😀"


def test_sqlite_is_set_to_lose_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/a.sqlite3")
    database.migrate()
    with database.reading() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")
        }
    database.close()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "secure_delete": 1,
    }


def test_a_sqlite_writer_has_the_lock_from_the_start(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.sqlite3"
    database = Database(url)
    database.migrate()
    impatient = create_engine(url, connect_args={"timeout": 0})
    with database.writing() as session, impatient.connect() as other:
        session.execute(select(FeedbackRow))
        with pytest.raises(Exception, match="locked"):
            other.exec_driver_sql("BEGIN IMMEDIATE")
    with database.reading() as session, impatient.connect() as other:
        session.execute(select(FeedbackRow))
        other.exec_driver_sql("BEGIN IMMEDIATE")
    impatient.dispose()
    database.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.sqlite3").write_text("shopping list\n" * 100)
    database = Database(f"sqlite:///{tmp_path}/notes.sqlite3")
    with pytest.raises(DatabaseError, match=r"notes\.sqlite3 cannot be used: .*not a database"):
        database.migrate()
    database.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "is not a database URL"),
        ("oracledb://host/x", "speaks sqlite and postgresql"),
        ("mysql://host/x", "speaks sqlite and postgresql"),
    ],
)
def test_an_unusable_url_is_explained(url: str, message: str) -> None:
    with pytest.raises(DatabaseError, match=message):
        Database(url)


def test_an_unreachable_server_is_explained_without_the_password() -> None:
    database = Database("postgresql://lotse:geheim@127.0.0.1:9/lotse?connect_timeout=2")
    with pytest.raises(DatabaseError, match="cannot be used") as caught:
        database.check()
    assert "geheim" not in str(caught.value)
    assert "lotse:***@127.0.0.1:9/lotse" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgresql://lotse:hush@127.0.0.1:9/lotse", "postgresql://127.0.0.1:9/lotse?password=hush"]
)
def test_no_text_shows_the_password(url: str) -> None:
    pytest.importorskip("psycopg")
    database = Database(url)
    assert "hush" not in str(database)
    assert "***@" in str(database) or "password=HIDDEN" in str(database)
    with pytest.raises(DatabaseError) as caught:
        database.check()
    assert "hush" not in str(caught.value)
    database.close()


def test_a_password_that_the_driver_repeats_is_masked(tmp_path: Path) -> None:
    database = Database(f"sqlite:///file:{tmp_path}/hush.sqlite3?uri=true&mode=hush&secret_mode=hush")
    with pytest.raises(DatabaseError) as caught:
        database.check()
    assert "no such access mode: HIDDEN" in str(caught.value)
    database.close()
