"""Batches, losses and the schedule: what a step learns from, and how much."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from index.training.batches import BEGIN, Material, Position, Stream, length_groups
from index.training.families import Intent, draw_sample
from index.training.noise import Lexicon
from index.training.recipe import Stage

GERMAN = [" ".join(["ja"] * (1 + number % 4)) for number in range(30)]
ENGLISH = [" ".join(["yes"] * (1 + number % 3)) for number in range(20)]


def material(german: float = 1, english: float = 1) -> Material:
    return Material(
        ENGLISH,
        GERMAN,
        np.arange(30) % 20,
        np.full(20, float(english)),
        np.full(30, float(german)),
        Lexicon(frozenset()),
        german_sentences=25,
        english_sentences=18,
    )


def stream(taught: Material | None = None, *, seed: int = 1, english: float = 1) -> Stream:
    tokenizer = Tokenizer(
        WordLevel({"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "ja": 3, "yes": 4}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    stage = Stage(name="a", steps=10, tokens=16, english=english)
    return Stream(taught or material(), tokenizer, stage, (seed, 0), longest=5, round_size=20)


def drawn(source: Stream, number: int, start: Position = BEGIN) -> list[tuple[list[list[int]], list[int]]]:
    return [
        (batch.pieces.tolist(), batch.targets.tolist()) for batch, _ in islice(source.batches(start), number)
    ]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60), st.integers(1, 100))
def test_groups_hold_every_row_once_and_one_length(lengths: list[int], tokens: int) -> None:
    groups = length_groups(lengths, tokens=tokens)

    assert sorted(row for group in groups for row in group) == list(range(len(lengths)))
    for group in groups:
        assert len({lengths[row] for row in group}) == 1
        assert len(group) == 1 or len(group) * lengths[group[0]] <= tokens


def test_an_epoch_shows_every_text_as_often_as_it_says() -> None:
    source = stream(material(german=2, english=0.5), english=2)
    seen: Counter[int] = Counter()
    for batch, position in source.batches(BEGIN):
        if position.epoch:
            break
        seen.update(batch.targets.tolist())

    # English once each (0.5 times 2), and each target of the first ten by two German texts, twice.
    assert seen == {row: 1 + 2 * (2 if row < 10 else 1) for row in range(20)}


def test_german_learns_the_row_of_its_english() -> None:
    for batch, _ in islice(stream(english=0).batches(BEGIN), 12):
        for pieces, target in zip(batch.pieces.tolist(), batch.targets.tolist(), strict=True):
            words = [piece for piece in pieces if piece == 3]
            assert any(len(GERMAN[row].split()) >= len(words) for row in (target, target + 20) if row < 30)
            assert 4 not in pieces


def test_single_words_are_seen_as_often_as_the_stage_says() -> None:
    without, twice = material().with_words(0), material().with_words(2)

    assert (without.german, without.english) == (GERMAN[:25], ENGLISH[:18])
    assert len(without.targets) == len(without.german_repeats) == 25
    assert twice.german_repeats.tolist() == [1] * 25 + [2] * 5
    assert twice.english_repeats.tolist() == [1] * 18 + [2] * 2


def test_long_texts_are_cut_and_keep_their_end() -> None:
    longest = max((batch.pieces.tolist()[0] for batch, _ in islice(stream().batches(BEGIN), 12)), key=len)

    assert longest == [1, 3, 3, 3, 2]


def test_a_stream_goes_on_where_it_was() -> None:
    source = stream()
    whole = drawn(source, 40)
    for done in (1, 7, 13, 29):
        *_, (_, position) = islice(source.batches(BEGIN), done)
        assert drawn(source, 40 - done, position) == whole[done:]


def test_the_seed_decides() -> None:
    assert drawn(stream(seed=1), 20) == drawn(stream(seed=1), 20)
    assert drawn(stream(seed=1), 20) != drawn(stream(seed=2), 20)


def test_a_sample_holds_whole_families_and_two_phrasings_a_language() -> None:
    families = [
        [
            Intent(
                family=f"f{f}",
                intent=f"i{i}",
                en=tuple(f"en {f} {i} {n}" for n in range(5)),
                de=tuple(f"de {f} {i} {n}" for n in range(5)),
            )
            for i in range(4)
        ]
        for f in range(20)
    ]

    sample = draw_sample(families, Random(1))

    assert Counter(sample.intents) == dict.fromkeys(range(24), 4)
    assert [text[:2] for text in sample.texts] == ["en", "en", "de", "de"] * 24
    assert all(
        text.split()[1:3] == sample.texts[at // 4 * 4].split()[1:3] for at, text in enumerate(sample.texts)
    )


def test_the_rate_rises_and_falls() -> None:
    pytest.importorskip("torch")
    from index.training.distillation import rate_factor

    stage = Stage(name="a", steps=100, warmup=10, end=0.2)

    assert rate_factor(stage, 0) == pytest.approx(0.1)
    assert rate_factor(stage, 9) == pytest.approx(1 - 0.8 * 0.09)
    assert rate_factor(stage, 50) == pytest.approx(0.6)


def test_losses_on_vectors_that_can_be_reckoned() -> None:
    torch = pytest.importorskip("torch")
    from index.training.losses import distance, neighbourhood, same_intent

    east, north = torch.eye(2)
    pair = torch.stack([east, north])

    assert float(distance(pair, torch.stack([east, east]))) == pytest.approx(0.5)
    assert float(neighbourhood(pair, pair, pair, 0.1)) == pytest.approx(0, abs=1e-6)
    # Neighbours east, north, at temperature 1: softmax(1, 0) against softmax(0, 1).
    share = np.exp(1) / (np.exp(1) + 1)
    expected = share * np.log(share / (1 - share)) + (1 - share) * np.log((1 - share) / share)
    assert float(neighbourhood(north[None], east[None], north[None], 1.0)) == pytest.approx(
        expected, rel=1e-5
    )
    intents = torch.tensor([0, 0, 1, 1])
    together = same_intent(torch.stack([east, east, north, north]), intents, 0.1)
    apart = same_intent(torch.stack([east, north, east, north]), intents, 0.1)
    assert float(together) < 0.01
    assert float(apart) > 1
