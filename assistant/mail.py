"""The mails of a case: to the team, and to the customer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from functools import cache
from pathlib import Path
from string import Template

from assistant.attachments import Attachment, KeptFile, size_words
from assistant.case import Case
from assistant.greeting import greeting
from assistant.links import DeskAddresses
from assistant.promise import promised_words
from assistant.timeleft import left_words
from corpus import Company, Language, Team

# Not every mail server takes eight bits.
_POLICY = SMTP.clone(cte_type="7bit")
_TEXTS = Path(__file__).parent / "mail_texts"
_PRIORITIES = {
    "urgent": {"de": "dringend", "en": "urgent"},
    "high": {"de": "hoch", "en": "high"},
    "normal": {"de": "normal", "en": "normal"},
}
_LANGUAGES = {"de": {"de": "Deutsch", "en": "German"}, "en": {"de": "Englisch", "en": "English"}}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Who hands a case on, from which team, and what that person wrote about it."""

    actor: str
    team: Team
    note: str


def team_mail(
    company: Company,
    team: Team,
    case: Case,
    desk: DeskAddresses,
    *,
    files: Sequence[KeptFile | Attachment],
    title_of: Callable[[str, Language], str],
    reason_of: Callable[[str, Language], str],
    handed_over: HandedOver | None = None,
) -> EmailMessage:
    """Tell a team of a case that is now theirs: what the customer said and read, and the promise to keep.

    Files are named, not attached: mail servers refuse what is large, and nobody has searched them for
    viruses.

    :param company: the company.
    :param team: the team that is to answer.
    :param case: the case.
    :param desk: the links to the case and to the team's queue.
    :param files: what the customer sent with the message.
    :param title_of: names an article in a language.
    :param reason_of: names an escalation reason in a language.
    :param handed_over: where the case comes from, if another team had it first.
    :return: the mail.
    """
    language = case.language
    topic = _topic(company, case)
    body = _text(
        "team",
        language,
        origin=_origin(team, handed_over, language),
        number=case.number,
        priority=_priority(case, reason_of),
        topic=topic,
        language=_LANGUAGES[language][language],
        promised=promised_words(company, case.promised_at, language=language),
        contact=_contact(case),
        message=case.message,
        files=_list([f"{file.name} ({size_words(file.size, language)})" for file in files]),
        history=_list(case.asked_before),
        read=_list([title_of(article, language) for article in case.articles_read]),
        rejected=_list([title_of(article, language) for article in case.articles_rejected]),
        **_links(company, desk, language),
    )
    subject = f"[{case.number}] {_PRIORITIES[case.priority][language]}: {topic}"
    return _mail(company, team.email, subject, body, case.language)


def message_mail(
    company: Company,
    team: Team,
    case: Case,
    message: str,
    desk: DeskAddresses,
    *,
    reason_of: Callable[[str, Language], str],
) -> EmailMessage:
    """Tell a team that a customer wrote again.

    :param company: the company.
    :param team: the team that has the case.
    :param case: the case, as urgent as the message makes it.
    :param message: what the customer wrote.
    :param desk: the links to the case and to the team's queue.
    :param reason_of: names an escalation reason in a language.
    :return: the mail.
    """
    language = case.language
    subject = "Neue Nachricht" if language == "de" else "New message"
    if case.priority == "urgent":
        subject = f"{subject}, {_PRIORITIES['urgent'][language]}"
    body = _text(
        "message",
        language,
        number=case.number,
        priority=_priority(case, reason_of),
        promised=promised_words(company, case.promised_at, language=language),
        contact=_contact(case),
        message=message,
        **_links(company, desk, language),
    )
    subject = f"[{case.number}] {subject}: {_topic(company, case)}"
    return _mail(company, team.email, subject, body, case.language)


def warning_mail(
    company: Company, team: Team, case: Case, desk: DeskAddresses, *, left: timedelta, holder: str | None
) -> EmailMessage:
    """Warn a team that a promised answer is due soon.

    :param company: the company.
    :param team: the team that is to answer.
    :param case: the case.
    :param desk: the links to the case and to the team's queue.
    :param left: the team's working time until then.
    :param holder: who works on it.
    :return: the mail.
    """
    language = case.language
    subject = "Antwort bald fällig" if language == "de" else "Answer due soon"
    body = _text(
        "warning",
        language,
        number=case.number,
        topic=_topic(company, case),
        promised=promised_words(company, case.promised_at, language=language),
        left=left_words(left, language),
        holder=_holder(holder, language),
        **_links(company, desk, language),
    )
    return _mail(company, team.email, f"[{case.number}] {subject}", body, case.language)


def overdue_mail(
    company: Company, reader: Team, team: Team, case: Case, desk: DeskAddresses, *, holder: str | None
) -> EmailMessage:
    """Tell a team, or the one above it, that a promise was broken.

    :param company: the company.
    :param reader: the team that gets the mail.
    :param team: the team that has the case.
    :param case: the case.
    :param desk: the reader's links to the case and to its own queue.
    :param holder: who works on it.
    :return: the mail.
    """
    language = case.language
    subject = "Zusage überschritten" if language == "de" else "Promise broken"
    body = _text(
        "overdue" if reader.id == team.id else "overdue_above",
        language,
        number=case.number,
        topic=_topic(company, case),
        team=team.name.in_language(language),
        promised=promised_words(company, case.promised_at, language=language),
        holder=_holder(holder, language),
        **_links(company, desk, language),
    )
    return _mail(company, reader.email, f"[{case.number}] {subject}", body, case.language)


def deleted_mail(company: Company, team: Team, case: Case) -> EmailMessage:
    """Ask a team to delete what it has of a case whose customer deleted it."""
    subject = "Bitte löschen" if case.language == "de" else "Please delete"
    return _mail(
        company,
        team.email,
        f"[{case.number}] {subject}",
        _text("deleted", case.language, number=case.number),
        case.language,
    )


def receipt_mail(company: Company, case: Case, code: str, promise: str, public_url: str) -> EmailMessage:
    """Confirm a case to its customer.

    Nobody has proved that the address is the customer's own: nothing that was written freely goes there.

    :param company: the company.
    :param case: the case; the customer gave an e-mail address.
    :param code: opens the status page together with the number; it never stands in a link.
    :param promise: the sentence with the latest answer time.
    :param public_url: the address of the self-help pages.
    :return: the mail.
    """
    subject = {"de": "Ihre Nachricht an", "en": "Your message to"}[case.language]
    subject = f"{subject} {company.name}: {case.number}"
    return _to_customer(company, case, "receipt", subject, public_url, promise=promise, code=code)


def code_mail(company: Company, case: Case, code: str, public_url: str) -> EmailMessage:
    """Send a new code to the customer of a case.

    :param company: the company.
    :param case: the case; the customer gave an e-mail address.
    :param code: the new code; it never stands in a link.
    :param public_url: the address of the self-help pages.
    :return: the mail.
    """
    subject = {"de": "Neuer Code zu Ihrer Anfrage", "en": "New code for your request"}[case.language]
    return _to_customer(company, case, "code", f"{subject} {case.number}", public_url, code=code)


def answer_mail(company: Company, case: Case, answer: str, public_url: str) -> EmailMessage:
    """Send a person's answer to the customer."""
    subject = {"de": "Antwort zu Ihrer Anfrage", "en": "Answer to your request"}[case.language]
    subject, message = f"{subject} {case.number}", case.message
    return _to_customer(
        company, case, "answer", subject, public_url, by_person=True, answer=answer, message=message
    )


def _to_customer(
    company: Company,
    case: Case,
    name: str,
    subject: str,
    public_url: str,
    *,
    by_person: bool = False,
    **values: str,
) -> EmailMessage:
    """Make a mail that every customer's mail is like: a greeting, the number, the way to the status page."""
    body = _text(
        name,
        case.language,
        greeting=greeting(case.name, case.language),
        number=case.number,
        link=_status_link(public_url, case),
        company=company.legal_name,
        **values,
    )
    return _mail(company, case.email or "", subject, body, case.language, by_person=by_person)


def _mail(
    company: Company, recipient: str, subject: str, body: str, language: Language, *, by_person: bool = False
) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    mail["Content-Language"] = language
    mail["From"] = Address(company.name, addr_spec=company.sender)
    mail["To"] = Address(addr_spec=recipient)
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = make_msgid(domain=company.sender.rpartition("@")[2])
    if not by_person:
        mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    return mail


@cache
def _template(name: str, language: Language) -> Template:
    return Template((_TEXTS / f"{name}.{language}.txt").read_text(encoding="utf-8"))


def _text(name: str, in_language: Language, **values: str) -> str:
    return _template(name, in_language).substitute(values)


def _origin(team: Team, handed_over: HandedOver | None, language: Language) -> str:
    name, german = team.name.in_language(language), language == "de"
    if handed_over is None:
        return f"Ein neuer Vorgang für: {name}" if german else f"A new case for: {name}"
    before = handed_over.team.name.in_language(language)
    said = (
        f"{handed_over.actor} ({before}) gibt diesen Vorgang weiter an: {name}"
        if german
        else f"{handed_over.actor} ({before}) hands this case over to: {name}"
    )
    return f"{said}\n\n{handed_over.note}" if handed_over.note else said


def _holder(holder: str | None, language: Language) -> str:
    if language == "de":
        return f"{holder} arbeitet daran." if holder else "Niemand hat den Vorgang übernommen."
    return f"{holder} is working on it." if holder else "Nobody has claimed the case."


def _links(company: Company, desk: DeskAddresses, language: Language) -> dict[str, str]:
    until = promised_words(company, desk.until, language=language)
    return {"link": desk.case, "queue": desk.queue, "until": until}


def _status_link(public_url: str, case: Case) -> str:
    return f"{public_url}/status/{case.number}"


def _priority(case: Case, reason_of: Callable[[str, Language], str]) -> str:
    priority = _PRIORITIES[case.priority][case.language]
    return f"{priority}: {reason_of(case.escalation, case.language)}" if case.escalation else priority


def _topic(company: Company, case: Case) -> str:
    names = {topic.id: topic.name.in_language(case.language) for topic in company.topics}
    return names.get(case.topic or "", "kein Thema" if case.language == "de" else "no topic")


def _contact(case: Case) -> str:
    return "\n".join(line for line in (case.name, case.email, case.phone) if line)


def _list(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines) or "-"
