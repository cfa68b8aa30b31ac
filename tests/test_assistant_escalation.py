"""The shipped rules: a report of one's own case escalates, a question about procedure does not."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.alarm import Suspicion
from assistant.escalation import Escalation
from corpus import LANGUAGES, EscalationRules, Language, load_corpus
from corpus.settings import PACKAGE


@pytest.fixture(scope="module")
def rules() -> Escalation:
    return Escalation(load_corpus(PACKAGE).escalation)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Mein Handy wurde mir gestern am Bahnhof geklaut, was soll ich tun?", "lost-device"),
        ("Ich habe meine SIM-Karte verloren", "lost-device"),
        ("I lost my phone last night", "lost-device"),
        ("Meine Mutter ist vor zwei Wochen verstorben", "bereavement"),
        ("My father passed away and I need to close his contract", "bereavement"),
        ("Jemand hat einen Vertrag in meinem Namen abgeschlossen", "fraud"),
        ("my account has been hacked", "fraud"),
        ("Ich schalte jetzt meinen Anwalt ein", "legal-threat"),
        ("You will hear from my lawyer", "legal-threat"),
        ("Ich möchte mich über Ihren Techniker beschweren", "complaint"),
        ("I want to make a complaint about the hotline", "complaint"),
        ("Aus dem Router kommt Rauch", "danger"),
        ("the charger caught fire", "danger"),
        ("Das ist doch eine Frechheit!!", "anger"),
        ("I am fed up with you people", "anger"),
        ("Ich will sofort einen Menschen sprechen!!!", "human"),
        ("KANN ICH BITTE MIT EINEM MITARBEITER REDEN", "human"),
        ("let me talk to a real person", "human"),
        ("Der Akku meines Smartphones hat sich gewölbt", "danger"),
        ("Ich habe mich am Router verbrannt", "danger"),
        ("Mein Hausnotruf ist seit gestern tot", "danger"),
        ("Mein Ex stalkt mich und kennt meine Nummer", "crisis"),
        ("Ein Mann verfolgt mich und ruft ständig an", "crisis"),
        ("my neighbour is stalking me with calls", "crisis"),
        ("I feel suicidal", "crisis"),
        ("Das Netzteil riecht komisch und wird heiß", "danger"),
        ("the battery of my phone is bloated", "danger"),
        ("my charger smells of plastic", "danger"),
        ("Wenn das so weitergeht, tue ich mir noch was an", "crisis"),
        ("I just cannot go on any longer", "crisis"),
        ("Mein Ex-Freund bedroht mich und kennt meine Nummer", "crisis"),
        ("Ich bin dem Link gefolgt und habe meine Kontodaten dort eingetragen", "fraud"),
        ("Ein Anrufer gab sich als Musterkom aus und ich habe ihm das Passwort gesagt", "fraud"),
        ("Unsere Handynummer ist plötzlich auf eine fremde SIM portiert", "fraud"),
        ("Auf meiner Karte sind Bestellungen, die ich nie aufgegeben habe", "fraud"),
        ("I opened the link from the text and typed in my password", "fraud"),
        ("my mobile number has been ported to someone else", "fraud"),
        ("there are two iPhones on my account that I never ordered", "fraud"),
        ("Rucksack mit Handy gestohlen", "lost-device"),
        ("my purse and my phone were stolen", "lost-device"),
        ("Verbinden Sie mich mit Ihrer Vorgesetzten", "human"),
        ("Ich will den Filialleiter sprechen", "human"),
        ("I want to speak to whoever is in charge", "human"),
        ("Sie können mich mal!", "anger"),
        ("Ihr seid wirklich zu nichts zu gebrauchen", "anger"),
        ("you people are completely hopeless", "anger"),
    ],
)
def test_reports_of_ones_own_case_escalate(rules: Escalation, text: str, reason: str) -> None:
    match = rules.match(text)

    assert match is not None
    assert match.reason.id == reason
    assert match.words


@pytest.mark.parametrize(
    "text",
    [
        "Wie reiche ich eine Beschwerde ein?",
        "Ich bin gerichtlich bestellter Betreuer meiner Mutter, was brauchen Sie von mir?",
        "I have a court order as a guardian for my dad. How do I act for him?",
        "How do I file a complaint?",
        "Was passiert, wenn mein Handy gestohlen wird?",
        "What should I do if my phone gets stolen?",
        "Mein Paket ist verloren gegangen",
        "lost parcel",
        "Ich habe mein Passwort verloren",
        "mein internet ist tot",
        "router light is red",
        "Wer ist mein Ansprechpartner für Rechnungen?",
        "user agent",
        "Wie erteile ich eine Vollmacht für meinen Anwalt?",
        "connection lost again",
        "Der Akku meines Routers ist leer",
        "how do i cancel my contract",
        "Mein Telefon ist nicht geklaut, ich will nur die SIM tauschen",
        "My SIM is not lost, I need a smaller one",
        "Is my tablet covered if stolen?",
        "Sind Handys bei euch gegen Diebstahl versichert?",
        "Woran erkenne ich gefälschte Anrufe von Musterkom?",
        "Mein Datenvolumen reicht nicht",
        "Wie heiß wird ein Netzteil normalerweise?",
        "Ich habe auf den Link zum Zurücksetzen geklickt und mein Passwort eingegeben, es geht aber nicht",
        "Kann meine Nummer auf eine andere SIM übertragen werden?",
        "Mir wurde ein Handy geliefert, das ich nicht bestellt habe",
        "Sie können mich mal anrufen",
        "I can't go on the internet anymore",
        "Suicide Squad won't play in HD, is that my plan or the box?",
        "Ich schreibe einen Krimi, in dem ein Stalker ein Handy ortet. Geht das überhaupt?",
        "Für meine Bachelorarbeit über Suizid suche ich Zahlen zu Ihrer Hotline",
        "Gestern habe ich mich beim Fußball verletzt, ist der Sportkanal dabei?",
        "the shop assistant kept throwing numbers at me and I nodded like an idiot",
        "Funktioniert der Notruf auch mit einem Handy, in dem keine Karte steckt?",
        "Kann mein Chef meinen Vertrag übernehmen?",
        "",
    ],
)
def test_procedure_and_other_matters_do_not(rules: Escalation, text: str) -> None:
    assert rules.match(text) is None


def test_a_match_says_which_words_a_pattern_fired_on(rules: Escalation) -> None:
    match = rules.match("I lost my phone last night")

    assert match is not None
    assert match.rule == "pattern"
    assert match.words in "i lost my phone last night"


def test_where_lives_are_at_risk_no_example_overrules_a_pattern() -> None:
    reasons = load_corpus(PACKAGE).escalation.reasons

    assert {reason.id for reason in reasons if reason.never_doubted} == {"crisis", "danger"}


@pytest.mark.parametrize(("probability", "escalates"), [(0.71, True), (0.7, True), (0.69, False)])
def test_an_alarm_escalates_from_its_point_on(rules: Escalation, probability: float, escalates: bool) -> None:
    match = rules.suspected(Suspicion("fraud", probability, "they took my number", ""), 0.7)

    assert (match is not None) is escalates
    if match is not None:
        assert (match.reason.id, match.words) == ("fraud", "they took my number")
        assert match.rule == f"example, p {probability:.3f} >= 0.700"


def test_an_alarm_for_no_reason_or_one_without_a_rule_does_not_escalate(rules: Escalation) -> None:
    assert rules.suspected(None, 0.0) is None
    assert rules.suspected(Suspicion("gone", 1.0, "an example", ""), 0.5) is None


@given(st.text(max_size=500))
def test_any_text_can_be_tried(rules: Escalation, text: str) -> None:
    rules.match(text)


@pytest.mark.parametrize(
    "words", ["handy ", "my phone ", "ich will ", "wenn ", "paket verloren ", "someone has my "]
)
def test_long_repetitive_text_does_not_stall(rules: Escalation, words: str) -> None:
    started = time.monotonic()
    rules.match((words * 4000)[:4000])

    assert time.monotonic() - started < 5


def test_without_rules_nothing_escalates() -> None:
    assert Escalation(EscalationRules(reasons=())).match("Ich will einen Menschen sprechen") is None


def test_urgent_reasons_lead_to_a_channel_that_is_always_open() -> None:
    corpus = load_corpus(Path(PACKAGE))
    channels = {channel.id: channel for channel in corpus.company.channels}

    for reason in corpus.escalation.reasons:
        if reason.urgent_action and reason.urgent_action.channel:
            assert channels[reason.urgent_action.channel].emergency


CHEERFUL = re.compile(r"!|\b(?:freu\w*|toll\w*|super|leider|great|glad|happy|unfortunately|excited)\b", re.I)
BLAMING = re.compile(
    r"\b(?:hätten sie|haben sie nicht|ihr fehler|you should have|you failed|your fault)\b", re.I
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_above_a_case_are_calm(language: Language) -> None:
    for reason in load_corpus(PACKAGE).escalation.reasons:
        texts = [reason.message, *([reason.urgent_action.text] if reason.urgent_action else [])]
        for text in texts:
            said = text.in_language(language)
            assert CHEERFUL.search(said) is None, said
            assert BLAMING.search(said) is None, said


@pytest.mark.parametrize(("reason", "crisis_line"), [("danger", False), ("crisis", True)])
def test_only_a_crisis_names_the_crisis_line(reason: str, crisis_line: bool) -> None:
    found = next(one for one in load_corpus(PACKAGE).escalation.reasons if one.id == reason)

    assert found.priority == "urgent"
    assert found.team == "care"
    assert found.urgent_action is not None
    assert found.urgent_action.channel is None
    for language in ("de", "en"):
        assert ("0800 111 0 111" in found.message.in_language(language)) is crisis_line
        assert "112" in found.urgent_action.text.in_language(language)
