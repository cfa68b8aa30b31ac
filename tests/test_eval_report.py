"""The report on the real assistant, built from a small corpus; the page is read as a browser would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from scipy.stats import binom
from test_eval_commands import COMPANY, ENGLISH, ESCALATION, GERMAN, THINGS, translation

from assistant.build import build
from assistant.certificate import Certificate, Claim, state_of
from corpus import Risk
from corpus.settings import load_settings, settings
from eval.commands import evaluate
from eval.curves import reliability, risk_coverage
from eval.intervals import Figure, Interval
from eval.metrics import expected_calibration_error
from eval.outcome import Outcome
from eval.page import page_of
from eval.plot import Frame
from eval.report_head import claim_words
from eval.section import Section, Table
from index import artifact_folder, current_artifact

SECTIONS = [
    "head",
    "proof",
    "answering",
    "refusing",
    "risk",
    "reliability",
    "rivals",
    "parity",
    "kinds",
    "topics",
    "confusions",
]
OTHERS = [
    ("de", "Verkaufen Sie auch Kaffeemaschinen?", [], "near_miss"),
    ("en", "Which penguin swims fastest?", [], "far"),
    ("de", "Ich bin gestern betrogen worden", [], "escalate"),
    ("en", "Someone scammed me yesterday", [], "escalate"),
    ("de", "Ich wurde beim Paket betrogen!", ["parcel"], "answerable"),
]


class Page(HTMLParser):
    """Notes elements, their attributes and their texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.sections: dict[str, str] = {}
        self._section = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)
        if tag == "section":
            self._section = dict(attrs)["id"] or ""
            self.sections[self._section] = ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element without content."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Hold elements against each other: what was opened last ends first."""
        assert self.open.pop() == tag
        if tag == "section":
            self._section = ""

    def handle_data(self, data: str) -> None:
        """Collect a section's text."""
        if self._section:
            self.sections[self._section] += f" {data}"

    def text_of(self, section: str) -> str:
        """Return a section's text."""
        return " ".join(self.sections[section].split())


def question_rows(split: str, texts: tuple[str, str]) -> list[dict[str, object]]:
    """Questions on each thing in both languages, and some of every other group."""
    known = [
        (lang, template.format(words[at]), [key], "answerable")
        for key, words in THINGS.items()
        for at, (lang, template) in enumerate(zip(("de", "en"), texts, strict=True))
    ]
    others = [(lang, f"{text} ({split})", expected, group) for lang, text, expected, group in OTHERS]
    # A phrasing, labelled as if no article answered it: a wrong direct answer.
    others.append(("de", "Hilfe, Umzug!", [], "near_miss"))
    return [
        {
            "id": f"{split}-{at}",
            "language": lang,
            "text": text,
            "expected": expected,
            "group": group,
            "kind": "plain" if at % 2 else "typo",
            "split": split,
        }
        | ({"reason": "fraud"} if group == "escalate" else {})
        for at, (lang, text, expected, group) in enumerate([*known, *others])
    ]


def write_rows(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus, its built index in ``var``, and labelled questions in ``questions``."""
    folder = tmp_path_factory.mktemp("report")
    for name in ("articles", "questions"):
        (folder / name).mkdir()
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
    test = question_rows("test", ("Es geht um {}.", "Please explain {} to me"))
    write_rows(folder / "questions" / "test.jsonl", test)
    calibration = question_rows("calibration", ("Infos über {}", "I wonder about {}"))
    write_rows(folder / "questions" / "calibration.jsonl", calibration)
    build(load_settings().model_copy(update={"corpus": folder, "data": folder / "var"}))
    return folder


@pytest.fixture(autouse=True)
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LOTSE_CORPUS", str(folder))
    monkeypatch.setenv("LOTSE_DATA", str(folder / "var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(evaluate, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def report(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[dict[str, object]]]:
    """The page and the figures."""
    kept = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOTSE_CORPUS", str(folder))
        patch.setenv("LOTSE_DATA", str(folder / "var"))
        settings.cache_clear()
        run(
            "report",
            "--questions",
            folder / "questions",
            "--output-html",
            kept / "page.html",
            "--output",
            kept / "page.json",
        )
    content = json.loads((kept / "page.json").read_text(encoding="utf-8"))
    assert content["command"] == "lotse eval report --questions questions"
    return (kept / "page.html").read_text(encoding="utf-8"), content["figures"]


def test_every_section_stands_on_the_page(report: tuple[str, list[dict[str, object]]]) -> None:
    page = Page(report[0])
    assert list(page.sections) == SECTIONS == [section["section"] for section in report[1]]
    assert page.open == []
    links = [attrs["href"] for tag, attrs in page.elements if tag == "a"]
    assert links == [f"#{section}" for section in SECTIONS]
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_the_page_needs_nothing_from_elsewhere(report: tuple[str, list[dict[str, object]]]) -> None:
    page = Page(report[0])
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "img", "iframe", "object", "base"})
    named = [
        value or ""
        for _, attrs in page.elements
        for name, value in attrs.items()
        if name in ("href", "src", "xlink:href", "action", "style")
    ]
    assert all(value.startswith("#") for value in named)
    assert not re.search(r"https?://|url\(|@import|//\w", report[0])


def test_no_question_s_text_is_on_the_page_or_in_the_json(
    folder: Path, report: tuple[str, list[dict[str, object]]]
) -> None:
    lines = (folder / "questions" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    kept = report[0] + json.dumps(report[1], ensure_ascii=False)
    assert len(lines) == 18
    for question in map(json.loads, lines):
        assert question["text"] not in kept
        assert f'"{question["id"]}"' not in kept


def test_both_pictures_are_drawn_and_described(report: tuple[str, list[dict[str, object]]]) -> None:
    page = Page(report[0])
    pictures = [attrs for tag, attrs in page.elements if tag == "svg" and attrs.get("role") == "img"]
    assert len(pictures) == 2
    ids = {attrs.get("id") for _, attrs in page.elements}
    assert all(set((attrs["aria-labelledby"] or "").split()) <= ids for attrs in pictures)
    lines = [attrs for tag, attrs in page.elements if tag == "polyline"]
    # Two languages, three rivals, and the diagonal.
    assert len(lines) == 6
    numbers = [float(n) for line in lines for n in re.findall(r"[\d.]+", line["points"] or "")]
    assert 0 <= min(numbers) <= max(numbers) <= 640
    assert sum(tag == "circle" for tag, _ in page.elements) > 2


def test_the_operating_point_is_told_with_its_counts(report: tuple[str, list[dict[str, object]]]) -> None:
    told = Page(report[0]).text_of("risk")
    assert "German, as it serves: answered 0.778 [0.453, 0.937] (n = 9), wrong among these 0.143" in told
    assert "English, as it serves" not in told, "nothing is answered there"
    risks = table_of(report[1], "risk")
    assert risks["German"]["100%"] == {
        "value": pytest.approx(3 / 9),
        "low": pytest.approx(0.1206, abs=1e-3),
        "high": pytest.approx(0.6458, abs=1e-3),
        "n": 9,
    }


def test_tables_scroll_inside_their_box(report: tuple[str, list[dict[str, object]]]) -> None:
    page = Page(report[0])
    assert sum(tag == "table" for tag, _ in page.elements) == sum(
        attrs.get("class") == "box" and attrs.get("tabindex") == "0" for _, attrs in page.elements
    )
    assert "prefers-color-scheme: dark" in report[0]
    assert "@media print" in report[0]


def table_of(figures: list[dict[str, object]], section: str, at: int = 0) -> dict[str, dict[str, object]]:
    (found,) = [one for one in figures if one["section"] == section]
    tables = found["tables"]
    assert isinstance(tables, list)
    return {next(iter(row.values())): row for row in tables[at]}


def test_figures_count_the_questions_they_should(report: tuple[str, list[dict[str, object]]]) -> None:
    rows = table_of(report[1], "answering")
    counts = {name: rows["recall@1"][name]["n"] for name in ("German", "English", "both")}
    assert counts == {"German": 7, "English": 6, "both": 13}
    # The seventh German one is escalated by its words, and counts as not found.
    assert rows["recall@1"]["German"]["value"] == pytest.approx(6 / 7)
    assert rows["recall@1"]["German"]["low"] < 6 / 7 < rows["recall@1"]["German"]["high"]
    assert rows["deflection accuracy"]["both"]["n"] == 16
    assert rows["AUROC"]["both"]["n"] == rows["AUGRC"]["both"]["n"] == 16
    assert rows["ECE"]["both"]["n"] == 15
    wrong, bound = rows["wrong-answer rate"]["German"], rows["wrong-answer rate, upper bound"]["German"]
    assert (wrong["value"], wrong["n"], bound["n"]) == (pytest.approx(1 / 7), 7, 7)
    assert binom.cdf(1, 7, bound["value"]) == pytest.approx(0.05)
    assert rows["coverage of the answerable"]["German"]["value"] == pytest.approx(6 / 7)
    refusing = table_of(report[1], "refusing")
    assert refusing["must escalate: escalated"]["both"] == {
        "value": 1.0,
        "low": pytest.approx(0.342, abs=1e-3),
        "high": 1.0,
        "n": 2,
    }
    assert refusing["all others: false alarms"]["both"]["value"] == pytest.approx(1 / 16)
    assert refusing["near misses answered directly"]["German"]["value"] == 0.5
    assert refusing["near misses answered directly"]["English"]["n"] == 0


def test_rivals_search_the_same_questions(report: tuple[str, list[dict[str, object]]]) -> None:
    rows = table_of(report[1], "rivals")
    assert list(rows) == ["kundenlotse", "BM25", "character TF-IDF", "dense alone"]
    assert {row["recall@1"]["n"] for row in rows.values()} == {13}
    assert {row["AUROC"]["n"] for row in rows.values()} == {16}
    (found,) = [one for one in report[1] if one["section"] == "rivals"]
    compared = found["tables"][1]
    assert [(row["product less"], row["figure"]) for row in compared] == [
        (rival, figure)
        for rival in ("BM25", "character TF-IDF", "dense alone")
        for figure in ("recall_at_1", "auroc")
    ]
    product, rival = rows["kundenlotse"]["recall@1"]["value"], rows["dense alone"]["recall@1"]["value"]
    assert compared[4]["difference"]["value"] == pytest.approx(product - rival)


def test_parity_compares_the_same_questions(report: tuple[str, list[dict[str, object]]]) -> None:
    rows = table_of(report[1], "parity")
    assert len(rows) == 6
    assert {row["both"]["n"] for row in rows.values()} == {13}
    whole, three, removed, _, difference, _ = (row["both"]["value"] for row in rows.values())
    assert difference == pytest.approx(removed - whole)
    assert whole == three == 1.0, "nothing is escalated here"


def test_kinds_and_topics(report: tuple[str, list[dict[str, object]]]) -> None:
    assert table_of(report[1], "topics")["things"]["n"] == 13
    (found,) = [one for one in report[1] if one["section"] == "kinds"]
    assert {(row["kind"], row["language"]) for row in found["tables"][0]} == {
        (kind, language)
        for kind, language in [
            ("typo", "German"),
            ("typo", "both"),
            ("plain", "English"),
            ("plain", "both"),
        ]
    }


def test_the_default_place_is_the_data_folder(folder: Path) -> None:
    told = run("report", "--questions", folder / "questions")
    page = folder / "var" / "report.html"
    assert told == f"18 test questions: {page}\n"
    assert "Not proven: no certificate" in Page(page.read_text(encoding="utf-8")).text_of("proof")


def claim(**changed: object) -> Claim:
    values: dict[str, object] = {
        "language": "de",
        "risk": Risk.LOW,
        "max_wrong": 0.05,
        "answers": 310,
        "wrong": 2,
        "bound": 0.0202,
        "low": 0.0,
        "high": 0.02,
        "coverage": 0.6,
        "unanswerable_up_to": 0.5,
    }
    return Claim(**{**values, **changed})  # type: ignore[arg-type]


def test_the_certificate_is_told_in_words(folder: Path) -> None:
    key = current_artifact(folder / "var")
    assert key is not None
    artifact = artifact_folder(folder / "var", key)
    Certificate(state_of(artifact), "other", "2026-06-01", {"answerable": 1025}, {}, (claim(),)).save(
        artifact
    )
    try:
        run("report", "--questions", folder / "questions")
    finally:
        (artifact / "certificate.json").unlink()
    told = Page((folder / "var" / "report.html").read_text(encoding="utf-8")).text_of("proof")
    assert "Proven: at most 5 % of direct German answers are wrong (2 of 310, bound 0.020)." in told
    assert "The certificate was made on other questions than this report." in told


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"language": "all"}, "Proven: at most 5 % of direct answers are wrong (2 of 310, bound 0.020)."),
        (
            {"answers": 0, "wrong": 0, "bound": 1.0},
            "Not proven: at most 5 % of direct German answers are wrong; there are none. "
            "With 0 wrong ones it takes 59 answers.",
        ),
        (
            {"answers": 100, "bound": 0.0616},
            "Not proven: at most 5 % of direct German answers are wrong (2 of 100, bound 0.062 instead of "
            "0.05). With 2 wrong ones it takes 124 answers.",
        ),
        (
            {"answers": 20, "wrong": 4, "bound": 0.4, "risk": Risk.HIGH, "max_wrong": 0.02},
            "Not proven: at most 2 % of direct German answers with high-risk articles are wrong (4 of 20, "
            "bound 0.400 instead of 0.02); too many are wrong.",
        ),
        (
            {"answers": 0, "wrong": 0, "bound": 1.0, "max_wrong": 0.0},
            "Not proven: at most 0 % of direct German answers are wrong; there are none. "
            "No confidence is calibrated.",
        ),
    ],
)
def test_a_claim_in_words(changed: dict[str, object], words: str) -> None:
    assert claim_words(claim(**changed)) == words


def test_test_questions_are_not_taken_from_another_split(folder: Path, tmp_path: Path) -> None:
    text = (folder / "questions" / "calibration.jsonl").read_text(encoding="utf-8")
    (tmp_path / "test.jsonl").write_text(text, encoding="utf-8")
    result = CliRunner().invoke(evaluate, ["report", "--questions", str(tmp_path)])
    assert result.exit_code == 1
    assert "test.jsonl: 18 questions are of another split, the first is calibration-0" in result.stderr


def outcome(confidence: float | None, right: bool) -> Outcome:
    return Outcome("de", frozenset({"a"}), ("a" if right else "b",), confidence, None)


def test_the_risk_coverage_curve_by_hand() -> None:
    curve = risk_coverage([outcome(0.9, True), outcome(0.5, False), outcome(0.7, False), outcome(0.5, True)])
    assert [(point.answered, point.wrong, point.n) for point in curve] == [(1, 0, 4), (2, 1, 4), (4, 2, 4)]
    assert [(point.coverage, point.risk) for point in curve] == [(0.25, 0.0), (0.5, 0.5), (1.0, 0.5)]
    assert risk_coverage([outcome(None, True)]) == risk_coverage([]) == []


def test_a_long_curve_keeps_its_ends() -> None:
    curve = risk_coverage([outcome(at / 1000, at % 2 == 0) for at in range(1000)])
    assert len(curve) == 200
    assert (curve[0].coverage, curve[-1].coverage, curve[-1].risk) == (0.001, 1.0, 0.5)


def test_reliability_bins_are_those_of_the_calibration_error() -> None:
    confidence = [(at % 37) / 37 for at in range(150)]
    right = [at % 3 == 0 for at in range(150)]
    bins = reliability(confidence, right)
    assert sum(each.right.n for each in bins) == 150
    error = sum(each.right.n / 150 * abs((each.right.value or 0.0) - each.confidence) for each in bins)
    assert error == pytest.approx(expected_calibration_error(confidence, right))
    assert reliability([], []) == []


def test_shares_have_their_place_in_the_picture() -> None:
    frame = Frame(0.5)
    assert frame.points([(0.0, 0.0), (1.0, 0.5)]) == "78.0,344.0 616.0,12.0"
    assert frame.y(0.9) == frame.y(0.5)
    assert [tick.text for tick in frame.y_ticks()] == ["0.00", "0.10", "0.20", "0.30", "0.40", "0.50"]


def test_what_a_cell_holds_is_escaped_and_complete() -> None:
    rows = (("<b>", Figure(0.5, Interval(0.25, 0.75), 8)), ("none", Figure(None, None, 0)), ("count", 3))
    section = Section("s", "A & B", ("x < y",), tables=(Table(("", "value"), rows),))
    page = page_of([section], datetime(2026, 6, 1, 12, tzinfo=UTC))
    assert "<b>" not in page
    assert Page(page).text_of("s") == "A & B x < y value <b> 0.500 [0.250, 0.750] n = 8 none – n = 0 count 3"
    assert "2026-06-01 12:00 UTC" in page
    assert section.as_json()["tables"] == [
        [
            {"name": "<b>", "value": {"value": 0.5, "low": 0.25, "high": 0.75, "n": 8}},
            {"name": "none", "value": {"value": None, "low": None, "high": None, "n": 0}},
            {"name": "count", "value": 3},
        ]
    ]
