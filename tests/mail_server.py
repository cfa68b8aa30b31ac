"""A real mail server on loopback that keeps what it takes."""

from __future__ import annotations

import asyncio
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """A mail server that keeps what it takes, and refuses whom it is told to."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.refused: dict[str, str] = {}
        self.port = 0

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        """Take a recipient, or refuse it in the words it is to be refused with."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """Take a mail."""
        self.envelopes.append(envelope)
        return "250 OK"

    @property
    def recipients(self) -> list[str]:
        """To whom mails came, in alphabetical order."""
        return sorted(envelope.rcpt_tos[0] for envelope in self.envelopes)


class OnAnyPort(Controller):
    """A controller that binds a free port and learns which."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def serving(handler: MailServer, **options: Any) -> OnAnyPort:
    controller = OnAnyPort(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    return controller
