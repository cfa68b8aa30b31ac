"""The whole way from pairs to the files that ship, with a teacher that the test makes.

Needs the extra "train"; where it is missing only the plain word about that is tested.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.command import main
from index import OnnxEncoder
from index.training.commands import train

NEEDED = ("torch", "transformers", "sentence_transformers", "onnx", "onnxscript")
INSTALLED = all(importlib.util.find_spec(name) for name in NEEDED)
needs_extra = pytest.mark.skipif(not INSTALLED, reason="the extra 'train' is not installed")
# torch.export itself uses what torch deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.isinstance.treespec:FutureWarning")

ENGLISH = [
    "where is my parcel",
    "i want my money back",
    "the router is broken",
    "cancel the contract",
    "hello",
]
GERMAN = [
    "wo ist mein Paket",
    "ich will mein Geld zurück",
    "der Router ist kaputt",
    "den Vertrag kündigen",
    "hallo",
]

RECIPE = """\
name: tiny
seed: 3
teacher: {teacher}
pairs: {{dictionaries: [words], sentences: [made]}}
pieces: {{trained: 100, least_count: 1, alphabet: 60}}
round: 40
checkpoint: 70
longest: 24
reads: 32
teacher_share: 0.1
stages:
  - name: first
    steps: 300
    tokens: 64
    rate: 1.0e-3
    known_rate: 1.0e-3
    new_rate: 1.0e-2
    german_noise: 0.3
    neighbours: 0.1
    bank: 4
  - {{name: second, steps: 30, tokens: 64, rate: 1.0e-4, end: 0.1, words: 2, phrasings: 0.3}}
"""


def make_teacher(folder: Path) -> Path:
    """A BERT of one layer with random weights over the letters and words of the English texts."""
    import torch
    from tokenizers import BertWordPieceTokenizer
    from transformers import BertConfig, BertModel

    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = sorted({word for text in ENGLISH for word in text.split()} - set(letters))
    vocabulary = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "[MASK]",
        *letters,
        *(f"##{a}" for a in letters),
        *words,
    ]
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer = BertWordPieceTokenizer({word: at for at, word in enumerate(vocabulary)})
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a teacher, pairs, dev sets and a recipe."""
    folder = tmp_path_factory.mktemp("workshop")
    teacher = make_teacher(folder / "teacher")
    (folder / "pairs").mkdir()
    with gzip.open(folder / "pairs" / "made.tsv.gz", "wt", encoding="utf-8") as file:
        for number in range(12):
            for english, german in zip(ENGLISH, GERMAN, strict=True):
                file.write(f"{english} {number}\t{german} {number}\n")
    with gzip.open(folder / "pairs" / "words.tsv.gz", "wt", encoding="utf-8") as file:
        file.write("parcel\tPaket\nrouter\tRouter\nmoney\tGeld\nparcels\tPakete\n")
    rows = [f"{a}\t{b}" for a, b in zip(ENGLISH, GERMAN, strict=True)]
    (folder / "dev" / "stsb").mkdir(parents=True)
    (folder / "dev" / "dev_bitext.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    scores = ["sentence1\tsentence2\tscore", *(f"{GERMAN[0]}\t{b}\t{at}" for at, b in enumerate(GERMAN))]
    (folder / "dev" / "stsb" / "de_dev.tsv").write_text("\n".join(scores) + "\n", encoding="utf-8")
    (folder / "recipe.yaml").write_text(RECIPE.format(teacher=teacher), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def model(workshop: Path) -> Path:
    """The folder of a model that was trained without interruption."""
    done = CliRunner().invoke(train, arguments(workshop, "whole"), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "trained on" in done.output
    return workshop / "whole"


def arguments(workshop: Path, out: str) -> list[str]:
    """What ``lotse train`` is called with."""
    places = {"--pairs": "pairs", "--dev": "dev", "--work": f"work-{out}", "--out": out}
    return [
        str(workshop / "recipe.yaml"),
        *(str(x) for k, v in places.items() for x in (k, workshop / v)),
        "--threads",
        "1",
    ]


def test_what_is_missing_is_said(tmp_path: Path) -> None:
    if INSTALLED:
        pytest.skip("the extra 'train' is installed")

    done = CliRunner().invoke(main, ["train", "--pairs", str(tmp_path)])

    assert done.exit_code == 1
    assert "pip install 'kundenlotse[train]'" in done.output


@needs_extra
def test_the_exported_model_is_the_trained_one(model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [*ENGLISH, *GERMAN, "Rückgabe für Geräte", "wo ist"]
    encoder = OnnxEncoder.load(model / "onnx")
    exact = SentenceTransformer(str(model / "sentence-transformers"), device="cpu").encode(texts)

    assert encoder.name == "tiny"
    assert (encoder.encode(texts) * exact).sum(1).min() > 0.995
    assert encoder.encode(["Rückgabe"]) == pytest.approx(encoder.encode(["rueckgabe"]))


@needs_extra
def test_german_found_its_english(model: Path) -> None:
    encoder = OnnxEncoder.load(model / "onnx")

    similarity = encoder.encode(GERMAN) @ encoder.encode(ENGLISH).T

    assert similarity.argmax(1).tolist() == [0, 1, 2, 3, 4]


@needs_extra
def test_english_stays_with_the_teacher(model: Path, workshop: Path) -> None:
    import torch

    from index.training.teacher import teach

    wanted = teach(ENGLISH, workshop / "teacher", longest=32, dtype=torch.float32, device="cpu")

    assert (OnnxEncoder.load(model / "onnx").encode(ENGLISH) * wanted).sum(1).min() > 0.9


@needs_extra
def test_all_of_the_teacher_mixed_in_gives_its_vectors(workshop: Path) -> None:
    import torch
    from tokenizers import Tokenizer

    from index.training.student import Student, first_table
    from index.training.teacher import load_bert, teach

    teacher = workshop / "teacher"
    rows = load_bert(teacher, torch.float32).embeddings.word_embeddings.weight.detach().numpy()
    table = first_table(rows, len(rows) + 5, None, least=0.1, seed=1)
    student = Student(table, teacher, dtype=torch.float32, device="cpu")
    tokenizer = Tokenizer.from_file(str(teacher / "tokenizer.json"))
    wanted = teach(ENGLISH, teacher, longest=32, dtype=torch.float32, device="cpu")
    with torch.no_grad():
        for weight in (student.known.weight, *student.masters):
            weight.add_(torch.randn_like(weight))
    student.give_weights()

    assert (student.encode(ENGLISH, tokenizer, longest=32) * wanted).sum(1).min() < 0.9
    student.mix_in_teacher(1.0)
    assert (student.encode(ENGLISH, tokenizer, longest=32) * wanted).sum(1).min() > 0.999


@needs_extra
def test_a_killed_run_goes_on_and_ends_with_the_same_model(model: Path, workshop: Path) -> None:
    command = [
        sys.executable,
        "-c",
        "from corpus.command import main; main()",
        "train",
        *arguments(workshop, "killed"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list((workshop / "work-killed").glob("checkpoint-*.pt")) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL

    done = CliRunner().invoke(train, arguments(workshop, "killed"), catch_exceptions=False)

    assert done.exit_code == 0
    assert hashes(workshop / "killed") == hashes(model)


@needs_extra
def test_what_is_done_is_not_done_again(model: Path, workshop: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in (workshop / "work-whole").iterdir()}

    CliRunner().invoke(train, arguments(workshop, "whole"), catch_exceptions=False)

    assert {path.name: path.stat().st_mtime_ns for path in (workshop / "work-whole").iterdir()} == before


@needs_extra
def test_a_teacher_that_is_none_is_said(workshop: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(RECIPE.format(teacher=tmp_path), encoding="utf-8")

    done = CliRunner().invoke(
        main, ["train", str(recipe), "--pairs", str(workshop / "pairs"), "--work", str(tmp_path)]
    )

    assert done.exit_code == 1
    assert "neither a model folder nor an installed package" in done.output


def hashes(folder: Path) -> dict[str, str]:
    """The hashes of the files that ship."""
    found: dict[str, str] = json.loads((folder / "onnx" / "config.json").read_text(encoding="utf-8"))[
        "sha256"
    ]
    return found
