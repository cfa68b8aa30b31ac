"""Sends pages compressed, which matters most to a phone in a dead spot.

The length of a compressed page betrays a secret only where a foreign page can make the customer's browser
fetch the secret together with text of the attacker's choice (BREACH). Browsers bring nothing of their own
accord here: there is no cookie and no login; the conversation and the code of a case travel in the form
itself, so that whoever can cause a request for a page knows all that it holds. A request that does bring
credentials is answered uncompressed.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

TYPES = ["text/html", "text/css", "text/javascript", "application/json", "application/xml", "image/svg+xml"]
CODINGS = ["br", "gzip"]
FILES = frozenset({"static", "widget.script"})
"""What answers with a file."""
LEAST = 500
"""Bytes below which compressing gains nothing."""


def install(app: Flask) -> None:
    """Compress what the app answers, with brotli where the browser takes it, else with gzip."""
    app.config.update(
        COMPRESS_ALGORITHM=CODINGS,
        COMPRESS_STREAMS=False,
        COMPRESS_MIMETYPES=TYPES,
        COMPRESS_MIN_SIZE=LEAST,
        COMPRESS_BR_LEVEL=5,
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    def compress_unless_private(response: Response) -> Response:
        if request.authorization is not None or request.cookies:
            return response
        if request.accept_encodings.best_match(CODINGS) is None:
            response.vary.add("Accept-Encoding")
            return response
        if request.endpoint in FILES and response.status_code == 200:
            # Files come as streams; they are short, and as a whole they keep their length.
            response.direct_passthrough = False
            response.make_sequence()
        return compress.after_request(response)

    app.after_request(compress_unless_private)
