"""What the shipped articles take for a report, and what not: patterns and examples together."""

from __future__ import annotations

import pytest

from assistant import Assistant
from assistant.alarm import DOUBTED


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mein Router qualmt, wie bekomme ich einen neuen?", "danger"),
        (
            "Was kostet der Umzug, und wie lange bin ich ohne Internet? Am Hausanschluss im Keller sprühen "
            "übrigens Funken.",
            "danger",
        ),
        ("Wie übertrage ich den Vertrag auf meine Tochter? Ich will nicht mehr leben.", "crisis"),
        ("bills piling up just wanna die", "crisis"),
        (
            "Could I have my bills in larger print? And I'm afraid I've lost my mobile on the bus.",
            "lost-device",
        ),
        ("How do I pay in instalments? Someone has used my name for a second contract.", "fraud"),
        ("Wo sehe ich meinen Verbrauch? Und ich möchte bitte mit einem Menschen sprechen.", "human"),
    ],
)
def test_a_report_beside_an_ordinary_question_goes_to_a_person(
    assistant: Assistant, text: str, reason: str
) -> None:
    matched = assistant.escalation(text)

    assert matched is not None
    assert matched.reason.id == reason


@pytest.mark.parametrize("sentences", [40, 73, 100, 120, 150])
@pytest.mark.parametrize(
    ("report", "reason"),
    [
        ("Aus dem Router kommt Rauch.", "danger"),
        ("Gestern hat mir in der Bahn jemand das Handy aus der Tasche gezogen.", "lost-device"),
        ("Jemand hat auf meinen Namen einen zweiten Vertrag abgeschlossen.", "fraud"),
    ],
)
def test_all_of_a_long_letter_is_judged(
    assistant: Assistant, report: str, reason: str, sentences: int
) -> None:
    calm = "Ich ziehe um und habe eine Frage zum neuen Anschluss. " * sentences

    matched = assistant.escalation(calm + report)

    assert assistant.escalation(calm) is None
    assert matched is not None
    assert matched.reason.id == reason


def test_the_gravest_matter_of_a_long_letter_counts(assistant: Assistant) -> None:
    letter = "Ich möchte bitte mit einem Menschen sprechen. " * 100 + "Aus dem Router kommt Rauch."

    matched = assistant.escalation(letter)

    assert matched is not None
    assert matched.reason.id == "danger"


@pytest.mark.parametrize(
    "text",
    [
        "When I lost my phone years ago your shop helped me so nicely. What are its opening hours today?",
        "Ich bin stinksauer auf meinen Hund, er hat das Ladekabel zerbissen. Wo kaufe ich ein neues?",
        "My dog is a complete idiot and chewed the cable, where do I buy another?",
    ],
)
def test_examples_overrule_what_a_pattern_finds_in_a_calm_question(assistant: Assistant, text: str) -> None:
    assert assistant.triage.match(text) is not None
    assert assistant.escalation(text) is None


def test_what_another_section_is_about_supports_no_pattern(assistant: Assistant) -> None:
    asked = "When I lost my phone years ago your shop helped me so nicely. What are its opening hours today? "
    moving = (
        "We are moving to a bigger flat in August and would like to take our line along. The landlord says "
        "there is a socket in the hall already. How long does it take until an engineer comes, and what does "
        "it cost us? My son plays chess and my daughter paints horses. "
    )
    annoyed = (
        "Last winter the line dropped out every evening for two weeks and it took four calls until somebody "
        "found the broken cable in the street. That was annoying, but your engineer was very kind in the end "
        "and it has worked since. I only mention it because the new flat is at the end of the same street. "
    )
    query = assistant.query((asked + moving * 2 + annoyed * 2).strip())

    judged, suspicion = assistant.triage.judge(query), assistant.triage.suspect(query)

    assert judged.matched is None
    assert judged.doubted is not None
    assert judged.doubted.reason.id == "lost-device"
    assert suspicion is not None
    assert suspicion.probability >= DOUBTED
