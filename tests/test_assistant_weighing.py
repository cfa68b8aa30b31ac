"""Weights learned from questions whose article is known, drawn towards those that ship."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.weighing import PRIOR, Choice, learn_weights
from index import EVIDENCE, LEARNED, Weights

SHIPPED = dict(zip(EVIDENCE, LEARNED.values, strict=True))


def choices(
    number: int, telling: str, *, strength: float = 1.0, others: float = 0.3, seed: int = 7
) -> list[Choice]:
    """Questions with five candidates each: one kind of evidence favours the right one, the others none."""
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(number):
        values = rng.normal(0, others, (5, len(EVIDENCE))).astype(np.float32)
        right = np.zeros(5, dtype=bool)
        right[rng.integers(5)] = True
        values[:, EVIDENCE.index(telling)] = rng.normal(0, 0.3, 5)
        values[right, EVIDENCE.index(telling)] += strength
        made.append(Choice(values, right))
    return made


def learned(found: Weights) -> dict[str, float]:
    return dict(zip(EVIDENCE, found.values, strict=True))


def right_share(weights: Weights, asked: list[Choice]) -> float:
    return float(np.mean([one.right[int(np.argmax(weights.scores(one.values)))] for one in asked]))


@pytest.mark.parametrize("telling", [name for name in EVIDENCE if name not in ("density", "foreign")])
def test_evidence_that_tells_right_from_wrong_gets_weight(telling: str) -> None:
    seen, unseen = choices(400, telling), choices(200, telling, seed=8)
    found = learn_weights(seen)

    assert learned(found)[telling] > SHIPPED[telling]
    assert learned(found)["density"] < SHIPPED["density"], "it tells nothing here"
    assert right_share(found, unseen) > right_share(LEARNED, unseen)


@pytest.mark.parametrize(("number", "prior_wins"), [(3, True), (400, False)])
def test_the_prior_wins_with_few_questions_and_loses_to_many(number: int, prior_wins: bool) -> None:
    asked = choices(number, "nearest", strength=0.5)
    found, told = learn_weights(asked), learn_weights(asked, prior=1e-3)
    moved = [np.linalg.norm(np.subtract(found.values, other.values)) for other in (LEARNED, told)]

    assert bool(moved[0] < moved[1]) is prior_wins


def test_a_stronger_prior_keeps_the_shipped_weights() -> None:
    asked = choices(40, "nearest")
    weak, usual, strong = (learned(learn_weights(asked, prior=each)) for each in (1.0, PRIOR, 1e6))

    assert strong == pytest.approx(SHIPPED, abs=0.01)
    assert abs(weak["nearest"] - SHIPPED["nearest"]) > abs(usual["nearest"] - SHIPPED["nearest"])


def test_misleading_evidence_counts_for_nothing_but_never_against() -> None:
    found = learned(learn_weights(choices(400, "nearest", strength=-2.0), prior=1.0))

    assert found["nearest"] == 0.0
    assert all(value >= 0.0 for name, value in found.items() if name != "foreign")


def test_being_foreign_may_count_against() -> None:
    assert learned(learn_weights(choices(400, "foreign", strength=-2.0), prior=1.0))["foreign"] < 0


@pytest.mark.parametrize("name", EVIDENCE)
def test_evidence_left_out_gets_no_weight(name: str) -> None:
    without = frozenset({name})

    assert learned(learn_weights(choices(60, name), without=without))[name] == 0.0
    assert learned(learn_weights([], without=without)) == SHIPPED | {name: 0.0}


def test_without_anything_to_learn_from_the_shipped_weights_serve() -> None:
    values = np.ones((3, len(EVIDENCE)), dtype=np.float32)
    nothing = [Choice(values, np.zeros(3, dtype=bool)), Choice(values, np.ones(3, dtype=bool))]

    assert learn_weights([]) == LEARNED
    assert learn_weights(nothing) == LEARNED


def test_questions_without_a_right_candidate_change_nothing() -> None:
    asked = choices(30, "nearest")
    lost = [Choice(one.values, np.zeros(5, dtype=bool)) for one in choices(30, "likelihood", seed=9)]

    assert learn_weights([*asked, *lost]) == learn_weights(asked)


def test_a_question_of_weight_two_counts_as_two() -> None:
    asked = choices(30, "nearest")
    doubled = learn_weights([Choice(one.values, one.right, 2.0) for one in asked])

    assert learned(doubled) == pytest.approx(learned(learn_weights(asked * 2)), rel=1e-3, abs=1e-3)


def test_any_of_several_right_candidates_will_do() -> None:
    """What puts one of two right articles first is learned, though it tells against the other."""
    rng = np.random.default_rng(7)
    asked = []
    for _ in range(200):
        values = rng.normal(0, 0.1, (5, len(EVIDENCE))).astype(np.float32)
        values[0, EVIDENCE.index("nearest")] += 1.0
        asked.append(Choice(values, np.array([True, True, False, False, False])))
    only_the_other = [Choice(one.values, np.array([False, True, False, False, False])) for one in asked]

    assert learned(learn_weights(asked))["nearest"] > SHIPPED["nearest"]
    assert learned(learn_weights(only_the_other))["nearest"] < SHIPPED["nearest"]
