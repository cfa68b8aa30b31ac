"""``python -m corpus check``: the commands of this layer without the others."""

from __future__ import annotations

import click

from corpus.command import FriendlyGroup
from corpus.commands import check, schema, show_settings


@click.group(cls=FriendlyGroup)
def main() -> None:
    """Check and describe the corpus."""


for command in (check, schema, show_settings):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="python -m corpus")
