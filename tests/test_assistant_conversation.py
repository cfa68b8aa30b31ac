"""A conversation travels signed with the page, and cannot be forged."""

from __future__ import annotations

import time
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeTimedSerializer

from assistant import Conversation, ConversationTokens, Turn
from assistant.conversation import MAX_AGE_SECONDS, MAX_TURNS

TOKENS = ConversationTokens("a secret for tests")
turns = st.builds(
    Turn,
    st.text(max_size=50),
    st.sampled_from(["answer", "suggest"]),
    st.lists(st.text(max_size=9)).map(tuple),
)


@given(
    st.lists(turns, max_size=4),
    st.lists(st.text(max_size=9), max_size=3),
    st.sampled_from(["de", "en", None]),
)
def test_a_token_carries_the_whole_conversation(
    said: list[Turn], rejected: list[str], language: str | None
) -> None:
    conversation = replace(
        Conversation.start(), language=language, topic="invoices", clarified=True, escalated="fraud"
    )
    for turn in said:
        conversation = conversation.with_turn(turn)
    for article in rejected:
        conversation = conversation.with_rejected(article).with_read(article)

    assert TOKENS.load(TOKENS.dump(conversation)) == conversation


@given(st.text(max_size=200))
def test_a_foreign_token_starts_afresh(token: str) -> None:
    assert TOKENS.load(token).turns == ()


def test_an_altered_token_starts_afresh() -> None:
    token = TOKENS.dump(Conversation.start().with_rejected("find-invoice"))

    assert TOKENS.load("x" + token).rejected == ()
    assert ConversationTokens("another secret").load(token).rejected == ()
    assert TOKENS.load(None).turns == ()


def test_a_token_of_yesterday_starts_afresh(monkeypatch: pytest.MonkeyPatch) -> None:
    token = TOKENS.dump(Conversation.start().with_rejected("find-invoice"))
    later = time.time() + MAX_AGE_SECONDS + 60
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)

    assert TOKENS.load(token).rejected == ()


def test_memory_is_bounded_and_keeps_the_latest() -> None:
    conversation = Conversation.start()
    for number in range(MAX_TURNS + 3):
        conversation = conversation.with_turn(Turn(str(number), "suggest", ()))

    assert [turn.text for turn in conversation.turns] == [str(n) for n in range(3, MAX_TURNS + 3)]


def test_own_words_come_in_the_order_they_were_said() -> None:
    conversation = (
        Conversation.start()
        .with_turn(Turn("Router tot", "answer", ()))
        .with_turn(Turn("Immer noch", "suggest", ()))
    )

    assert conversation.own_words == "Router tot\n\nImmer noch"


def test_two_different_rejections_call_for_a_person() -> None:
    once = Conversation.start().with_rejected("a").with_rejected("a")

    assert not once.human_only
    assert once.with_rejected("b").human_only


def test_the_cases_ahead_travel_with_their_team_and_a_bare_number_of_before_is_dropped() -> None:
    conversation = replace(Conversation.start(), topic="invoices", ahead=("billing", 7))
    older = {**asdict(conversation), "ahead": 7}
    oldest = {name: value for name, value in older.items() if name != "ahead"}
    signer = URLSafeTimedSerializer("a secret for tests", salt="conversation")

    assert TOKENS.load(TOKENS.dump(conversation)) == conversation
    for data in (older, oldest):
        assert TOKENS.load(str(signer.dumps(data))) == replace(conversation, ahead=None)


def test_a_question_leads_to_the_article_that_answered_it_after_all() -> None:
    asked = Conversation.start().with_turn(Turn("wo ist es", "suggest", ("first", "second")))
    led = asked.led_to("second")

    assert led.turns == (Turn("wo ist es", "answer", ("second", "first")),)
    assert led.led_to("third").turns[-1].articles == ("third", "second", "first")


def test_a_question_that_a_person_took_over_leads_to_no_article() -> None:
    reported = Conversation.start().with_turn(Turn("mein handy ist weg", "escalate", ()))

    assert reported.led_to("block-sim") == reported
