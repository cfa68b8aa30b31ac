"""The training loop: stages, steps, checkpoints.

The schedule is counted in steps and every draw is seeded by the step, so a run that is killed and
resumed ends with the same weights as one that was not (on one machine, with one number of threads).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

from index.training.batches import BEGIN, Batch, Material, Position, Stream
from index.training.families import Intent, draw_sample
from index.training.losses import distance, neighbourhood, same_intent
from index.training.noise import NOISES
from index.training.recipe import Recipe, Stage
from index.training.student import Student
from index.training.teacher import Targets
from index.training.wordpieces import pieces_of

_BETAS = (0.9, 0.98)
_FAMILY_NOISES = ("typo", "no dots", "lower case")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: stage, steps done in it, position in its stream, sentences seen in all."""

    stage: int = 0
    step: int = 0
    position: Position = BEGIN
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Lessons:
    """All that the student is shown; ``phrasing_targets`` holds the vectors of English phrasings."""

    material: Material
    targets: Targets
    families: Sequence[Sequence[Intent]]
    phrasing_targets: Mapping[str, Targets]


@dataclass(slots=True)
class _Optimizers:
    layers: torch.optim.AdamW
    table: torch.optim.SparseAdam

    @classmethod
    def for_student(cls, student: Student) -> _Optimizers:
        return cls(
            torch.optim.AdamW(student.masters, betas=_BETAS, weight_decay=0.01, fused=True),
            torch.optim.SparseAdam(
                [{"params": [part.weight]} for part in (student.known, student.new)], betas=_BETAS
            ),
        )

    def set_rates(self, stage: Stage, step: int) -> None:
        factor = rate_factor(stage, step)
        groups = [*self.layers.param_groups, *self.table.param_groups]
        for group, rate in zip(groups, (stage.rate, stage.known_rate, stage.new_rate), strict=True):
            group["lr"] = rate * factor


def rate_factor(stage: Stage, step: int) -> float:
    """Return the learning rate at a step as a share of the peak: linear rise, linear fall to ``end``."""
    rise = min(1.0, (step + 1) / max(1, stage.warmup))
    fall = 1 - (1 - stage.end) * step / stage.steps
    return rise * fall


class Distillation:
    """A run over all stages of a recipe."""

    def __init__(
        self, recipe: Recipe, student: Student, tokenizer: Tokenizer, lessons: Lessons, checkpoint: Path
    ) -> None:
        self._recipe = recipe
        self._student = student
        self._tokenizer = tokenizer
        self._lessons = lessons
        self._checkpoint = checkpoint
        self._targets = torch.from_numpy(lessons.targets)
        self._optimizers = _Optimizers.for_student(student)
        self._progress = Progress()

    def run(self, watch: Callable[[], str]) -> Progress:
        """Train to the end, from the last checkpoint where there is one.

        :param watch: measures the student; its text is printed at every checkpoint.
        :return: what was seen.
        """
        if self._checkpoint.is_file():
            self._resume()
        for number in range(self._progress.stage, len(self._recipe.stages)):
            self._run_stage(number, watch)
            self._progress = Progress(number + 1, seen=self._progress.seen)
            # Every stage starts its schedule afresh.
            self._optimizers = _Optimizers.for_student(self._student)
            self._save()
        return self._progress

    def _run_stage(self, number: int, watch: Callable[[], str]) -> None:
        stage = self._recipe.stages[number]
        seed = (self._recipe.seed, number)
        material = self._lessons.material.with_words(stage.words)
        stream = Stream(material, self._tokenizer, stage, seed, self._recipe.longest, self._recipe.round)
        position, seen = self._progress.position, self._progress.seen
        batches = stream.batches(position)
        recent: list[float] = []
        with tqdm(total=stage.steps, initial=self._progress.step, desc=stage.name, mininterval=5) as bar:
            for step in range(self._progress.step, stage.steps):
                rng = Random(f"{seed},{step}")  # noqa: S311
                self._optimizers.set_rates(stage, step)
                if self._lessons.families and rng.random() < stage.phrasings:
                    loss = self._phrasing_loss(stage, rng)
                else:
                    batch, position = next(batches)
                    known = len(material.english)
                    loss = self._translation_loss(stage, batch, (*seed, step), known, recent)
                    seen += len(batch.targets)
                self._update(loss)
                self._progress = Progress(number, step + 1, position, seen)
                bar.update()
                if (step + 1) % self._recipe.checkpoint == 0:
                    self._save()
                    mean = sum(recent) / max(1, len(recent))
                    bar.write(f"{stage.name} {step + 1}: {seen} sentences, distance {mean:.4f}, {watch()}")
                    recent.clear()

    def _translation_loss(
        self, stage: Stage, batch: Batch, seed: Sequence[int], known: int, recent: list[float]
    ) -> Tensor:
        device = self._student.device
        wanted = self._targets[torch.from_numpy(batch.targets)].to(device).float()
        vectors = self._student.embed(torch.from_numpy(batch.pieces).to(device))
        loss = distance(vectors, wanted)
        recent.append(float(loss.detach()))
        if stage.neighbours:
            drawn = np.random.default_rng(seed).integers(0, known, stage.bank)
            bank = self._targets[torch.from_numpy(drawn)].to(device).float()
            loss = loss + stage.neighbours * neighbourhood(vectors, wanted, bank, stage.temperature)
        # The last batch of a length may be small; it must not weigh like a full one.
        return loss * min(1.0, batch.pieces.size / stage.tokens)

    def _phrasing_loss(self, stage: Stage, rng: Random) -> Tensor:
        sample = draw_sample(self._lessons.families, rng)
        device = self._student.device
        lexicon = self._lessons.material.lexicon
        texts = [
            text
            if rng.random() >= stage.german_noise
            else NOISES[rng.choice(_FAMILY_NOISES)](text, rng, lexicon)
            for text in sample.texts
        ]
        vectors = self._embed_together(texts)
        loss = same_intent(vectors, torch.tensor(sample.intents, device=device), stage.phrasing_temperature)
        wanted = self._lessons.phrasing_targets
        english = torch.tensor([text in wanted for text in sample.texts], device=device)
        taught = np.stack([wanted[text] for text in sample.texts if text in wanted])
        anchor = distance(vectors[english], torch.from_numpy(taught).to(device).float())
        return loss + stage.phrasing_anchor * anchor

    def _embed_together(self, texts: Sequence[str]) -> Tensor:
        """Embed texts of different lengths at once, filled up behind a mask."""
        ids = pieces_of(self._tokenizer, texts, longest=self._recipe.longest)
        pieces = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.int64)
        mask = torch.zeros_like(pieces)
        for row, one in enumerate(ids):
            pieces[row, : len(one)] = torch.from_numpy(one.astype(np.int64))
            mask[row, : len(one)] = 1
        return self._student.embed(pieces.to(self._student.device), mask.to(self._student.device))

    def _update(self, loss: Tensor) -> None:
        loss.backward()
        self._student.take_gradients()
        torch.nn.utils.clip_grad_norm_(self._student.masters, 1.0)
        self._optimizers.layers.step()
        self._optimizers.table.step()
        self._optimizers.table.zero_grad(set_to_none=True)
        self._student.give_weights()

    def _save(self) -> None:
        aside = self._checkpoint.with_suffix(".part")
        torch.save(
            {
                "progress": asdict(self._progress),
                "student": self._student.state(),
                "layers": self._optimizers.layers.state_dict(),
                "table": self._optimizers.table.state_dict(),
            },
            aside,
        )
        aside.replace(self._checkpoint)

    def _resume(self) -> None:
        saved = torch.load(self._checkpoint, map_location=self._student.device, weights_only=True)
        self._student.load_state(saved["student"])
        self._optimizers.layers.load_state_dict(saved["layers"])
        self._optimizers.table.load_state_dict(saved["table"])
        progress = saved["progress"]
        self._progress = Progress(**{**progress, "position": Position(**progress["position"])})
