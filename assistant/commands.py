"""``lotse ask``, ``notices``, ``build``, ``calibrate``, ``migrate`` and ``purge``."""

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
from assistant.notice_source import load_board
from assistant.notice_words import plain
from assistant.notices import notices_of
from assistant.purge import purge as forget
from assistant.rendering import reply_as_data, reply_as_text
from assistant.snapshot import load_assistant
from assistant.why import explain, why_not_lines
from assistant.why import why_not as compare
from corpus import LANGUAGES, Language
from corpus.settings import settings
from index import ArtifactError, building, current_artifact, current_corpus, load_encoder


@click.command()
@click.argument("question")
@click.option("--language", type=click.Choice(LANGUAGES), default="de", help="When the text leaves it open.")
@click.option("--json", "as_json", is_flag=True, help="Print the reply as JSON, with its trace.")
def ask(question: str, language: Language, as_json: bool) -> None:
    """Ask a question in the terminal, and get what the help page would say."""
    assistant = load_assistant(settings())
    board, now = load_board(settings(), assistant.corpus), datetime.now(UTC)
    reply = assistant.ask(
        question,
        page_language=language,
        conversation=Conversation.start(),
        searched=board.without_places(question, now),
    )
    notices = notices_of(reply, question, board, article=assistant.article, now=now)
    if as_json:
        click.echo(json.dumps(reply_as_data(reply, notices), ensure_ascii=False, indent=1))
    else:
        click.echo(reply_as_text(reply, notices))


@click.command("notices")
@click.option("--language", type=click.Choice(LANGUAGES), default="de", help="Of titles and times.")
def list_notices(language: Language) -> None:
    """Show which notices customers see now, which come next and which are over."""
    corpus, now = current_corpus(settings().data), datetime.now(UTC)
    board = load_board(settings(), corpus)
    for heading, notices in (
        ("now", board.showing(now)),
        ("next", board.upcoming(now)),
        ("ended", board.ended(now)),
    ):
        click.echo(f"{heading}: {len(notices) or 'none'}")
        for shown in board.shown(notices, article=corpus.articles.get, language=language, now=now):
            click.echo(f"  {shown.kind:<12} {shown.id}\n      {shown.title}\n      {plain(shown.when)}")


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
