"""What each kind of evidence brings, through the real command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_eval_report import folder as report_folder
from test_eval_report import question_rows, write_rows

from corpus.settings import settings
from eval.commands import evaluate
from index import EVIDENCE

folder = report_folder
WAYS = (
    ("Was ist mit {}?", "What about {}?"),
    ("Hilfe, {}!", "Help, {}!"),
    ("Ich suche {}", "I look for {}"),
    ("Alles über {} bitte", "All about {} please"),
    ("{} wie geht das", "{} how does it work"),
)


@pytest.fixture(autouse=True)
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOTSE_CORPUS", str(folder))
    monkeypatch.setenv("LOTSE_DATA", str(folder / "var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def questions(path: Path, unanswerable: int) -> Path:
    """The questions on each thing, asked in several ways, and some that no article answers."""
    rows = [
        {**row, "id": f"{at}-{row['id']}"}
        for at, way in enumerate(WAYS)
        for row in question_rows("calibration", way)
        if row["group"] == "answerable" and "(calibration)" not in str(row["text"])
    ]
    rows += [
        {**rows[0], "id": f"far-{n}", "text": f"Wetter {n}", "expected": [], "group": "far"}
        for n in range(unanswerable)
    ]
    write_rows(path, rows)
    return path


def test_each_kind_of_evidence_is_left_out_once(folder: Path, tmp_path: Path) -> None:
    asked, output = questions(tmp_path / "questions.jsonl", 50), tmp_path / "ablation.json"

    result = CliRunner().invoke(evaluate, ["ablation", "--questions", str(asked), "--output", str(output)])

    assert result.exit_code == 0, result.output
    rows = json.loads(output.read_text(encoding="utf-8"))["figures"]
    assert [row["without"] for row in rows] == ["nothing", *(name for name in EVIDENCE if name != "foreign")]
    assert rows[0]["difference"]["value"] == 0
    for row in rows:
        assert row["without"] in result.output
        assert {language: figure["n"] for language, figure in row["recall_at_1"].items()} == {
            language: sum(one["language"] == language and bool(one["expected"]) for one in read(asked))
            for language in ("de", "en")
        }


def test_too_few_questions_are_refused(folder: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        evaluate, ["ablation", "--questions", str(questions(tmp_path / "few.jsonl", 3))]
    )

    assert result.exit_code != 0
    assert "50 questions with an article, and 50 without" in result.output


def read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
