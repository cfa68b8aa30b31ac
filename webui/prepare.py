"""Makes what a server needs before it starts: the secret key, the tables, the index."""

from __future__ import annotations

from assistant import Database
from assistant.build import Report, build
from assistant.secret import secret_key
from corpus import LotseError
from corpus.settings import Settings
from index import current_artifact


def prepare(settings: Settings, report: Report) -> None:
    """Bring the data folder up to date.

    Where a good index stands, a failing build is only reported.

    :param settings: the settings of the installation.
    :param report: called with a line for people at each step.
    :raises LotseError: when the database cannot be used, or there is no index and building one fails.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    secret_key(settings)
    database = Database(settings.sqlalchemy_url)
    try:
        database.migrate(lambda line: _say(report, line))
    finally:
        database.close()
    standing = current_artifact(settings.data)
    try:
        build(settings, report=report)
    except LotseError as error:
        if standing is None:
            raise
        report(f"{error}\nThe build failed; the last good index {standing} serves.")


def _say(report: Report, line: str) -> None:
    report(line)
