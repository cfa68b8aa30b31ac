"""The audit of labelled questions: each fault is found, and the shipped questions have none."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from corpus import Corpus, load_corpus
from corpus.settings import PACKAGE, settings
from eval import Group, LabelsError, Question, audit_questions, load_split_questions
from eval.commands import evaluate
from eval.likeness import Ngrams, plain, word_runs
from eval.questions import FOLDER

PHRASING = "wo finde ich meine rechnung"
ARTICLE = "find-invoice"


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(PACKAGE)


@pytest.fixture(scope="module")
def shipped(corpus: Corpus) -> list[Question]:
    return load_split_questions(FOLDER, corpus)


def question(key: str, text: str, split: str = "calibration", **changes: object) -> Question:
    row = {"id": key, "language": "de", "text": text, "expected": [ARTICLE], "group": "answerable"}
    return Question.model_validate_json(json.dumps(row | {"kind": "plain", "split": split} | changes))


def codes(corpus: Corpus, *questions: Question) -> list[str]:
    return [finding.code for finding in audit_questions(questions, corpus) if finding.code != "thin"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PHRASING, ["leak-exact"]),
        ("Wo finde ich meine RECHNUNG?", ["leak-folded"]),
        ("meine rechnung wo finde ich", ["leak-close"]),
        ("Der Beleg fürs Finanzamt vom letzten Jahr fehlt mir noch", []),
    ],
)
def test_what_stands_among_the_phrasings_is_a_leak(corpus: Corpus, text: str, expected: list[str]) -> None:
    assert codes(corpus, question("q1", text)) == expected


def test_a_long_question_that_quotes_a_phrasing_is_a_leak(corpus: Corpus) -> None:
    phrasing = next(
        text
        for text in corpus.articles[ARTICLE].translations.de.phrasings  # type: ignore[union-attr]
        if len(plain(text).split()) >= 8
    )
    story = (
        f"Gestern kam mein Schwager vorbei und fragte mich beim Kaffee: {phrasing} Das wüsste ich auch gern."
    )
    assert codes(corpus, question("q1", story)) == ["leak-run"]


@pytest.mark.parametrize(("split", "code"), [("calibration", "twice"), ("test", "split-leak")])
def test_a_question_asked_twice_is_found(corpus: Corpus, split: str, code: str) -> None:
    one = question("q1", "Der Beleg für die Türkei fehlt mir noch")
    two = question("q2", "Der Beleg fuer die Tuerkei fehlt mir noch!", split)
    three = question("q3", "der beleg fur die turkei fehlt mir noch", split)
    assert codes(corpus, one, two, three) == [code, code, "twice"]


def test_the_text_of_a_test_question_is_not_shown(corpus: Corpus) -> None:
    findings = audit_questions([question("q1", "meine rechnung wo finde ich", "test")], corpus)
    assert "meine rechnung wo" not in findings[0].message


def test_an_id_used_twice_is_found(corpus: Corpus) -> None:
    one, two = question("q1", "Der Beleg fehlt"), question("q1", "Handy kaputt, was nun", "test")
    assert codes(corpus, one, two) == ["id-twice"]


def test_an_article_nobody_asks_for_is_found(corpus: Corpus) -> None:
    texts = ("Der Beleg fürs Finanzamt fehlt", "Monatsabrechnung als Datei", "Wann kommt das Schreiben?")
    asked = [question(f"q{n}", text) for n, text in enumerate(texts)]
    thin = [finding.message for finding in audit_questions(asked, corpus) if finding.code == "thin"]
    assert not any(message.startswith(f"{ARTICLE}: ") and " in de," in message for message in thin)
    assert f"{ARTICLE}: 0 questions in en, at least 3 are needed" in thin


def write(folder: Path, split: str, *questions: Question) -> None:
    lines = [one.model_dump_json() for one in questions]
    (folder / f"{split}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_question_in_the_wrong_file_is_refused(tmp_path: Path, corpus: Corpus) -> None:
    write(tmp_path, "calibration", question("q1", "Der Beleg fehlt"))
    write(tmp_path, "test", question("q2", "Handy kaputt"))
    with pytest.raises(LabelsError, match=r"test\.jsonl: belongs to another split: q2"):
        load_split_questions(tmp_path, corpus)


def test_an_unknown_reason_is_refused(tmp_path: Path, corpus: Corpus) -> None:
    wrong = question("q1", "Hilfe!", expected=[], group="escalate", reason="flood")
    write(tmp_path, "calibration", wrong)
    write(tmp_path, "test", question("q2", "Handy kaputt", "test"))
    with pytest.raises(LabelsError, match="no escalation reason flood"):
        load_split_questions(tmp_path, corpus)


def test_the_command_tells_by_its_status(tmp_path: Path) -> None:
    settings.cache_clear()
    write(tmp_path, "calibration", question("q1", PHRASING))
    write(tmp_path, "test", question("q2", "Handy kaputt, was nun", "test"))
    result = CliRunner().invoke(evaluate, ["audit", str(tmp_path), "--json"])
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["questions"] == 2
    assert found["findings"][0]["code"] == "leak-exact"


def test_the_shipped_questions_pass() -> None:
    settings.cache_clear()
    result = CliRunner().invoke(evaluate, ["audit"])
    assert (result.exit_code, result.stdout.splitlines()[-1].split(": ")[-1]) == (
        0,
        "nothing twice, nothing leaked, no article forgotten",
    )


def test_the_shipped_questions_are_enough(shipped: list[Question]) -> None:
    n = Counter((one.group, one.language, one.split) for one in shipped)
    for language in ("de", "en"):
        assert n[Group.ANSWERABLE, language, "calibration"] >= 200
        assert n[Group.ANSWERABLE, language, "test"] >= 400
        for group in (Group.NEAR_MISS, Group.FAR, Group.ESCALATE):
            assert n[group, language, "calibration"] >= 50
            assert n[group, language, "test"] >= 100


@given(st.text(), st.integers(1, 4))
def test_runs_are_words_in_a_row(text: str, length: int) -> None:
    words = plain(text).split()
    runs = word_runs(text, length)
    assert len(runs) <= max(0, len(words) - length + 1)
    assert all(" ".join(run) in " ".join(words) for run in runs)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=8))
def test_likeness_is_a_share(texts: list[str]) -> None:
    rows = range(len(texts))
    pairs = {(one, two): dice for one, two, dice in Ngrams(texts).alike(rows, rows, 1e-6)}
    for (one, two), dice in pairs.items():
        assert 0 < dice <= 1 + 1e-6
        assert pairs[two, one] == pytest.approx(dice)
    assert all((row, row) in pairs for row in rows if plain(texts[row]))
