"""From translation pairs to the files that ship, step by step; what is done is not done again.

Every product is kept in the work folder under a name that holds the hash of what it was made from, so
another recipe, or other pairs, never meet an old product.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
import torch
from tokenizers import Tokenizer

from index.training.alignment import Translations, align
from index.training.batches import Material
from index.training.distillation import Distillation, Lessons
from index.training.export import export
from index.training.families import SHIPPED as SHIPPED_FAMILIES
from index.training.families import Intent, english_phrasings, load_families
from index.training.folder import write_folder
from index.training.measures import dev_figures
from index.training.noise import Lexicon
from index.training.pairs import Pair, choose_pairs, everyday_words, pair_files, read_pairs
from index.training.probes import PROBES
from index.training.recipe import Recipe
from index.training.student import Student, first_table
from index.training.teacher import Targets, load_bert, teach, teacher_folder
from index.training.wordpieces import build_tokenizer, pieces_of


@dataclass(frozen=True, slots=True)
class Machine:
    """What a run computes with."""

    device: str
    dtype: torch.dtype

    @classmethod
    def found(cls, threads: int | None) -> Machine:
        """Take CUDA where there is one, and bfloat16 where the chip multiplies it.

        :param threads: CPU threads; ``None`` leaves torch's choice.
        :return: the machine.
        """
        if threads is not None:
            torch.set_num_threads(threads)
        if torch.cuda.is_available():
            return cls("cuda", torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32)
        fast = torch.ops.mkldnn._is_mkldnn_bf16_supported()
        return cls("cpu", torch.bfloat16 if fast else torch.float32)


@dataclass(frozen=True, slots=True)
class Training:
    """A recipe with its places: ``pairs`` to learn from, ``dev`` to watch, ``work`` to keep products."""

    recipe: Recipe
    pairs: Path
    dev: Path | None
    work: Path
    machine: Machine

    def run(self, out: Path) -> None:
        """Train, and write the files that ship to ``out``."""
        torch.manual_seed(self.recipe.seed)
        self.work.mkdir(parents=True, exist_ok=True)
        files = pair_files(self.pairs)
        everything = read_pairs(files, longest=self.recipe.pairs.longest)
        origin = _digest([path.name + str(path.stat().st_size) for path in files], self.recipe.pairs.longest)
        chosen = choose_pairs(everything, self.recipe.pairs, self.recipe.seed)
        click.echo(f"pairs: {len(chosen):,} of {len(everything):,}")
        teacher = teacher_folder(self.recipe.teacher)
        tokenizer = self._tokenizer(everything, teacher, origin)
        families = load_families(SHIPPED_FAMILIES)
        lessons = self._lessons(chosen, families, teacher, everything)
        student = self._student(everything, tokenizer, teacher, origin)
        del everything
        self._distil(student, tokenizer, lessons, origin)
        student.mix_in_teacher(self.recipe.teacher_share)
        click.echo(
            f"with {self.recipe.teacher_share:.0%} of the teacher: {self._watched(student, tokenizer)}"
        )
        trained = out / "sentence-transformers"
        write_folder(student, tokenizer, teacher, trained, reads=self.recipe.reads)
        mean, least = export(
            trained, out / "onnx", name=self.recipe.name, reads=self.recipe.reads, probes=PROBES
        )
        click.echo(f"exported: cosine to float32 mean {mean:.4f}, smallest {least:.4f}")
        click.echo(f"the model lies in {out / 'onnx'}, its float32 weights in {trained}")

    def _tokenizer(self, pairs: Sequence[Pair], teacher: Path, origin: str) -> Tokenizer:
        path = self.work / f"tokenizer-{_digest(origin, self.recipe.pieces.model_dump())}.json"
        if not path.is_file():
            click.echo("tokenizer: training German pieces")
            build_tokenizer([pair.german for pair in pairs], teacher, self.recipe.pieces).save(str(path))
        tokenizer = Tokenizer.from_file(str(path))
        click.echo(f"tokenizer: {tokenizer.get_vocab_size():,} pieces")
        return tokenizer

    def _student(self, pairs: Sequence[Pair], tokenizer: Tokenizer, teacher: Path, origin: str) -> Student:
        settings = self.recipe.alignment
        made_from = (origin, self.recipe.pieces.model_dump(), settings.model_dump(), self.recipe.seed)
        path = self.work / f"table-{_digest(*made_from)}.npy"
        if not path.is_file():
            translations = self._align(pairs, tokenizer, teacher) if settings.start == "aligned" else None
            rows = load_bert(teacher, torch.float32).embeddings.word_embeddings.weight.detach().numpy()
            table = first_table(
                rows,
                tokenizer.get_vocab_size(),
                translations,
                least=settings.least,
                seed=self.recipe.seed,
            )
            np.save(path, table.numpy())
        table = torch.from_numpy(np.load(path))
        return Student(table, teacher, dtype=self.machine.dtype, device=self.machine.device)

    def _align(self, pairs: Sequence[Pair], tokenizer: Tokenizer, teacher: Path) -> Translations:
        english = Tokenizer.from_file(str(teacher / "tokenizer.json"))
        english.no_padding()
        english.no_truncation()
        settings = self.recipe.alignment
        limit = settings.longest + 3
        sides = (
            [ids[1:-1] for ids in pieces_of(one, texts, longest=limit)]
            for one, texts in (
                (english, [pair.english for pair in pairs]),
                (tokenizer, [pair.german for pair in pairs]),
            )
        )
        return align(
            *sides,
            null=tokenizer.get_vocab_size(),
            iterations=settings.iterations,
            longest=settings.longest,
        )

    def _lessons(
        self,
        chosen: Sequence[Pair],
        families: Sequence[Sequence[Intent]],
        teacher: Path,
        everything: Sequence[Pair],
    ) -> Lessons:
        words = everyday_words(everything, self.recipe.pairs)
        repeats: dict[str, float] = {}
        for pair in chosen:
            repeats.setdefault(pair.english, self.recipe.pairs.repeat(pair.source))
        english_sentences = len(repeats)
        for pair in words:
            repeats.setdefault(pair.english, 1.0)
        pairs = [*chosen, *words]
        english = list(repeats)
        row = {text: at for at, text in enumerate(english)}
        material = Material(
            english,
            [pair.german for pair in pairs],
            np.array([row[pair.english] for pair in pairs], dtype=np.int64),
            np.array(list(repeats.values())),
            np.array([*(self.recipe.pairs.repeat(pair.source) for pair in chosen), *np.ones(len(words))]),
            Lexicon.from_texts(pair.german for pair in everything),
            len(chosen),
            english_sentences,
        )
        phrasings = english_phrasings(families)
        taught = dict(zip(phrasings, self._targets(phrasings, teacher), strict=True))
        return Lessons(material, self._targets(english, teacher), families, taught)

    def _targets(self, english: Sequence[str], teacher: Path) -> Targets:
        path = self.work / f"targets-{_digest(str(teacher), self.recipe.longest, *english)}.npy"
        if not path.is_file():
            vectors = teach(
                english,
                teacher,
                longest=self.recipe.longest,
                dtype=self.machine.dtype,
                device=self.machine.device,
            )
            np.save(path, vectors)
        targets: Targets = np.load(path)
        return targets

    def _distil(self, student: Student, tokenizer: Tokenizer, lessons: Lessons, origin: str) -> None:
        made_from = self.recipe.model_dump(exclude={"teacher_share"})
        checkpoint = self.work / f"checkpoint-{_digest(origin, made_from)}.pt"
        run = Distillation(self.recipe, student, tokenizer, lessons, checkpoint)
        progress = run.run(lambda: self._watched(student, tokenizer))
        click.echo(f"trained on {progress.seen:,} sentences; {self._watched(student, tokenizer)}")

    def _watched(self, student: Student, tokenizer: Tokenizer) -> str:
        if self.dev is None:
            return "no dev sets"
        figures = dev_figures(
            lambda texts: student.encode(texts, tokenizer, longest=self.recipe.reads), self.dev
        )
        return ", ".join(f"{name} {value:.4f}" for name, value in figures.items())


def _digest(*parts: object) -> str:
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
