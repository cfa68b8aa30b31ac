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
from assistant.links import DeskAddresses
from assistant.mail import (
    HandedOver,
    answer_mail,
    code_mail,
    deleted_mail,
    message_mail,
    overdue_mail,
    receipt_mail,
    team_mail,
    warning_mail,
)
from corpus import Company, Language, Team

COMPANY = shipped_company()
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
CODE = "7Q4M-9XK2B-0TZR"
URL = "https://help.example"
DESK = DeskAddresses(f"{URL}/desk/abc", f"{URL}/desk/team/def", NOW + timedelta(days=30))
REASONS = {"danger": "Gefahr"}
TITLES = {"no-internet": "Was tun ohne Internet?", "check-outage": "Gibt es eine Störung?"}


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


def to_team(for_team: Team, about: Case, company: Company = COMPANY) -> EmailMessage:
    return team_mail(
        company,
        for_team,
        about,
        DESK,
        files=(),
        title_of=lambda article, _: TITLES[article],
        reason_of=lambda reason, _: REASONS[reason],
    )


def further(about: Case, message: str) -> EmailMessage:
    return message_mail(
        COMPANY, team("technical"), about, message, DESK, reason_of=lambda reason, _: REASONS[reason]
    )


def received(mail: EmailMessage) -> EmailMessage:
    """The mail as the other side reads it."""
    return message_from_bytes(mail.as_bytes(), policy=default)


def body(mail: EmailMessage) -> str:
    return str(received(mail).get_content()).replace("\r\n", "\n")


def test_the_team_gets_everything_that_was_said_and_read() -> None:
    mail = to_team(team("technical"), case())
    assert received(mail)["Subject"] == "[K-26-048213] hoch: Störung und Technik"
    assert received(mail)["To"] == "technik-team@musterkom.example"
    assert body(mail) == (
        "Ein neuer Vorgang für: Technik\n"
        "\n"
        "Vorgang:     K-26-048213\n"
        "Priorität:   hoch\n"
        "Thema:       Störung und Technik\n"
        "Sprache:     Deutsch, bitte auf Deutsch antworten\n"
        "Antwort bis: Dienstag, 3. November 2026, 16:00 Uhr\n"
        "\n"
        "Ansehen, übernehmen, beantworten:\nhttps://help.example/desk/abc\n"
        "\n"
        "Kontakt\nAlex Meier\nalex@example.org\n+49 171 1234567\n"
        "\n"
        "Nachricht\nDie Lampe ist rot.\n.\nUnd jetzt?\n"
        "\n"
        "Dateien\n-\n"
        "\n"
        "Frühere Fragen\n- Internet weg\n"
        "\n"
        "Gelesene Artikel\n- Was tun ohne Internet?\n"
        "\n"
        "Hat nicht geholfen\n- Gibt es eine Störung?\n"
        "\n"
        "Alle offenen Vorgänge Ihres Teams:\nhttps://help.example/desk/team/def\n"
        "\n"
        "Beide Links gelten ohne Anmeldung bis Donnerstag, 3. Dezember 2026, 10:00 Uhr. "
        "Bitte geben Sie sie nur im Team weiter.\n"
    )


def test_the_team_reads_why_a_case_is_urgent() -> None:
    urgent = to_team(team("technical"), case(priority="urgent", escalation="danger"))
    assert received(urgent)["Subject"] == "[K-26-048213] dringend: Störung und Technik"
    assert "\nPriorität:   dringend: Gefahr\n" in body(urgent)


def test_the_team_mail_of_an_english_case_without_much_to_say() -> None:
    bare = case(
        language="en", topic=None, name=None, phone=None, history=(), articles_read=(), articles_rejected=()
    )
    mail = to_team(team("service"), bare)
    assert received(mail)["Subject"] == "[K-26-048213] high: no topic"
    text = body(mail)
    assert (
        "Language:  English, please answer in English\nAnswer by: Tuesday, 3 November 2026, 16:00\n" in text
    )
    assert "\n\nContact\nalex@example.org\n\nMessage" in text
    assert "Earlier questions\n-\n\nArticles read\n-\n\nDid not help\n-\n\nAll open cases" in text


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
    assert "Nummer: K-26-048213\nCode:   7Q4M-9XK2B-0TZR\n" in text
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
    mail = received(to_team(team("technical"), case()))
    assert before <= parsedate_to_datetime(mail["Date"]) <= datetime.now(UTC)


def test_the_english_receipt() -> None:
    mail = receipt_mail(COMPANY, case(language="en"), CODE, "You will have an answer by 16:00 today.", URL)
    assert received(mail)["Subject"] == "Your message to Musterkom: K-26-048213"
    assert "Number: K-26-048213\nCode:   7Q4M-9XK2B-0TZR\n" in body(mail)


def test_the_answer() -> None:
    mail = answer_mail(COMPANY, case(), "Bitte starten Sie neu.\n\nViele Grüße, Kim", URL)
    assert received(mail)["Subject"] == "Antwort zu Ihrer Anfrage K-26-048213"
    assert "\n\nBitte starten Sie neu.\n\nViele Grüße, Kim\n\n" in body(mail)
    english = answer_mail(COMPANY, case(language="en"), "Please restart.", URL)
    assert received(english)["Subject"] == "Answer to your request K-26-048213"


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("de", "Neuer Code zu Ihrer Anfrage K-26-048213"),
        ("en", "New code for your request K-26-048213"),
    ],
)
def test_the_subject_of_a_new_code_names_the_case_once(language: Language, subject: str) -> None:
    assert received(code_mail(COMPANY, case(language=language), CODE, URL))["Subject"] == subject


def test_the_team_reads_a_further_message() -> None:
    mail = further(case(), "Immer noch rot.")
    assert received(mail)["Subject"] == "[K-26-048213] Neue Nachricht: Störung und Technik"
    assert "\n\nNachricht\nImmer noch rot.\n\n" in body(mail)
    assert DESK.case in body(mail)


def test_the_team_reads_that_a_further_message_is_urgent_and_why() -> None:
    mail = further(case(priority="urgent", escalation="danger"), "Jetzt raucht es.")
    assert received(mail)["Subject"] == "[K-26-048213] Neue Nachricht, dringend: Störung und Technik"
    assert "\nPriorität:   dringend: Gefahr\n" in body(mail)


def test_the_next_team_reads_who_hands_a_case_over_and_why() -> None:
    told = HandedOver("Kim", team("service"), "Leitung messen.")
    for language, said in (
        ("de", "Kim (Kundenservice) gibt diesen Vorgang weiter an: Technik\n\nLeitung messen.\n\nVorgang:"),
        ("en", "Kim (Customer service) hands this case over to: Technical team\n\nLeitung messen.\n\nCase:"),
    ):
        mail = team_mail(
            COMPANY,
            team("technical"),
            case(language=language),
            DESK,
            files=(),
            title_of=lambda article, _: article,
            reason_of=lambda reason, _: reason,
            handed_over=told,
        )
        assert body(mail).startswith(said)


@pytest.mark.parametrize(
    ("language", "holder", "subject", "lines"),
    [
        (
            "de",
            None,
            "Antwort bald fällig",
            ["Arbeitszeit bis dahin: 1 Stunde 30 Minuten", "Niemand hat den Vorgang übernommen."],
        ),
        (
            "en",
            "Kim",
            "Answer due soon",
            ["Working time until then: 1 hour 30 minutes", "Kim is working on it."],
        ),
    ],
)
def test_a_team_is_warned_with_the_time_that_is_left(
    language: Language, holder: str | None, subject: str, lines: list[str]
) -> None:
    left = timedelta(hours=1, minutes=30)
    mail = warning_mail(COMPANY, team("technical"), case(language=language), DESK, left=left, holder=holder)
    assert received(mail)["Subject"] == f"[K-26-048213] {subject}"
    assert all(line in body(mail).splitlines() for line in (*lines, DESK.case, DESK.queue))


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_broken_promise_is_told_to_the_team_and_to_the_one_above(language: Language) -> None:
    about = case(language=language)
    own = overdue_mail(COMPANY, team("technical"), team("technical"), about, DESK, holder=None)
    above = overdue_mail(COMPANY, team("care"), team("technical"), about, DESK, holder="Kim")
    assert received(own)["To"] == "technik-team@musterkom.example"
    assert received(above)["To"] == "care-team@musterkom.example"
    where = "Zuständig:    Technik\n" if language == "de" else "Responsible: Technical team\n"
    assert where in body(above)
    assert where.partition(":")[0] not in body(own)
    assert "Kim" in body(above)


@pytest.mark.parametrize(
    ("language", "word", "link"),
    [
        ("de", "gelöscht", "Der Link zum Vorgang funktioniert nicht mehr."),
        ("en", "deleted", "The link to the case no longer works."),
    ],
)
def test_a_team_is_asked_to_delete_its_mails(language: Language, word: str, link: str) -> None:
    mail = deleted_mail(COMPANY, team("technical"), case(language=language, name=None, email=None))
    assert word in body(mail)
    assert link in body(mail)
    assert "https://" not in body(mail)


def test_every_mail_has_an_id_of_its_own_and_says_when_a_program_wrote_it() -> None:
    assert answer_mail(COMPANY, case(), "Bitte neu starten.", URL)["Auto-Submitted"] is None
    mails = [
        to_team(team("technical"), case()),
        further(case(), "Immer noch rot."),
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
    mail = received(to_team(team("technical"), case(), strict))
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
    raw = to_team(team("technical"), case(message="ä" * 5000 + "\n" + "a" * 5000)).as_bytes()
    assert raw.isascii()
    assert max(len(line) for line in raw.splitlines()) <= 998
    assert raw.count(b"\n") == raw.count(b"\r\n")
