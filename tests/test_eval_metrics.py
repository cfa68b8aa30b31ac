"""The figures against scikit-learn, against cases worked out by hand, and against their own laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.metrics import auc, matthews_corrcoef, roc_auc_score

from eval.metrics import (
    augrc,
    auroc,
    coverage,
    coverage_at_precision,
    deflection_accuracy,
    expected_calibration_error,
    false_deflection,
    hit,
    is_right,
    missed_deflection,
    mrr_at_k,
    multiclass_mcc,
    nearest_truth,
    recall_at_k,
    wrong_rate,
)
from eval.resampling import (
    augrc_of,
    auroc_of,
    calibration_error_of,
    coverage_at_precision_of,
    difference_of,
    equal_mass,
    mcc_of,
    mean_of,
    value_of,
)

RANKED = [["a", "b", "c"], ["b", "a", "c"], ["c", "b", "a"], [], ["a"]]
EXPECTED = [{"a"}, {"a"}, {"a"}, {"a"}, set()]

# A few values only, so that ties are common.
SURENESS = st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0])
SCORED = st.lists(st.tuples(SURENESS, st.booleans()), min_size=1, max_size=60)
LABEL = st.sampled_from([None, "a", "b", "c"])
LABELLED = st.lists(st.tuples(LABEL, LABEL), min_size=1, max_size=60)


def split(pairs: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [confidence for confidence, _ in pairs], [right for _, right in pairs]


def test_recall_counts_answerable_questions_only() -> None:
    assert recall_at_k(RANKED, EXPECTED, 1) == pytest.approx(1 / 4)
    assert recall_at_k(RANKED, EXPECTED, 2) == pytest.approx(2 / 4)
    assert recall_at_k(RANKED, EXPECTED, 3) == pytest.approx(3 / 4)


def test_any_of_several_acceptable_articles_is_a_hit() -> None:
    assert hit(["x", "b"], {"a", "b"}, 2)
    assert not hit(["x", "b"], {"a", "b"}, 1)


def test_mrr_by_hand() -> None:
    assert mrr_at_k(RANKED, EXPECTED, 10) == pytest.approx((1 + 1 / 2 + 1 / 3 + 0) / 4)
    assert mrr_at_k(RANKED, EXPECTED, 2) == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)


def test_figures_of_nothing_are_undefined() -> None:
    assert recall_at_k([["a"]], [set()], 1) is None
    assert mrr_at_k([], [], 10) is None
    assert auroc([], []) is None
    assert coverage_at_precision([], []) is None
    assert multiclass_mcc([], []) is None
    assert deflection_accuracy([], []) is None
    assert wrong_rate([{"a"}], [None]) is None
    assert false_deflection([{"a"}], ["a"]) is None
    assert missed_deflection([set()], [None]) is None


@given(SCORED)
def test_auroc_is_that_of_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = split(pairs)
    if len(set(right)) < 2:
        assert auroc(confidence, right) is None
    else:
        assert auroc(confidence, right) == pytest.approx(roc_auc_score(right, confidence))


@given(SCORED)
def test_turning_the_confidence_around_mirrors_auroc(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = split(pairs)
    assume(len(set(right)) == 2)
    mirrored = auroc([-value for value in confidence], right)
    assert mirrored is not None
    assert auroc(confidence, right) == pytest.approx(1 - mirrored)


def test_auroc_of_ties_is_a_coin_toss() -> None:
    assert auroc([0.5] * 4, [True, False, True, False]) == 0.5


def test_augrc_by_hand() -> None:
    # Right, wrong, right, wrong: errors of 1/4 and 2/4 are reached at coverages of 1/2 and 1.
    confidence, right = [0.9, 0.8, 0.7, 0.6], [True, False, True, False]
    assert augrc(confidence, right) == pytest.approx((0.125 + 0.25 + 0.375) * 0.25)
    assert augrc([0.5] * 4, right) == pytest.approx(0.25)
    assert augrc([0.9, 0.1], [True, True]) == 0.0
    assert augrc([0.9, 0.1], [False, False]) == pytest.approx(0.5)
    assert augrc([], []) is None


@given(SCORED)
def test_augrc_is_the_area_that_scikit_learn_finds(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = split(pairs)
    thresholds = sorted(set(confidence), reverse=True)
    coverages = [0.0] + [sum(value >= t for value in confidence) / len(pairs) for t in thresholds]
    risks = [0.0] + [sum(value >= t and not ok for value, ok in pairs) / len(pairs) for t in thresholds]
    assert augrc(confidence, right) == pytest.approx(auc(coverages, risks))


@given(SCORED)
def test_augrc_follows_from_auroc_and_accuracy(pairs: list[tuple[float, bool]]) -> None:
    confidence, right = split(pairs)
    assume(len(set(right)) == 2)
    a = sum(right) / len(right)
    expected = (1 - roc_auc_score(right, confidence)) * a * (1 - a) + (1 - a) ** 2 / 2
    assert augrc(confidence, right) == pytest.approx(expected)


def test_the_calibration_error_by_hand() -> None:
    # Two bins of two: |0/2 - 0.2| and |1/2 - 0.8|.
    confidence, right = [0.1, 0.3, 0.7, 0.9], [False, False, False, True]
    assert expected_calibration_error(confidence, right, 2) == pytest.approx((0.2 + 0.3) / 2)
    assert expected_calibration_error(confidence, right, 1) == pytest.approx(0.25)
    assert expected_calibration_error([1.0, 0.0], [True, False]) == 0.0
    assert expected_calibration_error([], []) is None


def test_the_calibration_error_is_that_of_scikit_learn_s_bins() -> None:
    rng = np.random.default_rng(5)
    confidence = rng.random(300)
    right = rng.random(300) < confidence**2
    shares, means = calibration_curve(right, confidence, n_bins=15, strategy="quantile")
    error = expected_calibration_error(confidence.tolist(), right.tolist())
    assert error == pytest.approx(float(np.abs(shares - means).mean()))


@given(SCORED, st.permutations(range(60)))
def test_the_order_of_questions_changes_no_calibration_error(
    pairs: list[tuple[float, bool]], order: list[int]
) -> None:
    mixed = [pairs[at] for at in order if at < len(pairs)]
    assert expected_calibration_error(*split(pairs)) == pytest.approx(
        expected_calibration_error(*split(mixed))
    )


def test_bins_of_equal_mass_keep_equals_together() -> None:
    weights = np.array([[1.0, 1, 1, 1, 1, 1], [0.0, 0, 3, 1, 1, 1]])
    bins = equal_mass([0.1, 0.2, 0.3, 0.4, 0.5, 0.6], 3)(weights)
    assert bins.tolist() == [[0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 2, 2]]
    assert len(set(equal_mass([0.5] * 6, 3)(weights)[0].tolist())) == 1


def test_coverage_at_precision_looks_beyond_an_early_mistake() -> None:
    confidence = [1.0 - at / 100 for at in range(40)]
    right = [True] * 5 + [False] + [True] * 18 + [False] * 16
    assert coverage_at_precision(confidence, right) == pytest.approx(24 / 40)


def test_a_precision_that_is_met_exactly_counts() -> None:
    confidence = [0.9] * 20 + [0.1] * 20
    right = [True] * 19 + [False] * 21
    assert coverage_at_precision(confidence, right) == pytest.approx(0.5)


def test_equal_confidence_is_answered_together() -> None:
    assert coverage_at_precision([0.9, 0.9, 0.1], [True, False, False]) == 0.0
    assert coverage_at_precision([0.9, 0.8, 0.1], [True, False, False]) == pytest.approx(1 / 3)


@given(SCORED, st.sampled_from([0.5, 0.8, 0.95, 1.0]))
def test_coverage_at_precision_is_the_best_threshold_of_all(
    pairs: list[tuple[float, bool]], precision: float
) -> None:
    confidence, right = split(pairs)
    best = 0.0
    for threshold in set(confidence):
        answered = [ok for value, ok in pairs if value >= threshold]
        if sum(answered) / len(answered) >= precision:
            best = max(best, len(answered) / len(pairs))
    assert coverage_at_precision(confidence, right, precision) == pytest.approx(best)


@given(LABELLED)
def test_mcc_is_that_of_scikit_learn(pairs: list[tuple[str | None, str | None]]) -> None:
    truth, predicted = [true for true, _ in pairs], [guess for _, guess in pairs]
    assume(len({*truth, *predicted}) > 1)
    as_text = matthews_corrcoef([str(label) for label in truth], [str(label) for label in predicted])
    assert multiclass_mcc(truth, predicted) == pytest.approx(as_text, abs=1e-12)


def test_mcc_of_two_classes_by_hand() -> None:
    truth = ["a"] * 6 + [None] * 4
    predicted = ["a"] * 5 + [None] + [None] * 3 + ["a"]
    right_answers, right_refusals, false_answers, false_refusals = 5, 3, 1, 1
    above = right_answers * right_refusals - false_answers * false_refusals
    assert multiclass_mcc(truth, predicted) == pytest.approx(above / np.sqrt(6 * 6 * 4 * 4))


def test_always_refusing_correlates_with_nothing() -> None:
    assert multiclass_mcc(["a", "b", None], [None, None, None]) == 0.0
    assert multiclass_mcc([None], [None]) == 0.0


def test_one_right_class_of_several_acceptable_articles() -> None:
    assert nearest_truth({"a", "b"}, "b") == "b"
    assert nearest_truth({"b", "a"}, "c") == "a"
    assert nearest_truth({"b", "a"}, None) == "a"
    assert nearest_truth(set(), "a") is None


def test_shares_of_answers_by_hand() -> None:
    expected = [{"a"}, {"a"}, {"a"}, {"a", "b"}, set(), set()]
    answered = ["a", "b", None, "b", None, "a"]
    assert deflection_accuracy(expected, answered) == pytest.approx(3 / 6)
    assert coverage(answered) == pytest.approx(4 / 6)
    assert wrong_rate(expected, answered) == pytest.approx(2 / 4)
    assert false_deflection(expected, answered) == pytest.approx(1 / 2)
    assert missed_deflection(expected, answered) == pytest.approx(1 / 4)


@given(LABELLED)
def test_right_and_wrong_answers_and_refusals_add_up(pairs: list[tuple[str | None, str | None]]) -> None:
    expected = [{true} if true else set() for true, _ in pairs]
    answered = [guess for _, guess in pairs]
    share, wrong = coverage(answered), wrong_rate(expected, answered)
    assert share is not None
    right_refusals = sum(
        not wanted and guess is None for wanted, guess in zip(expected, answered, strict=True)
    )
    right_answers = share * len(pairs) * (1 - (wrong or 0.0))
    accuracy = deflection_accuracy(expected, answered)
    assert accuracy == pytest.approx((right_answers + right_refusals) / len(pairs))


def test_refusing_an_answerable_question_is_not_right() -> None:
    assert not is_right({"a"}, None)
    assert is_right(set(), None)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        recall_at_k([["a"]], [], 1)


@given(SCORED, st.integers(0, 2**32 - 1))
def test_a_resample_is_the_figure_of_the_repeated_questions(
    pairs: list[tuple[float, bool]], seed: int
) -> None:
    confidence, right = split(pairs)
    counts = np.random.default_rng(seed).integers(0, 4, size=len(pairs))
    assume(counts.sum() > 0)
    repeated = [pair for pair, times in zip(pairs, counts, strict=True) for _ in range(times)]
    truth = ["a" if ok else None for ok in right]
    guess = ["a" if value > 0.4 else None for value in confidence]
    weights = counts.astype(np.float64)[np.newaxis]
    whole = np.ones((1, len(repeated)))
    again, again_right = split(repeated)
    for resampled, plain in (
        (mean_of(confidence), mean_of(again)),
        (auroc_of(confidence, right), auroc_of(again, again_right)),
        (augrc_of(confidence, right), augrc_of(again, again_right)),
        (calibration_error_of(confidence, right, 4), calibration_error_of(again, again_right, 4)),
        (
            difference_of(auroc_of(confidence, right), mean_of(confidence)),
            difference_of(auroc_of(again, again_right), mean_of(again)),
        ),
        (
            coverage_at_precision_of(confidence, right, 0.8),
            coverage_at_precision_of(again, again_right, 0.8),
        ),
        (
            mcc_of(truth, guess),
            mcc_of(
                ["a" if ok else None for ok in again_right], ["a" if value > 0.4 else None for value in again]
            ),
        ),
    ):
        assert resampled(weights)[0] == pytest.approx(plain(whole)[0], nan_ok=True)


def test_value_of_tells_undefined_from_zero() -> None:
    assert value_of(mean_of([0.0]), 1) == 0.0
    assert value_of(mean_of([]), 0) is None
