"""What was proven about direct answers, for which state of the service, and on which questions.

``lotse certify`` writes the file; here it is read and held against what serves. A certificate of another
state proves nothing and is never carried over.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from corpus import Language, Risk

BOTH = "all"
HIGH_RISK_MAX_WRONG = 0.02
_FILE = "certificate.json"
_STATE = ("manifest.json", "confidence.json", "alarm.npz")


@dataclass(frozen=True, slots=True)
class Claim:
    """The share of wrong ones among the direct answers of one language and risk class.

    ``bound`` is the one-sided 95 % Clopper-Pearson upper bound of ``wrong`` / ``answers``, 1 without
    answers; the claim is proven when it is at most ``max_wrong``. ``low`` and ``high`` are a 95 % bootstrap
    by article of the same share. ``coverage`` is the share of the answerable questions that were answered,
    ``unanswerable_up_to`` the share of questions without an article up to which the bound stays within
    ``max_wrong``, ``None`` where it does not hold at all.
    """

    language: str
    risk: Risk
    max_wrong: float
    answers: int
    wrong: int
    bound: float
    low: float
    high: float
    coverage: float
    unanswerable_up_to: float | None

    @property
    def proven(self) -> bool:
        """Whether the bound holds."""
        return self.answers > 0 and self.bound <= self.max_wrong


@dataclass(frozen=True, slots=True)
class Certificate:
    """All claims about one state, and the questions behind them.

    ``state`` is the hash of what serves, ``labels`` that of the questions, ``mix`` counts them by group.
    ``answer_points`` has the proven point of each language that has one.
    """

    state: str
    labels: str
    made_at: str
    mix: dict[str, int]
    answer_points: dict[str, float]
    claims: tuple[Claim, ...]

    def proves(self, language: Language, risk: Risk) -> bool:
        """Say whether direct answers of a language and risk class are proven."""
        return any(claim.proven for claim in self.claims if (claim.language, claim.risk) == (language, risk))

    def save(self, folder: Path) -> None:
        """Write ``certificate.json`` beside the index it speaks of."""
        fresh = folder / f"{_FILE}.new"
        fresh.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        fresh.replace(folder / _FILE)

    @classmethod
    def load(cls, folder: Path) -> Certificate | None:
        """Read the certificate of an artifact's folder.

        :param folder: the artifact's folder.
        :return: the certificate, ``None`` where there is none, or it speaks of another state.
        """
        try:
            stored = json.loads((folder / _FILE).read_text(encoding="utf-8"))
            claims = tuple(Claim(**{**claim, "risk": Risk(claim["risk"])}) for claim in stored.pop("claims"))
            certificate = cls(claims=claims, **stored)
            return certificate if certificate.state == state_of(folder) else None
        except (OSError, ValueError, TypeError, KeyError):
            return None


def state_of(folder: Path) -> str:
    """Hash everything that decides about direct answers: index, confidence, alarm and the code itself.

    :param folder: the artifact's folder.
    :return: hexadecimal digits.
    :raises OSError: when a part is missing.
    """
    digest = hashlib.sha256()
    for name in _STATE:
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    here = Path(__file__).resolve().parent
    for path in sorted(here.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
