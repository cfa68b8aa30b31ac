"""Channel advice: ranked for a topic, an urgency and a moment, with a reason each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from companies import BERLIN, berlin, company_with, shipped_company
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.channels import advise_channels
from assistant.reply import ChannelAdvice
from corpus import ChannelKind, Language

COMPANY = shipped_company()
TOPICS = [topic.id for topic in COMPANY.topics]
AVOIDED = {
    topic: {channel.id for channel in COMPANY.channels if any(topic in fit.topics for fit in channel.avoid)}
    for topic in TOPICS
}
OFFICE_HOURS, NIGHT = "2026-11-03 10:00", "2026-11-03 23:00"


def advice(
    topic: str | None, now: str, *, language: Language = "de", urgent: bool = False
) -> dict[str, ChannelAdvice]:
    found = advise_channels(COMPANY, topic, language=language, now=berlin(now), urgent=urgent)
    return {one.id: one for one in found}


@pytest.mark.parametrize(
    ("topic", "now", "urgent", "first"),
    [
        ("faults", OFFICE_HOURS, False, ["chat", "remote-help", "contact-form"]),
        ("faults", NIGHT, False, ["contact-form", "email", "chat"]),
        ("invoices", OFFICE_HOURS, False, ["phone", "callback", "contact-form"]),
        ("invoices", NIGHT, False, ["contact-form", "email", "phone"]),
        ("contract", OFFICE_HOURS, False, ["phone", "callback", "contact-form"]),
        ("verification", OFFICE_HOURS, False, ["video-ident", "post-ident", "contact-form"]),
        ("order-delivery", OFFICE_HOURS, False, ["whatsapp", "phone", "chat"]),
        ("privacy", OFFICE_HOURS, False, ["chat", "contact-form", "post"]),
        ("account", OFFICE_HOURS, True, ["security-hotline", "phone", "chat"]),
        ("account", NIGHT, True, ["security-hotline", "contact-form", "email"]),
        ("contact", OFFICE_HOURS, True, ["security-hotline", "phone", "chat"]),
        (None, NIGHT, True, ["security-hotline", "contact-form", "email"]),
    ],
)
def test_the_first_three(topic: str | None, now: str, urgent: bool, first: list[str]) -> None:
    assert list(advice(topic, now, urgent=urgent))[:3] == first


moments = st.integers(0, 366 * 24 * 4).map(
    lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)
)


@given(st.sampled_from([None, *TOPICS]), moments, st.booleans(), st.sampled_from(["de", "en"]))
@settings(max_examples=200, deadline=None)
def test_rules_that_hold_for_every_matter_and_moment(
    topic: str | None, now: datetime, urgent: bool, language: Language
) -> None:
    found = advise_channels(COMPANY, topic, language=language, now=now, urgent=urgent)
    ids = [one.id for one in found]
    assert len(ids) == len(set(ids))
    assert "contact-form" in ids
    avoided = (AVOIDED[topic] if topic else set()) - ({"security-hotline"} if urgent else set())
    assert not avoided & set(ids[:3])
    assert [one_id in avoided for one_id in ids] == sorted(one_id in avoided for one_id in ids)
    assert urgent or topic != "faults" or found[0].kind is not ChannelKind.PHONE
    assert ("security-hotline" in ids) == (urgent or topic == "account")
    assert not urgent or (ids[0] == "security-hotline" and all(one.open_now for one in found))
    for one in found:
        assert one.reason.endswith(".")
        assert (one.opens_at is None) == one.open_now
        assert one.opens_at is None or (one.opens_at > now and one.opens_at.tzinfo == BERLIN)
        assert not (one.suits and one.id in avoided)


def test_the_reason_comes_from_the_company_and_the_clock() -> None:
    assert advice("invoices", OFFICE_HOURS)["phone"].reason == (
        "Wir sehen Ihre Rechnung vor uns und gehen sie Posten für Posten mit Ihnen durch. "
        "Jetzt geöffnet bis 20:00 Uhr."
    )
    assert advice("invoices", NIGHT, language="en")["phone"].reason == (
        "We have your invoice in front of us and go through it with you item by item. "
        "Opens tomorrow at 08:00."
    )
    assert advice("invoices", OFFICE_HOURS)["whatsapp"].reason.startswith(
        "Über WhatsApp besprechen wir keine Vertragsdaten"
    )


@pytest.mark.parametrize(
    ("channel", "now", "language", "reason"),
    [
        ("phone", OFFICE_HOURS, "de", "Jetzt geöffnet bis 20:00 Uhr."),
        ("phone", OFFICE_HOURS, "en", "Open now until 20:00."),
        ("phone", "2026-11-03 06:00", "de", "Öffnet heute um 8:00 Uhr."),
        ("phone", "2026-11-07 17:00", "de", "Öffnet am Montag um 8:00 Uhr."),
        ("phone", "2026-11-07 17:00", "en", "Opens on Monday at 08:00."),
        (
            "phone",
            "2026-05-14 09:00",
            "de",
            "Jetzt geschlossen, weil heute Feiertag ist (Christi Himmelfahrt). Öffnet morgen um 8:00 Uhr.",
        ),
        (
            "phone",
            "2026-12-24 14:00",
            "en",
            "Closed now, because our hours are different today (Christmas Eve) and tomorrow (Christmas Day) "
            "and Saturday (Second Day of Christmas) "
            "are public holidays. Opens on Monday at 08:00.",
        ),
        (
            "chat",
            "2026-12-24 09:00",
            "de",
            "Jetzt geöffnet bis 12:00 Uhr, weil heute andere Zeiten gelten (Heiligabend).",
        ),
        (
            "chat",
            "2026-12-24 23:30",
            "de",
            "Öffnet morgen um 10:00 Uhr, weil morgen Feiertag ist (Erster Weihnachtstag).",
        ),
        (
            "phone",
            "2026-05-13 21:00",
            "en",
            "Opens on Friday at 08:00, because tomorrow is a public holiday (Ascension Day).",
        ),
        ("email", NIGHT, "de", "Jederzeit möglich."),
        ("email", NIGHT, "en", "Possible at any time."),
    ],
)
def test_opening_times_in_words(channel: str, now: str, language: Language, reason: str) -> None:
    assert advice(None, now, language=language)[channel].reason == reason


def test_what_a_customer_should_know_stands_beside_the_channel() -> None:
    phone = advice("invoices", OFFICE_HOURS, language="en")["phone"]
    assert (phone.name, phone.address) == ("Customer hotline", "0800 000 1234")
    assert phone.cost.startswith("free from German networks")
    assert phone.have_ready == "customer number and 4-digit customer PIN"
    assert phone.suits
    assert phone.open_now


def test_where_little_else_is_there_a_channel_to_avoid_is_left_out_but_never_the_form() -> None:
    data = COMPANY.model_dump(mode="json")
    reason = {"de": "Dafür nicht geeignet.", "en": "Not made for this."}
    kept = [channel for channel in data["channels"] if channel["kind"] in ("chat", "form", "phone")]
    for channel in kept:
        channel["suits"] = []
        channel["avoid"] = [] if channel["id"] == "chat" else [{"topics": ["faults"], "reason": reason}]
    company = company_with(channels=kept)
    found = advise_channels(company, "faults", language="de", now=berlin(OFFICE_HOURS))
    assert [one.id for one in found] == ["chat", "contact-form"]
    assert found[1].reason == "Dafür nicht geeignet."


def test_a_channel_that_never_opens_says_so() -> None:
    data = COMPANY.model_dump(mode="json")
    phone = {**data["channels"][0], "hours": {}, "exceptions": []}
    company = company_with(channels=[phone, *data["channels"][1:]])
    found = advise_channels(company, None, language="de", now=berlin(OFFICE_HOURS))
    closed = next(one for one in found if one.id == "phone")
    assert (closed.open_now, closed.opens_at) == (False, None)
    assert closed.reason == "Zurzeit geschlossen."
