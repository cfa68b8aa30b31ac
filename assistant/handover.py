"""What a customer hands over to a person, checked before it becomes a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from assistant.tables import storable
from corpus import Language, LotseError

Priority = Literal["normal", "high", "urgent"]
MESSAGE_LIMIT = 20_000
NAME_LIMIT = 200
# Shorter numbers are emergency and service numbers, or the beginning of one.
SHORTEST_PHONE = 10_000

_TEXTS: dict[str, tuple[str, str]] = {
    "empty": ("Bitte schreiben Sie, worum es geht.", "Please tell us what it is about."),
    "long": (
        "Ihre Nachricht ist zu lang: höchstens 20.000 Zeichen.",
        "Your message is too long: at most 20,000 characters.",
    ),
    "contact": (
        "Bitte geben Sie eine E-Mail-Adresse oder eine Telefonnummer an, damit wir antworten können.",
        "Please give an e-mail address or a phone number, so that we can answer.",
    ),
    "email": (
        "Diese E-Mail-Adresse können wir nicht verwenden. Beispiel: name@example.org",
        "We cannot use this e-mail address. Example: name@example.org",
    ),
    "phone": (
        "Diese Telefonnummer ist nicht vollständig. Beispiel: 089 12345678",
        "This phone number is not complete. Example: +49 89 12345678",
    ),
    "name": (
        "Dieser Name ist zu lang: höchstens 200 Zeichen.",
        "This name is too long: at most 200 characters.",
    ),
}


@dataclass(frozen=True, slots=True)
class HandOver:
    """The packet that spares a customer from starting again.

    ``message`` is in the customer's own words, ``history`` holds all earlier questions, oldest
    first. ``articles_read`` and ``articles_rejected`` are article ids. ``escalation`` is the id of
    the escalation reason; ``team`` overrules the team that the topic would get. ``ahead`` is how many
    waiting cases the promise that was shown counted with: more never make it later.
    """

    conversation_id: str
    language: Language
    topic: str | None
    message: str
    history: tuple[str, ...] = ()
    articles_read: tuple[str, ...] = ()
    articles_rejected: tuple[str, ...] = ()
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    priority: Priority = "normal"
    escalation: str | None = None
    team: str | None = None
    ahead: int | None = None


class HandOverError(LotseError):
    """What a customer entered cannot be used; ``fields`` maps field names to a sentence each."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("\n".join(self.fields.values()))


def check_message(text: str, language: Language) -> str:
    """Return a message without white space around it.

    :param text: what the customer wrote.
    :param language: the language of the error.
    :return: the message, 1 to 20,000 characters.
    :raises HandOverError: when it is empty or too long.
    """
    message = storable(text).strip()
    if problem := _message_problem(message):
        raise HandOverError({"message": _say(problem, language)})
    return message


def check_hand_over(given: HandOver) -> HandOver:
    """Return the packet with message, name, e-mail and phone in the form in which they are stored.

    :param given: the packet as the customer sent it.
    :return: the packet; the phone number stands in international form.
    :raises HandOverError: naming every field that cannot be used.
    """
    problems: dict[str, str] = {}
    message = storable(given.message).strip()
    if problem := _message_problem(message):
        problems["message"] = problem
    name = " ".join(storable(given.name or "").split())
    if len(name) > NAME_LIMIT:
        problems["name"] = "name"
    email, phone = (given.email or "").strip(), (given.phone or "").strip()
    if not email and not phone:
        problems["email"] = "contact"
    usable_email, usable_phone = plain_email(email), _phone(phone)
    if email and usable_email is None:
        problems["email"] = "email"
    if phone and usable_phone is None:
        problems["phone"] = "phone"
    if problems:
        raise HandOverError({field: _say(key, given.language) for field, key in problems.items()})
    return replace(
        given,
        message=message,
        history=tuple(storable(text) for text in given.history),
        articles_read=tuple(storable(text) for text in given.articles_read),
        articles_rejected=tuple(storable(text) for text in given.articles_rejected),
        name=name or None,
        email=usable_email,
        phone=usable_phone,
    )


def _message_problem(message: str) -> str | None:
    if not message:
        return "empty"
    return "long" if len(message) > MESSAGE_LIMIT else None


def _say(key: str, language: Language) -> str:
    german, english = _TEXTS[key]
    return german if language == "de" else english


def plain_email(text: str) -> str | None:
    """Return an e-mail address in the form in which it is stored, ``None`` where it is none."""
    try:
        # Mail servers without SMTPUTF8 are common: only addresses that every one accepts.
        return validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None


def _phone(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number) or (number.national_number or 0) < SHORTEST_PHONE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
