"""Follow-ups: which texts lean on the question before, and what a conversation makes of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import MAX_CHARACTERS, Assistant, Conversation, Decision, Reply, Turn
from assistant.extract import extract, pieces_of
from assistant.followup import LONGEST, FollowUp, follow_up, in_full, leaning
from corpus import LANGUAGES, Translation

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def talk(assistant: Assistant, *texts: str, conversation: Conversation | None = None) -> Reply:
    """Ask one question after the other; return the last reply."""
    conversation = conversation or Conversation.start()
    for text in texts:
        reply = assistant.ask(text, page_language="de", conversation=conversation, now=MONDAY)
        conversation = reply.conversation
    return reply


@pytest.mark.parametrize(
    "text",
    [
        "und wie lange dauert das?",
        "Was kostet das?",
        "und das kostet wieviel",
        "was brauche ich dafür?",
        "was passiert danach?",
        "gibt es da eine Frist?",
        "Und die Kosten?",
        "warum geht das nicht?",
        "what does that cost?",
        "and how long does it take",
        "is that free?",
        "is there a fee?",
    ],
)
def test_words_without_a_subject_lean(text: str) -> None:
    assert follow_up(text) is FollowUp.BARE


@pytest.mark.parametrize(
    "text",
    [
        "und wenn ich umziehe?",
        "geht das auch online?",
        "kann ich das online machen?",
        "muss ich dafür zu Hause sein?",
        "und per Post?",
        "gilt das auch für Prepaid?",
        "what about prepaid?",
        "and if I move?",
        "can I do it online?",
    ],
)
def test_a_changed_question_leans(text: str) -> None:
    assert follow_up(text) is FollowUp.VARIED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "danke",
        "Hallo!",
        "und wo finde ich meine Rechnung?",
        "and where do I find my invoice?",
        "wann bekomme ich das Geld?",
        "kann ich das Paket umleiten?",
        "das geht nicht",
        "that did not work",
        "mein Internet geht nicht",
        "SIM-Karte sperren, wie lange dauert das?",
        "who are you",
        "und wenn " + "sehr " * LONGEST + "lange",
    ],
)
def test_what_has_its_own_subject_stands_alone(text: str) -> None:
    assert follow_up(text) is None


def test_hardly_any_wording_of_the_shipped_articles_is_taken_for_a_follow_up(assistant: Assistant) -> None:
    texts = [
        text
        for article in assistant.corpus.articles.values()
        for language in LANGUAGES
        if (words := article.translation(language)) is not None
        for text in (words.question, *words.phrasings)
    ]
    leaning_texts = [text for text in texts if follow_up(text)]

    assert len(leaning_texts) <= len(texts) / 1000
    assert not [text for text in leaning_texts if follow_up(text) is FollowUp.BARE]


@given(st.text())
def test_any_text_is_judged_and_case_does_not_matter(text: str) -> None:
    assert follow_up(text) in {None, FollowUp.BARE, FollowUp.VARIED}
    assert follow_up(f"  {text}?") == follow_up(text)


def test_a_follow_up_leans_on_the_last_question_that_stands_alone() -> None:
    talked = Conversation.start().with_turn(Turn("Wo ist mein Paket?", "answer", ("order-status",)))
    talked = talked.with_turn(Turn("und was kostet das?", "answer", ("order-status",))).with_read(
        "order-status"
    )

    lean = leaning("und wie lange dauert das?", talked)
    assert lean is not None
    assert (lean.before, lean.shown) == ("Wo ist mein Paket?", "order-status")
    rejected = leaning("und wie lange dauert das?", talked.with_rejected("order-status"))
    assert rejected is not None
    assert rejected.shown is None
    other = leaning("was kostet das?", talked.with_turn(Turn("Wie backe ich Brot?", "hand_over", ())))
    assert other is not None
    assert (other.before, other.shown) == ("Wie backe ich Brot?", None)


def test_a_question_in_full_holds_the_one_before_and_never_too_much() -> None:
    long = Conversation.start().with_turn(Turn("x" * MAX_CHARACTERS, "answer", ()))
    full = in_full(long.with_turn(Turn("was kostet das?", "answer", ())))

    assert full.endswith("\nwas kostet das?")
    assert len(full) == MAX_CHARACTERS
    assert in_full(Conversation.start()) == ""
    assert in_full(Conversation.start().with_turn(Turn("was kostet das?", "answer", ()))) == "was kostet das?"


def test_nothing_to_lean_on() -> None:
    stolen = Conversation.start().with_turn(Turn("Mein Handy wurde gestohlen", "escalate", ()))

    assert leaning("was kostet das?", Conversation.start()) is None
    assert leaning("was kostet das?", stolen) is None


@pytest.mark.parametrize(
    ("first", "then", "article", "piece"),
    [
        ("Wo finde ich meine Rechnung?", "Und was kostet das?", "find-invoice", "2,50 €"),
        ("Where is my parcel?", "how long does it take?", "order-status", "2 to 4 working days"),
        ("How do I cancel my contract?", "is there a deadline?", "cancel-contract", "one month"),
        ("How do I get a replacement SIM?", "how much is it", "replace-sim", "€9.90"),
    ],
)
def test_a_follow_up_is_answered_by_what_the_same_article_says_about_it(
    assistant: Assistant, first: str, then: str, article: str, piece: str
) -> None:
    reply = talk(assistant, first, then)

    assert (reply.decision, reply.articles[0].id) == (Decision.ANSWER, article)
    assert piece in " ".join(each.text for each in reply.articles[0].extract)
    assert reply.follows == first
    assert str(reply.trace["rule"]).startswith("with the question before: ")
    assert reply.conversation.turns[-1].text == then


def test_where_the_article_says_nothing_about_it_it_is_suggested_first(assistant: Assistant) -> None:
    reply = talk(assistant, "How do I cancel my contract?", "what does that cost?")

    assert (reply.decision, reply.articles[0].id) == (Decision.SUGGEST, "cancel-contract")
    assert {found.topic for found in reply.articles} == {reply.articles[0].topic}


def test_a_changed_question_is_never_answered_by_the_same_article(assistant: Assistant) -> None:
    reply = talk(assistant, "How do I get a replacement SIM?", "What about my invoice?")

    assert reply.decision is not Decision.ANSWER


def test_a_question_of_its_own_is_not_touched_by_what_was_said_before(assistant: Assistant) -> None:
    text = "Und wo finde ich meine Rechnung?"
    alone, after = talk(assistant, text), talk(assistant, "Ich will kündigen", "Was kostet das?", text)

    assert (after.decision, after.confidence, after.follows) == (alone.decision, alone.confidence, "")
    assert [found.id for found in after.articles] == [found.id for found in alone.articles]


def test_what_leads_to_nothing_stays_with_a_person(assistant: Assistant) -> None:
    reply = talk(assistant, "Wie backe ich einen Apfelkuchen?", "Und was kostet das?")

    assert reply.decision is Decision.HAND_OVER


def test_words_without_a_subject_raise_no_alarm_by_example(assistant: Assistant) -> None:
    assert talk(assistant, "Wo ist mein Paket?", "und wie geht das?").decision is not Decision.ESCALATE


def test_a_rejected_article_stays_away_from_follow_ups(assistant: Assistant) -> None:
    first = talk(assistant, "Where is my parcel?")
    without = first.conversation.with_rejected("order-status")
    reply = talk(assistant, "how long does it take?", conversation=without)

    assert "order-status" not in [found.id for found in (*reply.articles, *reply.ranked)]


def test_a_chosen_article_takes_the_typed_words_along(assistant: Assistant) -> None:
    chosen = assistant.choose(
        "order-status",
        language="de",
        conversation=Conversation.start(),
        asked="wo ist mein paket",
        now=MONDAY,
    )
    assert chosen is not None
    assert chosen.conversation.turns == (Turn("wo ist mein paket", "answer", ("order-status",)),)
    reply = talk(assistant, "und wie lange dauert das?", conversation=chosen.conversation)
    assert (reply.decision, reply.articles[0].id) == (Decision.ANSWER, "order-status")


ARTICLE = Translation(
    question="Wie geht das?",
    short="Das geht im Portal.",
    answer=(
        "Erster Absatz\nüber zwei Zeilen.\n\n"
        "### Kosten\n\n- **Post:** 2,50 €\n- [Portal](https://x.example): nichts\n\n"
        "| Karte | Preis | Zeit |\n|---|---|---|\n| SIM | 9,90 € | 3 Tage |\n\n"
        "Rufen Sie an: 0800 000 1234, kostenlos."
    ),
)


def test_an_answer_is_cut_into_paragraphs_items_and_rows_with_their_heading() -> None:
    assert [(piece.heading, piece.text) for piece in pieces_of(ARTICLE.answer)] == [
        ("", "Erster Absatz über zwei Zeilen."),
        ("Kosten", "Post: 2,50 €"),
        ("Kosten", "Portal: nichts"),
        ("Kosten", "SIM: Preis 9,90 €, Zeit 3 Tage"),
        ("Kosten", "Rufen Sie an: 0800 000 1234, kostenlos."),
    ]


def test_what_is_asked_for_is_told_and_a_phone_number_is_not_it() -> None:
    found = extract(ARTICLE, "was kostet das")

    assert found is not None
    assert [piece.text for piece in found] == [
        "Post: 2,50 €",
        "Portal: nichts",
        "SIM: Preis 9,90 €, Zeit 3 Tage",
    ]
    assert extract(ARTICLE, "was brauche ich dafür?") is None
    assert extract(ARTICLE, "und wie geht das?") == ()
    told_in_short = ARTICLE.model_copy(update={"short": "Sie brauchen nichts."})
    assert extract(told_in_short, "was brauche ich dafür?") == ()


@given(st.text(max_size=400) | st.text("|-#*1. ab\n", max_size=80))
def test_any_markdown_is_cut(markdown: str) -> None:
    assert all("\n" not in piece.text for piece in pieces_of(markdown))


def test_pieces_of_every_shipped_article_are_its_own_words(assistant: Assistant) -> None:
    for article in assistant.corpus.articles.values():
        for language in LANGUAGES:
            words = article.translation(language)
            assert words is not None
            assert all(piece.text for piece in pieces_of(words.answer)), article.id
