"""The report's head: what was measured, and what is proven, in plain words."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from assistant.certificate import BOTH, Certificate, Claim
from assistant.proof import answers_needed
from corpus import LANGUAGES, Risk
from corpus.questions import Group, labels_hash
from eval.questions import Asked
from eval.section import NAMES, Section, Table
from index import Artifact

_PACKAGES = ("kundenlotse", "faiss-cpu", "numpy", "onnxruntime", "scikit-learn")
_GROUPS = {
    Group.ANSWERABLE: "answerable",
    Group.NEAR_MISS: "near miss",
    Group.FAR: "far",
    Group.ESCALATE: "must escalate",
}


def head_section(artifact: Artifact, asked: Sequence[Asked]) -> Section:
    """Say which index was measured, on which questions, with which versions."""
    counts = Counter((one.question.group, one.question.language) for one in asked)
    facts: dict[str, str | int] = {
        "index": artifact.id,
        "built at": str(artifact.manifest["built_at"]),
        "articles": len(artifact.corpus.articles),
        "encoder": artifact.index.encoder.name,
        "questions (hash)": labels_hash([one.question for one in asked]),
        "made with": ", ".join([f"python {platform.python_version()}", *map(_versioned, _PACKAGES)]),
        "made by": "lotse eval report",
    }
    return Section(
        "head",
        "What was measured",
        (
            f"{len(asked)} test questions, which no fitting has seen, each put to the assistant in a fresh "
            "conversation. Every figure stands with its 95 % interval and the number of questions n behind "
            "it: Wilson's for shares, a percentile bootstrap with 1,000 resamples for all else.",
        ),
        tables=(
            Table(("", "value"), tuple(facts.items())),
            Table(
                ("questions", *(NAMES[language] for language in LANGUAGES), NAMES[BOTH]),
                tuple(
                    (
                        _GROUPS[group],
                        *(counts[group, language] for language in LANGUAGES),
                        sum(counts[group, language] for language in LANGUAGES),
                    )
                    for group in Group
                ),
            ),
        ),
    )


def proof_section(artifact: Artifact, asked: Sequence[Asked]) -> Section:
    """Say what the certificate beside the index proves, or what it lacks."""
    certificate = Certificate.load(artifact.folder)
    if certificate is None:
        told = ("Not proven: no certificate speaks of this index as it serves; run: lotse certify.",)
        return Section("proof", "What is proven", told)
    other = certificate.labels != labels_hash([one.question for one in asked])
    note = ("The certificate was made on other questions than this report.",) if other else ()
    mix = ", ".join(f"{count} {group}" for group, count in sorted(certificate.mix.items()))
    return Section(
        "proof",
        "What is proven",
        (
            *map(claim_words, certificate.claims),
            f"The claims hold for questions like these, in this mix: {mix}. Made at {certificate.made_at}.",
            *note,
        ),
    )


def claim_words(claim: Claim) -> str:
    """Say a claim as a sentence.

    :param claim: of a certificate.
    :return: what is proven, or what is lacking for the proof.
    """
    language = "" if claim.language == BOTH else f" {NAMES[claim.language]}"
    answers = f"direct{language} answers" + (" with high-risk articles" if claim.risk is Risk.HIGH else "")
    limit = f"at most {100 * claim.max_wrong:g} % of {answers} are wrong"
    if claim.proven:
        return f"Proven: {limit} ({claim.wrong} of {claim.answers}, bound {claim.bound:.3f})."
    if not claim.answers:
        return f"Not proven: {limit}; there are none. {_needed(claim)}"
    counted = f"{claim.wrong} of {claim.answers}, bound {claim.bound:.3f} instead of {claim.max_wrong:g}"
    if claim.wrong / claim.answers >= claim.max_wrong:
        return f"Not proven: {limit} ({counted}); too many are wrong."
    return f"Not proven: {limit} ({counted}). {_needed(claim)}"


def _needed(claim: Claim) -> str:
    if not 0 < claim.max_wrong < 1:
        return "No confidence is calibrated."
    return f"With {claim.wrong} wrong ones it takes {answers_needed(claim.max_wrong, claim.wrong)} answers."


def _versioned(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} not installed"
