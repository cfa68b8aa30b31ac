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
from index import EVIDENCE, Ranking, Weights

RELEVANCE_POINT = 0.5
NEVER = 1.01
"""An answer point above every probability: nothing is answered directly."""

FEATURES = (
    "density",
    "nearest",
    "coverage",
    "share",
    "margin_2",
    "margin_3",
    "density_margin",
    "nothing",
    "learned",
    "learned_nothing",
    "unknown",
    "length",
)
_KEPT = [EVIDENCE.index(name) for name in ("density", "nearest", "coverage")]
_DENSITY, _LEARNED = EVIDENCE.index("density"), EVIDENCE.index("learned")
_FARTHEST = 10.0


def features(ranking: Ranking) -> npt.NDArray[np.float64]:
    """Describe a ranking, shape ``(12,)``, float64, in the order of :data:`FEATURES`.

    ``share`` is the log odds of the first article's softmax share, the margins are ln(1 + difference of
    logits), of a difference of 10 at most and where no other article is; ``length`` is the logarithm
    of the number of words.
    """
    first, *others = ranking.articles[:3]
    share = min(max(ranking.shares[0], 1e-6), 1 - 1e-6)
    margins = [_damped(first.score - other.score) for other in others] + [_damped(_FARTHEST)] * 2
    second = others[0].evidence[_DENSITY] if others else 0.0
    return np.array(
        [
            *(first.evidence[at] for at in _KEPT),
            np.log(share / (1 - share)),
            margins[0],
            margins[1],
            first.evidence[_DENSITY] - second,
            ranking.nothing,
            first.evidence[_LEARNED],
            ranking.learned_nothing,
            ranking.unknown,
            np.log(1 + len(ranking.query.split())),
        ]
    )


def _damped(difference: float) -> float:
    return float(np.log1p(min(max(difference, 0.0), _FARTHEST)))


@dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted confidence with its operating points.

    ``ranking`` weighs the evidence; ``mean``, ``scale`` and ``weights`` have one number a feature.
    ``answer_points`` maps a language to the probability from which on the first article is answered directly;
    a language without enough probes is not in it and uses the strictest point of the others. ``ladder`` has
    candidates for these points, the strictest first, from which a proof takes the last that holds. ``probes``
    counts the examples it was fitted on and ``source`` says which: ``phrasings``, or a hash of the labelled
    questions; ``max_wrong`` is the wrong share the points were chosen for.
    """

    ranking: Weights
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    answer_points: dict[str, float]
    ladder: dict[str, tuple[float, ...]]
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
            stored["ladder"] = {name: tuple(points) for name, points in stored["ladder"].items()}
            stored["ranking"] = Weights(tuple(stored["ranking"]["values"]))
            return cls(**stored)
        except (OSError, ValueError, TypeError, KeyError):
            raise ConfidenceError(
                f"{folder}/confidence.json is missing or incomplete; run: lotse build"
            ) from None

    @staticmethod
    def save_none(folder: Path, *, artifact: str, source: str) -> None:
        """Record that what it was fitted on is too little for a confidence."""
        _write(folder, {"artifact": artifact, "code": _code_hash(), "weights": None, "source": source})


def fitted_on(folder: Path) -> str | None:
    """Return the source of what is stored in a folder, ``None`` where nothing can be read."""
    try:
        source = json.loads((folder / "confidence.json").read_text(encoding="utf-8"))["source"]
        return str(source)
    except (OSError, ValueError, KeyError):
        return None


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
    parts = (here / name for name in ("calibration.py", "confidence.py", "weighing.py"))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:16]
