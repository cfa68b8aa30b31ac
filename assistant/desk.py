"""``lotse case``, ``outbox`` and ``deflection``: the support team's side in the terminal."""

from __future__ import annotations

import getpass
import os
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import click

from assistant.attachments import Attachment, AttachmentFolder, size_words
from assistant.case import Case
from assistant.cases import Cases
from assistant.database import Database
from assistant.delivery import SmtpTransport, deliver_due
from assistant.outbox import MailState, Outbox
from assistant.questions import QuestionLog
from assistant.secret import secret_key
from corpus.settings import settings
from index import current_corpus


def _database() -> Database:
    return Database(settings().sqlalchemy_url)


def _cases() -> Cases:
    company = current_corpus(settings().data).company
    return Cases(
        _database(),
        lambda: company,
        secret_key(settings()),
        settings().public_url,
        attachments=AttachmentFolder.from_settings(settings()),
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(current_corpus(settings().data).company.time_zone)


def person() -> str:
    """Return who works at this terminal: the login name, or the number of a user without one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


@click.group()
def case() -> None:
    """Show, answer and close customers' cases."""


@case.command(name="list")
def list_cases() -> None:
    """List the open cases, most urgent deadline first."""
    zone, cases = _zone(), _cases()
    open_cases, takers = sorted(cases.list_open(), key=lambda each: each.promised_at), cases.takers()
    for each in open_cases:
        click.echo(
            f"{each.number}  {each.priority:7} {each.state:12} {takers.get(each.number, '-'):10} "
            f"{each.team:10} until {each.promised_at.astimezone(zone):%a %d.%m. %H:%M}  "
            f"{_first_line(each.message)}"
        )
    click.echo(f"{len(open_cases)} open")


@case.command()
@click.argument("number")
def show(number: str) -> None:
    """Show a case: own words, what was read, what did not help, and what happened since."""
    cases, zone = _cases(), _zone()
    each = cases.show(number)
    taker = cases.takers().get(each.number, "-")
    click.echo("\n".join(f"{name:16} {value}" for name, value in _facts(each, taker, zone)))
    for title, text in (("Message", each.message), *(("Asked before", past) for past in each.asked_before)):
        click.echo(f"\n{title}:\n{text}")
    if files := cases.attachments(each.id):
        click.echo("\nFiles (not searched for viruses):")
        click.echo("\n".join(_file_line(file) for file in files))
    click.echo("\nHistory:")
    for event in cases.events(each.id):
        click.echo(f"  {event.at.astimezone(zone):%d.%m.%Y %H:%M} {event.actor}: {event.kind} {event.text}")


@case.command()
@click.argument("number")
def take(number: str) -> None:
    """Take a case on, so that others leave it alone and the customer sees it is in progress."""
    taken = _cases().take(number, actor=person(), now=datetime.now(UTC))
    click.echo(
        f"{taken.number} is yours, answer until {taken.promised_at.astimezone(_zone()):%A %d.%m. %H:%M}"
    )


@case.command()
@click.argument("number")
@click.argument("text")
def answer(number: str, text: str) -> None:
    """Answer a case; the customer gets the text by e-mail and on the status page."""
    answered = _cases().answer(number, text, actor=person(), now=datetime.now(UTC))
    click.echo(
        f"{number} answered; the mail to {answered.email} is on its way"
        if answered.email
        else f"{number} answered; no e-mail is known, call {answered.phone}"
    )


@case.command()
@click.argument("number")
def close(number: str) -> None:
    """Close a case."""
    _cases().close(number, actor=person(), now=datetime.now(UTC))
    click.echo(f"{number} closed")


@case.command()
@click.argument("number")
@click.confirmation_option(prompt="Delete all texts and contact details of this case for good?")
def delete(number: str) -> None:
    """Delete what a customer wrote; that a case existed, and its steps, stay on record."""
    cases = _cases()
    cases.delete(cases.show(number).id)
    click.echo(f"{number} deleted")


@click.command()
@click.option("--days", default=30, show_default=True, help="How many days back to look.")
def deflection(days: int) -> None:
    """Count honestly how many questions were settled without a person."""
    now = datetime.now(UTC)
    counts = asdict(QuestionLog(_database()).deflection(since=now - timedelta(days=days), until=now, now=now))
    for name, count in counts.items():
        click.echo(f"{name.replace('_', ' '):12} {count}")


@click.group()
def outbox() -> None:
    """Look after the mail that waits to be sent."""


@outbox.command(name="list")
def list_mail() -> None:
    """List mail that waits or was given up, with the last error."""
    entries = Outbox(_database()).entries(MailState.WAITING, MailState.GIVEN_UP)
    for entry in entries:
        click.echo(
            f"{entry.state:9} {entry.case_number or '-'} to {entry.recipient}, "
            f"{entry.attempts} attempts, {entry.last_error or 'no error'}"
        )
    click.echo(f"{len(entries)} mails")


@outbox.command()
def send() -> None:
    """Send what is due now."""
    click.echo(f"{deliver_due(_database(), SmtpTransport(settings()), now=datetime.now(UTC))} sent")


@outbox.command()
def retry() -> None:
    """Put mail that was given up back into the queue."""
    click.echo(f"{Outbox(_database()).retry(now=datetime.now(UTC))} queued again")


def _facts(each: Case, taker: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        ("Number", each.number),
        ("State", each.state),
        ("Taken by", taker),
        ("Priority", each.priority),
        ("Team", each.team),
        ("Topic", each.topic or "-"),
        ("Language", each.language),
        ("Answer until", f"{each.promised_at.astimezone(zone):%A %d.%m.%Y %H:%M}"),
        ("Name", each.name or "-"),
        ("E-mail", each.email or "-"),
        ("Phone", each.phone or "-"),
        ("Articles read", ", ".join(each.articles_read) or "-"),
        ("Did not help", ", ".join(each.articles_rejected) or "-"),
    ]


def _file_line(file: Attachment) -> str:
    return f"  {file.name} ({file.media_type}, {size_words(file.size, 'en')})  {file.path}"


def _first_line(text: str) -> str:
    line = text.strip().splitlines()[0] if text.strip() else ""
    return line if len(line) <= 60 else f"{line[:57]}…"
