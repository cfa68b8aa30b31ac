"""The commands on the real assistant, built from a small corpus that is written here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assistant.build import build
from corpus.settings import load_settings, settings
from eval.commands import evaluate
from index.encoder import BUNDLED_MODEL

COMPANY = """
name: Probe
legal_name: Probe GmbH
fictional: true
street: Weg 1
city: 80331 München
land: BY
land_name: {de: Bayern, en: Bavaria}
sender: service@example.org
topics:
  - {id: things, name: {de: Dinge, en: Things}}
channels:
  - id: form
    kind: form
    name: {de: Formular, en: Form}
    address: /contact
    cost: {de: kostenfrei, en: free}
    duration: {de: eine Minute, en: one minute}
teams:
  - id: service
    name: {de: Service, en: Service}
    email: service@example.org
    hours: {mon: ["08:00-18:00"]}
    promise: {working_hours: 8, urgent_working_hours: 2}
default_team: service
"""
ESCALATION = """
reasons:
  - id: fraud
    name: {de: Betrug, en: Fraud}
    report: {de: ['\\bbetrogen\\b'], en: ['\\bscammed\\b']}
    message: {de: Wir kümmern uns sofort darum., en: We take care of it at once.}
"""
THINGS = {
    "invoice": ("Rechnung", "bill"),
    "router": ("Router", "modem"),
    "password": ("Passwort", "password"),
    "moving": ("Umzug", "moving house"),
    "parcel": ("Paket", "parcel delivery"),
    "voucher": ("Gutschein", "gift voucher"),
}
GERMAN = (
    "Fragen zum Thema {}",
    "Was muss ich über {} wissen?",
    "Hilfe, {}!",
    "Infos über {}",
    "Es geht um {}.",
)
ENGLISH = ("Ask about {}", "What do I need to know about {}?", "Help, {}!", "Information: {}", "About {}.")

QUESTIONS = [
    ("de", "Ich brauche Hilfe zum Thema Gutschein", ["voucher"], "answerable"),
    ("de", "Was muss ich über den Umzug wissen?", ["moving"], "answerable"),
    ("de", "Ich wurde bei der Rechnung betrogen!", ["invoice"], "answerable"),
    ("de", "Verkaufen Sie auch Kaffeemaschinen?", [], "near_miss"),
    ("de", "Ich bin betrogen worden", [], "escalate"),
    ("en", "What do I need to know about my password?", ["password"], "answerable"),
    ("en", "Which penguin swims fastest?", [], "far"),
    ("en", "Someone stole money from me", [], "escalate"),
]


def translation(templates: tuple[str, ...], words: str, answer: str) -> dict[str, object]:
    question, *phrasings = [template.format(words) for template in templates]
    return {"question": question, "phrasings": phrasings, "short": answer, "answer": f"{answer} Mehr nicht."}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, its built index in ``var``, and labelled questions."""
    folder = tmp_path_factory.mktemp("probe")
    (folder / "articles").mkdir()
    (folder / "company.yaml").write_text(COMPANY, encoding="utf-8")
    (folder / "escalation.yaml").write_text(ESCALATION, encoding="utf-8")
    for key, (german, english) in THINGS.items():
        article = {
            "id": key,
            "topic": "things",
            "translations": {
                "de": translation(GERMAN, german, f"Das steht alles bei {german}."),
                "en": translation(ENGLISH, english, f"It is all under {english}."),
            },
            "review_by": "2099-01-01",
            "owner": "Service",
        }
        (folder / "articles" / f"{key}.yaml").write_text(json.dumps(article), encoding="utf-8")
    keys = ("language", "text", "expected", "group")
    rows = [
        {"id": f"q{at}", **dict(zip(keys, row, strict=True)), "kind": "plain", "split": "calibration"}
        | ({"reason": "fraud"} if row[-1] == "escalate" else {})
        for at, row in enumerate(QUESTIONS)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    (folder / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    build(load_settings().model_copy(update={"corpus": folder, "data": folder / "var"}))
    return folder


@pytest.fixture(autouse=True)
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOTSE_CORPUS", str(folder))
    monkeypatch.setenv("LOTSE_DATA", str(folder / "var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(evaluate, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def test_questions_are_measured_in_each_language(folder: Path) -> None:
    content = json.loads(run("questions", "--questions", folder / "questions.jsonl", "--json").stdout)
    german, english, both = content["languages"]
    assert [(row["language"], row["n"]) for row in (german, english, both)] == [
        ("de", 5),
        ("en", 3),
        ("all", 8),
    ]
    assert german["recall_at_1"]["n"] == 3
    assert german["recall_at_1"]["value"] == pytest.approx(2 / 3), "escalated before anything was searched"
    assert german["answerable_escalated_by_mistake"]["value"] == pytest.approx(1 / 3)
    assert german["all_others_false_alarms"] == {
        "value": 0.25,
        "low": pytest.approx(0.0456, abs=1e-3),
        "high": pytest.approx(0.6994, abs=1e-3),
        "n": 4,
    }
    assert both["must_escalate_escalated"]["value"] == 0.5
    assert english["near_misses_not_answered_directly"] == {"value": None, "low": None, "high": None, "n": 0}
    assert english["far_questions_not_answered_directly"]["value"] == 1.0


def test_decisions_are_counted_in_each_group(folder: Path) -> None:
    content = json.loads(run("questions", "--questions", folder / "questions.jsonl", "--json").stdout)
    counts = content["languages"][-1]["decisions"]
    assert {group: sum(of.values()) for group, of in counts.items()} == {
        "answerable": 4,
        "near_miss": 1,
        "far": 1,
        "escalate": 2,
    }
    assert counts["answerable"]["escalate"] == 1
    assert counts["escalate"]["escalate"] == 1


def test_shares_of_answerable_questions_add_up_to_one(folder: Path) -> None:
    content = json.loads(run("questions", "--questions", folder / "questions.jsonl", "--json").stdout)
    for row in content["languages"]:
        became = [figure["value"] for name, figure in row.items() if name.startswith("answerable_")]
        assert len(became) == 5
        assert sum(became) == pytest.approx(1.0)


def test_the_worst_are_listed_with_their_trace(folder: Path) -> None:
    text = run("questions", "--questions", folder / "questions.jsonl", "--worst", "40").stdout
    assert "recall@1" in text
    assert "decisions, all" in text
    assert "q2 [de, answerable, plain] false alarm\n    Ich wurde bei der Rechnung betrogen!\n" in text
    assert "q7 [en, escalate, plain] must escalate, was not" in text
    assert "q4 [" not in text
    arguments = ("questions", "--questions", folder / "questions.jsonl", "--worst", "40", "--json")
    errors = {error["id"]: error for error in json.loads(run(*arguments).stdout)["worst"]}
    assert {"q2", "q7"} <= set(errors)
    assert errors["q2"]["faults"] == ["false alarm"]
    assert errors["q2"]["trace"]["rule"] == "escalation fraud"


def test_question_results_are_kept(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "deep" / "questions.json"
    run("questions", "--questions", folder / "questions.jsonl", "--output", kept)
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert content["command"] == "lotse eval questions --questions questions.jsonl"
    assert [row["language"] for row in content["figures"]["languages"]] == ["de", "en", "all"]


PARTS = ("normalise", "language", "encode", "lexical", "search", "rank", "decide")


def test_speed_is_measured(tmp_path: Path) -> None:
    kept = tmp_path / "speed.json"
    options = ("--questions", "5", "--starts", "1", "--articles", "1")
    rows = json.loads(run("speed", *options, "--json", "--output", kept).stdout)
    assert [(row["name"], row["unit"], row["n"]) for row in rows][:10] == [
        (f"ask, whole, {len(THINGS)} articles", "ms", 5),
        *((f"  {part}", "ms", 5) for part in PARTS),
        ("load the index", "s", 1),
        ("process start to first answer", "s", 1),
    ]
    assert all(0 < row["median"] <= row["p95"] for row in rows)
    assert json.loads(kept.read_text(encoding="utf-8"))["figures"] == rows


def test_the_parts_make_up_the_whole() -> None:
    options = ("--questions", "20", "--starts", "1", "--articles", "1")
    medians = {
        row["name"].strip(): row["median"] for row in json.loads(run("speed", *options, "--json").stdout)
    }
    whole = medians[f"ask, whole, {len(THINGS)} articles"]
    assert sum(medians[part] for part in PARTS) == pytest.approx(whole, rel=1.0)
    assert medians["lexical"] < medians["search"], "the look-up is part of the search"


def test_speed_of_a_larger_corpus_is_measured() -> None:
    options = ("--questions", "2", "--starts", "1", "--articles", str(2 * len(THINGS) + 1))
    rows = json.loads(run("speed", *options, "--json").stdout)
    assert rows[0]["name"] == f"ask, whole, {3 * len(THINGS)} articles"


def test_speed_as_a_table() -> None:
    lines = run("speed", "--questions", "2", "--starts", "1", "--articles", "1").stdout.splitlines()
    assert lines[0].split() == ["median", "p95", "n"]
    assert lines[1].startswith(f"ask, whole, {len(THINGS)} articles")
    assert lines[1].endswith("2")


def test_a_process_that_cannot_answer_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from eval import ColdStartError
    from eval.speed import cold_start

    monkeypatch.setenv("LOTSE_DATA", str(tmp_path))
    with pytest.raises(ColdStartError, match="no index has been built"):
        cold_start("Wo ist meine Rechnung?")


def test_the_encoder_s_speed_is_measured_without_an_index(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOTSE_DATA", str(tmp_path / "nothing"))
    settings.cache_clear()
    kept = tmp_path / "speed.json"
    options = ("--questions", "5", "--starts", "2", "--batch", "3")
    rows = json.loads(run("speed", "--encoder", *options, "--json", "--output", kept).stdout)
    assert [(row["name"], row["unit"], row["n"]) for row in rows][:6] == [
        ("encode one question, 1 thread", "ms", 5),
        ("encode 3 at once, 1 thread", "texts/s", 10),
        ("encode one question, 2 threads", "ms", 5),
        ("encode 3 at once, 2 threads", "texts/s", 10),
        ("process start to first vector", "s", 2),
        ("import to first vector", "s", 2),
    ]
    medians = {row["name"]: row["median"] for row in rows}
    assert 0 < medians["import to first vector"] < medians["process start to first vector"]
    if Path("/proc/self/status").exists():
        assert 40 < medians["resident after first vector"] < 1000
        assert 40 < medians["resident after 5 questions"] < 1000
    content = json.loads(kept.read_text(encoding="utf-8"))
    assert content["command"] == "lotse eval speed --questions 5 --starts 2 --encoder --batch 3"
    assert content["figures"] == rows


def test_a_batch_without_the_encoder_is_refused() -> None:
    result = CliRunner().invoke(evaluate, ["speed", "--batch", "3"])
    assert result.exit_code == 2
    assert "--batch needs --encoder" in result.stderr


def test_a_rate_at_the_95th_percentile_is_the_slow_one() -> None:
    from eval.encoder_speed import rate

    measured = rate("encode", 100, [0.5] * 18 + [2.0] * 2)
    assert (measured.unit, measured.median, measured.p95, measured.n) == ("texts/s", 200.0, 50.0, 20)


def test_memory_that_nobody_tells_is_left_out() -> None:
    from eval.encoder_speed import ColdEncoder, summarise

    colds = [ColdEncoder(0.5, 0.4, None, None), ColdEncoder(0.7, 0.6, None, None)]
    assert [(one.name, one.median, one.n) for one in summarise(colds, 9)] == [
        ("process start to first vector", pytest.approx(0.6), 2),
        ("import to first vector", pytest.approx(0.5), 2),
    ]


def test_a_process_that_cannot_encode_is_said(tmp_path: Path) -> None:
    from eval import ColdStartError
    from eval.encoder_speed import cold_encoder

    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("changed", encoding="utf-8")
    (tmp_path / "config.json").write_bytes((BUNDLED_MODEL / "config.json").read_bytes())
    changed = load_settings().model_copy(update={"encoder": str(tmp_path)})
    with pytest.raises(
        ColdStartError, match=r"(?s)a fresh process gave no vector: .*model\.onnx.* was altered"
    ):
        cold_encoder(changed, ["Wo ist meine Rechnung?"])
