"""``lotse serve`` and ``lotse export``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from corpus import load_corpus, load_legal, load_redirects
from corpus.settings import settings
from webui.serve import serve as run


@click.command()
@click.option("--host", help="Address to listen on; default: LOTSE_HOST.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; default: LOTSE_PORT.")
def serve(**given: Any) -> None:
    """Serve the help page, the contact form and the API."""
    chosen = {name: value for name, value in given.items() if value is not None}
    run(settings().model_copy(update=chosen), report=lambda line: click.echo(line, err=True))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--base-url", help="Address at which the copy will stand; default: LOTSE_BASE_URL.")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Take the articles that are valid on this day; default: today.",
)
def export(folder: Path, base_url: str | None, day: datetime | None) -> None:
    """Write the articles as a static help site, with a search that needs no server.

    FOLDER is replaced as a whole. It must be new, empty, or written by an earlier export.
    """
    from webui.article_view import today
    from webui.export import export_files, write_export

    corpus = load_corpus(settings().corpus)
    base = base_url or settings().base_url
    files = export_files(
        corpus,
        load_redirects(corpus.folder),
        load_legal(corpus.folder),
        base=base.rstrip("/") if base else None,
        day=day.date() if day else today(corpus.company),
    )
    write_export(folder, files)
    pages = sum(name.endswith(".html") for name in files)
    click.echo(f"{folder}: {pages} pages, {sum(map(len, files.values())) / 1e6:.1f} MB")
    if base is None:
        click.echo(
            "Without --base-url there is no sitemap, and search engines are told no addresses.", err=True
        )
