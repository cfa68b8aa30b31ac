"""A file beside the corpus that takes effect at once when it is edited, without a build."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from corpus import CorpusError

logger = logging.getLogger(__name__)

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class _Read(Generic[Content]):
    """The file as it was read last; ``mark`` is when it was written, and how long it is."""

    mark: tuple[int, int] | None
    content: Content
    error: str | None


class LiveFile(Generic[Content]):
    """The newest good content of a file; it is read again at the first use after an edit.

    Looking whether it changed costs microseconds, so it needs no thread. What two requests read at once is
    the same.

    :param file: may be missing.
    :param load: reads the file's folder; raises :class:`~corpus.CorpusError` for what is wrong.
    :param first: the content until there is a good one.
    """

    def __init__(self, file: Path, load: Callable[[Path], Content], first: Content) -> None:
        self._file = file
        self._load = load
        self._read = _Read(None, first, None)

    @property
    def content(self) -> Content:
        """What the file says; with an error in it the last good state stays."""
        return self._newest().content

    @property
    def last_error(self) -> str | None:
        """What is wrong with the newest edit, else ``None``."""
        return self._newest().error

    def _newest(self) -> _Read[Content]:
        mark = self._mark()
        if mark != self._read.mark:
            try:
                self._read = _Read(mark, self._load(self._file.parent), None)
            except CorpusError as error:
                logger.error("%s cannot be used, its last good state is: %s", self._file.name, error)
                self._read = _Read(mark, self._read.content, str(error))
        return self._read

    def _mark(self) -> tuple[int, int]:
        try:
            status = self._file.stat()
        except OSError:
            return 0, 0
        return status.st_mtime_ns, status.st_size
