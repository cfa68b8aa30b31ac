"""A reply as plain data for programs and as plain text for terminals."""

from __future__ import annotations

import textwrap
from dataclasses import asdict
from datetime import datetime
from typing import Any

from assistant.reply import ChannelAdvice, Decision, FoundArticle, Reply

_WIDTH = 88


def reply_as_data(reply: Reply) -> dict[str, Any]:
    """Return a reply as JSON-ready data, without the conversation."""
    data = asdict(reply)
    del data["conversation"]
    return {key: _plain(value) for key, value in data.items()}


def reply_as_text(reply: Reply) -> str:
    """Return a reply as text for a terminal, in the customer's language."""
    german = reply.language == "de"
    parts = [_wrap(reply.message)]
    if reply.escalated and reply.escalated.action:
        parts.append(_wrap(f"→ {reply.escalated.action}"))
    parts.extend(_article(found) for found in reply.articles)
    if reply.ranked:
        titles = "\n".join(f"  · {found.question} ({found.id})" for found in reply.ranked)
        parts.append(("Weitere Artikel:\n" if german else "Further articles:\n") + titles)
    if reply.decision is not Decision.ANSWER:
        parts.append("\n".join(_channel(channel) for channel in reply.channels[:3]))
        parts.append(_wrap(reply.promise.sentence))
    probability = "" if reply.confidence is None else f", p = {reply.confidence:.3f}"
    parts.append(f"[{reply.decision}{probability}; {reply.trace['rule']}]")
    return "\n\n".join(parts)


def _article(found: FoundArticle) -> str:
    return f"{found.question} ({found.id})\n{textwrap.indent(_wrap(found.short), '  ')}"


def _channel(channel: ChannelAdvice) -> str:
    return f"  {channel.name}: {channel.address}\n" + textwrap.indent(_wrap(channel.reason), "    ")


def _wrap(text: str) -> str:
    return textwrap.fill(text, width=_WIDTH)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else value
