"""Keeps the newest good state serving: polls the pointer, rebuilds after an edit, swaps at once."""

from __future__ import annotations

import fcntl
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, TypeAlias

from assistant.alarm import Alarm
from assistant.assistant import Assistant
from assistant.background import Background
from assistant.build import last_build
from assistant.certificate import Certificate
from assistant.confidence import Confidence
from corpus import LotseError
from corpus.settings import Settings
from index import (
    Artifact,
    ArtifactError,
    Encoder,
    artifact_folder,
    current_artifact,
    load_encoder,
    open_artifact,
)

logger = logging.getLogger(__name__)

Mark: TypeAlias = tuple[str, int]

_FOLDERS = ("articles", "escalation-examples")
_WATCHED = (
    "company.yaml",
    "escalation.yaml",
    "escalation-examples.yaml",
    "escalation-examples.yml",
    "unanswered.yaml",
    "synonyms.yaml",
)


def load_assistant(
    settings: Settings,
    encoder: Encoder | None = None,
    *,
    key: str | None = None,
    enlarge: Callable[[Artifact], Artifact] = lambda artifact: artifact,
) -> Assistant:
    """Open the artifact that the pointer names, or another one.

    :param settings: where the data folder is, and whether unproven answers are given.
    :param encoder: an encoder that is loaded already; default: the one the settings name.
    :param key: an artifact that does not serve yet; default: the one that does.
    :param enlarge: changes what was opened, to measure what size costs.
    :return: the assistant.
    :raises ArtifactError: when nothing has been built yet, or it does not verify.
    """
    key = key or current_artifact(settings.data)
    if key is None:
        raise ArtifactError(f"no index has been built in {settings.data}; run: lotse build")
    encoder = encoder or load_encoder(
        settings.encoder, threads=settings.encoder_threads, prompts=settings.encoder_prompts
    )
    artifact = enlarge(open_artifact(settings.data, key, encoder))
    return Assistant(
        artifact,
        Confidence.load(artifact.folder, artifact=key),
        Alarm.load(artifact.folder, artifact=key),
        Certificate.load(artifact.folder),
        answer_unproven=settings.unproven == "answer",
    )


class Snapshot:
    """The assistant that serves now; reading it takes no lock."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._encoder = load_encoder(
            settings.encoder, threads=settings.encoder_threads, prompts=settings.encoder_prompts
        )
        self._mark = _mark(settings.data)
        self.assistant = load_assistant(settings, self._encoder)
        self._refused: str | None = None
        self._refused_mark: Mark | None = None
        self._seen = _fingerprint(settings.corpus)
        self._watch_lock: IO[str] | None = None
        self._background = Background("snapshot", self._look, settings.poll_seconds)

    def start(self) -> None:
        """Begin to poll."""
        self._background.start()

    def stop(self) -> None:
        """End polling and wait for the thread."""
        self._background.stop()
        if self._watch_lock is not None:
            self._watch_lock.close()

    @property
    def last_error(self) -> str | None:
        """What is wrong with the newest edit or build, while an older state serves; else ``None``."""
        status = last_build(self._settings.data)
        return self._refused or (status.message if status and status.message else None)

    def _look(self) -> None:
        try:
            if self._settings.watch and self._is_watcher():
                self._rebuild_after_edit()
            self._swap_if_moved()
        except Exception as error:
            self._refused = f"looking for a new index failed: {error}"
            logger.exception("looking for a new index failed; the last good state keeps serving")

    def _swap_if_moved(self) -> None:
        mark = _mark(self._settings.data)
        if mark is None or mark in (self._mark, self._refused_mark):
            return
        try:
            self.assistant = load_assistant(self._settings, self._encoder)
        except LotseError as error:
            self._refused, self._refused_mark = str(error), mark
            logger.error("the new index cannot serve, the last good one does: %s", error)
        else:
            self._refused, self._mark = None, mark
            logger.info("now serving index %s", mark[0])

    def _rebuild_after_edit(self) -> None:
        seen = _fingerprint(self._settings.corpus)
        if seen == self._seen:
            return
        self._seen = seen
        logger.info("the corpus changed, building")
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "build"], capture_output=True, text=True, check=False
        )
        if done.returncode:
            logger.error("the edit is not served, the last good state is:\n%s", done.stderr.strip())

    def _is_watcher(self) -> bool:
        """Hold the lock that makes one process of all the one that rebuilds."""
        if self._watch_lock is None:
            file = (self._settings.data / "index" / "watch.lock").open("w")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
            self._watch_lock = file
        return True


def _mark(data: Path) -> Mark | None:
    """Name what serves by the artifact and by when it was fitted and certified; ``None`` without a fit."""
    key = current_artifact(data)
    if key is None:
        return None
    folder = artifact_folder(data, key)
    try:
        fitted = (folder / "confidence.json").stat().st_mtime_ns
    except FileNotFoundError:
        return None
    try:
        return key, fitted + (folder / "certificate.json").stat().st_mtime_ns
    except FileNotFoundError:
        return key, fitted


def _fingerprint(folder: Path) -> frozenset[tuple[str, int, int]]:
    files = [folder / name for name in _WATCHED]
    files += (path for name in _FOLDERS for path in (folder / name).rglob("*.y*ml"))
    found = set()
    for path in files:
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        found.add((str(path), status.st_mtime_ns, status.st_size))
    return frozenset(found)
