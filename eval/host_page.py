"""A page as a company's site might have it, on a host of its own, with and without the widget."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

STYLE = "body{margin:2em auto;max-width:44em;font:1em/1.5 sans-serif}nav a{margin-right:1em}"
SENTENCE = "Unser Angebot für zu Hause und unterwegs, mit Preisen, Bedingungen und allem, was dazugehört. "
PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Angebot</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css">{tag}</head>
<body><nav><a href="/">Start</a><a href="/">Angebot</a></nav><main><h1>Angebot</h1>{text}</main>
</body></html>"""
PARAGRAPHS = 40
"""Of text: the page is about 16 kB, without pictures, which would hide what a script costs."""


@contextmanager
def host_pages(help_address: str) -> Iterator[tuple[str, str]]:
    """Serve the page twice, on a port of its own under another name of this machine.

    :param help_address: where the help is served.
    :yield: the address of the page without the widget, and of the one with it.
    """
    tag = f'<script src="{help_address}/widget.js" async referrerpolicy="no-referrer"></script>'
    text = f"<p>{4 * SENTENCE}</p>" * PARAGRAPHS
    content = {
        "/style.css": ("text/css", STYLE),
        "/without": ("text/html; charset=utf-8", PAGE.format(tag="", text=text)),
        "/with": ("text/html; charset=utf-8", PAGE.format(tag=tag, text=text)),
    }

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            """Answer with a file, or with nothing."""
            kind, body = content.get(self.path, ("text/plain", ""))
            sent = body.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            site = f"http://localhost:{server.server_port}"
            yield f"{site}/without", f"{site}/with"
        finally:
            server.shutdown()
            thread.join()
