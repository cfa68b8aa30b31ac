"""The loader of labelled questions: what it takes, and what it says about everything else."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from assistant import Decision, Reply
from corpus.questions import Question
from eval import Group, LabelsError, load_questions
from eval.questions import SHIPPED, Asked

ARTICLES = {"invoice-download", "router-red-light"}
GOOD: dict[str, object] = {
    "id": "q1",
    "language": "de",
    "text": "Wo finde ich meine Rechnung?",
    "expected": ["invoice-download"],
    "group": "answerable",
    "kind": "plain",
    "split": "calibration",
}


def write(tmp_path: Path, *rows: dict[str, object] | str) -> Path:
    path = tmp_path / "questions.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def problems(path: Path) -> list[str]:
    with pytest.raises(LabelsError) as caught:
        load_questions(path, ARTICLES)
    return str(caught.value).splitlines()


def test_good_questions_are_read_in_order(tmp_path: Path) -> None:
    far = GOOD | {"id": "q2", "text": "Wie spät ist es?", "expected": [], "group": "far"}
    first, second = load_questions(write(tmp_path, GOOD, "", far), ARTICLES)
    assert (first.id, first.expected, first.group) == ("q1", ("invoice-download",), Group.ANSWERABLE)
    assert (second.id, second.expected, second.group) == ("q2", (), Group.FAR)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expected": ["nowhere"]}, "expected: the corpus has no article 'nowhere'"),
        ({"expected": []}, "Value error, an answerable question needs at least one expected article"),
        ({"group": "near_miss"}, "Value error, a question of group near_miss has no expected article"),
        ({"expected": ["invoice-download"] * 2}, "Value error, an expected article is named twice"),
        ({"language": "fr"}, "language: Input should be 'de' or 'en'"),
        ({"split": "training"}, "split: Input should be 'calibration' or 'test'"),
        ({"text": "   "}, "text: String should have at least 1 character"),
        ({"comment": "?"}, "comment: Extra inputs are not permitted"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = write(tmp_path, GOOD, GOOD | {"id": "q2", "text": "Wann kommt die Rechnung?"} | change)
    assert problems(path) == [f"{path}:2: {message}"]


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, {key: value for key, value in GOOD.items() if key != "kind"})
    assert problems(path) == [f"{path}:1: kind: Field required"]


def test_ids_and_texts_are_used_once(tmp_path: Path) -> None:
    again = GOOD | {"id": "q2", "text": "wo finde ich  MEINE Rechnung?"}
    path = write(tmp_path, GOOD, again, GOOD | {"text": "Ganz anders?"})
    assert problems(path) == [
        f"{path}:2: text: 'wo finde ich meine rechnung?' is used by question 'q1' already",
        f"{path}:3: id: 'q1' is used by question 'q1' already",
    ]


def test_the_same_words_may_be_asked_in_both_languages(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD | {"text": "WLAN"}, GOOD | {"id": "q2", "text": "WLAN", "language": "en"})
    assert len(load_questions(path, ARTICLES)) == 2


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "{", GOOD | {"language": "fr", "kind": ""}, GOOD | {"expected": ["nowhere"]})
    assert [line.removeprefix(f"{path}:").split(":")[0] for line in problems(path)] == ["1", "2", "2", "3"]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    assert problems(path) == [f"{path}: holds no questions"]


def test_a_missing_file_and_a_wrong_encoding_are_said(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    assert problems(path) == [f"{path}: cannot be read (No such file or directory)"]
    path.write_bytes('{"text": "für"}'.encode("latin-1"))
    assert problems(path) == [f"{path}: is not UTF-8 (byte 11); save it as UTF-8"]


def test_a_line_separator_inside_a_text_does_not_end_the_row(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD | {"text": "eins\u2028zwei"})
    assert [question.text for question in load_questions(path, ARTICLES)] == ["eins\u2028zwei"]


def test_shipped_questions_fit_the_shipped_corpus() -> None:
    from corpus import load_corpus
    from corpus.settings import PACKAGE

    questions = load_questions(SHIPPED, load_corpus(PACKAGE).articles)
    assert {question.split for question in questions} == {"calibration"}
    assert {question.group for question in questions} == set(Group)


@pytest.mark.parametrize(
    ("decision", "first", "among_three"),
    [(Decision.SUGGEST, True, True), (Decision.HAND_OVER, True, True), (Decision.ESCALATE, False, False)],
)
def test_an_article_is_found_where_it_is_ranked_unless_a_person_takes_over(
    decision: Decision, first: bool, among_three: bool
) -> None:
    asked = replied(decision, found=["invoice-download", "router-red-light"])
    assert (asked.found(1), asked.found(3)) == (first, among_three)


def test_what_stands_below_the_way_to_a_person_is_found_but_not_first() -> None:
    asked = replied(Decision.ESCALATE, below=["invoice-download"])
    assert (asked.found(1), asked.found(3)) == (False, True)
    other = replied(Decision.ESCALATE, below=["router-red-light"])
    assert not other.found(3)


def replied(decision: Decision, *, found: list[str] | None = None, below: list[str] | None = None) -> Asked:
    reply = SimpleNamespace(
        decision=decision,
        ranked=[SimpleNamespace(id=article) for article in below or []],
        trace={"found": [{"article": article} for article in found or []]},
    )
    return Asked(Question.model_validate(GOOD), cast(Reply, reply))
