"""Whether the process is alive, and whether it can serve: for whoever watches over it."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from webui.context import runtime

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers; touches neither the database nor the index."""
    return "alive\n", {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say whether questions can be answered and cases stored, and what serves.

    ``last_error`` is a warning: an edit or a build failed, and the last good state goes on serving.
    """
    service = runtime()
    problems = service.ready()
    facts = {
        "ready": not problems,
        "problems": problems,
        "last_error": service.last_error,
        **service.assistant.state,
    }
    return jsonify(facts), 503 if problems else 200
