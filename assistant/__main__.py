"""``python -m assistant ask "…"``."""

from assistant import commands, desk
from assistant.channel_command import channels
from corpus.command import FriendlyGroup

FriendlyGroup(
    "assistant",
    commands={
        "ask": commands.ask,
        "build": commands.build,
        "calibrate": commands.calibrate,
        "channels": channels,
        "migrate": commands.migrate,
        "notices": commands.list_notices,
        "purge": commands.purge,
        "why": commands.why,
        "why-not": commands.why_not,
        "case": desk.case,
        "deflection": desk.deflection,
        "outbox": desk.outbox,
    },
)()
