"""What a number of answers proves, held against the exact bound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.proof import POWER, answers_needed, errors_allowed, provable_share
from eval.intervals import clopper_pearson_upper


@pytest.mark.parametrize(
    ("max_wrong", "errors", "answers"), [(0.05, 0, 59), (0.05, 2, 124), (0.05, 8, 300), (0.02, 0, 149)]
)
def test_the_design_s_numbers(max_wrong: float, errors: int, answers: int) -> None:
    assert errors_allowed(max_wrong, answers) == errors
    assert clopper_pearson_upper(errors, answers) <= max_wrong


@pytest.mark.parametrize(("max_wrong", "errors", "answers"), [(0.05, 0, 59), (0.05, 2, 124), (0.02, 0, 149)])
def test_no_fewer_answers_would_do(max_wrong: float, errors: int, answers: int) -> None:
    assert answers_needed(max_wrong, errors) == answers
    assert errors_allowed(max_wrong, answers - 1) == errors - 1


def test_300_answers_are_more_than_8_errors_need() -> None:
    assert answers_needed(0.05, 8) <= 300 < answers_needed(0.05, 9)


def test_too_few_answers_prove_nothing() -> None:
    assert errors_allowed(0.05, 0) == -1
    assert errors_allowed(0.05, 58) == -1
    assert provable_share(0.05, 0) == 0.0
    assert provable_share(0.05, 58) == 0.0


@given(st.integers(1, 400), st.floats(0.005, 0.45), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_as_many_errors_are_allowed_as_the_exact_bound_allows(
    answers: int, max_wrong: float, level: float
) -> None:
    allowed = errors_allowed(max_wrong, answers, level=level)

    assert -1 <= allowed < answers
    if allowed >= 0:
        assert clopper_pearson_upper(allowed, answers, level) <= max_wrong + 1e-9
    assert clopper_pearson_upper(allowed + 1, answers, level) > max_wrong - 1e-9


@given(st.integers(0, 12), st.floats(0.01, 0.3))
def test_the_answers_needed_are_the_fewest(errors: int, max_wrong: float) -> None:
    needed = answers_needed(max_wrong, errors)

    assert clopper_pearson_upper(errors, needed) <= max_wrong + 1e-9
    if needed > errors + 1:
        assert clopper_pearson_upper(errors, needed - 1) > max_wrong - 1e-9


def chance_of_a_proof(share: float, max_wrong: float, answers: int) -> float:
    """The chance that no more errors happen than are allowed, summed up by hand."""
    from math import comb

    return sum(
        comb(answers, k) * share**k * (1 - share) ** (answers - k)
        for k in range(errors_allowed(max_wrong, answers) + 1)
    )


@pytest.mark.parametrize("answers", [59, 124, 300, 600])
def test_a_provable_share_is_proven_nineteen_times_in_twenty(answers: int) -> None:
    share = provable_share(0.05, answers)

    assert 0 < share < 0.05
    assert chance_of_a_proof(share, 0.05, answers) >= POWER
    assert chance_of_a_proof(share + 0.05 / 200, 0.05, answers) < POWER


def test_more_answers_prove_a_larger_share() -> None:
    shares = [provable_share(0.05, answers) for answers in (59, 124, 300, 600, 2000)]

    assert shares == sorted(set(shares))


def test_more_certainty_of_success_leaves_less_room() -> None:
    assert provable_share(0.05, 300, power=0.99) < provable_share(0.05, 300, power=0.5)
