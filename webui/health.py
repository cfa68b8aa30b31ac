"""Whether the process is alive, and whether it can serve: for whoever watches over it."""

from __future__ import annotations

import logging

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from webui import legal
from webui.context import redirects, runtime

logger = logging.getLogger(__name__)
bp = Blueprint("health", __name__)
NOT_SERVED = "the newest edit or build is not served, the last good one is; the log says why"


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers; touches neither the database nor the index."""
    return "alive\n", {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether questions can be answered and cases stored, and what serves.

    ``last_error`` is a warning: an edit or a build failed, and the last good state goes on serving.
    What exactly is wrong may name paths and addresses: that is for the log alone.
    """
    service = runtime()
    problems = service.ready()
    last_error = service.last_error or redirects().last_error or legal.source().last_error
    for problem in problems:
        logger.error("not ready: %s", problem)
    facts = {
        "ready": not problems,
        "problems": ["the database cannot be used; the log says why"] if problems else [],
        "last_error": NOT_SERVED if last_error else None,
        **service.assistant.state,
    }
    return jsonify(facts), 503 if problems else 200
