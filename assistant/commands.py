"""``lotse ask``, ``build``, ``calibrate``, ``migrate`` and ``purge``."""

from __future__ import annotations

import json
import textwrap
from datetime import UTC, datetime

import click

from assistant.attachments import AttachmentFolder
from assistant.build import build as build_everything
from assistant.build import calibrate as fit
from assistant.conversation import Conversation
from assistant.database import Database
from assistant.language import identify_language
from assistant.purge import purge as forget
from assistant.rendering import reply_as_data, reply_as_text
from assistant.snapshot import load_assistant
from assistant.why import explain, why_not_lines
from assistant.why import why_not as compare
from corpus import LANGUAGES, Language
from corpus.settings import settings
from index import ArtifactError, building, current_artifact, load_encoder


@click.command()
@click.argument("question")
@click.option("--language", type=click.Choice(LANGUAGES), default="de", help="When the text leaves it open.")
@click.option("--json", "as_json", is_flag=True, help="Print the reply as JSON, with its trace.")
def ask(question: str, language: Language, as_json: bool) -> None:
    """Ask a question in the terminal, and get what the help page would say."""
    reply = load_assistant(settings()).ask(
        question, page_language=language, conversation=Conversation.start()
    )
    if as_json:
        click.echo(json.dumps(reply_as_data(reply), ensure_ascii=False, indent=1))
    else:
        click.echo(reply_as_text(reply))


@click.command()
@click.argument("question")
@click.option("--language", type=click.Choice(LANGUAGES), default="de", help="When the text leaves it open.")
def why(question: str, language: Language) -> None:
    """Show the whole way from a question to what becomes of it."""
    click.echo("\n".join(explain(load_assistant(settings()), question, page_language=language)))


@click.command("why-not")
@click.argument("question")
@click.argument("article")
def why_not(question: str, article: str) -> None:
    """Show why an article was not first for a question, and what would mend it."""
    assistant = load_assistant(settings())
    found = compare(assistant, question, article)
    language = identify_language(question) or "de"
    click.echo("\n".join(why_not_lines(found, language=language, question=question)))


@click.command()
def build() -> None:
    """Check the corpus, build its index, calibrate it and let it serve."""
    key = build_everything(settings(), report=click.echo)
    click.echo(f"index {key} serves")


@click.command()
def calibrate() -> None:
    """Fit the confidence of the index that serves anew."""
    key = current_artifact(settings().data)
    if key is None:
        raise ArtifactError("no index has been built; run: lotse build")
    encoder = load_encoder(
        settings().encoder, threads=settings().encoder_threads, prompts=settings().encoder_prompts
    )
    with building(settings().data):
        fit(settings(), key, encoder, report=click.echo)


@click.command()
def migrate() -> None:
    """Create the database, or bring it up to date."""
    database = Database(settings().sqlalchemy_url)
    database.migrate(report=click.echo)
    click.echo(f"database {database} is up to date")


@click.command()
def purge() -> None:
    """Forget questions, closed cases and sent mail older than LOTSE_RETENTION_DAYS, and files of no case."""
    report = forget(
        Database(settings().sqlalchemy_url),
        AttachmentFolder.from_settings(settings()),
        now=datetime.now(UTC),
        retention_days=settings().retention_days,
    )
    click.echo(textwrap.fill(str(report), width=100))
