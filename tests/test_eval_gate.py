"""The gate through the real command: equal results pass, worse ones do not, and noise is let through."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from click.testing import CliRunner, Result
from scipy.stats import binomtest
from test_eval_report import folder as report_folder
from test_eval_report import question_rows, write_rows

from assistant import Decision, Reply
from corpus.questions import Question
from corpus.settings import settings
from eval.commands import evaluate
from eval.gate import change_of, compare, verdict
from eval.headline import MEASURES, Headline, HeadlineError, is_wrong_answer
from eval.questions import Asked

folder = report_folder
FIGURES = [measure.name for measure in MEASURES]
TEXTS = ("Ich hätte da was zu {}", "I wonder about {}")


@pytest.fixture(autouse=True)
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOTSE_CORPUS", str(folder))
    monkeypatch.setenv("LOTSE_DATA", str(folder / "var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def gate(questions: Path, kept: Path, *more: str) -> Result:
    arguments = ["gate", "--questions", str(questions), "--headline", str(kept), *more]
    return CliRunner().invoke(evaluate, arguments)


@pytest.fixture
def kept(folder: Path, tmp_path: Path) -> Path:
    """Headline figures, stored by the command."""
    path = tmp_path / "headline.json"
    result = gate(folder / "questions", path, "--store")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith(f"stored in {path}\n")
    return path


def test_equal_results_pass(folder: Path, kept: Path) -> None:
    result = gate(folder / "questions", kept, "--json")
    assert result.exit_code == 0, result.output
    changes = json.loads(result.stdout)
    assert [change["figure"] for change in changes] == FIGURES
    assert all(change["before"] == change["now"] and not change["worse"] for change in changes)
    assert changes[0]["n"] == 7
    assert changes[1]["n"] == 6
    told = gate(folder / "questions", kept).stdout
    assert told.endswith("no headline figure is worse by more than noise\n")


def test_found_less_often_fails(kept: Path, tmp_path: Path) -> None:
    rows = question_rows("calibration", TEXTS)
    for row in rows:
        if row["language"] == "de" and row["group"] == "answerable":
            row["expected"] = ["router" if row["expected"] != ["router"] else "moving"]
    (tmp_path / "worse").mkdir()
    write_rows(tmp_path / "worse" / "calibration.jsonl", rows)
    output = tmp_path / "gate.json"
    result = gate(tmp_path / "worse", kept, "--output", str(output))
    assert result.exit_code == 1
    told = result.stdout.split("worse by more than noise:\n")[1]
    assert told.startswith(
        "recall@1, de: 0.000 (n = 7), stored 0.857 (n = 7); 6 worse, 0 better, p = 0.016\n"
    )
    assert "lotse eval questions --worst 40" in told
    assert "lotse eval gate --store" in told
    figures = {one["figure"]: one for one in json.loads(output.read_text(encoding="utf-8"))["figures"]}
    assert figures["recall@1, de"]["worse"]
    assert not figures["recall@1, en"]["worse"]


def test_answering_nothing_any_more_fails(folder: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = json.loads(kept.read_text(encoding="utf-8"))["figures"]["shares"]
    covered = stored["answerable: answered directly"]
    assert covered["value"] * covered["n"] >= 5, "or there is nothing to lose"
    monkeypatch.setenv("LOTSE_UNPROVEN", "suggest")
    settings.cache_clear()
    result = gate(folder / "questions", kept)
    assert result.exit_code == 1
    assert "answerable: answered directly: 0.000 (n = 13), stored" in result.stdout
    assert "nothing to compare" in result.stdout, "no answer, so none is wrong"


def test_what_is_kept_has_no_text_and_no_id(folder: Path, kept: Path) -> None:
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert content["command"] == "lotse eval gate --questions questions --store"
    outcomes = content["figures"]["outcomes"]
    assert len(outcomes) == 18
    assert all(len(marks) == len(FIGURES) and set(marks) <= set("10-") for marks in outcomes.values())
    lines = (folder / "questions" / "calibration.jsonl").read_text(encoding="utf-8").splitlines()
    kept_text = kept.read_text(encoding="utf-8")
    for question in map(json.loads, lines):
        assert question["text"] not in kept_text
        assert question["id"] not in kept_text


def test_test_questions_are_refused(folder: Path, tmp_path: Path) -> None:
    text = (folder / "questions" / "test.jsonl").read_text(encoding="utf-8")
    (tmp_path / "calibration.jsonl").write_text(text, encoding="utf-8")
    result = gate(tmp_path, tmp_path / "headline.json", "--store")
    assert result.exit_code == 1
    assert "calibration.jsonl: 18 questions are of another split, the first is test-0" in result.stderr
    assert not (tmp_path / "headline.json").exists()


def test_nothing_stored_is_said(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "headline.json"
    result = gate(folder / "questions", path)
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {path}: no headline figures are stored; store those of a state you trust: "
        "lotse eval gate --store\n"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read as headline figures"),
        ("[]", "cannot be read as headline figures"),
        ('{"figures": {"measures": []}}', "cannot be read as headline figures"),
        ('{"figures": {"measures": ["recall"], "labels": "", "outcomes": {}}}', "holds other figures"),
        (
            json.dumps({"figures": {"measures": FIGURES, "labels": "", "outcomes": {"a": "1"}}}),
            "holds other figures",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_said(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "headline.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(HeadlineError, match=message):
        Headline.load(path)


def test_only_questions_of_both_runs_are_compared() -> None:
    before = Headline(tuple(FIGURES), "x", {"a": "1" * 10, "b": "0" * 10})
    now = Headline(tuple(FIGURES), "y", {"b": "0" * 10, "c": "1" * 10})
    assert {(change.before, change.now, change.n) for change in compare(before, now)} == {(0.0, 0.0, 1)}
    with pytest.raises(HeadlineError, match="none of 1 questions is among the 2 stored"):
        compare(before, Headline(tuple(FIGURES), "z", {"d": "1" * 10}))


@pytest.mark.parametrize(
    ("lost", "won", "worse"), [(4, 0, False), (5, 0, True), (9, 4, False), (12, 4, True)]
)
def test_shares_are_judged_by_the_questions_that_changed_sides(lost: int, won: int, worse: bool) -> None:
    before = "1" * lost + "0" * won + "1" * 50
    now = "0" * lost + "1" * won + "1" * 50
    change = change_of("recall", before, now, lower_is_better=False)
    assert change.worse is worse
    chance = binomtest(lost, lost + won, alternative="greater").pvalue
    assert change.why == f"{lost} worse, {won} better, p = {chance:.3f}"
    assert change_of("alarms", now, before, lower_is_better=True).worse is worse
    assert not change_of("recall", now, before, lower_is_better=False).worse


def test_rates_over_other_questions_are_judged_by_their_error() -> None:
    before = "0" * 98 + "1" * 2 + "-" * 100
    slightly = "0" * 97 + "1" * 3 + "0" * 5 + "-" * 95
    clearly = "0" * 88 + "1" * 12 + "0" * 5 + "-" * 95
    assert not change_of("wrong", before, slightly, lower_is_better=True).worse
    change = change_of("wrong", before, clearly, lower_is_better=True)
    assert change.worse
    assert (change.before, change.n_before) == (0.02, 100)
    assert (change.now, change.n) == (pytest.approx(12 / 105), 105)
    assert not change_of("wrong", clearly, before, lower_is_better=True).worse
    assert not change_of("wrong", before, "-" * 200, lower_is_better=True).worse


def test_the_error_of_a_paired_rate_is_that_of_resampling() -> None:
    rng = np.random.default_rng(3)
    before = "".join(rng.choice(list("10-"), size=800, p=[0.1, 0.6, 0.3]))
    now = "".join(old if rng.random() < 0.8 else rng.choice(list("10-")) for old in before)
    told = change_of("wrong", before, now, lower_is_better=True).why
    drawn = rng.multinomial(800, np.full(800, 1 / 800), size=2000)

    def rates(marks: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return (drawn @ [one == "1" for one in marks]) / (drawn @ [one != "-" for one in marks])

    error = float((rates(now) - rates(before)).std())
    assert float(told.split()[-1]) == pytest.approx(error, rel=0.1)


def test_every_answer_to_what_must_escalate_is_wrong() -> None:
    answer = SimpleNamespace(decision=Decision.ANSWER, articles=(SimpleNamespace(id="voucher"),))
    values = {"id": "q", "language": "de", "text": "?", "kind": "plain", "split": "calibration"}

    def wrong(group: str, expected: list[str], reason: str | None = None) -> bool:
        question = Question.model_validate({**values, "group": group, "expected": expected, "reason": reason})
        return is_wrong_answer(Asked(question, cast(Reply, answer)))

    assert not wrong("answerable", ["voucher"])
    assert wrong("answerable", ["parcel"])
    assert wrong("far", [])
    assert wrong("escalate", ["voucher"], "fraud")


def test_the_verdict_names_what_is_worse_alone() -> None:
    worse = change_of("recall", "1" * 20, "0" * 20, lower_is_better=False)
    same = change_of("alarms", "1" * 20, "1" * 20, lower_is_better=True)
    told = verdict([worse, same])
    assert "recall: 0.000 (n = 20), stored 1.000 (n = 20); 20 worse, 0 better, p = 0.000" in told
    assert "alarms" not in told
