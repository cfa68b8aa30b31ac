"""Takes personal data out of a text before it is stored."""

from __future__ import annotations

import re

import phonenumbers
from stdnum import iban, luhn

from assistant.names import hide_names

EMAIL, PHONE, IBAN, CARD = "[E-Mail]", "[Telefon]", "[IBAN]", "[Karte]"
NUMBER, ADDRESS = "[Nummer]", "[Adresse]"

_EMAIL = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,200}\s?(?:@|[(\[]at[)\]])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}", re.IGNORECASE
)
_IBAN = re.compile(r"(?<![^\W_])[a-z]{2}\d{2}(?:[ .-]?[a-z0-9]){11,30}", re.IGNORECASE | re.ASCII)
_GERMAN_IBAN = re.compile(r"(?<![^\W_])de\d{2}(?:[ .-]?\d){18}(?!\d)", re.IGNORECASE | re.ASCII)
_NUMBER_WORD = re.compile(
    r"""(?<!\w)(?:
        (?:kunden|vertrags?|rechnungs?|bestell|auftrags?|konto|sendungs?|mandats|referenz|vorgangs?|ticket
          |serien|ausweis|geräte|zähler|kd|paket)[- .]{0,2}(?:nummer|nr|no|id|kennung|referenz)
        |(?:kunden-?|sim-?)?pin|puk|imei|iccid
        |(?:customer|contract|order|invoice|account|reference|case|ticket|tracking|serial|device|parcel)
          [ ]?(?:number|no|nr|id)
    )\b[.:#]{0,2}(?:\s{1,3}(?:ist|lautet|is|war|was|von|of|for))?\s{0,3}[:=#]?\s{0,3}
    (?P<value>[\w/-]{0,12}\d[\w/-]{2,30}(?:[ ]\d{2,12}){0,4})""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBER_NEAR = re.compile(
    r"(?<!\w)(?:bestellung|auftrag|rechnung|vertrag|sendung|paket|kunde|order|invoice|contract|ticket)"
    r"\s{1,2}(?:nr\.?\s?)?#?(?P<value>\d{5,30})(?!\w)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\w.,/-])(?:(?:\+|00)[1-9]\d{0,2}|\(?0[1-9]\d{1,4}\)?)(?:[ ]?[-/()]{0,2}[ ]?\d){6,13}(?![\w,.]?\d)"
)
_CARD = re.compile(r"(?<![\d.,])\d(?:[ -]?\d){12,18}(?![.,]?\d)")
_LONG_NUMBER = re.compile(r"(?<![\w.,/-])[A-Za-z]{0,4}-?\d[\d/-]{4,40}(?![\w]|[.,]\d)")
_STREET = re.compile(
    r"(?<!\w)[A-ZÄÖÜ][\wäöüß-]{0,40}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer|chaussee"
    r"|[ -](?:Straße|Strasse|Str\.|Weg|Platz|Allee|Gasse|Damm|Ufer))"
    r"[ ]\d{1,4}[ ]?[a-z]?(?![\w]|[.,]\d|[ ]?(?:€|%|[GMK]B|[GM]bit|Euro|Uhr|Stunde|Tag|Minute|Monat))"
    r"(?:,?[ ]\d{5}[ ][A-ZÄÖÜ][\wäöüß-]{1,40})?"
)


def redact(text: str) -> str:
    """Replace personal data by placeholders such as ``[E-Mail]``; redacting twice changes nothing.

    What goes: e-mail addresses, phone numbers, IBANs, card numbers, customer, order and other long
    numbers, names after a salutation or an introduction, and streets with a house number. What is
    replaced can bring new matches together, so it is repeated until nothing is left to replace.
    """
    while (redacted := _pass(text)) != text:
        text = redacted
    return text


def _pass(text: str) -> str:
    text = _EMAIL.sub(EMAIL, text)
    text = _GERMAN_IBAN.sub(IBAN, text)
    text = _IBAN.sub(_iban, text)
    text = _NUMBER_WORD.sub(_value, text)
    text = _NUMBER_NEAR.sub(_value, text)
    text = _phones(text)
    text = _PHONE.sub(PHONE, text)
    text = _CARD.sub(_card, text)
    text = _LONG_NUMBER.sub(_long_number, text)
    text = _STREET.sub(ADDRESS, text)
    return hide_names(text)


def _iban(match: re.Match[str]) -> str:
    """Replace the longest beginning of the match that is an IBAN; customers write on without a stop."""
    found = match[0]
    for end in range(len(found), 14, -1):
        if found[end - 1].isalnum() and iban.is_valid(found[:end].replace(".", "")):
            return IBAN + found[end:]
    return found


def _value(match: re.Match[str]) -> str:
    return match[0][: match.start("value") - match.start()] + NUMBER


def _phones(text: str) -> str:
    parts, done = [], 0
    for match in phonenumbers.PhoneNumberMatcher(text, "DE"):
        # Without a leading zero or plus any seven digits would be a German number.
        if match.raw_string.startswith(("+", "0", "(0")):
            parts += [text[done : match.start], PHONE]
            done = match.end
    return "".join([*parts, text[done:]])


def _card(match: re.Match[str]) -> str:
    """Replace the longest beginning that is a card number; an expiry date often follows at once."""
    found = match[0]
    for end in range(len(found), 12, -1):
        digits = re.sub(r"[ -]", "", found[:end])
        if not found[end : end + 1].isdigit() and len(digits) >= 13 and luhn.is_valid(digits):
            return CARD + found[end:]
    return NUMBER


def _long_number(match: re.Match[str]) -> str:
    groups = [len(group) for group in re.findall(r"\d+", match[0])]
    return NUMBER if sum(groups) >= 7 and max(groups) >= 5 else match[0]
