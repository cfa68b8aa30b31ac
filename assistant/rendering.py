"""A reply as plain data for programs and as plain text for terminals."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from assistant.notice_words import plain
from assistant.notices import ShownNotice
from assistant.reply import ChannelAdvice, Decision, FoundArticle, Reply

_WIDTH = 88


def reply_as_data(reply: Reply, notices: Sequence[ShownNotice] = ()) -> dict[str, Any]:
    """Return a reply and the notices above it as JSON-ready data, without the conversation."""
    data = {**asdict(reply), "notices": [_notice_data(notice) for notice in notices]}
    del data["conversation"]
    return {key: _plain(value) for key, value in data.items()}


def reply_as_text(reply: Reply, notices: Sequence[ShownNotice] = ()) -> str:
    """Return a reply as text for a terminal, in the customer's language, below the notices."""
    german = reply.language == "de"
    parts = [*(_notice(notice) for notice in notices), _wrap(reply.message)]
    if reply.escalated and reply.escalated.action:
        parts.append(_wrap(f"→ {reply.escalated.action}"))
    parts.extend(_article(found) for found in reply.articles)
    if reply.decision is not Decision.ANSWER:
        parts.append("\n".join(_channel(channel) for channel in reply.channels[:3]))
        parts.append(_wrap(reply.promise.sentence))
    if reply.ranked:
        titles = "\n".join(f"  · {found.question} ({found.id})" for found in reply.ranked)
        parts.append(("Weitere Artikel:\n" if german else "Further articles:\n") + titles)
    probability = "" if reply.confidence is None else f", p = {reply.confidence:.3f}"
    parts.append(f"[{reply.decision}{probability}; {reply.trace['rule']}]")
    return "\n\n".join(parts)


def _notice_data(notice: ShownNotice) -> dict[str, Any]:
    return {**asdict(notice), "when": plain(notice.when), "as_of": plain(notice.as_of)}


def _notice(notice: ShownNotice) -> str:
    places = f" ({', '.join(notice.places)})" if notice.places else ""
    lines = (f"! {notice.title}{places}", f"{plain(notice.when)}. {notice.text}")
    return f"{_wrap(lines[0])}\n{textwrap.indent(_wrap(lines[1]), '  ')}"


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
