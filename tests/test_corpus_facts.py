"""Amounts, periods, phone numbers and addresses have one form in both languages."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.facts import differing, find_facts, flatten


def facts(text: str) -> list[tuple[str, str]]:
    return [(fact.kind, fact.value) for fact in find_facts(text)]


@pytest.mark.parametrize(
    ("german", "english", "value"),
    [
        ("29,99 €", "€29.99", "€29.99"),
        ("29,99\u00a0€", "EUR 29.99", "€29.99"),
        ("5 Euro", "€5", "€5.00"),
        ("5,– €", "5.00 euros", "€5.00"),
        ("1.234,50 €", "€1,234.50", "€1234.50"),
        ("1000 €", "€1,000", "€1000.00"),
        ("2.000.000 EUR", "€2,000,000.00", "€2000000.00"),
        ("9 ct/Min.", "9 cents a minute", "€0.09"),
        ("0,5 Cent", "0.5 cent", "€0.0050"),
        ("50-Euro-Gutschein", "a €50 voucher", "€50.00"),
    ],
)
def test_amounts(german: str, english: str, value: str) -> None:
    assert facts(german) == facts(english) == [("amount", value)]


def test_ranges_of_amounts() -> None:
    expected = [("amount", "€10.00"), ("amount", "€20.00")]
    assert facts("zwischen 10 und 20 €") == facts("between €10 and €20") == expected
    assert facts("10–20 €") == facts("€10–20") == facts("10 bis 20 Euro") == facts("€10 to €20") == expected


@pytest.mark.parametrize(
    ("german", "english", "value"),
    [
        ("14 Tage", "14 days", "14 × day"),
        ("14-tägige Frist", "a 14-day period", "14 × day"),
        ("in 3 Werktagen", "in 3 working days", "3 × working day"),
        ("5 Arbeitstage", "5 business days", "5 × working day"),
        ("zwei Wochen", "two weeks", "2 × week"),
        ("24 Monate Laufzeit", "24-month term", "24 × month"),
        ("24-monatige Laufzeit", "24 months", "24 × month"),
        ("5 Minuten", "a 5-minute wait", "5 × minute"),
        ("72 Stunden", "72 hours", "72 × hour"),
        ("zwölf Jahre", "Twelve years", "12 × year"),
        ("nach weiteren 14 Tagen", "after 14 more days", "14 × day"),
        ("nach 2 vollen Wochen", "two full weeks", "2 × week"),
    ],
)
def test_periods(german: str, english: str, value: str) -> None:
    assert facts(german) == facts(english) == [("period", value)]


def test_calendar_days_are_no_working_days() -> None:
    assert facts("3 Tage") != facts("3 Werktage")


@pytest.mark.parametrize(
    ("german", "english", "value"),
    [
        ("030 1234567", "+49 30 1234567", "0301234567"),
        ("0800 000 1234", "+49 800 0001234", "08000001234"),
        ("(030/1234567)", "0049 30 12345-67", "0301234567"),
        ("+49 (0)30 1234567", "+49 30 123 45 67", "0301234567"),
        ("116 116", "116116", "116116"),
        ("*#06#", "*#06#", "*#06#"),
    ],
)
def test_phone_numbers(german: str, english: str, value: str) -> None:
    assert facts(german) == facts(english) == [("phone number", value)]


def test_a_number_may_be_wrapped_but_does_not_reach_into_the_next_item() -> None:
    expected = [("phone number", "0301234567")]
    assert facts("Rufen Sie 030\n123 4567 an.") == facts("- Rufen Sie 030\n  123 4567 an.") == expected
    assert facts("1. Anruf: 030 123 4567\n2. Fertig") == facts("030 123 4567\n\nFünf Leute") == expected
    assert [fact.start for fact in find_facts("- Ab\n  sofort 5 €, dann\n\n  6 €")] == [14, 27]


def test_addresses_are_the_same_but_for_the_language_part() -> None:
    german = "Mail an Hilfe@Beispiel.example. Mehr auf https://www.beispiel.example/de/umzug/."
    english = "Write to hilfe@beispiel.example, more at (http://beispiel.example/en/umzug)."
    expected = [("e-mail address", "hilfe@beispiel.example"), ("web address", "beispiel.example/umzug")]
    assert facts(german) == facts(english) == expected


def test_percentages() -> None:
    assert (
        facts("19 %")
        == facts("19%")
        == facts("19 Prozent")
        == facts("19.0 per cent")
        == [("percentage", "19 %")]
    )


@pytest.mark.parametrize(
    ("german", "english", "values"),
    [
        ("5 GB", "5 gigabytes", ["data volume 5 GB"]),
        ("1,5 GB", "1.5 GB", ["data volume 1.5 GB"]),
        ("500 MB und 2 GB", "500 MB and 2 GB", ["data volume 500 MB", "data volume 2 GB"]),
        ("5, 15 oder 50 GB", "5, 15 or 50 GB", ["number 5", "data volume 15 GB", "data volume 50 GB"]),
        ("50 Mbit/s", "50 Mbps", ["speed 50 mbit/s"]),
        ("64 kbit/s", "64 kbit/s", ["speed 64 kbit/s"]),
        ("10 / 40 Mbit/s", "10 / 40 Mbit/s", ["speed 10 mbit/s", "speed 40 mbit/s"]),
        ("vierstellige PIN", "a four-digit PIN", ["length 4 × digit"]),
        ("4-stellig, 4 Ziffern", "4-digit, 4 digits", ["length 4 × digit"] * 2),
        ("mindestens 12 Zeichen", "at least 12 characters", ["length 12 × character"]),
        ("5 Fehlversuche", "5 wrong attempts", ["number 5"]),
        ("Kundennummer 12345678", "customer number 12345678", ["number 12345678"]),
        ("2 bis 3 Werktage", "2 to 3 working days", ["period 2 × working day", "period 3 × working day"]),
        ("12 oder 24 Monate", "12 or 24 months", ["period 12 × month", "period 24 × month"]),
        ("30 Sekunden", "30 seconds", ["period 30 × second"]),
        ("2 Bankarbeitstage", "2 bank working days", ["period 2 × bank working day"]),
        ("mit einer Frist von einem Monat", "with one month's notice", ["period 1 × month"]),
        ("einen Monat später", "a month later", ["period 1 × month"]),
        ("12 Euro in einem Monat", "€12 a month", ["amount €12.00"]),
    ],
)
def test_volumes_speeds_lengths_and_numbers(german: str, english: str, values: list[str]) -> None:
    assert [" ".join(fact) for fact in facts(german)] == values
    assert [" ".join(fact) for fact in facts(english)] == values


def test_web_addresses_need_no_scheme() -> None:
    german = facts("Auf mein.musterkom.example/chat. Oder auf bundesnetzagentur.de, z. B. hier.Dann weiter.")
    assert german == [
        ("web address", "mein.musterkom.example/chat"),
        ("web address", "bundesnetzagentur.de"),
    ]


def test_a_table_row_is_a_line_of_its_own() -> None:
    assert flatten("| A | 5 € |\n| B | 6 € |\nund\nweiter") == "| A | 5 € |\n| B | 6 € | und weiter"


@given(
    st.integers(1, 999), st.sampled_from(["KB", "MB", "GB", "TB"]), st.sampled_from([" ", "", "\u00a0", "-"])
)
def test_a_volume_is_found_with_its_unit(number: int, unit: str, gap: str) -> None:
    assert facts(f"Es sind {number}{gap}{unit} da.") == [("data volume", f"{number} {unit}")]


@pytest.mark.parametrize(
    "text",
    [
        "Version 0.4.2",
        "ein Tag",
        "a day",
        "rund um die Uhr, 24/7, 24 hours a day, 24 hours every day, a 24-hour hotline, 24 Stunden am Tag",
        "5G, WPA2, IPv6, h264",
        "192.168.178.1",
        "1. Öffnen Sie das Portal.\n2. Fertig",
        "### 1. Schritt\n- 2. Schritt",
    ],
)
def test_what_states_nothing_is_left_alone(text: str) -> None:
    assert facts(text) == []


def test_differing_counts_how_often_and_tells_the_place() -> None:
    german = find_facts("Erst 5 €, dann 7 € und wieder 5 €.")
    english = find_facts("First €5, then €7.")
    assert [(fact.value, fact.start) for fact in differing(german, english)] == [("€5.00", 30)]
    assert differing(english, german) == []


@given(st.decimals(min_value=0, max_value=9_999_999, places=2))
def test_an_amount_is_the_same_in_both_notations(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert facts(f"Es kostet {german} €.") == facts(f"It costs €{english}.") == [("amount", f"€{amount:.2f}")]


@given(st.text(max_size=300))
def test_any_text_is_searched(text: str) -> None:
    found = find_facts(text)
    assert found == sorted(found, key=lambda fact: fact.start)
    assert differing(found, found) == []


@pytest.mark.parametrize("unit", ["a", "0 ", "1.", "a.", "€1", "0(", "www.", "10 bis ", "+0"])
def test_long_texts_take_no_time(unit: str) -> None:
    start = time.monotonic()
    find_facts(unit * (20_000 // len(unit)))
    assert time.monotonic() - start < 2
