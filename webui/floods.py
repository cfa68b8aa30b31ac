"""Refuses posts that come faster than people write, and tells programs how many more may come.

The headers are those of draft-ietf-httpapi-ratelimit-headers, from its version 08 on: ``RateLimit-Policy``
and ``RateLimit``.
"""

from __future__ import annotations

import math

from flask import Flask, Response, g, request
from werkzeug.exceptions import TooManyRequests

from webui.errors import wants_json
from webui.rate import Quota, RateLimit, Taken
from webui.shared import Shared

SUGGESTIONS_A_POST = 10
"""Typing a question asks for suggestions this many times as often as forms are sent."""
_ASKED_WHILE_TYPING = frozenset({"api.suggest", "contact.suggest"})


def install(app: Flask, per_minute: int, shared: Shared | None) -> None:
    """Limit the posts of each address.

    :param app: the application.
    :param per_minute: how many posts an address may send in a minute, half of them at once.
    :param shared: where several server processes count together, if they do.
    """
    posts = RateLimit(Quota("posts", per_minute), shared)
    suggestions = RateLimit(Quota("suggestions", per_minute * SUGGESTIONS_A_POST), shared)

    def refuse_floods() -> None:
        if request.method != "POST":
            return
        limit = suggestions if request.endpoint in _ASKED_WHILE_TYPING else posts
        g.taken = taken = limit.take(request.remote_addr)
        if taken.wait:
            raise TooManyRequests(retry_after=int(taken.wait) + 1)

    app.before_request(refuse_floods)
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    taken: Taken | None = g.get("taken")
    if taken and wants_json():
        quota = taken.quota
        response.headers["RateLimit-Policy"] = f'"{quota.name}";q={quota.burst};w={quota.window}'
        reset = math.ceil(taken.full_in)
        response.headers["RateLimit"] = f'"{quota.name}";r={taken.remaining};t={reset}'
    return response
