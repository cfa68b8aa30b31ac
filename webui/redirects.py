"""Old ids of articles that editors renamed: addresses, forms and conversations go on with the new ones."""

from __future__ import annotations

import logging
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from assistant import Conversation
from corpus import CorpusError, load_redirects

logger = logging.getLogger(__name__)

_Mark = tuple[int, int]
"""When the file was written, and how long it is."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The file as it was read last."""

    mark: _Mark | None
    moved: Mapping[str, str]
    error: str | None


class RedirectSource:
    """The newest good redirects; the file is read again at the first use after an edit.

    Looking whether it changed costs microseconds, so it needs no thread. What two requests read at once is
    the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read = _Read(None, MappingProxyType({}), None)

    @property
    def moved(self) -> Mapping[str, str]:
        """The new id of each old one; with an error in the file the last good state stays."""
        return self._newest().moved

    @property
    def last_error(self) -> str | None:
        """What is wrong with the newest edit, else ``None``."""
        return self._newest().error

    def _newest(self) -> _Read:
        mark = _written(self._folder / "redirects.yaml")
        if mark != self._read.mark:
            try:
                moved = MappingProxyType(load_redirects(self._folder).redirects)
            except CorpusError as error:
                logger.error("the redirects cannot be used, the last good ones are: %s", error)
                self._read = _Read(mark, self._read.moved, str(error))
            else:
                self._read = _Read(mark, moved, None)
        return self._read

    def present(self, article_id: str, known: Container[str]) -> str:
        """Return the id that an article has now; an article that is there keeps its own."""
        new = self.moved.get(article_id, article_id)
        return new if article_id not in known and new in known else article_id

    def names_of(self, article_id: str) -> tuple[str, ...]:
        """Return an article's id and those that it had before."""
        return (article_id, *(old for old, new in self.moved.items() if new == article_id))

    def followed(self, conversation: Conversation, known: Container[str]) -> Conversation:
        """Return a conversation with the ids that its articles have now."""

        def present(ids: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(dict.fromkeys(self.present(each, known) for each in ids))

        return replace(
            conversation,
            turns=tuple(replace(turn, articles=present(turn.articles)) for turn in conversation.turns),
            read=present(conversation.read),
            rejected=present(conversation.rejected),
        )


def _written(file: Path) -> _Mark:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
