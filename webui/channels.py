"""Ways to reach a person, as the templates show them."""

from __future__ import annotations

from flask import url_for

from assistant import ChannelAdvice
from corpus import Channel, ChannelKind

STAFFED = frozenset(
    {
        ChannelKind.PHONE,
        ChannelKind.CHAT,
        ChannelKind.WHATSAPP,
        ChannelKind.CALLBACK,
        ChannelKind.REMOTE,
        ChannelKind.VIDEO_IDENT,
    }
)


def channel_link(channel: Channel | ChannelAdvice) -> str | None:
    """Return what a click on the channel's address opens, ``None`` where it is only read."""
    if channel.kind is ChannelKind.PHONE:
        return "tel:" + "".join(char for char in channel.address if char in "+0123456789")
    if channel.kind is ChannelKind.EMAIL:
        return f"mailto:{channel.address}"
    if channel.kind is ChannelKind.FORM:
        return url_for("contact.show")
    return None


def is_staffed(channel: ChannelAdvice) -> bool:
    """Say whether somebody must be there, so that being open or closed means something."""
    return channel.kind in STAFFED
