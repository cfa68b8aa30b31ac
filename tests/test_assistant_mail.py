"""Mails: what the team and the customer read, and nothing that a customer can smuggle in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from companies import company_with, shipped_company, team
from hypothesis import given
from hypothesis import strategies as st

from assistant.case import Case, CaseState
from assistant.mail import answer_mail, message_mail, receipt_mail, team_mail
from corpus import Language

COMPANY = shipped_company()
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
CODE = "7Q4M-9XK2B-0TZR"
URL = "https://help.example"


def case(**changes: Any) -> Case:
    values: dict[str, Any] = {
        "id": 1,
        "number": "K-26-048213",
        "conversation_id": "c1",
        "language": "de",
        "topic": "faults",
        "team": "technical",
        "priority": "high",
        "escalation": None,
        "name": "Alex Meier",
        "email": "alex@example.org",
        "phone": "+49 171 1234567",
        "message": "Die Lampe ist rot.\n.\nUnd jetzt?",
        "history": ("Internet weg",),
        "articles_read": ("no-internet",),
        "articles_rejected": ("check-outage",),
        "promised_at": NOW + timedelta(hours=6),
        "state": CaseState.RECEIVED,
        "created_at": NOW,
        "updated_at": NOW,
        "deleted": False,
    }
    return Case(**{**values, **changes})


def received(mail: EmailMessage) -> EmailMessage:
    """The mail as the other side reads it."""
    return message_from_bytes(mail.as_bytes(), policy=default)


def body(mail: EmailMessage) -> str:
    return str(received(mail).get_content()).replace("\r\n", "\n")


def test_the_team_gets_everything_that_was_said_and_read() -> None:
    mail = team_mail(COMPANY, team("technical"), case())
    assert received(mail)["Subject"] == "[K-26-048213] hoch: Störung und Technik"
    assert received(mail)["To"] == "technik-team@musterkom.example"
    assert body(mail) == (
        "Vorgang:     K-26-048213\n"
        "Priorität:   hoch\n"
        "Thema:       Störung und Technik\n"
        "Sprache:     Deutsch\n"
        "Antwort bis: Dienstag, 3. November 2026, 16:00 Uhr\n"
        "\n"
        "Kontakt\nAlex Meier\nalex@example.org\n+49 171 1234567\n"
        "\n"
        "Nachricht\nDie Lampe ist rot.\n.\nUnd jetzt?\n"
        "\n"
        "Dateien\n-\n"
        "\n"
        "Frühere Fragen\n- Internet weg\n"
        "\n"
        "Gelesene Artikel\n- no-internet\n"
        "\n"
        "Hat nicht geholfen\n- check-outage\n"
    )


def test_the_team_mail_of_an_english_case_without_much_to_say() -> None:
    bare = case(
        language="en", topic=None, name=None, phone=None, history=(), articles_read=(), articles_rejected=()
    )
    mail = team_mail(COMPANY, team("service"), bare)
    assert received(mail)["Subject"] == "[K-26-048213] high: no topic"
    text = body(mail)
    assert "Answer by: Tuesday, 3 November 2026, 16:00\n\nContact\nalex@example.org\n\nMessage" in text
    assert text.endswith("Earlier questions\n-\n\nArticles read\n-\n\nDid not help\n-\n")


def test_the_receipt() -> None:
    mail = receipt_mail(
        COMPANY, case(), CODE, "Sie bekommen spätestens heute um 16:00 Uhr eine Antwort.", URL
    )
    assert received(mail)["Subject"] == "Ihre Nachricht an Musterkom: K-26-048213"
    assert received(mail)["From"] == "Musterkom <service@musterkom.example>"
    assert received(mail)["To"] == "alex@example.org"
    text = body(mail)
    assert text.startswith(
        "Guten Tag Alex Meier,\n\nwir haben Ihre Nachricht bekommen. "
        "Sie bekommen spätestens heute um 16:00 Uhr eine Antwort.\n"
    )
    assert "Ihre Vorgangsnummer: K-26-048213\nIhr Zugangscode:     7Q4M-9XK2B-0TZR\n" in text
    assert "\nhttps://help.example/status/K-26-048213\n" in text
    assert "Die Lampe" not in text
    assert text.endswith("Bitte geben Sie den Code nicht weiter.\n\nMusterkom GmbH\n")
    links = [word for word in text.split() if word.startswith("https://")]
    assert not any(CODE in link for link in links)


@pytest.mark.parametrize(
    ("language", "name", "greeting"),
    [
        ("de", "Alex Meier", "Guten Tag Alex Meier,"),
        ("de", None, "Guten Tag,"),
        ("en", "Alex Meier", "Hello Alex Meier,"),
        ("en", None, "Hello,"),
    ],
)
def test_customers_are_greeted_by_the_name_they_gave(
    language: Language, name: str | None, greeting: str
) -> None:
    for mail in (
        receipt_mail(COMPANY, case(language=language, name=name), CODE, "Promise.", URL),
        answer_mail(COMPANY, case(language=language, name=name), "Answer.", URL),
    ):
        assert body(mail).splitlines()[0] == greeting


NOT_NAMES = [
    "www.evil.example",
    "evil.example",
    "https://evil.example/win",
    "alex@example.org",
    "Gewinn 0900 123456",
    "Alex, Sie haben gewonnen",
    "Alex\u2028Meier",
    "-",
    "Alex Meier." + "x" * 60,
]


@pytest.mark.parametrize("name", NOT_NAMES)
def test_what_is_no_name_is_not_carried_to_an_address_that_anybody_can_enter(name: str) -> None:
    advert = "Kaufen Sie jetzt: https://evil.example"
    for language, hello in (("de", "Guten Tag,"), ("en", "Hello,")):
        mail = receipt_mail(COMPANY, case(language=language, name=name, message=advert), CODE, "P.", URL)
        assert body(mail).splitlines()[0] == hello
        assert "evil" not in body(mail)
        assert advert not in body(mail)


@pytest.mark.parametrize(
    "name", ["Jürgen Groß", "Dr. A. Özdemir-Weiß", "Sinéad O’Connor", "J.-P. D'Arc", "李"]
)
def test_names_of_all_kinds_are_greeted(name: str) -> None:
    mail = receipt_mail(COMPANY, case(name=name), CODE, "P.", URL)
    assert body(mail).splitlines()[0] == f"Guten Tag {name},"


def test_english_sentences_begin_with_a_capital_letter() -> None:
    receipt = receipt_mail(COMPANY, case(language="en"), CODE, "Promise.", URL)
    answer = answer_mail(COMPANY, case(language="en"), "Answer.", URL)
    assert body(receipt).splitlines()[2].startswith("We have received your message.")
    assert body(answer).splitlines()[2].startswith("This is our answer")


def test_mails_are_dated() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    mail = received(team_mail(COMPANY, team("technical"), case()))
    assert before <= parsedate_to_datetime(mail["Date"]) <= datetime.now(UTC)


def test_the_english_receipt() -> None:
    mail = receipt_mail(COMPANY, case(language="en"), CODE, "You will have an answer by 16:00 today.", URL)
    assert received(mail)["Subject"] == "Your message to Musterkom: K-26-048213"
    assert "Your case number: K-26-048213\nYour access code: 7Q4M-9XK2B-0TZR\n" in body(mail)


def test_the_answer() -> None:
    mail = answer_mail(COMPANY, case(), "Bitte starten Sie neu.\n\nViele Grüße, Kim", URL)
    assert received(mail)["Subject"] == "Antwort zu Ihrem Vorgang K-26-048213"
    assert "\n\nBitte starten Sie neu.\n\nViele Grüße, Kim\n\n" in body(mail)
    english = answer_mail(COMPANY, case(language="en"), "Please restart.", URL)
    assert received(english)["Subject"] == "Answer to your case K-26-048213"


def test_the_team_reads_a_further_message() -> None:
    mail = message_mail(COMPANY, team("technical"), case(), "Immer noch rot.")
    assert received(mail)["Subject"] == "[K-26-048213] Neue Nachricht: Störung und Technik"
    assert body(mail).endswith("Nachricht\nImmer noch rot.\n")


def test_every_mail_has_an_id_of_its_own_and_says_when_a_program_wrote_it() -> None:
    assert answer_mail(COMPANY, case(), "Bitte neu starten.", URL)["Auto-Submitted"] is None
    mails = [
        team_mail(COMPANY, team("technical"), case()),
        message_mail(COMPANY, team("technical"), case(), "Immer noch rot."),
        receipt_mail(COMPANY, case(), CODE, "Promise.", URL),
    ]
    assert len({mail["Message-ID"] for mail in mails}) == 3
    assert all(str(mail["Message-ID"]).endswith("@musterkom.example>") for mail in mails)
    assert all(mail["Auto-Submitted"] == "auto-generated" for mail in mails)


def test_a_topic_with_line_breaks_cannot_add_headers() -> None:
    topics = [{"id": "faults", "name": {"de": "Störung\r\nBcc: all@example.org", "en": "Faults"}}]
    data = COMPANY.model_dump(mode="json")
    strict = company_with(
        topics=topics,
        channels=[{**channel, "suits": [], "avoid": []} for channel in data["channels"]],
        teams=[{**each, "topics": []} for each in data["teams"]],
    )
    mail = received(team_mail(strict, team("technical"), case()))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "[K-26-048213] hoch: Störung Bcc: all@example.org"


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_of_a_customer_changes_the_headers(name: str, message: str) -> None:
    mail = receipt_mail(COMPANY, case(name=name, message=message), CODE, "Promise.", URL)
    assert received(mail).keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
    assert received(mail)["To"] == "alex@example.org"


def test_mails_pass_servers_that_take_seven_bits_and_lines_of_998() -> None:
    raw = team_mail(COMPANY, team("technical"), case(message="ä" * 5000 + "\n" + "a" * 5000)).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n")
