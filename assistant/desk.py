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
from assistant.titles import reason_in, title_in
from corpus.settings import settings
from index import current_corpus


def _database() -> Database:
    return Database(settings().sqlalchemy_url)


def _cases() -> Cases:
    corpus = current_corpus(settings().data)
    return Cases(
        _database(),
        lambda: corpus.company,
        secret_key(settings()),
        settings().public_url,
        attachments=AttachmentFolder.from_settings(settings()),
        link_days=settings().desk_link_days,
        reason_of=lambda reason, language: reason_in(corpus, reason, language),
        title_of=lambda article, language: title_in(corpus, article, language),
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
    """Show, claim, answer, hand over and close customers' cases."""


@case.command(name="list")
@click.option("--team", help="Only the cases of this team (its id in company.yaml).")
@click.option("--overdue", is_flag=True, help="Only those whose promised time has passed.")
def list_cases(team: str | None, overdue: bool) -> None:
    """List the open cases, most urgent deadline first."""
    zone, cases, now = _zone(), _cases(), datetime.now(UTC)
    found = (each for each in cases.list_open(team) if not overdue or each.promised_at <= now)
    open_cases, holders = sorted(found, key=lambda each: each.promised_at), cases.holders()
    for each in open_cases:
        click.echo(
            f"{each.number}  {each.priority:7} {each.state:12} {holders.get(each.number, '-'):10} "
            f"{each.team:10} until {each.promised_at.astimezone(zone):%a %d.%m. %H:%M}  "
            f"{_first_line(each.message)}"
        )
    click.echo(f"{len(open_cases)} open")


@case.command()
@click.argument("number")
def show(number: str) -> None:
    """Show a case: own words, what was read, what did not help, what happened since, and its page."""
    cases, zone = _cases(), _zone()
    each = cases.show(number)
    facts = _facts(each, cases.holders().get(each.number, "-"), zone)
    if not each.deleted:
        facts.append(("Desk", cases.links.addresses(each.id, each.team, now=datetime.now(UTC)).case))
    click.echo("\n".join(f"{name:16} {value}" for name, value in facts))
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
@click.option("--instead-of", default="", help="Who has it now, to take it over.")
def claim(number: str, instead_of: str) -> None:
    """Take a case on, so that others leave it alone and the customer sees it is in progress."""
    mine = _cases().claim(number, actor=person(), now=datetime.now(UTC), instead_of=instead_of)
    click.echo(f"{mine.number} is yours, answer until {mine.promised_at.astimezone(_zone()):%A %d.%m. %H:%M}")


@case.command()
@click.argument("number")
@click.argument("text")
@click.option("--by-phone", is_flag=True, help="The customer was told on the phone; TEXT is what was said.")
def answer(number: str, text: str, by_phone: bool) -> None:
    """Answer a case; the customer gets the text by e-mail and on the status page."""
    done = _cases().answer(number, text, actor=person(), now=datetime.now(UTC), by_phone=by_phone)
    click.echo(f"{done.number} answered; {_how_told(done, by_phone=by_phone)}")


@case.command("hand-over")
@click.argument("number")
@click.argument("team")
@click.option("--note", default="", help="What that team should know; the customer never sees it.")
def hand_over(number: str, team: str, note: str) -> None:
    """Hand a case over to another TEAM (its id in company.yaml); what was promised stays promised."""
    given = _cases().hand_over(number, team, note, actor=person(), now=datetime.now(UTC))
    click.echo(
        f"{given.number} is with {given.team}, to be answered until "
        f"{given.promised_at.astimezone(_zone()):%A %d.%m. %H:%M}"
    )


@case.command()
@click.argument("number")
@click.argument("text")
def note(number: str, text: str) -> None:
    """Write down what the team should know; the customer never sees it."""
    noted = _cases().note(number, text, actor=person(), now=datetime.now(UTC))
    click.echo(f"noted on {noted.number}")


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


def _how_told(done: Case, *, by_phone: bool) -> str:
    if by_phone:
        return "nothing is mailed"
    if done.email and done.wants_mail:
        return f"the mail to {done.email} is on its way"
    reason = "the customer wants no mail" if done.email else "no e-mail is known"
    return f"{reason}, call {done.phone}" if done.phone else f"{reason}, it stands on the status page"


def _facts(each: Case, holder: str, zone: ZoneInfo) -> list[tuple[str, str]]:
    return [
        ("Number", each.number),
        ("State", each.state),
        ("Claimed by", holder),
        ("Priority", f"{each.priority}: {each.escalation}" if each.escalation else each.priority),
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
