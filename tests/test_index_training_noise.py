"""Misspellings: one change at a time, seeded, and never an empty text."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.training.noise import NOISES, Lexicon

LEXICON = Lexicon.from_texts(
    ["Die Rechnung und ihre Nummer", "Kunden im Konto", "Rücksendung, Etikett, Etiketten"]
)
QUESTION = "Wo steht die Rechnungsnummer in meinem Kundenkonto für Geräte?"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("digraphs", "Wo steht die Rechnungsnummer in meinem Kundenkonto fuer Geraete?"),
        ("no dots", "Wo steht die Rechnungsnummer in meinem Kundenkonto fur Gerate?"),
        ("lower case", QUESTION.lower()),
    ],
)
def test_what_needs_no_chance(kind: str, expected: str) -> None:
    assert NOISES[kind](QUESTION, Random(1), LEXICON) == expected


def test_a_compound_is_split_between_known_words() -> None:
    split = {NOISES["split compound"](QUESTION, Random(seed), LEXICON) for seed in range(20)}

    assert split == {
        QUESTION.replace("Rechnungsnummer", "Rechnungs nummer"),
        QUESTION.replace("Kundenkonto", "Kunden konto"),
    }


def test_neighbours_are_joined() -> None:
    assert NOISES["joined compound"]("Router Neustart?", Random(1), LEXICON) == "Routerneustart?"


def test_where_nothing_can_be_changed_the_text_stays() -> None:
    for kind in ("typo", "split compound", "joined compound"):
        assert NOISES[kind]("wo? 12 €", Random(1), LEXICON) == "wo? 12 €"


@given(st.text(max_size=80), st.integers(0, 50))
def test_a_typo_changes_one_word_by_at_most_two_letters(text: str, seed: int) -> None:
    noisy = NOISES["typo"](text, Random(seed), LEXICON)

    assert abs(len(noisy) - len(text)) <= 1
    start = next((at for at, (a, b) in enumerate(zip(text, noisy, strict=False)) if a != b), len(text))
    assert text[start + 2 :].endswith(noisy[start + 3 :]) or noisy == text


@given(st.sampled_from(sorted(NOISES)), st.text(min_size=1, max_size=80), st.integers(0, 50))
def test_every_kind_is_seeded_and_leaves_a_text(kind: str, text: str, seed: int) -> None:
    first, second = (NOISES[kind](text, Random(seed), LEXICON) for _ in range(2))

    assert first == second
    assert first


def test_typos_of_all_sorts_occur() -> None:
    seen = {NOISES["typo"]("Router", Random(seed), LEXICON) for seed in range(200)}

    assert {"Ruoter", "Ruter", "Rouuter", "Routwr"} <= seen
    assert all(word[0] == "R" for word in seen)
