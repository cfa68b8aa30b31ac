"""How many reports reach a person at once, through the real command."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_corpus import write_small

from assistant.build import build
from corpus import LANGUAGES, fold, load_corpus
from corpus.settings import PACKAGE, Settings, settings
from eval.commands import evaluate
from eval.messages import MESSAGES, load_messages
from index import example_texts

ROWS: tuple[dict[str, object], ...] = (
    {"id": "a", "language": "de", "text": "mein handy gestohlen", "reason": "lost-device", "kind": "plain"},
    {
        "id": "b",
        "language": "en",
        "text": "someone used my data to sign up",
        "reason": "fraud",
        "kind": "odd",
    },
    {"id": "c", "language": "de", "text": "Wo finde ich meine Rechnung?", "kind": "plain"},
    {"id": "d", "language": "en", "text": "phone stolen on tv last night, which film?", "kind": "odd"},
    {"id": "e", "language": "de", "text": "zzz qqq", "reason": "fraud", "kind": "odd"},
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus, built."""
    folder = tmp_path_factory.mktemp("messages")
    corpus = write_small(folder / "corpus")
    build(Settings(corpus=corpus, data=folder / "var", _env_file=None))
    return folder


@pytest.fixture(autouse=True)
def installed(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOTSE_CORPUS", str(home / "corpus"))
    monkeypatch.setenv("LOTSE_DATA", str(home / "var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def written(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_reports_and_false_alarms_are_counted_and_listed(tmp_path: Path) -> None:
    path, output = written(tmp_path / "mine.jsonl", *ROWS), tmp_path / "out.json"
    arguments = ["messages", "--messages", str(path), "--faults", "--output", str(output)]
    result = CliRunner().invoke(evaluate, arguments)

    assert result.exit_code == 0, result.output
    figures = {row["name"]: row for row in json.loads(output.read_text(encoding="utf-8"))["figures"]}
    assert list(figures) == ["de", "en", "all", "fraud", "lost-device", "kind odd", "kind plain"]
    everything = figures["all"]
    assert (everything["reports_escalated"]["value"], everything["reports_escalated"]["n"]) == (2 / 3, 3)
    assert (everything["for_their_reason"]["value"], everything["for_their_reason"]["n"]) == (1.0, 2)
    assert (everything["false_alarms"]["value"], everything["false_alarms"]["n"]) == (0.5, 2)
    assert figures["fraud"]["false_alarms"]["n"] == 0
    assert "0.667 [0.208, 0.939] n 3" in result.output
    lines = result.output.splitlines()
    assert "d [en, odd] false alarm: lost-device by pattern, “phone stolen”" in lines
    assert lines[lines.index("e [de, odd] missed: fraud") + 1] == "    zzz qqq"
    assert not any(line.startswith(("a [", "b [", "c [")) for line in lines)


def test_json_is_printed_without_faults(tmp_path: Path) -> None:
    path = written(tmp_path / "mine.jsonl", ROWS[0], ROWS[2])
    result = CliRunner().invoke(evaluate, ["messages", "--messages", str(path), "--json"])

    assert [row["name"] for row in json.loads(result.output)] == ["de", "all", "lost-device", "kind plain"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reason": "theft"}, "reason: escalation.yaml has no reason 'theft'"),
        ({"id": "a"}, "id: stands in message 'a' already"),
        ({"text": "MEIN Handy  gestohlen"}, "text: stands in message 'a' already"),
        ({"expected": []}, "expected: Extra inputs are not permitted"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = written(tmp_path / "mine.jsonl", ROWS[0], ROWS[1] | change)
    result = CliRunner().invoke(evaluate, ["messages", "--messages", str(path)])

    assert result.exit_code == 1
    assert f"{path}:2: {message}" in result.output


def test_a_file_without_messages_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate, ["messages", "--messages", str(written(tmp_path / "none.jsonl"))])

    assert result.exit_code == 1
    assert "holds no messages" in result.output


def test_no_shipped_message_is_learned_from() -> None:
    corpus = load_corpus(PACKAGE)
    learned = {fold(text) for text in example_texts(corpus)}
    for article in corpus.articles.values():
        for translation in filter(None, map(article.translation, LANGUAGES)):
            learned |= {fold(phrasing) for phrasing in translation.phrasings}
    messages = load_messages(MESSAGES, {reason.id for reason in corpus.escalation.reasons})

    assert len(messages) > 800
    assert [one.id for one in messages if fold(one.text) in learned] == []
