"""The whole way of an adaptation: open the model, train, write the files that ship."""

from __future__ import annotations

from pathlib import Path
from random import Random

import click
from tokenizers import Tokenizer

from corpus import load_corpus
from index.model_folder import ModelFolder
from index.training.adaptation import SHIPPED, Adaptation, Texts, load_plan
from index.training.export import export
from index.training.families import SHIPPED as FAMILIES
from index.training.families import load_families
from index.training.folder import write_folder
from index.training.pairs import pair_files, read_pairs
from index.training.pipeline import Machine
from index.training.probes import PROBES
from index.training.recipe import SHIPPED as RECIPE
from index.training.recipe import load_recipe
from index.training.teacher import teacher_folder
from index.training.unpacking import unpack

ANCHORS = 32_000
"""Pairs whose vectors are to stay."""
_LONGEST = 300


def adapt_model(
    corpus: Path,
    pairs: Path,
    model: Path,
    out: Path,
    *,
    earlier: Path | None,
    plan: Path | None,
    name: str,
    threads: int | None,
) -> None:
    """Adapt a model to a corpus and write it to ``out``.

    :param corpus: a corpus folder.
    :param pairs: translation pairs, of which some keep the model in place.
    :param model: a folder of the bundled model's format.
    :param out: receives ``onnx`` and ``sentence-transformers``.
    :param earlier: a model of the same form whose weights are mixed in at the end; ``None``: ``model``.
    :param plan: a YAML file; ``None``: the one that ships.
    :param name: the new model's name.
    :param threads: CPU threads; ``None`` leaves torch's choice.
    """
    machine = Machine.found(threads)
    chosen, opened = load_plan(plan or SHIPPED), ModelFolder.open(model)
    teacher = teacher_folder(load_recipe(RECIPE).teacher)
    student = unpack(model / "model.onnx", teacher, dtype=machine.dtype, device=machine.device)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    everything = read_pairs(pair_files(pairs), longest=_LONGEST)
    anchors = Random(chosen.seed).sample(everything, min(ANCHORS, len(everything)))  # noqa: S311
    texts = Texts.of_corpus(load_corpus(corpus), dict(chosen.kinds))
    click.echo(f"{len(texts.texts):,} texts, {len(anchors):,} anchors")
    Adaptation(chosen, student, tokenizer, texts, anchors, load_families(FAMILIES)).run()
    before = unpack((earlier or model) / "model.onnx", teacher, dtype=machine.dtype, device=machine.device)
    # What was learned is kept, and most of what other trades' questions would lose is not lost.
    student.mix_in(before.state(), chosen.kept)
    write_folder(student, tokenizer, teacher, out / "sentence-transformers", reads=opened.max_tokens)
    mean, least = export(
        out / "sentence-transformers", out / "onnx", name=name, reads=opened.max_tokens, probes=PROBES
    )
    click.echo(f"exported to {out / 'onnx'}: cosine to float32 mean {mean:.4f}, smallest {least:.4f}")
