"""Runs the web application: prepares what is missing, then hands over to gunicorn."""

from __future__ import annotations

import errno
import logging
import socket
import sys
from multiprocessing import get_context
from typing import Any, cast
from urllib.parse import quote

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger, SafeAtoms
from gunicorn.workers.base import Worker

from assistant import Database, Runtime
from assistant.build import Report, build, last_build
from assistant.secret import secret_key
from corpus import LotseError
from corpus.settings import Settings
from index import current_artifact
from webui.app import create_app

ACCESS_LOG = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


class ServeError(LotseError):
    """The server cannot start."""


class PathOnly(SafeAtoms):  # type: ignore[misc]
    """What the access log may tell: no query, no address of a customer, no forged lines."""

    def __init__(self, atoms: dict[str, Any]) -> None:
        super().__init__({**atoms, "U": quote(str(atoms["U"]), safe="/-._~"), "q": "-", "r": "-", "h": "-"})


class QuietLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger with the access log's content limited."""

    atoms_wrapper_class = PathOnly


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn around the application.

    Every worker opens its own runtime after the fork: ONNX Runtime and FAISS that were created before
    one hang or abort on exit.
    """

    def __init__(self, settings: Settings, listener: socket.socket) -> None:
        self.settings = settings
        self.listener = listener
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        config = cast(Config, self.cfg)
        for name, value in {
            "bind": [f"fd://{self.listener.fileno()}"],
            "worker_class": "gthread",
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "preload_app": False,
            "timeout": 120,
            "graceful_timeout": 20,
            "accesslog": "-",
            "access_log_format": ACCESS_LOG,
            "logger_class": QuietLogger,
            "loglevel": self.settings.log_level.lower(),
            "control_socket_disable": True,
            "worker_exit": _close_runtime,
        }.items():
            config.set(name, value)

    def load(self) -> Flask:
        """Open the runtime and make the application; runs in the worker."""
        logging.basicConfig(level=self.settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        try:
            return create_app(Runtime.open(self.settings))
        except LotseError as error:
            logging.getLogger(__name__).error("%s", error)
            sys.exit(4)  # gunicorn's sign that starting again would not help


def serve(settings: Settings, *, report: Report) -> None:
    """Prepare what is missing and serve until the process is told to stop.

    :param settings: the settings of the installation.
    :param report: called with a line for people at each step.
    :raises ServeError: when the address is taken or not ours.
    :raises LotseError: when the database or the corpus cannot be used.
    """
    listener = open_listener(settings.host, settings.port)
    settings.data.mkdir(parents=True, exist_ok=True)
    secret_key(settings)
    _migrate(settings, report)
    prepare_index(settings, report)
    report(f"Kundenlotse answers at {address_of(settings, listener)} (stop with Ctrl+C)")
    Server(settings, listener).run()


def open_listener(host: str, port: int) -> socket.socket:
    """Take the address before anything else, so that a taken one is told at once.

    :param host: a name or address of this machine.
    :param port: the port, 0 for any free one.
    :return: a bound socket that does not listen yet.
    :raises ServeError: when the address is taken or not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise ServeError(_why_not(host, port, error)) from None
    return listener


def prepare_index(settings: Settings, report: Report) -> None:
    """Bring the index up to date; where a good one stands, a failing build is only reported.

    The build runs in a process of its own, because what it loads must not be there at the fork.

    :param settings: where the corpus and the data folder are.
    :param report: called with a line for people.
    :raises ServeError: when the build fails and there is nothing to serve.
    """
    process = get_context("spawn").Process(target=_build, args=(settings,))
    process.start()
    process.join()
    if process.exitcode == 0:
        return
    status = last_build(settings.data)
    why = status.message if status and status.message else f"exit code {process.exitcode}"
    standing = current_artifact(settings.data)
    if standing is None:
        raise ServeError(f"there is no index to serve, and building one failed:\n{why}")
    report(f"{why}\nThe build failed; the last good index {standing} serves.")


def address_of(settings: Settings, listener: socket.socket) -> str:
    """Return the address to open, with the port that was really taken."""
    host, port = listener.getsockname()[:2]
    if settings.base_url:
        return settings.public_url
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _migrate(settings: Settings, report: Report) -> None:
    database = Database(settings.sqlalchemy_url)
    try:
        database.migrate(lambda line: cast(None, report(line)))
    finally:
        database.close()


def _build(settings: Settings) -> None:
    try:
        build(settings, report=lambda line: print(line, file=sys.stderr))
    except LotseError:
        sys.exit(1)


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use already; choose another one with --port or LOTSE_PORT"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one from 1024 on"
    return f"{host}:{port} cannot be opened: {error.strerror or error}"


def _close_runtime(_server: object, worker: Worker) -> None:
    app = worker.app.callable
    if isinstance(app, Flask):
        cast(Runtime, app.extensions["lotse"]).close()
