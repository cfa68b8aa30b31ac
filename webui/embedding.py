"""The help inside a frame on the company's own pages: which view is asked for, and who may frame what.

``embed=1`` in the address asks for the view that fits a frame, and every link and form of such a page
carries it on, as ``lang`` is carried. It opens nothing: whose pages may frame ours says ``frame-ancestors``.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from webui.context import runtime

NEVER_FRAMED = frozenset({"status.delete"})
"""What cannot be undone is done in a tab of its own, where no other page can lie above it."""


def install(app: Flask) -> None:
    """Keep the view from page to page, and tell the templates of it and of who may frame them."""
    app.url_defaults(_keep_view)
    app.after_request(_add_header)
    app.jinja_env.globals.update(autofocus=autofocus, embedded=embedded, framing_origins=framing_origins)


def embedded() -> bool:
    """Say whether the page is to be shown inside a frame."""
    return request.args.get("embed") == "1"


def autofocus() -> str:
    """Return the attribute that puts the focus on what a page is about; browsers refuse it inside a frame."""
    return "" if embedded() else " autofocus"


def framing_origins() -> str:
    """Return the origins that may frame the help beside our own, with spaces between them."""
    return runtime().settings.widget_origins or ""


def frame_ancestors() -> str:
    """Return who may frame this response, as the content security policy says it."""
    if request.blueprint == "desk" or request.endpoint in NEVER_FRAMED:
        return "'none'"
    return f"'self' {framing_origins()}".strip() if embedded() else "'self'"


def _keep_view(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" or endpoint.startswith("api.") or not request:
        return
    if embedded():
        values.setdefault("embed", 1)


def _add_header(response: Response) -> Response:
    if embedded():
        # The same page without its frame is the one to be found.
        response.headers.setdefault("X-Robots-Tag", "noindex")
    return response
