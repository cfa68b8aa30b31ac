"""Task folders: what is read, what is measured, and how it is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eval import LabelsError, Outcome, Points, answer_task, load_task, measure, task_folders
from eval.commands import evaluate
from index import OnnxEncoder, PassageKind

KEYS = [
    "task",
    "language",
    "n",
    "answerable",
    "recall_at_1",
    "recall_at_3",
    "mrr_at_10",
    "auroc",
    "coverage_at_p95",
    "mcc",
    "deflection_accuracy",
    "coverage",
    "wrong_rate",
]
THINGS = {
    "invoice": ("die Rechnung", "my invoice"),
    "router": ("das rote Licht am Router", "the red light on the router"),
    "password": ("das vergessene Passwort", "a forgotten password"),
    "moving": ("den Umzug in eine neue Wohnung", "moving to a new flat"),
    "parcel": ("das verspätete Paket", "a late parcel"),
    "voucher": ("den Gutschein", "a voucher"),
}
GERMAN = (
    "Fragen Sie uns: {}?",
    "Was muss ich über {} wissen?",
    "Hilfe, {}!",
    "Info über {}",
    "Es geht um {}.",
)
ENGLISH = (
    "Ask us: {}?",
    "What do I need to know about {}?",
    "Help, {}!",
    "Information on {}",
    "It is about {}.",
)


def article(key: str, lang: str, question: str, phrasings: list[str]) -> dict[str, object]:
    answer = f"Answer about {question}" if lang == "en" else f"Antwort zu {question}"
    return {"id": key, "lang": lang, "question": question, "answer": answer, "phrasings": phrasings}


def query(text: str, lang: str, expected: list[str], article_lang: str | None = None) -> dict[str, object]:
    return {"query": text, "lang": lang, "article_lang": article_lang, "expected": expected, "kind": "in"}


def write_task(folder: Path, articles: list[dict[str, object]], queries: list[dict[str, object]]) -> Path:
    folder.mkdir(parents=True)
    (folder / "task.json").write_text(json.dumps({"name": folder.name, "licence": "none"}), encoding="utf-8")
    for name, rows in (("articles", articles), ("queries", queries)):
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Sixty probes: six articles with five questions in each language."""
    articles = [
        article(key, lang, templates[0].format(words), [template.format(words) for template in templates[1:]])
        for key, both in THINGS.items()
        for lang, words, templates in (("de", both[0], GERMAN), ("en", both[1], ENGLISH))
    ]
    queries = [query(f"Ich habe eine Frage zu {words[0]}", "de", [key]) for key, words in THINGS.items()]
    queries += [query(f"I have a question about {words[1]}", "en", [key]) for key, words in THINGS.items()]
    queries += [
        query("Wie hoch ist der Mount Everest?", "de", []),
        query("Tell me a joke about penguins", "en", []),
        query("", "en", []),
    ]
    return write_task(tmp_path / "tasks" / "large", articles, queries)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Too few probes for a confidence; one question crosses the languages."""
    articles = [
        article(key, lang, words[at], [])
        for key, words in THINGS.items()
        for at, lang in enumerate(("de", "en"))
    ]
    queries = [
        query("Wo ist meine Rechnung?", "de", ["invoice"], "de"),
        query("Wo ist meine Rechnung?", "de", ["invoice"], "en"),
    ]
    return write_task(tmp_path / "tasks" / "small", articles, queries)


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(evaluate, ["tasks", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_json_is_one_list_with_the_agreed_keys(large: Path, small: Path) -> None:
    rows = json.loads(run(large.parent, "--json"))
    assert [(row["task"], row["language"], row["n"], row["answerable"]) for row in rows] == [
        ("large", "de", 7, 6),
        ("large", "en", 8, 6),
        ("large", "all", 15, 12),
        ("small", "de", 2, 2),
        ("small", "all", 2, 2),
    ]
    assert all(list(row) == KEYS for row in rows)


def test_easy_questions_are_found_and_nonsense_is_told_apart(large: Path) -> None:
    row = json.loads(run(large, "--json"))[-1]
    assert row["recall_at_1"] == 1.0
    assert row["mrr_at_10"] == 1.0
    assert row["auroc"] == 1.0
    assert row["mcc"] > 0.5
    assert row["deflection_accuracy"] > 0.6


def test_without_fifty_probes_there_is_ranking_and_no_confidence(small: Path) -> None:
    for row in json.loads(run(small, "--json")):
        assert row["recall_at_1"] == 1.0
        assert [key for key in KEYS if row[key] is None] == KEYS[7:]


def test_the_table_shows_counts_and_intervals(large: Path) -> None:
    text = run(large)
    assert text.splitlines()[0] == "large: kundenlotse"
    assert text.splitlines()[1].split() == ["de", "en", "all"]
    lines = {line.split("  ")[0]: line for line in text.splitlines()[2:]}
    assert "7 / 6" in lines["n / answerable"]
    assert lines["recall_at_1"].split()[-3:] == ["1.000", "[0.758,", "1.000]"]


def test_peers_stand_beside_the_product(large: Path) -> None:
    rows = json.loads(run(large, "--json", "--peers"))["rows"]
    rivals = ["BM25", "character TF-IDF", "dense alone"]
    assert list(dict.fromkeys(row["system"] for row in rows)) == ["kundenlotse", *rivals]
    others = [row for row in rows if row["system"] != "kundenlotse" and row["language"] == "all"]
    assert all(row["recall_at_1"] > 0.8 and row["auroc"] is not None for row in others)
    assert all(row["mcc"] is None and row["coverage"] is None for row in others)
    assert "large: BM25" in run(large, "--peers").splitlines()


def test_differences_stand_after_the_tables(large: Path, small: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    content = json.loads(run(large.parent, "--json", "--peers", "--output", kept))
    means = [one for one in content["differences"] if one["task"] is None]
    assert [(one["rival"], one["figure"]) for one in means] == [
        (rival, figure)
        for rival in ("BM25", "character TF-IDF", "dense alone")
        for figure in ("recall_at_1", "auroc")
    ]
    # The small task has no confidence, so there is no AUROC to compare.
    assert [one["tasks"] for one in means] == [2, 1] * 3
    rows = {(row["task"], row["system"]): row for row in content["rows"] if row["language"] == "all"}
    for one in content["differences"]:
        if one["task"] == "large":
            own, other = rows["large", "kundenlotse"], rows["large", one["rival"]]
            expected = own[one["figure"]] - other[one["figure"]]
            assert one["difference"]["value"] == pytest.approx(expected)
            assert one["difference"]["n"] == (12 if one["figure"] == "recall_at_1" else 15)
    assert json.loads(kept.read_text(encoding="utf-8"))["figures"]["differences"] == content["differences"]
    lines = run(large.parent, "--peers").splitlines()
    start = lines.index(next(line for line in lines if line.startswith("product less rival")))
    assert lines[start + 1].startswith("BM25, recall_at_1, mean of 2 tasks")
    assert len(lines) == start + 1 + 6 + 12


def test_learned_weights_rank_once_there_is_a_confidence(
    large: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index import LEARNED, Index

    used = []
    rank = Index.rank

    def noted(self: Index, text: str, **options: Any) -> Any:
        used.append(options["weights"])
        return rank(self, text, **options)

    monkeypatch.setattr(Index, "rank", noted)
    encoder = OnnxEncoder.load()
    answer_task(load_task(large), encoder, max_wrong=0.05, expected_unanswerable=0.3)
    assert LEARNED not in used
    used.clear()
    answer_task(load_task(small), encoder, max_wrong=0.05, expected_unanswerable=0.3)
    assert set(used) == {LEARNED}


def test_results_are_kept_with_interval_n_and_versions(large: Path, tmp_path: Path) -> None:
    kept = tmp_path / "results" / "tasks.json"
    run(large, "--output", kept)
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert content["command"] == "lotse eval tasks large"
    assert content["versions"]["numpy"]
    recall = content["figures"][-1]["recall_at_1"]
    assert recall == {"value": 1.0, "low": pytest.approx(0.7575, abs=0.001), "high": 1.0, "n": 12}


def test_tasks_can_be_picked_by_name(large: Path, small: Path) -> None:
    rows = json.loads(run(large.parent, "--json", "--limit-tasks", "small"))
    assert {row["task"] for row in rows} == {"small"}
    with pytest.raises(LabelsError, match=r"no task 'tiny'; there are large, small"):
        task_folders(large.parent, ["tiny"])


def test_a_folder_without_tasks_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(evaluate, ["tasks", str(tmp_path)])
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: {tmp_path}: neither a task folder (with task.json) nor a folder of task folders\n"
    )


def test_the_articles_language_limits_the_search(small: Path) -> None:
    task = load_task(small)
    german, english = answer_task(task, OnnxEncoder.load(), max_wrong=0.05, expected_unanswerable=0.3)
    assert german.ranked[0] == english.ranked[0] == "invoice"
    assert [query.searched for query in task.queries] == [{"de"}, {"en"}]


def test_only_a_known_language_is_searched(tmp_path: Path) -> None:
    articles = [article("a", "de", "Rechnung finden", []), article("b", "en", "router light", [])]
    folder = write_task(tmp_path / "t", articles, [query("Rechnung finden", "de", ["b"], "en")])
    (outcome,) = answer_task(load_task(folder), OnnxEncoder.load(), max_wrong=0.05, expected_unanswerable=0.3)
    assert outcome.ranked == ("b",)


def test_empty_parts_give_no_passages(tmp_path: Path) -> None:
    bare: dict[str, object] = {
        "id": "a",
        "lang": "de",
        "question": "",
        "answer": "Nur eine Antwort, sonst nichts.",
        "phrasings": [],
    }
    passages = load_task(write_task(tmp_path / "t", [bare], [])).passages
    assert [(passage.kind, passage.text) for passage in passages] == [
        (PassageKind.ANSWER, "Nur eine Antwort, sonst nichts.")
    ]


def test_everything_wrong_with_a_task_is_named(tmp_path: Path) -> None:
    twice = article("a", "de", "Rechnung finden", [])
    folder = write_task(tmp_path / "t", [twice, twice], [])
    with pytest.raises(LabelsError, match=r"articles\.jsonl:2: article 'a' occurs twice in 'de'"):
        load_task(folder)
    folder = write_task(tmp_path / "u", [twice], [query("?", "de", ["a", "b"]), query("?", "it", [])])
    with pytest.raises(LabelsError) as caught:
        load_task(folder)
    assert str(caught.value).splitlines() == [
        f"{folder}/queries.jsonl:1: expected article 'b' is not in articles.jsonl",
        f"{folder}/queries.jsonl:2: lang: Input should be 'de' or 'en'",
    ]


def test_a_task_without_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelsError, match=r"articles\.jsonl: holds no articles"):
        load_task(write_task(tmp_path / "t", [], []))


def test_a_task_without_name_is_called_as_its_folder(tmp_path: Path) -> None:
    folder = write_task(tmp_path / "unnamed", [article("a", "de", "Rechnung finden", [])], [])
    (folder / "task.json").write_text("{}", encoding="utf-8")
    assert load_task(folder).name == "unnamed"
    (folder / "task.json").write_text("[]", encoding="utf-8")
    with pytest.raises(LabelsError, match=r"task\.json: Input should be an object"):
        load_task(folder)


def outcome(confidence: float, expected: str | None, first: str = "a") -> Outcome:
    wanted = frozenset([expected] if expected else [])
    return Outcome("de", wanted, (first, "z"), confidence, Points(relevance=0.5, answer=0.8))


def test_decisions_are_taken_at_their_own_points() -> None:
    figures = measure(
        [outcome(0.9, "a"), outcome(0.8, "b"), outcome(0.6, "a"), outcome(0.5, None), outcome(0.2, None)]
    )
    assert figures["coverage"].value == pytest.approx(2 / 5)
    assert figures["wrong_rate"].value == pytest.approx(1 / 2)
    assert figures["wrong_rate"].n == 2
    assert figures["deflection_accuracy"].value == pytest.approx(3 / 5)
    assert figures["recall_at_1"].value == pytest.approx(2 / 3)
    assert figures["auroc"].value == pytest.approx(5 / 6)
    assert figures["coverage_at_p95"].value == pytest.approx(1 / 5)


def test_nothing_answered_has_no_wrong_rate() -> None:
    figures = measure([outcome(0.1, "a"), outcome(0.1, None)])
    assert figures["coverage"].value == 0.0
    assert (figures["wrong_rate"].value, figures["wrong_rate"].n) == (None, 0)
