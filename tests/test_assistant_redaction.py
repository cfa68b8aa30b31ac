"""Redaction: personal data goes, ordinary questions stay as they are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.redaction import redact

HIDDEN = [
    ("Schreiben Sie an a.meier+x@mail.example.org!", "Schreiben Sie an [E-Mail]!"),
    ("alex (at) example.org", "[E-Mail]"),
    ("Alex@EXAMPLE.de, bitte", "[E-Mail], bitte"),
    ("0171 1234567", "[Telefon]"),
    ("0171/1234567 oder +49 171 1234567", "[Telefon] oder [Telefon]"),
    ("(089) 1234 5678", "[Telefon]"),
    ("Tel.: 089/12345678.", "Tel.: [Telefon]."),
    ("0049-171-1234567", "[Telefon]"),
    ("+43 1 234567890", "[Telefon]"),
    ("call me on +44 20 7946 0958", "call me on [Telefon]"),
    ("IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF", "IBAN [IBAN] BIC COBADEFF"),
    ("de89370400440532013000", "[IBAN]"),
    ("DE00 0000 0000 0000 0000 00 (vertippt)", "[IBAN] (vertippt)"),
    ("AT61 1904 3002 3457 3201", "[IBAN]"),
    ("4111 1111 1111 1111", "[Karte]"),
    ("4111-1111-1111-1111 12/27", "[Karte] 12/27"),
    ("1234 5678 9012 3456", "[Nummer]"),
    ("Kundennummer 4711-0815", "Kundennummer [Nummer]"),
    ("Meine Kundennr. ist: 123456", "Meine Kundennr. ist: [Nummer]"),
    ("Kd.-Nr. 123 456", "Kd.-Nr. [Nummer]"),
    ("Vertragsnr: V12345", "Vertragsnr: [Nummer]"),
    ("Rechnungsnr. RE-2026-004711", "Rechnungsnr. [Nummer]"),
    ("customer number 12345", "customer number [Nummer]"),
    ("order no. 98765", "order no. [Nummer]"),
    ("Bestellung 123456 kam nicht", "Bestellung [Nummer] kam nicht"),
    ("Meine PIN ist 1234", "Meine PIN ist [Nummer]"),
    ("MK12345678", "[Nummer]"),
    ("Gerät 356938035643", "Gerät [Nummer]"),
    ("Ich heiße Alex Meier und", "Ich heiße [Name] und"),
    ("ich heisse alex meier und mein Internet geht nicht", "ich heisse [Name] und mein Internet geht nicht"),
    ("Mein Name ist Dr. Alex von Berg, hallo", "Mein Name ist [Name], hallo"),
    ("My name is Alex Smith and I", "My name is [Name] and I"),
    ("Sehr geehrte Frau Prof. Dr. Müller-Lüdenscheidt,", "Sehr geehrte Frau [Name],"),
    ("Herrn Meier fragen", "Herrn [Name] fragen"),
    ("Dear Mr. O'Neil,", "Dear Mr. [Name],"),
    ("Mrs Smith said", "Mrs [Name] said"),
    ("Meine Frau Anna Meier soll", "Meine Frau [Name] soll"),
    ("Liebe Anna,\nwo", "Liebe [Name],\nwo"),
    ("Mit freundlichen Grüßen\nAlex Meier", "Mit freundlichen Grüßen\n[Name]"),
    ("Danke! LG Alex", "Danke! LG [Name]"),
    ("Kind regards,\nAlex Smith\nLondon", "Kind regards,\n[Name]\nLondon"),
    ("Ich wohne Musterstraße 12, 80331 München.", "Ich wohne [Adresse]."),
    ("Am Marktplatz 5a klingeln", "Am [Adresse] klingeln"),
]

KEPT = [
    "Fehler 404",
    "Fehler 0x80070005 oder 651?",
    "Internet 100 oder Internet 250 für 44,99 €",
    "Der Router hat 192.168.178.1 und 5 GHz, 2.4 GHz",
    "29,99 € am 01.11.2026, am 2026-11-01 oder 1.11.26",
    "Von 08:00-20:00 Uhr, in 30 Minuten, 24 Monate",
    "Frau",
    "Meine Frau hat ein neues Handy",
    "Wie bekommt meine Frau Zugang zu meinem Konto?",
    "Kann mein Vater für mich kündigen?",
    "Mein Name ist falsch geschrieben",
    "Mein Name ist auf der Rechnung nicht richtig",
    "My name is wrong on the invoice",
    "Ich heiße jetzt anders",
    "Hallo Team, hallo zusammen",
    "Hallo Internet geht nicht",
    "Hello there, my internet is slow",
    "Viele Grüße aus München",
    "Wie finde ich meine Kundennummer?",
    "Wo steht die Vertragsnummer oder die PIN?",
    "PIN 3 mal falsch eingegeben",
    "Rechnung vom Oktober 2026, Vertrag seit 2024/2025",
    "Speicherplatz 5 GB, Arbeitsplatz",
    "ab 10.000 Euro und 1.234.567,89 €",
    "Windows 11 Version 22631.4169, FB7590, TL-WR841N, WPA2",
    "Ping 23 ms, 50 Mbit/s, MTU 1492",
    "https://mein.musterkom.example/ident und musterkom.example/speedtest",
    "80331 München",
    "I miss my parcel",
    "",
]


@pytest.mark.parametrize(("text", "redacted"), HIDDEN)
def test_personal_data_goes(text: str, redacted: str) -> None:
    assert redact(text) == redacted


@pytest.mark.parametrize("text", KEPT)
def test_ordinary_questions_stay(text: str) -> None:
    assert redact(text) == text


def test_all_that_stands_in_one_text_goes() -> None:
    text = (
        "Guten Tag, ich heiße Alex Meier (Kundennummer 4711081). Bitte rufen Sie 0171 1234567 an oder "
        "schreiben Sie an alex@example.org. IBAN: DE89370400440532013000"
    )
    assert redact(text) == (
        "Guten Tag, ich heiße [Name] (Kundennummer [Nummer]). Bitte rufen Sie [Telefon] an oder "
        "schreiben Sie an [E-Mail]. IBAN: [IBAN]"
    )


fragments = st.sampled_from(
    ["Frau ", "Herr ", "Dr. ", "Anna ", "ich heiße ", "PIN ", "Kundennummer: ", "0171", "+49", "123456",
     "4111 ", " ", "-", "/", ".", ",", "@", "a", "x.de", "DE89 ", "3704", "0044 ", "straße 5", "A", "\n",
     "[Name]", "[Nummer]", "LG ", "(0", "mein ", "von ", "12", "[", "]"]
)  # fmt: skip


@given(st.lists(fragments, max_size=25).map("".join) | st.text(max_size=200))
@settings(max_examples=500, deadline=None)
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(st.characters(), max_size=50))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_redacted(text: str) -> None:
    assert isinstance(redact(text + "\ud800\x00"), str)


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "0171 ", "a", "Frau A", "@", "a@", "a.", "DE89 ", "+49 ", "ich heiße ", "PIN ", "A-", "(0",
     "x1", "12-34/", "Astraße ", "LG A ", "Von ", "a@b.", "Hallo A ", "[Name] ", "0 "],
)  # fmt: skip
def test_twenty_thousand_characters_take_about_twice_as_long_as_ten_thousand(piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        redact(text)
        return time.process_time() - start

    short = min(seconds(10_000) for _ in range(2))
    long = min(seconds(20_000) for _ in range(2))
    assert long < 3.2 * short + 0.05
    assert long < 2
