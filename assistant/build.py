"""Builds everything that serves, aside: check, index, calibrate, then move the pointer."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from assistant.alarm import Alarm
from assistant.alarm_fit import fit_alarm
from assistant.calibration import calibrate_index
from assistant.certificate import Certificate
from assistant.confidence import Confidence, fitted_on
from assistant.errors import ConfidenceError
from corpus import LotseError, Risk, load_corpus
from corpus.questions import Group, labels_hash, load_questions
from corpus.settings import Settings
from index import Encoder, artifact_folder, build_artifact, building, load_encoder, open_artifact, publish

Report = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class BuildStatus:
    """How the last build ended; ``message`` says what is wrong, empty when nothing is."""

    at: str
    artifact: str | None
    message: str


def build(settings: Settings, *, report: Report = lambda line: None) -> str:
    """Build the index of the corpus, calibrate it and let it serve; what stands already is kept.

    One build runs at a time. When it fails, what served before goes on serving.

    :param settings: where the corpus and the data folder are.
    :param report: called with a line for people at each step.
    :return: the id of the artifact that serves now.
    :raises LotseError: when the corpus or the model is broken; recorded for :func:`last_build`.
    """
    folder = settings.data / "index"
    with building(settings.data):
        try:
            key = _build(settings, report)
        except (LotseError, OSError) as error:
            _record(folder, None, str(error))
            raise
        publish(settings.data, key)
        _record(folder, key, "")
    return key


def calibrate(settings: Settings, key: str, encoder: Encoder, *, report: Report) -> Confidence | None:
    """Fit the confidence of a built index and store it beside the index.

    :param settings: say which wrong share is allowed.
    :param key: the artifact's id.
    :param encoder: the encoder the index was built with.
    :param report: called with a line for people.
    :return: the confidence, ``None`` where the corpus has too few phrasings.
    """
    artifact = open_artifact(settings.data, key, encoder)
    labelled = settings.labelled_questions
    questions = [] if labelled is None else load_questions(labelled, None)
    report(
        f"calibrating on {len(questions)} labelled questions"
        if questions
        else "calibrating: every phrasing is asked with itself, then with its article left out"
    )
    confidence = calibrate_index(
        artifact.index,
        max_wrong=settings.max_wrong,
        expected_unanswerable=settings.expected_unanswerable,
        questions=[question for question in questions if question.split == "calibration"],
        progress=lambda done, total: report(f"  {done} of {total}") if done % 200 == 0 else None,
    )
    harmless = [question for question in questions if question.group is not Group.ESCALATE]
    alarm = fit_alarm(artifact, [question.text for question in harmless])
    alarm.save(artifact.folder, artifact=key, source=_source(settings))
    if confidence is None:
        Confidence.save_none(artifact.folder, artifact=key, source=_source(settings))
        report("too few phrasings for a confidence: articles are suggested, none is answered directly")
    else:
        confidence = replace(confidence, source=_source(settings))
        confidence.save(artifact.folder, artifact=key)
        points = ", ".join(f"{lang} {point:.3f}" for lang, point in confidence.answer_points.items())
        report(f"answered directly from probability {points}")
    return confidence


def last_build(data: Path) -> BuildStatus | None:
    """Return how the last build ended, ``None`` before the first."""
    try:
        return BuildStatus(**json.loads((data / "index" / "last-build.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _build(settings: Settings, report: Report) -> str:
    corpus = load_corpus(settings.corpus)
    # Tens of thousands of texts are embedded and nobody waits for single ones: take the whole machine.
    threads = max(settings.encoder_threads, os.cpu_count() or 1)
    encoder = load_encoder(settings.encoder, threads=threads, prompts=settings.encoder_prompts)
    key = build_artifact(corpus, encoder, settings.data, report=report)
    if not _calibrated(settings, key):
        calibrate(settings, key, encoder, report=report)
    _certify(settings, key, report)
    return key


def _certify(settings: Settings, key: str, report: Report) -> None:
    """Prove what was built, in a process of its own: no lower layer imports the measuring one."""
    if settings.test_questions is None:
        report("not proven: there are no test questions")
        return
    folder = artifact_folder(settings.data, key)
    standing = Certificate.load(folder)
    if standing is None or standing.labels != labels_hash(load_questions(settings.test_questions, None)):
        report("certifying on the test questions")
        command = [sys.executable, "-m", "eval", "certify", "--artifact", key]
        done = subprocess.run(  # noqa: S603 (our own interpreter, no shell)
            command, env=settings.environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            report(f"not proven: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else command}")
            return
    certificate = Certificate.load(folder)
    for claim in certificate.claims if certificate else ():
        if claim.risk is Risk.LOW:
            report(
                f"{claim.language}: {'proven' if claim.proven else 'not proven'}, {claim.wrong} of "
                f"{claim.answers} direct answers wrong, at most {claim.bound:.3f} (95 %)"
            )


def _calibrated(settings: Settings, key: str) -> bool:
    folder = artifact_folder(settings.data, key)
    try:
        confidence = Confidence.load(folder, artifact=key)
        Alarm.load(folder, artifact=key)
    except ConfidenceError:
        return False
    if fitted_on(folder) != _source(settings):
        return False
    wanted = (settings.max_wrong, settings.expected_unanswerable)
    return confidence is None or wanted == (confidence.max_wrong, confidence.expected_unanswerable)


def _source(settings: Settings) -> str:
    """Name what the confidence is fitted on, so that other questions fit it anew."""
    labelled = settings.labelled_questions
    if labelled is None:
        return "phrasings"
    try:
        return hashlib.sha256(labelled.read_bytes()).hexdigest()[:16]
    except OSError:
        return "unreadable"


def _record(folder: Path, key: str | None, message: str) -> None:
    status = BuildStatus(datetime.now(UTC).isoformat(timespec="seconds"), key, message)
    fresh = folder / "last-build.json.new"
    fresh.write_text(json.dumps(asdict(status), ensure_ascii=False), encoding="utf-8")
    fresh.replace(folder / "last-build.json")
