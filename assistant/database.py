"""The records database: SQLite in the data folder, or PostgreSQL by URL."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from corpus import LotseError

BUSY_SECONDS = 30
_MIGRATIONS = Path(__file__).parent / "migrations"
_SECRET = re.compile("pass|secret|token|key", re.IGNORECASE)
_MASK = "HIDDEN"
_MIGRATION_LOCK = 7_245_118_053


class DatabaseError(LotseError):
    """The records database cannot be used; the text says where it is and what to do."""


class Database:
    """Reads and writes records in transactions; safe to share between threads, not across a fork.

    On SQLite a transaction that writes begins IMMEDIATE: it waits for its turn at the start,
    instead of failing, or losing an update, half-way.
    """

    def __init__(self, url: str) -> None:
        self.url = _parse(url)
        self._reader = _engine(self.url)
        self._writer = self._reader.execution_options(begin="BEGIN IMMEDIATE")

    def __str__(self) -> str:
        masked = {key: _MASK for key in self.url.query if _SECRET.search(key)}
        return self.url.update_query_dict(masked).render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and keeps no change.

        :yields: the session.
        :raises DatabaseError: when the database cannot be used.
        """
        with self._explained(), Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes are kept together at the end, or not at all on an error.

        :yields: the session.
        :raises DatabaseError: when the database cannot be used.
        """
        with self._explained(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def migrate(self, report: Callable[[str], None] | None = None) -> None:
        """Bring the tables to the version of this program, once, however many processes start.

        :param report: called with a sentence for every step.
        :raises DatabaseError: when the database cannot be used, or is newer than this program.
        """
        say = report or (lambda _: None)
        if self.url.get_backend_name() == "sqlite" and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        with self._explained(), self._writer.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            before = _revision(connection)
            self._check_known(before)
            if before == self._head:
                say(f"{self} is up to date (version {before}).")
                return
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            say(f"{self}: version {before or 'none'} -> {self._head}.")

    def check(self) -> None:
        """Make sure that the database answers and has the tables of this program.

        :raises DatabaseError: when it does not.
        """
        with self._explained(), self._reader.connect() as connection:
            found = _revision(connection)
        self._check_known(found)
        if found != self._head:
            raise DatabaseError(
                f"The database {self} has version {found or 'none'} of its tables, this program needs "
                f"{self._head}. Run: lotse migrate"
            )

    def close(self) -> None:
        """Give all connections back."""
        self._reader.dispose()

    @cached_property
    def _scripts(self) -> ScriptDirectory:
        return ScriptDirectory.from_config(_config())

    @cached_property
    def _head(self) -> str | None:
        return self._scripts.get_current_head()

    def _check_known(self, revision: str | None) -> None:
        known = {script.revision for script in self._scripts.walk_revisions()}
        if revision is not None and revision not in known:
            raise DatabaseError(
                f"The database {self} has version {revision} of its tables, which this program does not "
                "know: it was written by a newer one. Install that version again."
            )

    def _masked(self, text: str) -> str:
        query = [value for key, value in self.url.query.items() if _SECRET.search(key)]
        for secret in (self.url.password, *(value for value in query if isinstance(value, str))):
            text = text.replace(secret, _MASK) if secret else text
        return text

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeoutError) as error:
            cause = self._masked(str(getattr(error, "orig", None) or error).splitlines()[0])
            raise DatabaseError(
                f"The database {self} cannot be used: {cause}. Is it there (LOTSE_DATABASE_URL, LOTSE_DATA), "
                "and are its tables made (lotse migrate)?"
            ) from error


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseError(
            "LOTSE_DATABASE_URL is not a database URL. Examples: sqlite:////var/lib/lotse/lotse.sqlite3, "
            "postgresql://user:password@host/name"
        ) from None
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise DatabaseError(
            f"LOTSE_DATABASE_URL names {parsed.drivername!r}; this program speaks sqlite and postgresql."
        )
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed


def _engine(url: URL) -> Engine:
    try:
        # An error's text goes into the log: what a customer wrote must not be a part of it.
        engine = create_engine(url, pool_pre_ping=url.get_backend_name() != "sqlite", hide_parameters=True)
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"The database driver {error.name!r} is missing. Run: pip install 'kundenlotse[postgresql]'"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and too late for IMMEDIATE.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
    _use_wal(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


def _use_wal(cursor: Any) -> None:
    # SQLite does not wait its busy time for this one statement when two processes make it at once.
    for wait in (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(wait)
        else:
            return
    cursor.execute("PRAGMA journal_mode=WAL")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
