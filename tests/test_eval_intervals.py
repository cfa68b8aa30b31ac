"""Intervals against published values and scipy, and bounds as the design states them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from eval.intervals import Interval, bootstrap, clopper_pearson_upper, mean, resampled, share, wilson
from eval.resampling import auroc_of, mean_of

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
def test_wilson_is_that_of_scipy(counts: tuple[int, int]) -> None:
    successes, n = counts
    expected = binomtest(successes, n).proportion_ci(method="wilson")
    interval = wilson(successes, n)
    assert interval.low == pytest.approx(expected.low, abs=1e-12)
    assert interval.high == pytest.approx(expected.high, abs=1e-12)


def test_wilson_by_hand() -> None:
    interval = wilson(8, 10)
    assert (interval.low, interval.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


@pytest.mark.parametrize(
    ("errors", "n", "proven", "one_less"),
    [(0, 59, 0.05, True), (2, 124, 0.05, True), (8, 300, 0.05, False), (0, 149, 0.02, True)],
)
def test_the_design_s_bounds(errors: int, n: int, proven: float, one_less: bool) -> None:
    assert clopper_pearson_upper(errors, n) <= proven
    assert (clopper_pearson_upper(errors, n - 1) > proven) is one_less


def test_no_error_in_59() -> None:
    assert clopper_pearson_upper(0, 59) == pytest.approx(0.0495, abs=1e-4)
    assert clopper_pearson_upper(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))


@given(COUNTS)
def test_at_the_upper_bound_so_few_errors_are_one_in_twenty(counts: tuple[int, int]) -> None:
    errors, n = counts
    bound = clopper_pearson_upper(errors, n)
    assert errors / n <= bound
    if errors < n:
        assert binom.cdf(errors, n, bound) == pytest.approx(0.05, rel=1e-6)
    else:
        assert bound == 1.0


@pytest.mark.parametrize(("count", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(count: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {n}: needs 0 <= count <= n and n >= 1"):
        wilson(count, n)
    with pytest.raises(ValueError, match="needs 0 <= count"):
        clopper_pearson_upper(count, n)


def test_bootstrap_of_a_mean_agrees_with_the_normal_interval() -> None:
    values = np.random.default_rng(1).normal(0.5, 0.2, size=400)
    interval = bootstrap(mean_of(values.tolist()), 400)
    assert interval is not None
    reach = 1.96 * values.std() / np.sqrt(400)
    assert interval.low == pytest.approx(values.mean() - reach, abs=0.003)
    assert interval.high == pytest.approx(values.mean() + reach, abs=0.003)


def test_bootstrap_repeats_with_its_seed() -> None:
    statistic = mean_of([0.1, 0.25, 0.47, 0.83, 0.99])
    assert bootstrap(statistic, 5) == bootstrap(statistic, 5)
    assert bootstrap(statistic, 5, seed=1, resamples=50) != bootstrap(statistic, 5, seed=2, resamples=50)


def test_bootstrap_leaves_undefined_resamples_out() -> None:
    interval = bootstrap(auroc_of([0.9, 0.1], [True, False]), 2)
    assert interval == Interval(1.0, 1.0)
    assert bootstrap(auroc_of([0.9, 0.1], [True, True]), 2) is None
    assert bootstrap(mean_of([]), 0) is None


def test_figures_carry_their_n() -> None:
    assert share([True, True, False]).value == pytest.approx(2 / 3)
    assert share([True, True, False]).n == 3
    assert (share([]).value, share([]).interval, share([]).n) == (None, None, 0)
    assert (mean([0.5, 1.0]).value, mean([0.5, 1.0]).n) == (0.75, 2)
    undefined = resampled(auroc_of([0.1], [True]), 1)
    assert (undefined.value, undefined.interval) == (None, None)


@given(st.lists(st.booleans(), min_size=1, max_size=50))
def test_a_share_lies_inside_its_interval(flags: list[bool]) -> None:
    figure = share(flags)
    assert figure.interval is not None
    assert figure.value is not None
    assert 0 <= figure.interval.low <= figure.value <= figure.interval.high <= 1
