"""``lotse serve``."""

from __future__ import annotations

from typing import Any

import click

from corpus.settings import settings
from webui.serve import serve as run


@click.command()
@click.option("--host", help="Address to listen on; default: LOTSE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; default: LOTSE_PORT.")
def serve(**given: Any) -> None:
    """Serve the help page, the contact form and the API."""
    chosen = {name: value for name, value in given.items() if value is not None}
    run(settings().model_copy(update=chosen), report=lambda line: click.echo(line, err=True))
