"""Keeps the notices of a running server fresh: reads them again when the file changes, without a build."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from assistant.background import Background
from assistant.notices import NoticeBoard
from corpus import Corpus, CorpusError, Notices, load_notices
from corpus.settings import Settings

logger = logging.getLogger(__name__)

Mark = tuple[Path, int, int]
"""The state of the index that serves, and when the file was written and how long it is."""


def load_board(settings: Settings, corpus: Corpus) -> NoticeBoard:
    """Read the notices beside a corpus that serves.

    :param settings: name the folder.
    :param corpus: says which topics and articles there are, and on whose clocks the notices are written.
    :return: the notices.
    :raises CorpusError: with all errors of the file.
    """
    return NoticeBoard(load_notices(settings.corpus, corpus.company, corpus.articles), corpus.company)


class NoticeSource:
    """The newest good notices; reading them takes no lock.

    The index that serves says which topics and articles there are: when another one serves, the file is
    judged anew.
    """

    def __init__(self, settings: Settings, corpus: Callable[[], Corpus]) -> None:
        self._settings = settings
        self._corpus = corpus
        self._mark: Mark | None = None
        self.last_error: str | None = None
        self.board = NoticeBoard(Notices(), corpus().company)
        self._background = Background("notices", self._look, settings.poll_seconds)
        self.refresh()

    def start(self) -> None:
        """Begin to look for edits."""
        self._background.start()

    def stop(self) -> None:
        """End looking and wait for the thread."""
        self._background.stop()

    def refresh(self) -> None:
        """Read the file where it has changed; with an error in it the last good notices stay."""
        corpus = self._corpus()
        mark = (corpus.folder, *_written(self._settings.corpus / "notices.yaml"))
        if mark == self._mark:
            return
        self._mark = mark
        try:
            self.board = load_board(self._settings, corpus)
        except CorpusError as error:
            self.last_error = str(error)
            logger.error("the notices cannot be shown, the last good ones are: %s", error)
        else:
            self.last_error = None
            logger.info("the newest notices are shown")

    def _look(self) -> None:
        try:
            self.refresh()
        except Exception as error:
            self._mark = None
            self.last_error = f"looking for new notices failed: {error}"
            logger.exception("looking for new notices failed; the last good ones stay")


def _written(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
