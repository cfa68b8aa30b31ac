"""Adapts a finished encoder to a corpus: its articles' texts move together, its questions without one apart.

Each text is classified by its cosine to one proxy an article (ProxyNCA++, Teh et al., ECCV 2020, arXiv
2004.01113), one a reason to escalate, and several for what no article answers. Look-alikes of reports may be
anything but a reason. Some questions are told among small talk, some reports and look-alikes go with a
question. Families of phrasings and the model's own vectors of translation pairs keep it what it was
everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch
import yaml
from pydantic import BaseModel, ConfigDict, Field
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional
from tqdm import tqdm

from corpus import Corpus, Language
from index.encoder import Vectors
from index.joining import MOST_WORDS, join, short_questions
from index.passages import passages_of
from index.ranking import Passage, PassageKind
from index.training.families import Intent, draw_sample
from index.training.losses import distance, same_intent
from index.training.noise import NOISES, Lexicon
from index.training.pairs import Pair
from index.training.stories import small_talk, tell
from index.training.student import Student
from index.training.wordpieces import pieces_of

SHIPPED = Path(__file__).with_name("adaptation.yaml")
_UNKNOWN = 100
_SPECIAL = 103
_BUCKET = 4096
_ASKED = (PassageKind.QUESTION, PassageKind.PHRASING, PassageKind.NOTHING)
_NO_REASON = -1
"""The class of look-alikes."""
_LONG = 40
"""Words from which on a text is a story already."""
_BETAS = (0.9, 0.98)


class Plan(BaseModel):
    """How a model is adapted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = 1
    steps: int = Field(1600, ge=1)
    tokens: int = Field(1800, ge=16, description="Pieces a step, about.")
    longest: int = Field(100, ge=8, description="Pieces of a text; the rest is cut.")
    rate: float = Field(6e-5, gt=0, description="Peak learning rate of the layers.")
    table_rate: float = Field(6e-4, gt=0, description="Peak rate of the table.")
    proxy_rate: float = Field(5e-3, gt=0, description="Peak rate of the proxies.")
    warmup: int = Field(100, ge=0)
    scale: float = Field(16.0, gt=0, description="Factor on the cosines before the softmax.")
    smoothing: float = Field(0.05, ge=0, lt=1, description="Label smoothing.")
    anchors: int = Field(24, ge=1, description="Sentences a step that keep the model's own vectors.")
    anchor_weight: float = Field(10.0, ge=0)
    families: float = Field(0.15, ge=0, le=1, description="Share of steps that also show families.")
    family_weight: float = Field(0.5, ge=0)
    noise: float = Field(0.25, ge=0, le=1, description="Share of texts that are misspelt.")
    told: float = Field(0.3, ge=0, le=1, description="Share of short texts that are told among small talk.")
    asking: float = Field(
        0.3, ge=0, le=1, description="Share of short reports and look-alikes that go with a question."
    )
    dropped: float = Field(0.1, ge=0, le=1, description="Mean share of pieces that are hidden.")
    unanswered: int = Field(24, ge=1, description="Proxies of what no article answers.")
    kept: float = Field(
        0.4, ge=0, le=1, description="Share of the first weights that is mixed in at the end."
    )
    kinds: dict[PassageKind, float] = Field(
        {
            PassageKind.QUESTION: 2.0,
            PassageKind.PHRASING: 1.0,
            PassageKind.SHORT: 2.0,
            PassageKind.ANSWER: 0.7,
            PassageKind.KEYWORD: 0.4,
            PassageKind.NOTHING: 2.0,
        },
        description="How often a text of each kind is drawn.",
    )


def load_plan(path: Path = SHIPPED) -> Plan:
    """Read a plan from a YAML file."""
    return Plan.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@dataclass(frozen=True, slots=True)
class Texts:
    """What is classified: texts, passages first, with their language and class, and how often each is drawn.

    Classes are articles, from ``reasons[0]`` to ``reasons[1] - 1`` reasons to escalate, and last "no
    article"; :data:`_NO_REASON` stands for all of them but the reasons. ``tellable`` are short texts that
    somebody asked.
    """

    passages: tuple[Passage, ...]
    texts: list[str]
    languages: list[Language]
    classes: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    tellable: npt.NDArray[np.bool_]
    reasons: tuple[int, int]

    @property
    def examples(self) -> npt.NDArray[np.bool_]:
        """Which are reports or look-alikes, shape ``(n,)``."""
        first, behind = self.reasons
        reported = (self.classes >= first) & (self.classes < behind)
        return np.asarray(reported | (self.classes == _NO_REASON), dtype=np.bool_)

    @classmethod
    def of_corpus(cls, corpus: Corpus, kinds: dict[PassageKind, float]) -> Texts:
        """Take every passage, every example of escalation, and what no article answers."""
        passages = passages_of(corpus)
        names = sorted({passage.article for passage in passages if passage.article})
        number = {name: at for at, name in enumerate(names)}
        reported = [
            (len(names) + at, *each) for at, reason in enumerate(corpus.examples.reasons) for each in reason
        ]
        examples = reported + [(_NO_REASON, *each) for each in corpus.examples.harmless]
        nothing = len(names) + len(corpus.examples.reasons)
        classes = [number.get(passage.article, nothing) for passage in passages]
        texts = [passage.text for passage in passages] + [text for _, _, text in examples]
        asked = [passage.kind in _ASKED for passage in passages] + [True] * len(examples)
        return cls(
            passages,
            texts,
            [passage.language for passage in passages] + [language for _, language, _ in examples],
            np.array(classes + [at for at, _, _ in examples], dtype=np.int64),
            np.array([kinds[passage.kind] for passage in passages] + [1.0] * len(examples)),
            np.array([yes and len(text.split()) <= _LONG for yes, text in zip(asked, texts, strict=True)]),
            (len(names), nothing),
        )


Drawn: TypeAlias = list[tuple[int, str]]
"""Texts of a step: their rows, and how they are told."""


class Adaptation:
    """One run over a plan."""

    def __init__(
        self,
        plan: Plan,
        student: Student,
        tokenizer: Tokenizer,
        texts: Texts,
        anchors: Sequence[Pair],
        families: Sequence[Sequence[Intent]],
    ) -> None:
        self._plan = plan
        self._student = student
        self._tokenizer = tokenizer
        self._texts = texts
        self._families = families
        self._rng = Random(plan.seed)  # noqa: S311
        torch.manual_seed(plan.seed)
        self._lexicon = Lexicon.from_texts(texts.texts)
        self._sentences = [(pair.english, pair.german) for pair in anchors]
        self._taught = torch.from_numpy(self._encode([english for english, _ in self._sentences]))
        self._nothing = int(texts.classes.max())
        vectors = self._encode(texts.texts)
        self._talk = small_talk(texts.passages, vectors[: len(texts.passages)], self._encode)
        self._questions, self._examples = short_questions(texts.passages), texts.examples
        self._proxies = nn.Parameter(self._first_proxies(vectors))

    def run(self) -> None:
        """Train to the end."""
        plan = self._plan
        layers = torch.optim.AdamW(self._student.masters, betas=_BETAS, weight_decay=0.01)
        parts = [{"params": [part.weight]} for part in (self._student.known, self._student.new)]
        table = torch.optim.SparseAdam(parts, betas=_BETAS)
        proxies = torch.optim.AdamW([self._proxies], weight_decay=0.0)
        batches = self._batches()
        for step in tqdm(range(plan.steps), desc="adapt", disable=None):
            factor = min(1.0, (step + 1) / max(1, plan.warmup)) * (1 - step / plan.steps)
            for optimizer, rate in (
                (layers, plan.rate),
                (table, plan.table_rate),
                (proxies, plan.proxy_rate),
            ):
                for group in optimizer.param_groups:
                    group["lr"] = rate * factor
            self._loss(next(batches)).backward()  # type: ignore[no-untyped-call]
            self._student.take_gradients()
            for optimizer in (layers, table, proxies):
                optimizer.step()
                optimizer.zero_grad()
            self._student.give_weights()

    def _loss(self, drawn: Drawn) -> Tensor:
        plan = self._plan
        vectors = self._embed([self._noisy(text) for _, text in drawn])
        logits = plan.scale * vectors @ functional.normalize(self._proxies, dim=1).T
        known, none = logits[:, : self._nothing], logits[:, self._nothing :]
        merged = torch.cat([known, none.logsumexp(1, keepdim=True)], 1)
        classes = torch.from_numpy(self._texts.classes[[row for row, _ in drawn]])
        alike = classes == _NO_REASON
        loss = functional.cross_entropy(
            merged[~alike], classes[~alike], label_smoothing=plan.smoothing, reduction="sum"
        )
        loss = (loss + _anything_but(functional.log_softmax(merged[alike], 1), self._texts.reasons)) / len(
            drawn
        )
        if self._sentences:
            loss = loss + plan.anchor_weight * self._anchor()
        if self._families and self._rng.random() < plan.families:
            sample = draw_sample(self._families, self._rng)
            shown = self._embed([self._noisy(text) for text in sample.texts])
            loss = loss + plan.family_weight * same_intent(shown, torch.tensor(sample.intents), 0.1)
        return loss

    def _anchor(self) -> Tensor:
        """How far sentences of both languages have moved from the first vectors of the English ones."""
        rows = [self._rng.randrange(len(self._sentences)) for _ in range(self._plan.anchors)]
        texts = [self._sentences[row][at % 3 == 0] for at, row in enumerate(rows)]
        return distance(self._embed(texts), self._taught[rows])

    def _batches(self) -> Iterator[Drawn]:
        """Draw texts by weight, join or tell some of them, in batches of about equal length."""
        while True:
            rows = self._rng.choices(
                range(len(self._texts.texts)), weights=self._texts.weights.tolist(), k=_BUCKET
            )
            drawn = [(row, self._told(row)) for row in rows]
            ids = pieces_of(self._tokenizer, [text for _, text in drawn], longest=self._plan.longest)
            lengths = [len(each) for each in ids]
            batches: list[Drawn] = [[]]
            for at in sorted(range(len(drawn)), key=lengths.__getitem__):
                if batches[-1] and lengths[at] * (len(batches[-1]) + 1) > self._plan.tokens:
                    batches.append([])
                batches[-1].append(drawn[at])
            self._rng.shuffle(batches)
            yield from batches

    def _told(self, row: int) -> str:
        text, language = self._texts.texts[row], self._texts.languages[row]
        if not self._texts.tellable[row]:
            return text
        questions, talk = self._questions[language], self._talk[language]
        short = len(text.split()) <= MOST_WORDS
        if questions and short and self._examples[row] and self._rng.random() < self._plan.asking:
            text = join(text, questions, self._rng)
        if not talk or self._rng.random() >= self._plan.told:
            return text
        return tell(text, talk, self._rng)

    def _embed(self, texts: Sequence[str]) -> Tensor:
        ids = pieces_of(self._tokenizer, texts, longest=self._plan.longest)
        pieces = torch.zeros(len(ids), max(map(len, ids)), dtype=torch.long)
        mask = torch.zeros_like(pieces)
        for row, one in enumerate(ids):
            pieces[row, : len(one)] = torch.as_tensor(np.asarray(one, dtype=np.int64))
            mask[row, : len(one)] = 1
        share = 2 * self._plan.dropped * torch.rand(len(ids), 1)
        pieces[(torch.rand(pieces.shape) < share) & (pieces > _SPECIAL)] = _UNKNOWN
        return self._student.embed(pieces, mask)

    def _noisy(self, text: str) -> str:
        if self._rng.random() >= self._plan.noise:
            return text
        return NOISES[self._rng.choice(list(NOISES))](text, self._rng, self._lexicon)

    def _encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._student.encode(texts, self._tokenizer, longest=self._plan.longest)

    def _first_proxies(self, vectors: Vectors) -> Tensor:
        """The mean vector of each class, and some texts that no article answers; shape ``(proxies, dim)``."""
        means = [vectors[self._texts.classes == number].mean(0) for number in range(self._nothing)]
        nothing = vectors[self._texts.classes == self._nothing]
        drawn = np.random.default_rng(self._plan.seed).choice(len(nothing), self._plan.unanswered)
        stacked = np.concatenate([np.stack(means), nothing[drawn]])
        return functional.normalize(torch.from_numpy(stacked.astype(np.float32)), dim=1)


def _anything_but(shares: Tensor, classes: tuple[int, int]) -> Tensor:
    """The loss of texts that may be of any class but some, summed.

    :param shares: log probabilities, shape ``(n, classes)``.
    :param classes: the first of those that are excluded, and the one behind the last.
    :return: a scalar; 0 without texts.
    """
    first, behind = classes
    return -torch.cat([shares[:, :first], shares[:, behind:]], 1).logsumexp(1).sum()
