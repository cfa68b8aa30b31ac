"""The calibrated probability that the first article is right, and where to answer.

A logistic regression over features of the ranking (Kamath et al. 2020, arXiv 2006.09462;
Gisserot-Boukhlef et al., TMLR 2024, arXiv 2402.12997), applied with numpy alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.errors import ConfidenceError
from corpus import Language
from index import Ranking

RELEVANCE_POINT = 0.5
NEVER = 1.01
"""An answer point above every probability: nothing is answered directly."""

FEATURES = (
    "dense",
    "dense_margin_2",
    "dense_margin_3",
    "lexical",
    "lexical_margin",
    "support",
    "score",
    "score_above_mean",
    "top_passages",
)


def features(ranking: Ranking) -> npt.NDArray[np.float64]:
    """Describe a ranking, shape ``(9,)``, float64, in the order of :data:`FEATURES`.

    A missing second or third article counts as one without any evidence.
    """
    first = ranking.articles[0]
    others = [(a.dense, a.lexical) for a in ranking.articles[1:3]] + [(0.0, 0.0)] * 2
    return np.array(
        [
            first.dense,
            first.dense - others[0][0],
            first.dense - others[1][0],
            first.lexical,
            first.lexical - others[0][1],
            first.support,
            first.score,
            first.score - ranking.mean_score,
            ranking.top_passages,
        ]
    )


@dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted confidence with its operating points.

    ``mean``, ``scale`` and ``weights`` have one number a feature. ``answer_points`` maps a language
    to the probability from which on the first article is answered directly; a language without
    enough probes is not in it and uses the strictest point of the others. ``probes`` counts the
    examples it was fitted on and ``source`` says which: ``phrasings``, or a hash of the labelled
    questions; ``max_wrong`` is the wrong share the points were chosen for.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    answer_points: dict[str, float]
    probes: dict[str, int]
    max_wrong: float
    expected_unanswerable: float
    source: str = "phrasings"

    relevance_point = RELEVANCE_POINT

    def probability(self, ranking: Ranking) -> float:
        """Return the probability, 0..1, that the first article of a ranking is right.

        A text that is a phrasing of one article was given to it by an editor: there is nothing to guess.
        """
        if not ranking.articles or ranking.known:
            return float(ranking.known)
        scaled = (features(ranking) - np.array(self.mean)) / np.array(self.scale)
        return float(1.0 / (1.0 + np.exp(-(scaled @ np.array(self.weights) + self.intercept))))

    def answer_point(self, language: Language) -> float:
        """Return the probability from which on an answer is given directly in a language."""
        return self.answer_points.get(language, max(self.answer_points.values(), default=NEVER))

    def save(self, folder: Path, *, artifact: str) -> None:
        """Write ``confidence.json`` beside the index it belongs to."""
        _write(folder, {"artifact": artifact, "code": _code_hash(), **asdict(self)})

    @classmethod
    def load(cls, folder: Path, *, artifact: str) -> Confidence | None:
        """Read ``confidence.json``.

        :param folder: the artifact's folder.
        :param artifact: the id the confidence must belong to.
        :return: the confidence, ``None`` where the corpus was too small for one.
        :raises ConfidenceError: when it is missing, incomplete or belongs to another index.
        """
        try:
            stored = json.loads((folder / "confidence.json").read_text(encoding="utf-8"))
            if (stored.pop("artifact"), stored.pop("code")) != (artifact, _code_hash()):
                raise ConfidenceError(
                    f"{folder}/confidence.json belongs to another index or version; run: lotse build"
                )
            if stored.get("weights") is None:
                return None
            stored.update({name: _numbers(stored[name]) for name in ("mean", "scale", "weights")})
            return cls(**stored)
        except (OSError, ValueError, TypeError, KeyError):
            raise ConfidenceError(
                f"{folder}/confidence.json is missing or incomplete; run: lotse build"
            ) from None

    @staticmethod
    def save_none(folder: Path, *, artifact: str) -> None:
        """Record that the corpus is too small for a confidence."""
        _write(folder, {"artifact": artifact, "code": _code_hash(), "weights": None})


def _numbers(stored: list[float]) -> tuple[float, ...]:
    if len(stored) != len(FEATURES):
        raise ValueError(f"{len(stored)} numbers for {len(FEATURES)} features")
    return tuple(stored)


def _write(folder: Path, content: dict[str, object]) -> None:
    fresh = folder / "confidence.json.new"
    fresh.write_text(json.dumps(content, indent=1), encoding="utf-8")
    fresh.replace(folder / "confidence.json")


def _code_hash() -> str:
    """Hash of the code that fits and applies a confidence; another version must fit anew."""
    here = Path(__file__).resolve().parent
    parts = (here / name for name in ("calibration.py", "confidence.py"))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]
