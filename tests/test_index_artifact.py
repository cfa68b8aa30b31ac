"""The built index on disk: verified, content-addressed, swapped by a pointer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from corpus_files import write_corpus
from small_corpus import EXAMPLES, HARMLESS, SYNONYMS, UNANSWERED, article, as_yaml, write_small, write_yaml
from small_models import WORDS, write_model

from corpus import load_corpus
from index import (
    ArtifactError,
    OnnxEncoder,
    build_artifact,
    build_index,
    current_artifact,
    current_corpus,
    example_texts,
    open_artifact,
    passages_of,
    publish,
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Path:
    """A data folder whose index serves: the small corpus with all that stands beside its articles."""
    home = tmp_path_factory.mktemp("artifact")
    publish(home / "data", build_artifact(load_corpus(write_small(home / "corpus")), encoder, home / "data"))
    return home / "data"


@pytest.fixture
def data(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "data")


def key_of(data: Path) -> str:
    key = current_artifact(data)
    assert key is not None
    return key


def test_a_stored_index_ranks_like_the_one_in_memory(data: Path, encoder: OnnxEncoder) -> None:
    first = open_artifact(data, key_of(data), encoder)
    fresh = build_index(passages_of(first.corpus), encoder, first.corpus.synonyms.groups)

    for question in ("Wo ist mein Paket?", "faktura vom mai", "wie baut man eine brücke"):
        assert first.index.rank(question, language="de") == fresh.rank(question, language="de")
    assert first.manifest["counts"]["articles"] == len(first.corpus.articles)


def test_the_same_corpus_has_the_same_id_and_is_not_built_twice(data: Path, encoder: OnnxEncoder) -> None:
    lines: list[str] = []
    corpus = open_artifact(data, key_of(data), encoder).corpus

    assert build_artifact(corpus, encoder, data, report=lines.append) == key_of(data)
    assert lines == [f"index {key_of(data)} stands already"]


def test_what_stands_beside_the_articles_is_stored_with_them(data: Path, encoder: OnnxEncoder) -> None:
    found = open_artifact(data, key_of(data), encoder)
    texts = example_texts(found.corpus)

    assert {(reason.reason, reason.de, reason.en) for reason in found.corpus.examples.reasons} == {
        (reason, of["de"], of["en"]) for reason, of in EXAMPLES.items()
    }
    assert found.corpus.unanswered.far.de == UNANSWERED["far"]["de"]
    assert [list(group) for group in found.corpus.synonyms.groups] == SYNONYMS
    assert current_corpus(data).examples == found.corpus.examples
    assert len(texts) == sum(
        len(examples) for of in (*EXAMPLES.values(), HARMLESS) for examples in of.values()
    )
    assert np.allclose(found.examples, encoder.encode(texts), atol=1e-5)


def test_examples_come_reason_by_reason_then_what_is_harmless(data: Path) -> None:
    texts = example_texts(current_corpus(data))
    lost, fraud = EXAMPLES["lost-device"], EXAMPLES["fraud"]

    assert texts == [
        *(*fraud["de"], *fraud["en"], *lost["de"], *lost["en"]),
        *(*HARMLESS["de"], *HARMLESS["en"]),
    ]


@pytest.mark.parametrize("name", ["escalation-examples/harmless", "unanswered", "synonyms"])
def test_each_file_beside_the_articles_makes_another_index(
    data: Path, tmp_path: Path, encoder: OnnxEncoder, name: str
) -> None:
    folder = write_small(tmp_path / "corpus")
    assert build_artifact(load_corpus(folder), encoder, data) == key_of(data)
    (folder / f"{name}.yaml").unlink()

    assert build_artifact(load_corpus(folder), encoder, data) != key_of(data)


def test_an_edit_embeds_what_is_new_and_nothing_else(
    data: Path, tmp_path: Path, encoder: OnnxEncoder
) -> None:
    folder = write_small(tmp_path / "corpus")
    changed = article("find-invoice")
    changed["translations"]["de"]["phrasings"].append("wo bleibt der beleg für august")
    (folder / "articles" / "find-invoice.yaml").write_text(as_yaml(changed), encoding="utf-8")
    calm = {**HARMLESS, "en": (*HARMLESS["en"], "is there a museum of theft")}
    write_yaml(folder / "escalation-examples" / "harmless.yaml", calm)
    lines: list[str] = []
    key = build_artifact(load_corpus(folder), encoder, data, report=lines.append)
    edited = open_artifact(data, key, encoder)

    assert [line.split(" passages")[0] for line in lines] == [
        f"embedding 2 of {len(edited.index) + len(edited.examples)}"
    ]
    texts = [passage.text for passage in edited.index.passages]
    assert np.allclose(edited.index.vectors, encoder.encode(texts), atol=1e-5)
    assert np.allclose(edited.examples, encoder.encode(example_texts(edited.corpus)), atol=1e-5)


@pytest.mark.parametrize(
    "name",
    ["vectors.npy", "examples.npy", "passages.json", "lexical.npz", "vocabulary.json", "corpus.json"],
)
def test_an_altered_file_is_refused(data: Path, encoder: OnnxEncoder, name: str) -> None:
    path = data / "index" / key_of(data) / name
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 0xFF]))

    with pytest.raises(ArtifactError, match=f"{name} was altered.*lotse build"):
        open_artifact(data, key_of(data), encoder)


def test_a_missing_file_is_refused(data: Path, encoder: OnnxEncoder) -> None:
    (data / "index" / key_of(data) / "vectors.npy").unlink()

    with pytest.raises(ArtifactError, match="missing or incomplete"):
        open_artifact(data, key_of(data), encoder)


def test_another_encoder_is_refused(data: Path, encoder: OnnxEncoder) -> None:
    manifest = data / "index" / key_of(data) / "manifest.json"
    content = json.loads(manifest.read_text())
    content["identity"]["encoder"] = "0" * 64
    content["encoder"]["name"] = "somebody-elses"
    manifest.write_text(json.dumps(content))

    with pytest.raises(ArtifactError, match="built with encoder somebody-elses"):
        open_artifact(data, key_of(data), encoder)


def test_the_error_names_the_encoder_that_built_and_the_one_configured(
    data: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    small = OnnxEncoder.load(write_model(tmp_path / "small"))

    with pytest.raises(ArtifactError) as caught:
        open_artifact(data, key_of(data), small)

    assert str(caught.value) == (
        f"the index was built with encoder {encoder.name} ({encoder.dim} dimensions, no prompts, "
        f"fingerprint {encoder.fingerprint[:12]}), configured is small (8 dimensions, no prompts, "
        f"fingerprint {small.fingerprint[:12]}); set the LOTSE_ENCODER settings as they were, "
        "or run: lotse build"
    )


def test_the_manifest_says_what_built_the_index(data: Path, encoder: OnnxEncoder) -> None:
    assert open_artifact(data, key_of(data), encoder).manifest["encoder"] == {
        "name": encoder.name,
        "dim": encoder.dim,
        "fingerprint": encoder.fingerprint,
        "prompts": {},
    }


@pytest.mark.parametrize("key", ["identity", "files"])
def test_an_incomplete_manifest_is_refused(data: Path, encoder: OnnxEncoder, key: str) -> None:
    manifest = data / "index" / key_of(data) / "manifest.json"
    content = json.loads(manifest.read_text())
    del content[key]
    manifest.write_text(json.dumps(content))

    with pytest.raises(ArtifactError, match="lotse build"):
        open_artifact(data, key_of(data), encoder)


def test_other_weights_are_another_index(tmp_path: Path) -> None:
    corpus = load_corpus(write_corpus(tmp_path / "corpus"))
    table = np.eye(len(WORDS), 8, dtype=np.float32)
    first = OnnxEncoder.load(write_model(tmp_path / "first"))
    second = OnnxEncoder.load(write_model(tmp_path / "second", table=table))

    key = build_artifact(corpus, first, tmp_path)

    assert build_artifact(corpus, second, tmp_path) != key
    assert open_artifact(tmp_path, key, first).index.vectors.shape[1] == 8


def test_another_version_of_the_code_is_refused(data: Path, encoder: OnnxEncoder) -> None:
    manifest = data / "index" / key_of(data) / "manifest.json"
    content = json.loads(manifest.read_text())
    content["identity"]["code"] = "0" * 64
    manifest.write_text(json.dumps(content))

    with pytest.raises(ArtifactError, match="another version"):
        open_artifact(data, key_of(data), encoder)


def test_before_the_first_build_there_is_no_pointer(tmp_path: Path) -> None:
    assert current_artifact(tmp_path) is None
    with pytest.raises(ArtifactError, match="lotse build"):
        current_corpus(tmp_path)


def test_publishing_keeps_the_latest_few(data: Path, built: Path) -> None:
    original = built / "index" / key_of(data)
    for number in range(6):
        shutil.copytree(original, data / "index" / f"{number:016d}")
        publish(data, f"{number:016d}")

    kept = [path.name for path in (data / "index").iterdir() if (path / "manifest.json").exists()]

    assert key_of(data) == f"{5:016d}"
    assert len(kept) == 3
