"""Runs the web application: prepares what is missing, then hands over to gunicorn.

The process that forks the workers loads neither ONNX Runtime nor FAISS, because both hang or abort in
a fork: what needs them is imported in the worker, and in the process that prepares.
"""

from __future__ import annotations

import errno
import logging
import socket
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, cast
from urllib.parse import quote

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger, SafeAtoms
from gunicorn.workers.base import Worker

from corpus import LotseError
from corpus.settings import Settings
from webui.loggable import loggable
from webui.shared import Shared

BACKLOG = 2048
ACCESS_LOG = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"


class ServeError(LotseError):
    """The server cannot start."""


class PathOnly(SafeAtoms):  # type: ignore[misc]
    """What the access log may tell: no query, no key, no address of a customer, no forged lines."""

    def __init__(self, atoms: dict[str, Any]) -> None:
        path = quote(loggable(str(atoms["U"])), safe="/-._~")
        super().__init__({**atoms, "U": path, "q": "-", "r": "-", "h": "-"})


class QuietLogger(Logger):  # type: ignore[misc]
    """Gunicorn's logger with the access log's content limited."""

    atoms_wrapper_class = PathOnly


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn around the application; every worker opens its own runtime."""

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
            # On a slow link a new connection costs as much as the answer; idle ones hold no thread.
            "keepalive": 30,
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
        from assistant import Conversation, Runtime
        from webui.app import create_app
        from webui.typed import read_words

        logging.basicConfig(level=self.settings.log_level, format="%(levelname)s %(name)s: %(message)s")
        # Each readiness check asks the migrations, which tell of it in two lines.
        logging.getLogger("alembic").setLevel(logging.WARNING)
        try:
            runtime = Runtime.open(self.settings)
            # Models load at first use; the first customer should not wait for that.
            runtime.assistant.ask("Guten Tag", page_language="de", conversation=Conversation.start())
            read_words(runtime.assistant)
        except LotseError as error:
            logging.getLogger(__name__).error("%s", error)
            sys.exit(4)  # gunicorn's sign that starting again would not help
        return create_app(runtime)


def serve(settings: Settings, *, report: Callable[[str], object]) -> None:
    """Prepare what is missing and serve until the process is told to stop.

    :param settings: the settings of the installation.
    :param report: called with a line for people.
    :raises ServeError: when the address is taken, or what a server needs cannot be made.
    :raises SharedError: when the limits shall be shared and cannot be.
    """
    # Told before the build, which may take minutes.
    if shared := Shared.from_settings(settings):
        shared.close()
    listener = open_listener(settings.host, settings.port)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    if problem := prepare_aside(settings):
        raise ServeError(problem)
    listen(listener)
    report(f"Kundenlotse answers at {address_of(settings, listener)} (stop with Ctrl+C)")
    Server(settings, listener).run()


def prepare_aside(settings: Settings) -> str:
    """Prepare in a process of its own, so that nothing heavy is loaded here before the fork.

    :param settings: the settings of the installation.
    :return: what went wrong, empty when nothing did.
    """
    spawn = get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_prepare, args=(settings, sender))
    process.start()
    sender.close()
    try:
        problem = str(receiver.recv())
    except EOFError:
        process.join()
        problem = f"preparing the server ended with exit code {process.exitcode}"
    process.join()
    return problem


def open_listener(host: str, port: int) -> socket.socket:
    """Take the address before anything else, so that a taken one is told at once.

    :param host: a name or address of this machine.
    :param port: the port, 0 for any free one.
    :return: a bound socket that does not listen yet.
    :raises ServeError: when the address is taken or not ours.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise ServeError(_why_not(host, port, error)) from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise ServeError(_why_not(host, port, error)) from None
    return listener


def listen(listener: socket.socket) -> None:
    """Begin to take connections; only now does Linux tell of another one that had bound the port too.

    :param listener: a bound socket.
    :raises ServeError: when another process listens there by now.
    """
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        host, port = listener.getsockname()[:2]
        listener.close()
        raise ServeError(_why_not(host, port, error)) from None


def address_of(settings: Settings, listener: socket.socket) -> str:
    """Return the address to open, with the port that was really taken."""
    host = listener.getsockname()[0]
    return f"http://[{host}]:{settings.port}" if ":" in host else settings.public_url


def _prepare(settings: Settings, sender: Connection) -> None:
    from webui.prepare import prepare

    try:
        prepare(settings, report=lambda line: print(line, file=sys.stderr, flush=True))
    except LotseError as error:
        sender.send(str(error))
    else:
        sender.send("")


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} on {host} is in use already; choose another one with --port or LOTSE_PORT"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has; choose one from 1024 on"
    return f"{host}:{port} cannot be opened: {error.strerror or error}"


def _close_runtime(_server: object, worker: Worker) -> None:
    app = worker.app.callable
    if isinstance(app, Flask):
        app.extensions["lotse"].close()
