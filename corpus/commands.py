"""The commands of this layer: check the corpus, write its schemas, show the settings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from corpus.load import check_corpus
from corpus.output import FORMATS
from corpus.problem import Severity
from corpus.schema import MODELS, schema_text, write_schemas
from corpus.settings import load_settings
from corpus.settings_table import as_markdown, as_plain, setting_rows


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Fail on warnings too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Output format.",
)
def check(folder: Path | None, strict: bool, form: str) -> None:
    """Say what is wrong with the corpus, and where.

    FOLDER holds company.yaml, escalation.yaml and articles/; without it the setting LOTSE_CORPUS
    counts. The exit code is 1 when there are errors.
    """
    report = check_corpus(folder or load_settings().corpus, date.today())
    click.echo(FORMATS[form](report))
    if report.count(Severity.ERROR) or (strict and report.problems):
        raise SystemExit(1)


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path, file_okay=False))
@click.option("--print", "name", type=click.Choice(list(MODELS)), help="Print one schema instead.")
def schema(folder: Path | None, name: str | None) -> None:
    """Write the JSON Schemas of the corpus files, or print one.

    Editors that know JSON Schema complete keys and mark mistakes while an article is written.
    """
    if (folder is None) == (name is None):
        raise click.UsageError("Give either FOLDER or --print.")
    if name:
        click.echo(schema_text(name), nl=False)
    elif folder:
        for file in write_schemas(folder):
            click.echo(file)


@click.command("settings")
@click.option("--markdown", is_flag=True, help="Print a Markdown table of variables and defaults.")
def show_settings(markdown: bool) -> None:
    """Show every setting: variable, value, default and meaning."""
    rows = setting_rows(load_settings())
    click.echo(as_markdown(rows) if markdown else as_plain(rows))
