"""The whole way from a text to a reply, over the shipped corpus."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import Assistant, Conversation, Decision, QuestionError, Reply
from assistant.alarm import Alarm
from assistant.rendering import reply_as_text
from corpus.settings import Settings
from index import OnnxEncoder, current_artifact, open_artifact

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def ask(
    assistant: Assistant, text: str, conversation: Conversation | None = None, language: str = "de"
) -> Reply:
    return assistant.ask(
        text,
        page_language=language,  # type: ignore[arg-type]
        conversation=conversation or Conversation.start(),
        now=MONDAY,
    )


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("Wo finde ich meine Rechnung?", "de", "find-invoice"),
        ("how do i cancel my contract", "en", "cancel-contract"),
        ("Rechnungsdownload", "de", "find-invoice"),
        ("mein internet ist weg", "de", "no-internet"),
        ("wo ist mein paket", "de", "order-status"),
        ("where is my parcel", "en", "order-status"),
    ],
)
def test_what_an_article_answers_is_answered_in_the_askers_language(
    assistant: Assistant, text: str, language: str, article: str
) -> None:
    reply = ask(assistant, text, language="de" if language == "en" else "en")

    assert (reply.decision, reply.language) == (Decision.ANSWER, language)
    assert (reply.articles[0].id, reply.articles[0].language) == (article, language)
    translation = assistant.corpus.articles[article].translation(reply.language)
    assert translation is not None
    assert reply.articles[0].short == translation.short
    assert reply.articles[0].id not in [found.id for found in reply.ranked]
    assert reply.conversation.read == (article,)


@pytest.mark.parametrize("text", ["wie kündige ich", "how do i cancel", "Vertrag cancel", "invoice Rechnung"])
def test_why_an_article_was_found_is_said_in_the_language_it_is_shown_in(
    assistant: Assistant, text: str
) -> None:
    for language in ("de", "en"):
        for found in ask(assistant, text, language=language).articles:
            article = assistant.corpus.articles[found.id]
            spoken = article.translation(found.language)
            assert spoken is not None
            own = (spoken.question, *spoken.phrasings, *spoken.keywords, spoken.short)
            assert found.matched in own or found.matched in spoken.answer, found


@pytest.mark.parametrize("text", ["Wo finde ich meine Rechnung?", "Mein Handy wurde gestohlen!"])
def test_the_language_of_the_answer_changes_nothing_that_is_decided(assistant: Assistant, text: str) -> None:
    german = ask(assistant, text)
    english = assistant.ask(
        text, page_language="en", answer_in="en", conversation=Conversation.start(), now=MONDAY
    )

    assert (german.language, english.language) == ("de", "en")
    assert (english.decision, english.confidence) == (german.decision, german.confidence)
    assert [found.id for found in english.articles] == [found.id for found in german.articles]
    assert {found.language for found in english.articles} <= {"en"}
    assert english.message != german.message


def test_a_call_for_a_person_gets_one(assistant: Assistant) -> None:
    reply = ask(assistant, "Ich will sofort einen Menschen sprechen!!!")

    assert reply.decision is Decision.ESCALATE
    assert reply.escalated is not None
    assert reply.escalated.reason == "human"
    assert reply.articles == ()
    assert reply.channels
    assert reply.promise.latest > MONDAY
    assert reply.conversation.escalated == "human"


def test_a_stolen_phone_has_one_urgent_action_and_the_emergency_line(assistant: Assistant) -> None:
    reply = ask(assistant, "Someone stole my phone on the train this morning")

    assert reply.escalated is not None
    assert (reply.escalated.reason, reply.escalated.priority) == ("lost-device", "urgent")
    assert reply.escalated.action_article is not None
    assert reply.escalated.action_article.id == "block-sim"
    assert reply.escalated.action_channel is not None
    assert reply.escalated.action_channel.open_now


STOLEN = "Mein Handy wurde gestohlen. Wie bekomme ich eine Ersatz-SIM-Karte?"


def test_below_the_way_to_a_person_stands_what_may_help_until_then(assistant: Assistant) -> None:
    reply = ask(assistant, STOLEN)

    assert reply.escalated is not None
    assert reply.escalated.reason == "lost-device"
    assert reply.ranked[0].id == "replace-sim"
    assert "block-sim" not in [article.id for article in reply.ranked], "it is the urgent action"
    assert len(reply.ranked) <= 3
    assert reply.articles == ()


def test_the_terminal_shows_it_below_the_way_to_a_person_too(assistant: Assistant) -> None:
    reply = ask(assistant, STOLEN)
    shown = reply_as_text(reply)

    assert shown.index(reply.channels[0].address) < shown.index("Weitere Artikel:")
    assert shown.index("Weitere Artikel:") < shown.index("(replace-sim)")


def test_below_the_way_to_a_person_stands_nothing_that_did_not_help(assistant: Assistant) -> None:
    once = ask(assistant, STOLEN, Conversation.start().with_rejected("replace-sim"))
    twice = ask(assistant, STOLEN, Conversation.start().with_rejected("replace-sim").with_rejected("y"))

    assert "replace-sim" not in [article.id for article in once.ranked]
    assert twice.decision is Decision.ESCALATE
    assert twice.ranked == ()


def test_below_the_way_to_a_person_stands_nothing_where_nothing_is_likely(assistant: Assistant) -> None:
    reply = ask(assistant, "Ich will mich über Sie beschweren, Sie Verbrecher! Peru ist schöner.")

    assert reply.decision is Decision.ESCALATE
    assert reply.ranked == ()


def test_a_reason_can_do_without_further_articles(
    shipped: Settings, encoder: OnnxEncoder, assistant: Assistant
) -> None:
    artifact = open_artifact(shipped.data, current_artifact(shipped.data) or "", encoder)
    rules = artifact.corpus.escalation
    silent = [reason.model_copy(update={"further_articles": False}) for reason in rules.reasons]
    corpus = replace(artifact.corpus, escalation=rules.model_copy(update={"reasons": tuple(silent)}))
    alarm = Alarm.load(artifact.folder, artifact=artifact.folder.name)
    other = Assistant(replace(artifact, corpus=corpus), assistant.confidence, alarm, answer_unproven=True)

    assert ask(assistant, STOLEN).ranked
    assert ask(other, STOLEN).decision is Decision.ESCALATE
    assert ask(other, STOLEN).ranked == ()


def test_nothing_to_read_is_shown_in_distress_or_to_who_wants_a_person(assistant: Assistant) -> None:
    silent = {reason.id for reason in assistant.corpus.escalation.reasons if not reason.further_articles}

    assert silent == {"crisis", "danger", "human"}


def test_a_report_is_one_whatever_question_follows(assistant: Assistant) -> None:
    for text, reason in (
        ("Ich will nicht mehr leben. Wie bekomme ich eine Ersatz-SIM-Karte?", "crisis"),
        ("Mein Router brennt. Wie bekomme ich einen neuen Router?", "danger"),
        ("Ich will sofort einen Menschen sprechen! Wo finde ich meine Rechnung?", "human"),
    ):
        reply = ask(assistant, text)
        assert reply.escalated is not None, text
        assert reply.escalated.reason == reason


def test_urgent_cases_have_the_shorter_promise(assistant: Assistant) -> None:
    stolen = ask(assistant, "Someone stole my phone on the train this morning").promise
    security = next(team for team in assistant.corpus.company.teams if team.id == "security")

    assert stolen.latest == MONDAY + timedelta(hours=security.promise.urgent_working_hours)


def test_an_article_outside_its_validity_is_never_shown(shipped: Settings, encoder: OnnxEncoder) -> None:
    artifact = open_artifact(shipped.data, current_artifact(shipped.data) or "", encoder)
    expired = artifact.corpus.articles["find-invoice"].model_copy(update={"valid_until": date(2026, 11, 22)})
    articles = MappingProxyType({**artifact.corpus.articles, "find-invoice": expired})
    later = Assistant(
        replace(artifact, corpus=replace(artifact.corpus, articles=articles)), None, answer_unproven=True
    )

    found = [*(reply := ask(later, "Wo finde ich meine Rechnung?")).articles, *reply.ranked]

    assert found
    assert "find-invoice" not in [article.id for article in found]
    assert later.article("find-invoice", now=MONDAY) is None


def test_after_two_rejections_nothing_is_chosen_or_suggested(assistant: Assistant) -> None:
    tired = Conversation.start().with_rejected("x").with_rejected("y")

    assert assistant.choose("find-invoice", language="de", conversation=tired, now=MONDAY) is None
    assert assistant.suggest("rechnung herunterladen", language="de", conversation=tired) == ()


def test_the_emergency_line_is_kept_free_for_what_it_is_for(assistant: Assistant) -> None:
    emergency = {channel.id for channel in assistant.corpus.company.channels if channel.emergency}
    smoke = ask(assistant, "Aus dem Router kommt Rauch")
    stolen = ask(assistant, "Mein Handy wurde gestohlen")

    assert smoke.escalated is not None
    assert smoke.escalated.priority == "urgent"
    assert not emergency & {channel.id for channel in smoke.channels}
    assert stolen.channels[0].id in emergency


def test_a_foreign_matter_is_handed_over(assistant: Assistant) -> None:
    reply = ask(assistant, "Wie wird das Wetter morgen?")

    assert (reply.decision, reply.articles) == (Decision.HAND_OVER, ())
    assert reply.promise.sentence


def test_a_rejected_article_never_comes_back(assistant: Assistant) -> None:
    first = ask(assistant, "Wo finde ich meine Rechnung?")
    rejected = first.conversation.with_rejected(first.articles[0].id)

    again = ask(assistant, "Wo finde ich meine Rechnung?", rejected)

    shown = [found.id for found in (*again.articles, *again.ranked)]
    assert first.articles[0].id not in shown
    assert assistant.choose(first.articles[0].id, language="de", conversation=rejected, now=MONDAY) is None
    assert ask(assistant, "Rechnung", rejected.with_rejected("x")).decision is Decision.HAND_OVER


def test_own_words_stay_in_the_conversation(assistant: Assistant) -> None:
    first = ask(assistant, "mein internet ist weg")
    second = ask(assistant, "Wie wird das Wetter morgen?", first.conversation)

    assert second.conversation.own_words == "mein internet ist weg\n\nWie wird das Wetter morgen?"
    assert second.conversation.id == first.conversation.id


def test_choosing_answers_and_is_remembered(assistant: Assistant) -> None:
    reply = assistant.choose("move-house", language="en", conversation=Conversation.start(), now=MONDAY)

    assert reply is not None
    assert (reply.decision, reply.articles[0].id, reply.articles[0].language) == (
        Decision.ANSWER,
        "move-house",
        "en",
    )
    assert (reply.conversation.read, reply.conversation.topic) == (("move-house",), "contract")
    assert assistant.choose("no-such-article", language="en", conversation=Conversation.start()) is None


def test_suggestions_are_gated(assistant: Assistant) -> None:
    start = Conversation.start()

    assert (
        assistant.suggest("rechnung herunterladen", language="de", conversation=start)[0].id == "find-invoice"
    )
    assert assistant.suggest("Wie backe ich einen Apfelkuchen?", language="de", conversation=start) == ()
    assert assistant.suggest("  ", language="de", conversation=start) == ()


def test_a_message_has_the_topic_of_a_likely_article_or_of_three_that_agree(assistant: Assistant) -> None:
    topics = {
        text: assistant.topic(text, conversation=Conversation.start())
        for text in (
            "rechnung herunterladen",
            "Mein Router blinkt seit Tagen nur noch orange.",
            "Wie backe ich einen Apfelkuchen?",
            "  ",
        )
    }
    assert list(topics.values()) == ["invoices", "faults", None, None]


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00\x01\x02", "\u200b\u200d\u2060", "\u00ad", "\ud800"])
def test_nothing_asked_is_said_plainly(assistant: Assistant, text: str) -> None:
    with pytest.raises(QuestionError, match="empty") as caught:
        ask(assistant, text)

    assert caught.value.code == "empty"


def test_too_long_is_said_with_the_limit(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="4000") as caught:
        ask(assistant, "Router " * 1500)

    assert (caught.value.code, caught.value.limit) == ("too_long", 4000)


@pytest.mark.parametrize(
    "text",
    [
        "🤷🏽‍♀️🔥🔥",
        "<script>alert(1)</script>",
        "'; DROP TABLE questions; --",
        "مرحبا كيف حالك",
        "Rech\x00nung\x1b[31m wo?",
        "\u202egnunhceR",
        "?" * 3999,
        "﷽" * 1000,
    ],
)
def test_odd_input_gets_a_calm_reply(assistant: Assistant, text: str) -> None:
    reply = ask(assistant, text)

    assert reply.decision is not Decision.ANSWER or reply.articles
    assert reply.message


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_any_text_gets_a_reply_or_a_plain_refusal(assistant: Assistant, text: str) -> None:
    try:
        reply = ask(assistant, text)
    except QuestionError as error:
        assert error.code == "empty"
    else:
        assert reply.channels
        assert reply.promise.latest > MONDAY
