"""A company's own site, on another host and port than the help: a real server with a policy of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Laden</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{tag}</head>
<body><main><h1>Laden</h1><p>{words}</p>{body}</main></body></html>"""


class HostSite:
    """Serves pages under ``localhost`` on a free port, and notes what is asked of it."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                html, policy = site.pages.get(self.path, ("", ""))
                self.send_response(200 if html else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(html.encode())

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def origin(self) -> str:
        """The site's origin."""
        return f"http://localhost:{self._server.server_port}"

    def put(self, path: str, tag: str, *, policy: str = "", body: str = "", words: str = "") -> str:
        """Put a page on the site and return its address.

        :param path: of the page.
        :param tag: what stands in its head.
        :param policy: its content security policy.
        :param body: what else stands on it.
        :param words: its text.
        :return: the address.
        """
        self.pages[path] = (PAGE.format(tag=tag, body=body, words=words or "Guten Tag. " * 400), policy)
        return self.origin + path

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
