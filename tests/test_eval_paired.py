"""Paired differences by hand, and their intervals against what is known about them."""

from __future__ import annotations

import numpy as np
import pytest

from eval.intervals import Figure, bootstrap, mean_of_groups, resampled
from eval.outcome import Outcome
from eval.paired import (
    AUROC,
    PRODUCT,
    RECALL,
    Difference,
    auroc_difference,
    differences,
    mean_differences,
    mean_of_samples,
    recall_differences,
)
from eval.resampling import mean_of, value_of
from eval.task_report import difference_json, difference_table


def outcome(first: str, confidence: float | None, expected: str | None = "a") -> Outcome:
    return Outcome("de", frozenset([expected] if expected else []), (first, "z"), confidence, None)


GOOD = [outcome("a", 0.9), outcome("a", 0.8), outcome("b", 0.2), outcome("b", 0.1, None)]
BAD = [outcome("b", 0.9), outcome("a", 0.8), outcome("b", 0.3), outcome("b", 0.7, None)]
UNSURE = [outcome("a", None) for _ in range(4)]


def test_recall_differences_are_over_answerable_questions() -> None:
    assert recall_differences(GOOD, BAD) == [1.0, 0.0, 0.0]
    assert recall_differences(BAD, GOOD) == [-1.0, 0.0, 0.0]


def test_the_difference_of_auroc_by_hand() -> None:
    # Two right above two wrong; one right with one of three wrong above it.
    area = auroc_difference(GOOD, BAD)
    assert area is not None
    assert value_of(area, 4) == pytest.approx(1.0 - 2 / 3)
    assert auroc_difference(GOOD, UNSURE) is None


def test_questions_are_resampled_in_pairs() -> None:
    area = auroc_difference(GOOD * 10, GOOD * 10)
    assert area is not None
    interval = bootstrap(area, 40)
    assert interval is not None
    assert (interval.low, interval.high) == (0.0, 0.0), "the same system twice never differs"


def test_one_task_is_compared_with_each_rival() -> None:
    found = differences("t", {PRODUCT: GOOD, "bad": BAD, "unsure": UNSURE})
    assert [(one.rival, one.measure, one.tasks) for one in found] == [
        ("bad", RECALL, 1),
        ("bad", AUROC, 1),
        ("unsure", RECALL, 1),
        ("unsure", AUROC, 0),
    ]
    assert found[0].figure.value == pytest.approx(1 / 3)
    assert found[0].figure.n == 3
    assert found[3].figure == Figure(None, None, 0)


def test_tasks_weigh_the_same() -> None:
    long = {PRODUCT: GOOD * 20, "bad": BAD * 20}
    short = {PRODUCT: GOOD, "bad": GOOD}
    recall, area = mean_differences([long, short])
    assert recall.figure.value == pytest.approx((1 / 3 + 0) / 2)
    assert area.figure.value == pytest.approx((1 / 3 + 0) / 2)
    assert (recall.tasks, area.tasks, recall.figure.n, area.figure.n) == (2, 2, 63, 84)
    assert recall.figure.interval is not None
    assert area.figure.interval is not None
    assert 0 < area.figure.interval.low < 1 / 6 < area.figure.interval.high


def test_tasks_without_a_difference_are_left_out() -> None:
    refused = [outcome("b", 0.5, None)]
    recall, area = mean_differences([{PRODUCT: GOOD, "x": BAD}, {PRODUCT: refused, "x": refused}])
    assert (recall.tasks, area.tasks) == (1, 1)
    assert mean_differences([]) == []
    recall, area = mean_differences([{PRODUCT: refused, "x": refused}])
    assert recall.figure == area.figure == Figure(None, None, 0)


def test_the_mean_of_samples_is_that_of_groups_for_means() -> None:
    rng = np.random.default_rng(2)
    groups = [rng.random(n).tolist() for n in (30, 80)]
    samples = [(mean_of(group), len(group)) for group in groups]
    ours, theirs = mean_of_samples(samples), mean_of_groups(groups)
    assert ours.value == pytest.approx(theirs.value)
    assert ours.interval is not None
    assert theirs.interval is not None
    assert ours.interval.low == pytest.approx(theirs.interval.low)
    assert ours.interval.high == pytest.approx(theirs.interval.high)
    single = mean_of_samples(samples[:1])
    assert single.value == pytest.approx(resampled(*samples[0]).value)
    assert mean_of_samples([]) == mean_of_samples([(mean_of([]), 0)]) == Figure(None, None, 0)


def test_what_is_significantly_worse_is_marked() -> None:
    worse = differences("t", {PRODUCT: BAD * 10, "good": GOOD * 10})
    even = differences("t", {PRODUCT: GOOD, "same": GOOD})
    assert [one.worse for one in worse] == [True, True]
    assert [one.worse for one in even] == [False, False]
    assert not Difference("r", RECALL, None, 0, Figure(None, None, 0)).worse
    lines = difference_table([*worse, *mean_differences([{PRODUCT: GOOD, "same": GOOD}])]).splitlines()
    assert lines[1].startswith("same, recall_at_1, mean of 1 tasks")
    assert not lines[1].endswith("worse")
    assert lines[3].startswith("good, recall_at_1, t")
    assert lines[3].endswith("  30  worse")
    assert difference_json(worse)[0] == {
        "rival": "good",
        "figure": "recall_at_1",
        "task": "t",
        "tasks": 1,
        "difference": {
            "value": pytest.approx(-1 / 3),
            "low": pytest.approx(-0.5, abs=0.1),
            "high": pytest.approx(-0.17, abs=0.1),
            "n": 30,
        },
        "significantly_worse": True,
    }
