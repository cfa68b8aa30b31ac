"""One script tag that opens the help on any page of the company, and a page that shows how."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, make_response, render_template
from flask.typing import ResponseReturnValue

from webui.context import assistant, runtime

bp = Blueprint("widget", __name__)

SCRIPT = "widget.js"
KEPT_SECONDS = 3600
HOST_POLICY = "default-src 'none'; script-src {ours}; frame-src {ours}"
"""All that a page must allow for the widget; ``ours`` is our own origin."""


@bp.get(f"/{SCRIPT}")
def script() -> ResponseReturnValue:
    """Give out the script, to pages of any origin: it holds nothing that is private."""
    response: Response = current_app.send_static_file(SCRIPT)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


@bp.get("/widget-demo")
def demo() -> ResponseReturnValue:
    """Show the widget on a page whose policy allows nothing beyond what the widget needs."""
    page = render_template(
        "widget/demo.html",
        ours=runtime().settings.public_url,
        policy=HOST_POLICY.format(ours=runtime().settings.public_url),
        topics=assistant().corpus.company.topics,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = (
        HOST_POLICY.format(ours="'self'")
        + "; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Robots-Tag"] = "noindex"
    return response
