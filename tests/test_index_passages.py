"""Articles are cut along paragraphs and sentences, and nothing is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus import Translation
from index import PassageKind
from index.passages import split_answer, translation_passages


def test_each_part_of_an_article_becomes_passages() -> None:
    translation = Translation(
        question="Wo ist mein Paket?",
        phrasings=("paket verfolgen", "wann kommt meine lieferung"),
        short="Den Stand sehen Sie unter Bestellungen.",
        answer="Öffnen Sie **Bestellungen**.\n\n### Wenn es nicht kommt\n\nMelden Sie es uns nach 5 Tagen.",
        keywords=("Sendungsverfolgung", "Tracking"),
    )

    passages = list(translation_passages("order-status", "de", translation))

    assert [(passage.kind, passage.text) for passage in passages] == [
        (PassageKind.QUESTION, "Wo ist mein Paket?"),
        (PassageKind.PHRASING, "paket verfolgen"),
        (PassageKind.PHRASING, "wann kommt meine lieferung"),
        (PassageKind.SHORT, "Den Stand sehen Sie unter Bestellungen."),
        (
            PassageKind.ANSWER,
            "Öffnen Sie Bestellungen. Wenn es nicht kommt Melden Sie es uns nach 5 Tagen.",
        ),
        (PassageKind.KEYWORD, "Sendungsverfolgung"),
        (PassageKind.KEYWORD, "Tracking"),
    ]


def test_long_paragraphs_are_cut_at_sentences() -> None:
    sentence = "Dieser Satz hat etwa sechzig Zeichen und einen guten Schluss."
    pieces = split_answer(" ".join([sentence] * 10), limit=200)

    assert all(len(piece) <= 200 for piece in pieces)
    assert all(piece.endswith("Schluss.") for piece in pieces)


def test_links_keep_their_words() -> None:
    assert split_answer(
        "Lesen Sie die [Hinweise zur Rückgabe](https://musterkom.example/r) genau durch."
    ) == ["Lesen Sie die Hinweise zur Rückgabe genau durch."]


@given(st.lists(st.text("abc ä.!?\nX1", min_size=1, max_size=80), max_size=8).map("\n\n".join))
def test_no_word_is_lost(markdown: str) -> None:
    letters = [char for char in markdown if char.isalpha()]

    assert [char for piece in split_answer(markdown, limit=40) for char in piece if char.isalpha()] == letters
