"""Real databases for tests: SQLite in a file, and a private PostgreSQL server where one is installed."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from assistant.database import Database


def _binaries() -> Path | None:
    found = [Path(path).resolve().parent for path in (shutil.which("initdb"),) if path]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    needed = ("initdb", "pg_ctl")
    return next((folder for folder in found if all((folder / name).exists() for name in needed)), None)


class PostgresServer:
    """A server of its own in a temporary folder, reached by a socket in it."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="lotse-pg-"))
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.user = "postgres" if os.getuid() == 0 else getpass.getuser()
        self._run(
            "initdb", "-D", f"{self.folder}/data", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={self.folder} -c fsync=off"
        self._run(
            "pg_ctl", "-D", f"{self.folder}/data", "-o", options, "-l", f"{self.folder}/log", "-w", "start"
        )

    def new_database(self) -> str:
        """Return the URL of an empty schema, which takes milliseconds where a database takes a second."""
        name = f"t{uuid.uuid4().hex}"
        engine = create_engine(f"postgresql+psycopg://{self.user}@/postgres?host={self.folder}")
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        engine.dispose()
        return f"postgresql://{self.user}@/postgres?host={self.folder}&options=-csearch_path%3D{name}"

    def stop(self) -> None:
        """Stop the server and delete its folder."""
        self._run("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # The server keeps its starter's output open: a pipe would never end.
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(
                command, check=False, cwd=self.folder, stdout=output, stderr=subprocess.STDOUT, timeout=120
            )
            output.seek(0)
            assert done.returncode == 0, output.read()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server is installed")
    pytest.importorskip("psycopg")
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on every backend."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records' / 'lotse.sqlite3'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database, on every backend."""
    opened = Database(database_url)
    opened.migrate()
    yield opened
    opened.close()
