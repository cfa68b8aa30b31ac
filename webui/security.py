"""What every response says to the browser: run only our own code, and keep nothing that is private.

There is no session and no cookie, so a foreign site gains nothing by posting our forms in a
customer's browser: it would write as nobody. Forms therefore carry no CSRF value; what must not be
altered on its way (the conversation) travels as a signed token.
"""

from __future__ import annotations

import secrets

from flask import Flask, Response, g, request

from webui.embedding import frame_ancestors

POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors {ancestors}; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


def install(app: Flask) -> None:
    """Add the headers to every response of the app and offer ``nonce()`` to its templates."""
    app.after_request(add_headers)
    app.jinja_env.globals["nonce"] = nonce


def nonce() -> str:
    """Return this response's number for the script tag, fresh for each request."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def add_headers(response: Response) -> Response:
    """Add the security headers, and caching that fits what the page shows.

    Pages are revalidated, never stored where others could read them: a thread holds the customer's
    own words. Static files carry their content's hash in the address and may be kept for a year.
    """
    policy = POLICY.format(nonce=nonce(), ancestors=frame_ancestors())
    response.headers.setdefault("Content-Security-Policy", policy)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.add("Accept-Language")
    return response
