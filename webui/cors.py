"""Lets the pages of other hosts call the API, where the operator names them; never with credentials."""

from __future__ import annotations

from flask import Flask, Response, request

API = "/api/v1/"
METHODS = "GET, HEAD, POST"
TAKEN = "Accept-Language, Content-Type, Idempotency-Key, If-None-Match"
GIVEN = "Content-Language, ETag, Location, RateLimit, RateLimit-Policy, Retry-After"
REMEMBERED = 7200
"""Seconds that a browser may remember the permission; Chromium keeps none longer."""


def install(app: Flask, origins: tuple[str, ...]) -> None:
    """Allow the pages of some origins to call the API.

    :param app: the application.
    :param origins: such as ``https://www.example.org``, or ``*`` for all; none changes nothing.
    """
    if not origins:
        return

    def allow(response: Response) -> Response:
        if not request.path.startswith(API):
            return response
        if "*" in origins:
            allowed: str | None = "*"
        else:
            # Said to everyone, or a cache gives one origin what was made for another.
            response.vary.add("Origin")
            allowed = request.origin if request.origin in origins else None
        if allowed:
            response.headers["Access-Control-Allow-Origin"] = allowed
            response.headers["Access-Control-Expose-Headers"] = GIVEN
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
                response.headers["Access-Control-Allow-Methods"] = METHODS
                response.headers["Access-Control-Allow-Headers"] = TAKEN
                response.headers["Access-Control-Max-Age"] = str(REMEMBERED)
        return response

    app.after_request(allow)
