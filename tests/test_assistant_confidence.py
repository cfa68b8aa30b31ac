"""Calibration from the corpus alone, and where the answer point comes to lie."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Confidence, ConfidenceError, calibrate_index
from assistant.calibration import answer_point, coverage_ladder
from assistant.confidence import NEVER, features
from assistant.probes import MOST_PROBES
from corpus.questions import Group, Question, load_questions
from corpus.settings import Settings
from index import (
    EVIDENCE,
    LEARNED,
    Filter,
    Index,
    OnnxEncoder,
    Passage,
    PassageKind,
    Ranking,
    build_index,
    current_artifact,
    open_artifact,
)


@pytest.fixture(scope="module")
def served(shipped: Settings, encoder: OnnxEncoder) -> tuple[Index, Confidence]:
    """The index of all shipped articles, and the confidence fitted when it was built."""
    key = current_artifact(shipped.data)
    assert key is not None
    artifact = open_artifact(shipped.data, key, encoder)
    fitted = Confidence.load(artifact.folder, artifact=key)
    assert fitted is not None
    return artifact.index, fitted


@pytest.fixture(scope="module")
def labelled(shipped: Settings) -> list[Question]:
    """The calibration questions that ship."""
    assert shipped.labelled_questions is not None
    return load_questions(shipped.labelled_questions, None)


@pytest.fixture(scope="module")
def index(served: tuple[Index, Confidence], encoder: OnnxEncoder) -> Index:
    """An index of a dozen shipped articles, on which a fit takes seconds."""
    passages = served[0].passages
    some = set(sorted({passage.article for passage in passages if passage.article})[::16])
    return build_index([passage for passage in passages if passage.article in some], encoder)


@pytest.fixture(scope="module")
def confidence(index: Index) -> Confidence:
    fitted = calibrate_index(index, max_wrong=0.05, expected_unanswerable=0.3)
    assert fitted is not None
    return fitted


def test_known_phrasings_are_more_certain_than_foreign_matters(served: tuple[Index, Confidence]) -> None:
    index, confidence = served
    known = confidence.probability(index.rank("wo finde ich meine rechnung als pdf", language="de"))
    foreign = confidence.probability(index.rank("Wie backe ich einen Apfelkuchen?", language="de"))

    assert known > 0.8
    assert foreign < 0.2


def test_the_same_corpus_gives_the_same_confidence(index: Index, confidence: Confidence) -> None:
    assert calibrate_index(index, max_wrong=0.05, expected_unanswerable=0.3) == confidence


def test_a_stricter_bound_raises_the_answer_points(index: Index, confidence: Confidence) -> None:
    strict = calibrate_index(index, max_wrong=0.01, expected_unanswerable=0.3)

    assert strict is not None
    assert all(strict.answer_points[lang] >= point for lang, point in confidence.answer_points.items())
    assert strict.answer_points != confidence.answer_points


def test_with_more_unanswerable_questions_fewer_are_answered(
    served: tuple[Index, Confidence], labelled: list[Question]
) -> None:
    index, confidence = served
    harder = calibrate_index(index, max_wrong=0.05, expected_unanswerable=0.7, questions=labelled)
    assert (confidence.max_wrong, confidence.expected_unanswerable) == (0.05, 0.3)
    assert harder is not None

    rankings = [(index.rank(one.text, language=one.language), one.language) for one in labelled[:200]]
    answered = [
        sum(fitted.probability(ranking) >= fitted.answer_point(language) for ranking, language in rankings)
        for fitted in (harder, confidence)
    ]
    assert answered[0] < answered[1]


def test_labelled_questions_are_what_is_fitted_on(
    served: tuple[Index, Confidence], labelled: list[Question]
) -> None:
    index, confidence = served
    ranked = [question for question in labelled if question.group is not Group.ESCALATE]

    assert sum(confidence.probes.values()) == len(ranked)
    again = calibrate_index(index, max_wrong=0.05, expected_unanswerable=0.3, questions=labelled)
    assert again == replace(confidence, source="phrasings"), "who stores it names the source"


def test_too_few_labelled_questions_leave_it_to_the_phrasings(
    index: Index, confidence: Confidence, labelled: list[Question]
) -> None:
    here = set(index.articles.tolist())
    answerable = [question for question in labelled if here.intersection(question.expected)]
    fitted = calibrate_index(index, max_wrong=0.05, expected_unanswerable=0.3, questions=labelled)

    assert 0 < len(answerable) < 50
    assert fitted == confidence


def test_the_weights_of_the_evidence_are_fitted_too(index: Index, confidence: Confidence) -> None:
    assert confidence.ranking != LEARNED
    assert len(confidence.ranking.values) == len(EVIDENCE)


def test_a_language_without_probes_uses_the_strictest_point(confidence: Confidence) -> None:
    assert replace(confidence, answer_points={"de": 0.7, "fr": 0.9}).answer_point("en") == 0.9
    assert replace(confidence, answer_points={}).answer_point("en") == NEVER


def test_right_answers_that_the_fit_doubts_are_not_given() -> None:
    probability, right = np.full(100, 0.6), np.ones(100, dtype=bool)

    assert answer_point(probability, right, np.ones(100), 0.05) == NEVER
    assert answer_point(np.full(100, 0.96), right, np.ones(100), 0.05) == 0.96
    assert answer_point(np.full(100, 0.96), ~right, np.ones(100), 0.05) == NEVER


def test_questions_and_phrasings_are_the_probes(index: Index, confidence: Confidence) -> None:
    asked = [
        passage for passage in index.passages if passage.kind in (PassageKind.QUESTION, PassageKind.PHRASING)
    ]
    most = min(len(asked), MOST_PROBES)
    german = sum(passage.language == "de" for passage in asked) / len(asked)

    # One fold learns nothing from its article: there a phrasing is asked without it, and not with it.
    assert most < sum(confidence.probes.values()) <= 2 * most
    assert confidence.probes["de"] / sum(confidence.probes.values()) == pytest.approx(german, abs=0.05)


def test_too_few_phrasings_give_no_confidence(encoder: OnnxEncoder) -> None:
    small = build_index(
        [Passage(f"a{n}", "de", PassageKind.QUESTION, f"Frage {n}") for n in range(49)], encoder
    )

    assert calibrate_index(small, max_wrong=0.05, expected_unanswerable=0.3) is None


def test_an_empty_ranking_is_certainly_wrong(confidence: Confidence) -> None:
    assert confidence.probability(Ranking("?", ())) == 0.0


def test_features_are_finite_with_a_single_article(index: Index) -> None:
    others = frozenset(index.articles[1:].tolist())

    assert np.isfinite(features(index.rank("x", language=None, leave_out=Filter(articles=others)))).all()


def test_what_is_stored_is_what_is_read(confidence: Confidence, tmp_path: Path) -> None:
    confidence.save(tmp_path, artifact="abc")

    assert Confidence.load(tmp_path, artifact="abc") == confidence


def test_a_recorded_absence_is_read_as_none(tmp_path: Path) -> None:
    Confidence.save_none(tmp_path, artifact="abc", source="phrasings")

    assert Confidence.load(tmp_path, artifact="abc") is None


def test_a_confidence_of_another_index_is_refused(confidence: Confidence, tmp_path: Path) -> None:
    confidence.save(tmp_path, artifact="abc")

    with pytest.raises(ConfidenceError, match=r"belongs to another index.*lotse build"):
        Confidence.load(tmp_path, artifact="def")


@pytest.mark.parametrize("key", ["weights", "intercept", "answer_points", "ranking"])
def test_an_incomplete_confidence_is_refused(confidence: Confidence, tmp_path: Path, key: str) -> None:
    confidence.save(tmp_path, artifact="abc")
    stored = json.loads((tmp_path / "confidence.json").read_text())
    stored[key] = stored[key][:3] if key == "weights" else None
    if key != "weights":
        del stored[key]
    (tmp_path / "confidence.json").write_text(json.dumps(stored))

    with pytest.raises(ConfidenceError, match="missing or incomplete"):
        Confidence.load(tmp_path, artifact="abc")


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.floats(0.1, 5)), min_size=1, max_size=60),
    st.floats(0.01, 0.4),
)
def test_above_the_answer_point_the_wrong_share_holds(
    examples: list[tuple[float, bool, float]], max_wrong: float
) -> None:
    probability, right, weight = (np.array(column) for column in zip(*examples, strict=True))
    point = answer_point(probability, right.astype(bool), weight, max_wrong)
    answered = probability >= point

    if point == NEVER:
        assert not answered.any()
    else:
        assert answered.any()
        assert (weight * ~right.astype(bool))[answered].sum() <= max_wrong * weight[answered].sum() + 1e-9


def test_candidates_for_an_answer_point_answer_more_and_more_from_three_fifths_on() -> None:
    probability = np.random.default_rng(1).permutation(np.arange(1000) / 1000)

    ladder = coverage_ladder(probability)

    answered = [round(float((probability >= point).mean()), 2) for point in ladder]
    assert answered == [share / 100 for share in range(60, 96, 2)]


def test_candidates_that_answer_the_same_questions_stand_once() -> None:
    assert coverage_ladder(np.full(20, 0.9)) == (0.9,)
