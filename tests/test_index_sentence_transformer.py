"""Bring your own encoder: tiny models made here, or a plain word on what is missing."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from corpus_files import ARTICLE, write_corpus
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_models import WORDS, word_tokenizer, write_sentence_transformer

from corpus import load_corpus
from index import EVIDENCE, ArtifactError, Encoder, ModelError, build_artifact, load_encoder, open_artifact
from index.encoder import Role

INSTALLED = importlib.util.find_spec("sentence_transformers") is not None
needs_extra = pytest.mark.skipif(not INSTALLED, reason="sentence-transformers is not installed")

PROMPTS = {"query": "query: ", "passage": "passage: "}
TEXTS = ["wo ist meine rechnung", "where is my parcel", "wo", "das paket ist wo", "rechnung ? ? ? ? ?", ""]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models that differ in one thing each."""
    folder = tmp_path_factory.mktemp("models")
    write_sentence_transformer(folder / "plain")
    write_sentence_transformer(folder / "cls", pooling="cls")
    write_sentence_transformer(folder / "dense", dense=12)
    write_sentence_transformer(folder / "weights", seed=8)
    write_sentence_transformer(folder / "unmarked", marks=False)
    write_sentence_transformer(folder / "passage", prompts=PROMPTS)
    write_sentence_transformer(folder / "document", prompts={"query": "query: ", "document": "passage: "})
    write_sentence_transformer(folder / "query", prompts={"query": "query: "}, default_prompt="query")
    write_sentence_transformer(folder / "default", prompts={"all": "query: "}, default_prompt="all")
    return folder


def opened(folder: Path, prompts: Mapping[Role, str] | None = None) -> Encoder:
    return load_encoder(str(folder), prompts=prompts or {})


def test_the_bundled_model_is_the_default() -> None:
    assert load_encoder(None).dim == 384


@pytest.mark.skipif(INSTALLED, reason="sentence-transformers is installed")
def test_the_missing_extra_is_named_with_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"run: pip install 'kundenlotse\[sentence-transformers\]'"):
        load_encoder(str(tmp_path))


@needs_extra
def test_rows_have_unit_length_and_the_models_width(models: Path) -> None:
    own = opened(models / "plain")
    vectors = own.encode(TEXTS)

    assert vectors.shape == (len(TEXTS), own.dim) == (6, 32)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert own.encode([]).shape == (0, 32)
    assert own.name == str(models / "plain")


@needs_extra
def test_a_model_without_prompts_is_symmetric(models: Path) -> None:
    own = opened(models / "plain")

    assert own.symmetric
    assert not own.prompts
    assert np.array_equal(own.encode(TEXTS, role="query"), own.encode(TEXTS, role="passage"))


@needs_extra
@pytest.mark.parametrize("name", ["passage", "document"])
def test_the_models_own_prompts_are_put_before_texts(models: Path, name: str) -> None:
    own, plain = opened(models / name), opened(models / "plain")

    assert own.prompts == PROMPTS
    assert not own.symmetric
    for role, prompt in PROMPTS.items():
        by_hand = plain.encode([prompt + text for text in TEXTS])
        assert np.allclose(own.encode(TEXTS, role=role), by_hand, atol=1e-5)  # type: ignore[arg-type]
        assert not np.allclose(by_hand[:4], plain.encode(TEXTS[:4]), atol=1e-2)


@needs_extra
def test_a_prompt_for_questions_alone_leaves_passages_as_they_are(models: Path) -> None:
    own, plain = opened(models / "query"), opened(models / "plain")

    assert own.prompts == {"query": "query: "}
    assert np.allclose(own.encode(TEXTS), plain.encode(TEXTS), atol=1e-5)


@needs_extra
def test_a_default_prompt_stands_before_everything_where_no_role_has_one(models: Path) -> None:
    own, plain = opened(models / "default"), opened(models / "plain")
    by_hand = plain.encode(["query: " + text for text in TEXTS])

    assert own.symmetric
    assert np.allclose(own.encode(TEXTS, role="query"), by_hand, atol=1e-5)
    assert np.allclose(own.encode(TEXTS, role="passage"), by_hand, atol=1e-5)


@needs_extra
def test_prompts_that_are_given_replace_the_models_own(models: Path) -> None:
    given_to_plain = opened(models / "plain", {"query": "query: ", "passage": "passage: "})
    configured = opened(models / "passage")
    one_replaced = opened(models / "passage", {"query": "wo ? "})

    assert np.array_equal(given_to_plain.encode(TEXTS, role="query"), configured.encode(TEXTS, role="query"))
    assert one_replaced.prompts == {"query": "wo ? ", "passage": "passage: "}
    assert np.array_equal(one_replaced.encode(TEXTS), configured.encode(TEXTS))
    assert not np.allclose(one_replaced.encode(TEXTS, role="query"), configured.encode(TEXTS, role="query"))


@needs_extra
def test_pooling_is_the_models_own(models: Path) -> None:
    from transformers import AutoModel, AutoTokenizer

    tokens = AutoTokenizer.from_pretrained(models / "plain")(TEXTS[0], return_tensors="pt")
    states = AutoModel.from_pretrained(models / "plain")(**tokens).last_hidden_state[0].detach().numpy()
    for name, expected in (("plain", states.mean(axis=0)), ("cls", states[0])):
        (vector,) = opened(models / name).encode(TEXTS[:1])
        assert vector @ expected / np.linalg.norm(expected) > 0.9999
    assert opened(models / "plain").encode(TEXTS[:1])[0] @ opened(models / "cls").encode(TEXTS[:1])[0] < 0.99


@needs_extra
def test_layers_behind_the_pooling_are_applied(models: Path) -> None:
    own = opened(models / "dense")

    assert own.dim == 12
    assert own.encode(TEXTS).shape == (len(TEXTS), 12)


@needs_extra
@pytest.mark.parametrize("name", ["plain", "cls", "passage", "unmarked"])
def test_a_text_has_one_vector_alone_or_in_a_batch(models: Path, name: str) -> None:
    own = opened(models / name)
    texts = [" ".join(WORDS[8 : 8 + length]) for length in range(20)] * 3
    together = own.encode(texts, role="query")
    alone = np.concatenate([own.encode([text], role="query") for text in texts])

    assert (together * alone).sum(axis=1).min() >= 0.9999


@needs_extra
def test_half_precision_weights_give_vectors_that_do_not_depend_on_the_batch(models: Path) -> None:
    import torch
    from sentence_transformers import SentenceTransformer

    from index.sentence_transformer import SentenceTransformerEncoder

    half = SentenceTransformer(str(models / "plain"), device="cpu", local_files_only=True).to(torch.bfloat16)
    own = SentenceTransformerEncoder(half, "half")
    alone = np.concatenate([own.encode([text]) for text in TEXTS])

    assert (own.encode(TEXTS) * alone).sum(axis=1).min() >= 0.9999


@needs_extra
def test_static_embeddings_are_an_encoder(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    table = np.random.default_rng(7).normal(size=(len(WORDS), 16)).astype(np.float32)
    embedding = StaticEmbedding(word_tokenizer(marks=False), embedding_weights=table)
    model = SentenceTransformer(modules=[embedding], device="cpu", local_files_only=True)
    model.save(str(tmp_path / "static"), create_model_card=False)
    own = opened(tmp_path / "static")
    vectors = own.encode(TEXTS)
    rows = table[[WORDS.index(word) for word in TEXTS[0].split()]].mean(axis=0)

    assert vectors[0] @ rows / np.linalg.norm(rows) > 0.9999
    assert vectors[-1].tolist() == [1.0] + [0.0] * 15
    assert own.is_common("rechnung")
    assert not own.is_common("rechnungen")
    assert opened(tmp_path / "static").fingerprint == own.fingerprint


@needs_extra
def test_a_folder_of_transformers_alone_is_pooled_by_the_mean(models: Path) -> None:
    bare, own = opened(models / "plain-plain"), opened(models / "plain")

    assert np.allclose(bare.encode(TEXTS), own.encode(TEXTS), atol=1e-5)


@needs_extra
def test_a_model_with_two_ways_takes_the_one_of_the_role(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Router
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tables = [np.random.default_rng(seed).normal(size=(len(WORDS), 16)).astype(np.float32) for seed in (1, 2)]
    asked, written = (
        StaticEmbedding(word_tokenizer(marks=False), embedding_weights=table) for table in tables
    )
    router = Router.for_query_document(query_modules=[asked], document_modules=[written])
    model = SentenceTransformer(modules=[router], device="cpu", local_files_only=True)
    model.save(str(tmp_path / "router"), create_model_card=False)
    own = opened(tmp_path / "router")

    assert not own.symmetric
    for table, role in zip(tables, ("query", "passage"), strict=True):
        row = table[WORDS.index("paket")]
        assert own.encode(["paket"], role=role)[0] @ row / np.linalg.norm(row) > 0.9999


@needs_extra
def test_a_tokenizer_written_in_python_serves_too(tmp_path: Path) -> None:
    from transformers import BertConfig, BertModel, ByT5Tokenizer

    tokenizer = ByT5Tokenizer(model_max_length=64)
    tokenizer.save_pretrained(tmp_path / "bytes")
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **sizes)
    BertModel(config).save_pretrained(tmp_path / "bytes")
    own = opened(tmp_path / "bytes")
    texts = [*TEXTS, "\ud800", "wo " * 30_000]
    alone = np.concatenate([own.encode([text]) for text in texts])

    assert (own.encode(texts) * alone).sum(axis=1).min() >= 0.9999
    assert opened(tmp_path / "bytes").fingerprint == own.fingerprint


@needs_extra
def test_threads_may_encode_at_once(models: Path) -> None:
    own = opened(models / "plain")
    texts = [" ".join(WORDS[8 : 8 + length]) for length in range(1, 12)]
    expected = [own.encode([text]) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: own.encode([text]), texts * 20))

    assert all(np.array_equal(a, b) for a, b in zip(found, expected * 20, strict=True))


@needs_extra
def test_a_word_is_common_where_the_tokenizer_keeps_it_whole(models: Path) -> None:
    own = opened(models / "plain")

    assert own.is_common("rechnung")
    assert not own.is_common("rechnungen")
    assert not own.is_common("wo ist")


@needs_extra
@hypothesis_settings(max_examples=25, deadline=None)
@given(texts=st.lists(ANY_TEXT, min_size=1, max_size=4))
@pytest.mark.parametrize("name", ["plain", "unmarked"])
def test_any_text_has_a_finite_unit_vector(own_of: dict[str, Encoder], name: str, texts: list[str]) -> None:
    vectors = own_of[name].encode(texts)

    assert np.isfinite(vectors).all()
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


@pytest.fixture(scope="session")
def own_of(models: Path) -> dict[str, Encoder]:
    """Two opened models."""
    return {name: opened(models / name) for name in ("plain", "unmarked")}


@needs_extra
def test_long_texts_are_quick_and_read_as_far_as_the_model_reads(own_of: dict[str, Encoder]) -> None:
    own = own_of["plain"]
    before = time.perf_counter()
    long, first, spaced, plain = own.encode(
        ["rechnung " * 11_000, "rechnung " * 62, " " * 100_000 + "paket", "paket"]
    )
    own.encode(["你好" * 50_000, "a" * 100_000, "\x00" * 100_000])

    assert time.perf_counter() - before < 3
    assert long @ first > 0.9999
    assert np.allclose(spaced, plain, atol=1e-5)


@needs_extra
def test_weights_that_are_not_finite_are_refused(models: Path, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = shutil.copytree(models / "plain", tmp_path / "broken")
    weights = load_file(folder / "model.safetensors")
    weights["embeddings.word_embeddings.weight"][WORDS.index("rechnung")] = np.nan
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})

    with pytest.raises(ModelError, match="not finite; its weights are damaged"):
        opened(folder).encode(["meine rechnung"])


@needs_extra
def test_the_fingerprint_tells_everything_apart_that_changes_vectors(models: Path, tmp_path: Path) -> None:
    tokenizer = shutil.copytree(models / "plain", tmp_path / "tokenizer")
    content = (tokenizer / "tokenizer.json").read_text()
    (tokenizer / "tokenizer.json").write_text(content.replace('"Lowercase"', '"NFC"'))
    limit = shutil.copytree(models / "plain", tmp_path / "limit")
    settings = json.loads((limit / "tokenizer_config.json").read_text())
    (limit / "tokenizer_config.json").write_text(json.dumps({**settings, "model_max_length": 32}))
    layers = shutil.copytree(models / "plain", tmp_path / "layers")
    settings = json.loads((layers / "config.json").read_text())
    (layers / "config.json").write_text(json.dumps({**settings, "hidden_act": "relu"}))
    folders = [models / name for name in ("plain", "cls", "dense", "weights", "passage", "query", "default")]
    encoders = [opened(folder) for folder in (*folders, tokenizer, limit, layers)]
    encoders.append(opened(models / "plain", {"query": "wo "}))
    encoders.append(opened(models / "plain", {"passage": "wo "}))

    assert len({encoder.fingerprint for encoder in encoders}) == len(encoders)
    assert load_encoder(None).fingerprint not in {encoder.fingerprint for encoder in encoders}


@needs_extra
def test_the_fingerprint_stays_where_nothing_changes(models: Path, tmp_path: Path) -> None:
    moved = shutil.copytree(models / "passage", tmp_path / "moved")
    own = opened(models / "passage")
    before = own.fingerprint
    own.encode(TEXTS)

    assert opened(moved).fingerprint == before == opened(models / "passage").fingerprint
    # The same prompts, given by hand, make the same vectors.
    assert opened(models / "plain", {"query": "query: ", "passage": "passage: "}).fingerprint == before
    assert opened(models / "passage", {"query": "query: "}).fingerprint == before


@needs_extra
@pytest.mark.parametrize("damage", ["empty", "weights", "modules", "config"])
def test_a_folder_that_holds_no_model_is_said_plainly(models: Path, tmp_path: Path, damage: str) -> None:
    folder = shutil.copytree(models / "plain", tmp_path / "model")
    if damage == "empty":
        shutil.rmtree(folder)
        folder.mkdir()
    else:
        name = {"weights": "model.safetensors", "modules": "modules.json", "config": "config.json"}[damage]
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: len(content) // 2])

    with pytest.raises(ModelError, match=r"model cannot be opened as a sentence-transformers model: \w"):
        opened(folder)


@needs_extra
def test_a_folder_that_does_not_exist_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no-model cannot be opened: there is no such folder"):
        opened(tmp_path / "no-model")


@needs_extra
@pytest.mark.parametrize("name", ["somebody/no-such-model", "no-such-model"])
def test_a_name_that_is_not_in_the_cache_is_said_at_once(name: str) -> None:
    before = time.perf_counter()
    with pytest.raises(ModelError, match=rf"neither a folder nor a model in the local cache.*'{name}'"):
        load_encoder(name)

    assert time.perf_counter() - before < 5


@needs_extra
def test_a_name_in_the_cache_opens_without_a_network(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, revision = tmp_path / "models--somebody--small", "0" * 40
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text(revision)
    shutil.copytree(models / "passage", cached / "snapshots" / revision)
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path))
    own = load_encoder("somebody/small")

    assert own.name == "somebody/small"
    assert own.fingerprint == opened(models / "passage").fingerprint


@needs_extra
def test_another_prompt_is_another_index(models: Path, tmp_path: Path) -> None:
    corpus = load_corpus(write_corpus(tmp_path / "corpus"))
    own = opened(models / "passage")
    other = opened(models / "passage", {"query": "wo "})
    key = build_artifact(corpus, own, tmp_path)
    manifest = open_artifact(tmp_path, key, own).manifest

    assert manifest["encoder"] == {
        "name": own.name,
        "dim": 32,
        "fingerprint": own.fingerprint,
        "prompts": PROMPTS,
    }
    assert build_artifact(corpus, other, tmp_path) != key
    with pytest.raises(ArtifactError) as caught:
        open_artifact(tmp_path, key, other)
    assert str(caught.value) == (
        f"the index was built with encoder {own.name} (32 dimensions, passage prompt 'passage: ', "
        f"query prompt 'query: ', fingerprint {own.fingerprint[:12]}), configured is {own.name} "
        f"(32 dimensions, passage prompt 'passage: ', query prompt 'wo ', fingerprint "
        f"{other.fingerprint[:12]}); set the LOTSE_ENCODER settings as they were, or run: lotse build"
    )


@needs_extra
def test_questions_are_embedded_as_questions(models: Path, tmp_path: Path) -> None:
    corpus = load_corpus(write_corpus(tmp_path / "corpus"))
    own = opened(models / "passage")
    index = open_artifact(tmp_path, build_artifact(corpus, own, tmp_path), own).index
    passage = index.passages[0]
    (as_question,) = own.encode([passage.text], role="query")
    (as_passage,) = own.encode([passage.text])

    assert np.allclose(index.vectors[0], as_passage, atol=1e-5)
    assert np.allclose(index.query_vectors([0]), [as_question], atol=1e-5)
    at = EVIDENCE.index("nearest")
    ranking = index.rank(passage.text, language=None)
    found = {ranked.article: ranked.evidence[at] for ranked in ranking.articles}
    own_rows = [row for row, each in enumerate(index.passages) if each.article == passage.article]
    assert found[passage.article] == pytest.approx(
        float((index.vectors[own_rows] @ as_question).max()), abs=1e-5
    )


@needs_extra
def test_the_command_line_builds_and_asks_with_a_model_of_ones_own(models: Path, tmp_path: Path) -> None:
    articles = {"move-house.yaml": ARTICLE}
    for number in range(6):
        text = ARTICLE.replace("move-house", f"other-{number}").replace("umzug\n", f"umzug {number}\n")
        for words in ("ich ziehe um", "neue wohnung", "adresse ändert sich", "mit meinem Vertrag um"):
            text = text.replace(words, f"{words} {number}")
        for words in ("- moving", "new flat", "i am moving", "change of address", "with my contract"):
            text = text.replace(words, f"{words} {number}")
        articles[f"other-{number}.yaml"] = text
    folder = write_corpus(tmp_path / "corpus", articles=articles)
    environment = {
        **os.environ,
        "LOTSE_ENCODER": str(models / "plain"),
        "LOTSE_ENCODER_QUERY_PROMPT": "query: ",
        "LOTSE_CORPUS": str(folder),
        "LOTSE_DATA": str(tmp_path / "data"),
    }

    def lotse(*command: str, **more: str) -> subprocess.CompletedProcess[str]:
        run = [sys.executable, "-c", "from corpus.command import main; main()", *command]
        return subprocess.run(run, env=environment | more, capture_output=True, text=True, check=False)

    built = lotse("build")
    assert built.returncode == 0, built.stderr
    assert "calibrating" in built.stdout
    asked = lotse("ask", "Wie ziehe ich um?")
    assert asked.returncode == 0, asked.stderr
    assert asked.stdout
    assert "Loading weights" not in built.stderr + asked.stderr
    other = lotse("ask", "Wie ziehe ich um?", LOTSE_ENCODER_QUERY_PROMPT="wo ")
    assert other.returncode != 0
    assert "query prompt 'query: '" in other.stderr
    assert "query prompt 'wo '" in other.stderr
    assert "lotse build" in other.stderr
    assert "Traceback" not in other.stderr
