"""An encoder by itself: figures by hand, the files it is measured on, and the command."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from eval import LabelsError, load_task
from eval.commands import evaluate
from eval.dense import DenseArticles, nearest_allowed, nearest_is_own
from eval.encoder_data import ScoredPairs, load_encoder_data, read_bitext, read_scored
from eval.encoder_measures import (
    ENGLISH_TASKS,
    MEAN_OF_THREE,
    EncoderMeasures,
    agreement,
    differences,
    made_noisy,
    pair_cosines,
    put_noisily,
    retrieval_figures,
    similarity_figure,
)
from eval.encoder_report import labels_of
from eval.intervals import Interval, mean_of_groups, resampled
from eval.resampling import ratio_of, spearman_of, value_of
from eval.tasks import TaskQuery
from index import OnnxEncoder, Vectors
from index.encoder import BUNDLED_MODEL, Role
from index.training.noise import NOISES, Lexicon

PAIRS = [
    ("Where is my invoice?", "Wo ist meine Rechnung?"),
    ("The router is broken.", "Der Router ist kaputt."),
    ("I am moving in June.", "Ich ziehe im Juni um."),
    ("Good night!", "Gute Nacht!"),
]
ARTICLES = {
    "invoice": ("Wo finde ich meine Rechnungsnummer?", "Where do I find my invoice number?"),
    "router": ("Warum blinkt mein Router rot?", "Why does my router blink red?"),
    "moving": ("Kann ich beim Umzug meinen Vertrag mitnehmen?", "Can I take my contract along when I move?"),
}
VALUES = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(1, 3)), min_size=3, max_size=12)


class Letters:
    """An encoder for exact figures: letters are counted, in a query as their mirror image (a as z)."""

    name = "letters"
    dim = 26
    fingerprint = "letters"
    prompts: ClassVar[Mapping[Role, str]] = {}
    symmetric = False

    def is_common(self, word: str) -> bool:
        """Letters are its only words."""
        return len(word) == 1

    def encode(self, texts: Sequence[str], *, role: Role = "passage") -> Vectors:
        """Embed texts of the letters a to z."""
        counts = np.array(
            [[text.count(chr(97 + at)) for at in range(26)] for text in texts], dtype=np.float32
        ).reshape(len(texts), 26)
        vectors = counts / np.linalg.norm(counts, axis=1, keepdims=True)
        return np.ascontiguousarray(vectors[:, ::-1] if role == "query" else vectors)


def rows_of(*rows: Sequence[float]) -> Vectors:
    matrix = np.array(rows, dtype=np.float32)
    return matrix / np.linalg.norm(matrix, axis=1, keepdims=True)


def write_lines(path: Path, lines: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_task(folder: Path, articles: Sequence[dict[str, object]], queries: Sequence[object]) -> Path:
    write_lines(folder / "task.json", ["{}"])
    for name, content in (("articles", articles), ("queries", queries)):
        write_lines(folder / f"{name}.jsonl", [json.dumps(row, ensure_ascii=False) for row in content])
    return folder


def asked(text: str, lang: str, *expected: str, searched: str | None = None) -> dict[str, object]:
    return {"query": text, "lang": lang, "article_lang": searched, "expected": expected, "kind": "in"}


def article(key: str, lang: str, question: str) -> dict[str, object]:
    return {"id": key, "lang": lang, "question": question, "answer": "", "phrasings": []}


BOTH = [
    article(key, lang, question)
    for key, questions in ARTICLES.items()
    for lang, question in zip(("de", "en"), questions, strict=True)
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every data set once, but ``clinc150_val`` and ``stsb/en_dev.tsv``."""
    folder = tmp_path / "data"
    write_lines(folder / "dev_bitext.tsv", ["\t".join(pair) for pair in PAIRS])
    scored = [f"{left}\t{left}\t5.0" for left, _ in PAIRS] + [f"{PAIRS[0][0]}\t{PAIRS[3][0]}\t0"]
    write_lines(folder / "stsb" / "de_dev.tsv", ["sentence1\tsentence2\tscore", *scored])
    mixed = [f"{left}\t{right}\t4.5" for left, right in PAIRS] + [f"{PAIRS[0][0]}\t{PAIRS[3][1]}\t0"]
    write_lines(folder / "stsb" / "en-de_dev.tsv", ["sentence1_en\tsentence2_de\tscore", *mixed])
    tasks = folder / "tasks"
    german = [asked(questions[0], "de", key) for key, questions in ARTICLES.items()]
    write_task(tasks / "robo_faq_dev", BOTH, [*german, asked("Wie geht's?", "de")])
    across = [asked(questions[0], "de", key, searched="en") for key, questions in ARTICLES.items()]
    write_task(tasks / "things_xling", BOTH, across)
    english = [asked(questions[1], "en", key) for key, questions in ARTICLES.items()]
    write_task(tasks / "hint3_curekart", BOTH, english)
    write_task(tasks / "banking77_oos_valid", BOTH, [*english, asked("Why does it blink?", "en", "moving")])
    return folder


def run(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(evaluate, ["encoder", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result


def test_a_translation_is_right_where_it_is_nearest() -> None:
    asked_rows = rows_of([1, 0, 0], [0, 1, 0], [0, 0, 1])
    found = rows_of([1, 0, 0], [0, 1, 2], [0, 1, 1])
    assert nearest_is_own(asked_rows, found) == [True, False, False]
    assert nearest_is_own(found, asked_rows) == [True, False, False]
    assert nearest_is_own(asked_rows, asked_rows[[0, 2, 1]]) == [True, False, False]
    assert nearest_is_own(asked_rows[:0], found[:0]) == []


def test_only_allowed_rows_are_nearest() -> None:
    found = rows_of([1, 0], [1, 1], [0, 1])
    allowed = np.array([[True, True, True], [False, True, True], [False, False, False]])
    assert nearest_allowed(rows_of([1, 0], [1, 0], [1, 0]), found, allowed) == [0, 1, None]
    assert nearest_allowed(found, found[:0], np.ones((3, 0), dtype=np.bool_)) == [None, None, None]


@given(VALUES)
def test_spearman_is_that_of_scipy_however_often_a_question_counts(
    rows: list[tuple[int, int, int]],
) -> None:
    left, right, times = (list(column) for column in zip(*rows, strict=True))
    if len(set(left)) == 1 or len(set(right)) == 1:
        assert value_of(spearman_of(left, right), len(left)) is None
        return
    weights = np.array([np.ones(len(rows)), times], dtype=np.float64)
    repeated = [
        list(chain(*([value] * n for value, n in zip(of, times, strict=True)))) for of in (left, right)
    ]
    once, often = spearman_of(left, right)(weights)
    assert once == pytest.approx(spearmanr(left, right).statistic, abs=1e-9)
    assert often == pytest.approx(spearmanr(*repeated).statistic, abs=1e-9)


def test_spearman_with_a_tie_by_hand() -> None:
    # Ranks 1 2 3 against 1 2.5 2.5: covariance 1.5, spreads 2 and 1.5.
    assert value_of(spearman_of([1, 2, 3], [0, 5, 5]), 3) == pytest.approx(1.5 / (2 * 1.5) ** 0.5)
    assert value_of(spearman_of([], []), 0) is None


def test_similarity_is_measured_on_cosines() -> None:
    pairs = ScoredPairs(("ab", "ab", "ab"), ("ab", "ac", "xy"), (5.0, 2.0, 0.0))
    figure = similarity_figure(pair_cosines(Letters(), pairs), pairs)
    assert (figure.value, figure.n) == (pytest.approx(1.0), 3)
    assert similarity_figure((), None).value is None


def test_agreement_is_about_order_alone() -> None:
    one, same, other = (
        EncoderMeasures({}, {}, {"de": cosines}, {})
        for cosines in ([0.1, 0.5, 0.9, 0.7], [0.2, 0.3, 0.8, 0.6], [0.9, 0.5, 0.1, 0.4])
    )
    assert agreement(one, same)["STS de"].value == pytest.approx(1.0)
    assert agreement(one, other)["STS de"].value == pytest.approx(-1.0)


def test_a_share_that_is_kept_by_hand() -> None:
    figure = resampled(ratio_of([True, False, True, False], [True, True, True, False]), 4)
    assert (figure.value, figure.n) == (pytest.approx(2 / 3), 4)
    assert resampled(ratio_of([True], [False]), 1).value is None


def test_groups_weigh_the_same_whatever_their_size() -> None:
    figure = mean_of_groups([[1, 0], [1, 1, 1, 1]])
    assert (figure.value, figure.n) == (0.75, 6)
    assert figure.interval == Interval(0.5, 1.0), "the second group is all right in every resample"
    assert mean_of_groups([[1.0, 1.0], [0.0]]).interval == Interval(0.5, 0.5)
    assert mean_of_groups([[1.0], []]).value is None
    assert mean_of_groups([]).value is None


def measures(hits: dict[str, list[bool]]) -> EncoderMeasures:
    return EncoderMeasures({}, hits, {}, {})


def test_differences_are_paired_and_signed() -> None:
    good = measures(dict.fromkeys(ENGLISH_TASKS, [True] * 80 + [False] * 20))
    worse = measures({**good.hits, "clinc150_val": [True] * 50 + [False] * 50})
    up, down = differences(good, worse), differences(worse, good)
    assert up["clinc150_val"].value == pytest.approx(0.3)
    assert up["hint3_curekart"].interval == Interval(0.0, 0.0), "the same hits differ in no resample"
    assert up[MEAN_OF_THREE].value == pytest.approx(0.1)
    assert down[MEAN_OF_THREE].value == pytest.approx(-0.1)
    assert up[MEAN_OF_THREE].interval is not None
    assert 0.06 < up[MEAN_OF_THREE].interval.low < 0.1 < up[MEAN_OF_THREE].interval.high < 0.14
    assert up[MEAN_OF_THREE].n == 300


def test_differences_need_all_three_tasks_for_their_mean() -> None:
    one = measures({"clinc150_val": [True, False]})
    compared = differences(one, one)
    assert compared["clinc150_val"].value == 0.0
    assert compared["hint3_curekart"].value is None
    assert compared[MEAN_OF_THREE].value is None


def test_the_union_counts_queries_and_the_mean_counts_tasks() -> None:
    figures = retrieval_figures(
        {
            "a_xling": [True],
            "b_xling": [False, False, True],
            "banking77_oos_valid": [True],
            "clinc150_val": [False, False, False],
            "hint3_curekart": [True, False],
        }
    )
    assert {name: (figure.value, figure.n) for name, figure in figures.items()} == {
        "a_xling": (1.0, 1),
        "b_xling": (pytest.approx(1 / 3), 3),
        "all *_xling": (0.5, 4),
        "banking77_oos_valid": (1.0, 1),
        "clinc150_val": (0.0, 3),
        "hint3_curekart": (0.5, 2),
        MEAN_OF_THREE: (0.5, 6),
    }


def test_queries_and_passages_are_embedded_in_their_roles(tmp_path: Path) -> None:
    articles = [article("first", "de", "aab"), article("last", "de", "zzy"), article("english", "en", "zy")]
    queries = [
        asked("zzy", "de", "first"),
        asked("aab", "de", "first"),
        asked("ab", "de", "english", searched="en"),
    ]
    task = load_task(write_task(tmp_path / "t", articles, queries))
    assert DenseArticles.embed(task, Letters()).hits(task.queries, Letters()) == [True, False, True]


def test_a_language_without_articles_is_a_miss(tmp_path: Path) -> None:
    articles = [article("a", "de", "Rechnung")]
    task = load_task(write_task(tmp_path / "t", articles, [asked("Rechnung", "de", "a", searched="en")]))
    assert DenseArticles.embed(task, Letters()).hits(task.queries, Letters()) == [False]


def test_noise_is_the_same_every_time_and_keeps_the_labels() -> None:
    queries = [
        TaskQuery.model_validate(asked("Wo finde ich meine Rechnungsnummer?", "de", "a")),
        TaskQuery.model_validate(asked("Kündigung", "de", "b")),
    ]
    lexicon = Lexicon.from_texts(["Rechnung Nummer"])
    for noise in NOISES.values():
        noisy = made_noisy(queries, noise, lexicon)
        assert noisy == made_noisy(queries, noise, lexicon)
        assert [query.expected for query in noisy] == [{"a"}, {"b"}]
    assert [query.query for query in made_noisy(queries, NOISES["digraphs"], lexicon)] == [
        "Wo finde ich meine Rechnungsnummer?",
        "Kuendigung",
    ]


def test_noise_is_put_to_answerable_german_queries_only(tmp_path: Path, encoder: OnnxEncoder) -> None:
    queries = [
        asked("Was tun beim Umzug?", "de", "moving"),
        asked("Mein Router blinkt ständig rot", "de", "router"),
        asked("Wie hoch ist der Eiffelturm über dem Boden?", "de"),
        asked("Where is my invoice?", "en", "invoice"),
    ]
    task = load_task(write_task(tmp_path / "t", BOTH, queries))
    noisy = put_noisily(task, DenseArticles.embed(task, encoder), encoder)
    assert noisy.clean == [True, True]
    assert noisy.changed["lower case"] == 2
    assert noisy.changed["digraphs"] == noisy.changed["no dots"] == 1
    assert noisy.noisy["lower case"] == [True, True]
    assert noisy.figures["recall@1 kept, lower case"].value == 1.0
    assert noisy.figures["robo_faq_dev German, clean"].n == 2


def test_labels_are_as_short_as_they_can_be() -> None:
    assert labels_of(["/models/a/v1", "other/name/"]) == ["v1", "name"]
    assert labels_of(["/models/a/model", "/models/b/model"]) == ["a/model", "b/model"]
    assert labels_of(["model", "a/model"]) == ["model", "a/model"]
    assert labels_of(["one"]) == ["one"]
    assert labels_of([]) == []


def test_a_folder_without_anything_is_refused(tmp_path: Path) -> None:
    assert run(tmp_path, code=1).stderr == (
        f"Error: {tmp_path}: holds nothing to measure an encoder on; looked for dev_bitext.tsv, "
        "stsb/de_dev.tsv, stsb/en_dev.tsv, stsb/en-de_dev.tsv, tasks/<name>/task.json\n"
    )


def test_every_bad_pair_is_named(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "dev_bitext.tsv", ["one\teins", "two", "", "three\tdrei\tThree", "\tvier"])
    with pytest.raises(LabelsError) as caught:
        load_encoder_data(tmp_path)
    sentence = "needs English and German, with one tab between them"
    assert str(caught.value).splitlines() == [f"{path}:{line}: {sentence}" for line in (2, 4, 5)]
    with pytest.raises(LabelsError, match=r"empty\.tsv: holds no pairs"):
        read_bitext(write_lines(tmp_path / "empty.tsv", []))


def test_every_bad_score_is_named(tmp_path: Path) -> None:
    lines = ["a\tb\tscore", "x\ty\t1.5", "x\ty", "x\ty\thigh", "x\ty\tnan", "x\t\t1"]
    path = write_lines(tmp_path / "de_dev.tsv", lines)
    with pytest.raises(LabelsError) as caught:
        read_scored(path)
    sentence = "needs two sentences and a number, with tabs between them"
    assert str(caught.value).splitlines() == [f"{path}:{line}: {sentence}" for line in (3, 4, 5, 6)]
    with pytest.raises(
        LabelsError, match=r"u\.tsv:1: needs a header of three columns, the last of them 'score'"
    ):
        read_scored(write_lines(tmp_path / "u.tsv", lines[1:2]))
    with pytest.raises(LabelsError, match=r"v\.tsv: holds no pairs"):
        read_scored(write_lines(tmp_path / "v.tsv", lines[:1]))


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "crlf.tsv"
    path.write_bytes(b"a\tb\tscore\r\nzwei\tdrei\t0.5\r\n")
    assert read_scored(path) == ScoredPairs(("zwei",), ("drei",), (0.5,))


def test_one_encoder_is_measured_on_all_there_is(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "results" / "encoder.json"
    content = json.loads(run(folder, "--json", "--output", kept).stdout)
    (figures,) = content["encoders"].values()
    known = {name: (figure["value"], figure["n"]) for name, figure in figures.items() if figure["n"]}
    assert known["bitext en→de"] == known["bitext de→en"] == (1.0, 4)
    assert known["STS en-de"][1] == known["STS de"][1] == 5
    assert known["things_xling"] == known["all *_xling"] == (1.0, 3)
    assert known["banking77_oos_valid"] == (0.75, 4)
    assert known["robo_faq_dev"] == known["robo_faq_dev German, clean"] == (1.0, 3)
    assert [name for name in figures if name not in known] == ["STS en", MEAN_OF_THREE]
    assert content["questions_changed"]["recall@1 kept, lower case"] == 3
    assert (content["reference"], content["differences"]) == (None, {})
    result = json.loads(kept.read_text(encoding="utf-8"))
    name = json.loads((BUNDLED_MODEL / "config.json").read_text(encoding="utf-8"))["name"]
    assert result["command"] == f"lotse eval encoder data --encoder {name}"
    assert result["figures"] == content


def test_a_table_shows_dashes_n_and_what_noise_changed(folder: Path) -> None:
    lines = {line.split("  ")[0]: line.split() for line in run(folder).stdout.splitlines()}
    assert lines["bitext en→de"][2:] == ["4", "1.000", "[0.510,", "1.000]"]
    assert lines["STS en"][2:] == lines[MEAN_OF_THREE][6:] == ["–", "–"]
    assert "recall@1 kept, lower case (3 of 3 changed)" in lines
    assert not any(line.startswith("recall@1 minus") for line in lines)


def test_several_encoders_stand_side_by_side(folder: Path, tmp_path: Path) -> None:
    same = tmp_path / "same"
    same.symlink_to(BUNDLED_MODEL)
    english = folder / "tasks" / "clinc150_val"
    write_task(english, BOTH, [asked("Why does my router blink?", "en", "router")])
    text = run(folder, "--encoder", BUNDLED_MODEL, "--encoder", same).stdout
    first, second, third = text.split("\n\n")
    assert first.splitlines()[0].split() == ["n", "model", "same"]
    assert second.splitlines()[0].split()[-3:] == ["paired", "n", "model"]
    assert second.splitlines()[0].startswith("recall@1 minus that of same")
    assert second.splitlines()[-1].split()[-4:] == ["8", "0.000", "[0.000,", "0.000]"]
    assert len(second.splitlines()) == 5
    assert third.splitlines()[0].startswith("Spearman of its cosines with those of same")
    assert third.splitlines()[-1].split()[3] == "1.000"


def test_an_encoder_given_twice_is_refused(folder: Path) -> None:
    result = run(folder, "--encoder", "x", "--encoder", "x", code=2)
    assert "--encoder names the same encoder twice" in result.stderr
