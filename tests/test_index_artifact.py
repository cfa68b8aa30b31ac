"""The built index on disk: verified, content-addressed, swapped by a pointer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from corpus_files import write_corpus
from small_models import WORDS, write_model

from corpus import load_corpus
from corpus.settings import Settings
from index import (
    ArtifactError,
    OnnxEncoder,
    build_artifact,
    build_index,
    current_artifact,
    current_corpus,
    open_artifact,
    passages_of,
    publish,
)


@pytest.fixture
def data(shipped: Settings, tmp_path: Path) -> Path:
    return shutil.copytree(shipped.data, tmp_path / "data")


def key_of(data: Path) -> str:
    key = current_artifact(data)
    assert key is not None
    return key


def test_a_stored_index_ranks_like_the_one_in_memory(data: Path, encoder: OnnxEncoder) -> None:
    first = open_artifact(data, key_of(data), encoder)
    fresh = build_index(passages_of(first.corpus), encoder)

    assert first.index.rank("Wo ist mein Paket?", language="de") == fresh.rank(
        "Wo ist mein Paket?", language="de"
    )
    assert first.manifest["counts"]["articles"] == len(first.corpus.articles)


def test_the_same_corpus_has_the_same_id_and_is_not_built_twice(data: Path, encoder: OnnxEncoder) -> None:
    lines: list[str] = []
    corpus = open_artifact(data, key_of(data), encoder).corpus

    assert build_artifact(corpus, encoder, data, report=lines.append) == key_of(data)
    assert lines == [f"index {key_of(data)} stands already"]


@pytest.mark.parametrize(
    "name", ["vectors.npy", "passages.json", "lexical.npz", "vocabulary.json", "corpus.json"]
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


def test_publishing_keeps_the_latest_few(data: Path, shipped: Settings) -> None:
    original = shipped.data / "index" / key_of(data)
    for number in range(6):
        shutil.copytree(original, data / "index" / f"{number:016d}")
        publish(data, f"{number:016d}")

    kept = [path.name for path in (data / "index").iterdir() if (path / "manifest.json").exists()]

    assert key_of(data) == f"{5:016d}"
    assert len(kept) == 3
