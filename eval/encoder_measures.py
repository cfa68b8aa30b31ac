"""How good an encoder is by itself: translations, similarity, tasks, and misspelt questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from eval.dense import DenseArticles, nearest_is_own
from eval.encoder_data import SIMILARITY, EncoderData, ScoredPairs
from eval.intervals import SEED, Figure, mean_of_groups, resampled, share
from eval.resampling import ratio_of, spearman_of
from eval.tasks import Task, TaskQuery
from index import Encoder
from index.training.noise import NOISES, Lexicon, Noise

ENGLISH_TASKS = ("banking77_oos_valid", "clinc150_val", "hint3_curekart")
NOISY_TASK = "robo_faq_dev"
CROSS_LANGUAGE = "_xling"
MEAN_OF_THREE = "mean of the three English tasks"

Tick = Callable[[], object]
"""Called once a data set."""


@dataclass(frozen=True, slots=True)
class EncoderMeasures:
    """All figures of one encoder; the same names in the same order for every encoder on the same data.

    ``hits`` holds one flag an answerable query, by task; ``cosines`` the cosine of every scored pair, by
    set; ``changed`` how many questions a noise changed, by the name of its figure.
    """

    figures: dict[str, Figure]
    hits: dict[str, list[bool]]
    cosines: dict[str, list[float]]
    changed: dict[str, int]


@dataclass(frozen=True, slots=True)
class NoisyHits:
    """One flag a question, clean and by noise, and how many questions each noise changed."""

    clean: list[bool]
    noisy: dict[str, list[bool]]
    changed: dict[str, int]

    @property
    def figures(self) -> dict[str, Figure]:
        """Clean recall@1, then the share of it that is left under each noise."""
        kept = {
            _kept(kind): resampled(ratio_of(flags, self.clean), len(flags))
            for kind, flags in self.noisy.items()
        }
        return {f"{NOISY_TASK} German, clean": share(self.clean), **kept}


def differences(measured: EncoderMeasures, reference: EncoderMeasures) -> dict[str, Figure]:
    """Compare recall@1 of two encoders on the English tasks, query by query.

    :param measured: one encoder.
    :param reference: the one that is subtracted, measured on the same data.
    :return: each task's mean difference, then the mean of the three, with paired bootstrap intervals.
    """
    by_task = {
        task: [
            float(own) - float(other)
            for own, other in zip(measured.hits.get(task, ()), reference.hits.get(task, ()), strict=True)
        ]
        for task in ENGLISH_TASKS
    }
    each = {task: mean_of_groups([by_task[task]]) for task in ENGLISH_TASKS}
    return {**each, MEAN_OF_THREE: mean_of_groups([*by_task.values()])}


def agreement(measured: EncoderMeasures, reference: EncoderMeasures) -> dict[str, Figure]:
    """Compare the order in which two encoders put the scored pairs.

    :param measured: one encoder.
    :param reference: another, measured on the same data.
    :return: Spearman's correlation of their cosines, by set.
    """
    return {
        f"STS {name}": resampled(spearman_of(cosines, reference.cosines[name]), len(cosines))
        for name, cosines in measured.cosines.items()
    }


def measure_encoder(encoder: Encoder, data: EncoderData, tick: Tick = lambda: None) -> EncoderMeasures:
    """Take every measure of one encoder.

    :param encoder: the encoder.
    :param data: what it is measured on; a measure whose data is missing is undefined.
    :param tick: called after each of the ``data.sets`` data sets.
    :return: the figures with 95 % intervals.
    """
    figures = bitext_figures(encoder, data.bitext)
    if data.bitext:
        tick()
    cosines: dict[str, list[float]] = {}
    for name in SIMILARITY:
        pairs = data.similarity.get(name)
        if pairs is not None:
            cosines[name] = pair_cosines(encoder, pairs)
            tick()
        figures[f"STS {name}"] = similarity_figure(cosines.get(name, ()), pairs)
    hits: dict[str, list[bool]] = {}
    noisy = NoisyHits([], {kind: [] for kind in NOISES}, dict.fromkeys(NOISES, 0))
    for name, task in data.tasks.items():
        queries = [query for query in task.queries if query.expected]
        articles = DenseArticles.embed(task, encoder)
        hits[name] = articles.hits(queries, encoder)
        if name == NOISY_TASK:
            noisy = put_noisily(task, articles, encoder)
        tick()
    changed = {_kept(kind): count for kind, count in noisy.changed.items()}
    return EncoderMeasures({**figures, **retrieval_figures(hits), **noisy.figures}, hits, cosines, changed)


def bitext_figures(encoder: Encoder, pairs: Sequence[tuple[str, str]]) -> dict[str, Figure]:
    """Return how often a translation is the nearest among all, in both directions."""
    english = encoder.encode([pair[0] for pair in pairs])
    german = encoder.encode([pair[1] for pair in pairs])
    return {
        "bitext en→de": share(nearest_is_own(english, german)),
        "bitext de→en": share(nearest_is_own(german, english)),
    }


def pair_cosines(encoder: Encoder, pairs: ScoredPairs) -> list[float]:
    """Return the cosine of each pair."""
    left, right = encoder.encode(pairs.left), encoder.encode(pairs.right)
    cosines: list[float] = np.einsum("nd,nd->n", left, right, dtype=np.float64).tolist()
    return cosines


def similarity_figure(cosines: Sequence[float], pairs: ScoredPairs | None) -> Figure:
    """Return Spearman's correlation of cosine and score."""
    if pairs is None:
        return Figure(None, None, 0)
    return resampled(spearman_of(cosines, pairs.scores), len(pairs.scores))


def retrieval_figures(hits: Mapping[str, Sequence[bool]]) -> dict[str, Figure]:
    """Return recall@1 of each task, of all cross-language queries together, and of the English tasks.

    :param hits: one flag an answerable query, by task.
    :return: the union counts every query once, the mean of the three every task once.
    """
    across = {task: flags for task, flags in hits.items() if task.endswith(CROSS_LANGUAGE)}
    union = [flag for flags in across.values() for flag in flags]
    return {
        **{task: share(flags) for task, flags in across.items()},
        f"all *{CROSS_LANGUAGE}": share(union),
        **{task: share(flags) for task, flags in hits.items() if task not in across},
        MEAN_OF_THREE: mean_of_groups([hits.get(task, ()) for task in ENGLISH_TASKS]),
    }


def put_noisily(task: Task, articles: DenseArticles, encoder: Encoder) -> NoisyHits:
    """Put a task's answerable German queries clean, and once with each noise, always the same."""
    queries = [query for query in task.queries if query.expected and query.lang == "de"]
    lexicon = Lexicon.from_texts([*(p.text for p in task.passages), *(query.query for query in task.queries)])
    noisy = {kind: made_noisy(queries, noise, lexicon) for kind, noise in NOISES.items()}
    return NoisyHits(
        articles.hits(queries, encoder),
        {kind: articles.hits(changed, encoder) for kind, changed in noisy.items()},
        {
            kind: sum(one.query != other.query for one, other in zip(queries, changed, strict=True))
            for kind, changed in noisy.items()
        },
    )


def made_noisy(queries: Sequence[TaskQuery], noise: Noise, lexicon: Lexicon) -> list[TaskQuery]:
    """Change each query's text once, with a fixed seed."""
    rng = Random(SEED)  # noqa: S311
    return [query.model_copy(update={"query": noise(query.query, rng, lexicon)}) for query in queries]


def _kept(kind: str) -> str:
    return f"recall@1 kept, {kind}"
