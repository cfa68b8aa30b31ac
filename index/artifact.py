"""The built index on disk: one folder named by content hash, verified when it is opened.

``<data>/index/<id>/`` holds ``manifest.json``, ``corpus.json``, ``passages.json``, ``vectors.npy``,
``vocabulary.json`` and ``lexical.npz``; ``<data>/index/current`` names the folder that serves. Later
steps add their own files beside these. Nothing is pickled.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from corpus import Article, Company, Corpus, EscalationExamples, EscalationRules, Synonyms, Unanswered
from index.classifier import Classifier
from index.documents import documents_of
from index.encoder import Encoder, Vectors
from index.errors import ArtifactError
from index.lexical import Lexical
from index.passages import passages_of
from index.ranking import Passage, PassageKind
from index.search import Index, build_index, known_or_embedded

KEPT = 3
_REBUILD = "run: lotse build"
_VECTORS = ("vectors.npy", "examples.npy")


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified built index with the corpus it was built from.

    ``examples`` has the vectors of :func:`example_texts`, shape ``(n, dim)``, in their order.
    """

    id: str
    folder: Path
    manifest: dict[str, Any]
    corpus: Corpus
    index: Index
    examples: Vectors


def build_artifact(
    corpus: Corpus, encoder: Encoder, data: Path, *, report: Callable[[str], object] = lambda line: None
) -> str:
    """Build the index of a corpus aside, unless it stands already.

    :param corpus: a valid corpus.
    :param encoder: makes the vectors.
    :param data: the data folder.
    :param report: called with a line for people at each long step.
    :return: the artifact's id; it does not serve before :func:`publish`.
    :raises ArtifactError: when the corpus has no published article.
    """
    content = _corpus_bytes(corpus)
    identity = {
        "corpus": hashlib.sha256(content).hexdigest(),
        "encoder": encoder.fingerprint,
        "code": _code_hash(),
    }
    key = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:16]
    folder = artifact_folder(data, key)
    if (folder / "manifest.json").exists():
        report(f"index {key} stands already")
        return key
    passages = passages_of(corpus)
    if not passages:
        raise ArtifactError(f"{corpus.folder}: no published article to index; publish one and {_REBUILD}")
    known = _known_vectors(data, encoder)
    examples = example_texts(corpus)
    fresh = {passage.text for passage in passages}.union(examples).difference(known)
    report(
        f"embedding {len(fresh)} of {len(passages) + len(examples)} passages and examples, "
        f"{len(corpus.articles)} articles"
    )
    index = build_index(passages, encoder, corpus.synonyms.groups, known=known)
    vectors = known_or_embedded(examples, encoder, known)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix="building-", dir=folder.parent))
    try:
        _write(aside, index, vectors, content)
        manifest = {
            "id": key,
            "identity": identity,
            "encoder": _encoder_facts(encoder),
            "counts": {"articles": len(index.articles), "passages": len(index)},
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "files": {path.name: _sha256(path) for path in sorted(aside.iterdir())},
        }
        (aside / "manifest.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return key


@contextmanager
def building(data: Path) -> Iterator[None]:
    """Hold the lock under which artifacts are written; waits for a build that is going on."""
    folder = data / "index"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "build.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def publish(data: Path, key: str) -> None:
    """Let an artifact serve: move the pointer atomically, and drop all but the latest few."""
    pointer = data / "index" / "current"
    fresh = pointer.with_suffix(f".{os.getpid()}")
    fresh.write_text(key + "\n", encoding="utf-8")
    fresh.replace(pointer)
    folders = sorted(
        (path for path in pointer.parent.iterdir() if (path / "manifest.json").exists() and path.name != key),
        key=lambda path: path.stat().st_mtime,
    )
    for path in folders[: -(KEPT - 1)]:
        shutil.rmtree(path, ignore_errors=True)


def current_artifact(data: Path) -> str | None:
    """Return the id of the artifact that serves, ``None`` before the first build."""
    try:
        return (data / "index" / "current").read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def current_corpus(data: Path) -> Corpus:
    """Read the corpus that serves, without its index.

    :param data: the data folder.
    :return: the corpus as it was when it was last built.
    :raises ArtifactError: when nothing has been built.
    """
    key = current_artifact(data)
    if key is None:
        raise ArtifactError(f"no index has been built in {data}; {_REBUILD}")
    try:
        return _read_corpus(artifact_folder(data, key))
    except (OSError, ValueError, KeyError):
        raise ArtifactError(f"the index {key} in {data} is missing or incomplete; {_REBUILD}") from None


def artifact_folder(data: Path, key: str) -> Path:
    """Return the folder of an artifact."""
    return data / "index" / key


def open_artifact(data: Path, key: str, encoder: Encoder) -> Artifact:
    """Read an artifact and verify every file against the manifest.

    :param data: the data folder.
    :param key: the artifact's id.
    :param encoder: the encoder that will embed queries.
    :return: the artifact.
    :raises ArtifactError: when files are missing or altered, or another encoder or version built it.
    """
    folder = artifact_folder(data, key)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        for name, expected in manifest["files"].items():
            if _sha256(folder / name) != expected:
                raise ArtifactError(f"{folder / name} was altered since it was built; {_REBUILD}")
    except (OSError, ValueError, KeyError):
        raise ArtifactError(f"the index {folder} is missing or incomplete; {_REBUILD}") from None
    try:
        _check_identity(manifest, encoder)
        corpus = _read_corpus(folder)
        index = _read_index(folder, encoder, corpus.synonyms.groups)
        examples = np.load(folder / "examples.npy", allow_pickle=False)
        return Artifact(key, folder, manifest, corpus, index, examples)
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactError(f"the index {folder} cannot be read ({error}); {_REBUILD}") from None


def _check_identity(manifest: dict[str, Any], encoder: Encoder) -> None:
    identity = manifest["identity"]
    if identity["code"] != _code_hash():
        raise ArtifactError(f"the index was built by another version of this program; {_REBUILD}")
    if identity["encoder"] != encoder.fingerprint:
        raise ArtifactError(
            f"the index was built with encoder {_described(manifest['encoder'])}, "
            f"configured is {_described(_encoder_facts(encoder))}; "
            f"set the LOTSE_ENCODER settings as they were, or {_REBUILD}"
        )


def _encoder_facts(encoder: Encoder) -> dict[str, Any]:
    return {
        "name": encoder.name,
        "dim": encoder.dim,
        "fingerprint": encoder.fingerprint,
        "prompts": dict(encoder.prompts),
    }


def _described(facts: dict[str, Any]) -> str:
    prompts = ", ".join(f"{role} prompt {text!r}" for role, text in sorted(facts["prompts"].items()))
    return (
        f"{facts['name']} ({facts['dim']} dimensions, {prompts or 'no prompts'}, "
        f"fingerprint {facts['fingerprint'][:12]})"
    )


def example_texts(corpus: Corpus) -> list[str]:
    """The examples of a corpus for escalation: those of each reason in order, then the harmless ones."""
    examples = corpus.examples
    return [text for texts in (*examples.reasons, examples.harmless) for _, text in texts]


def _write(folder: Path, index: Index, examples: Vectors, corpus: bytes) -> None:
    (folder / "corpus.json").write_bytes(corpus)
    rows = [[p.article, p.language, p.kind.value, p.text] for p in index.passages]
    (folder / "passages.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    np.save(folder / "vectors.npy", index.vectors, allow_pickle=False)
    np.save(folder / "examples.npy", examples, allow_pickle=False)
    classifier = index.classifier
    np.savez(folder / "classifier.npz", weights=classifier.weights, intercepts=classifier.intercepts)
    counts = index.lexical.counts
    np.savez(
        folder / "lexical.npz",
        indices=counts.indices,
        indptr=counts.indptr,
        shape=np.array(counts.shape),
    )
    grams = sorted(index.lexical.vocabulary, key=index.lexical.vocabulary.__getitem__)
    (folder / "vocabulary.json").write_text(json.dumps(grams, ensure_ascii=False), encoding="utf-8")


def _known_vectors(data: Path, encoder: Encoder) -> dict[str, Vectors]:
    """The vectors of the index that serves, by text: an edit embeds what is new and nothing else."""
    key = current_artifact(data)
    if key is None:
        return {}
    folder = artifact_folder(data, key)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        if manifest["identity"]["encoder"] != encoder.fingerprint:
            return {}
        if any(_sha256(folder / name) != manifest["files"][name] for name in _VECTORS):
            return {}
        vectors, examples = (np.load(folder / name, allow_pickle=False) for name in _VECTORS)
        known = dict(zip(example_texts(_read_corpus(folder)), examples, strict=True))
        return known | {p.text: row for p, row in zip(_read_passages(folder), vectors, strict=True)}
    except (OSError, ValueError, KeyError):
        return {}


def _read_passages(folder: Path) -> list[Passage]:
    rows = json.loads((folder / "passages.json").read_text(encoding="utf-8"))
    return [Passage(article, language, PassageKind(kind), text) for article, language, kind, text in rows]


def _read_index(folder: Path, encoder: Encoder, synonyms: Sequence[Sequence[str]]) -> Index:
    passages = _read_passages(folder)
    vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    grams = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    with np.load(folder / "lexical.npz", allow_pickle=False) as arrays:
        held = np.ones(len(arrays["indices"]), dtype=np.float32)
        counts = csr_matrix((held, arrays["indices"], arrays["indptr"]), shape=tuple(arrays["shape"]))
    vocabulary = {gram: column for column, gram in enumerate(grams)}
    lexical = Lexical(vocabulary, counts, documents_of(passages))
    with np.load(folder / "classifier.npz", allow_pickle=False) as arrays:
        classifier = Classifier(arrays["weights"], arrays["intercepts"])
    return Index(passages, vectors, lexical, encoder, synonyms, classifier)


def _corpus_bytes(corpus: Corpus) -> bytes:
    content = {
        "company": corpus.company.model_dump(mode="json"),
        "escalation": corpus.escalation.model_dump(mode="json"),
        "articles": [corpus.articles[key].model_dump(mode="json") for key in sorted(corpus.articles)],
        "examples": corpus.examples.model_dump(mode="json"),
        "unanswered": corpus.unanswered.model_dump(mode="json"),
        "synonyms": corpus.synonyms.model_dump(mode="json"),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def _read_corpus(folder: Path) -> Corpus:
    content = json.loads((folder / "corpus.json").read_bytes())
    articles = [Article.model_validate(article) for article in content["articles"]]
    return Corpus(
        folder=folder,
        company=Company.model_validate(content["company"]),
        escalation=EscalationRules.model_validate(content["escalation"]),
        articles=MappingProxyType({article.id: article for article in articles}),
        examples=EscalationExamples.model_validate(content["examples"]),
        unanswered=Unanswered.model_validate(content["unanswered"]),
        synonyms=Synonyms.model_validate(content["synonyms"]),
    )


def _code_hash() -> str:
    """Hash of all code that shapes an artifact, the corpus' models and folding included."""
    digest = hashlib.sha256()
    here = Path(__file__).resolve().parent
    for path in sorted(here.glob("*.py")):
        digest.update(path.read_bytes())
    for name in ("company", "escalation", "examples", "fold", "model"):
        digest.update((here.parent / "corpus" / f"{name}.py").read_bytes())
    return digest.hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
