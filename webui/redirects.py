"""Old ids of articles that editors renamed: addresses, forms and conversations go on with the new ones."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from pathlib import Path

from assistant import Conversation
from corpus import Redirects, load_redirects
from webui.live import LiveFile


class RedirectSource:
    """The newest good redirects of a folder."""

    def __init__(self, folder: Path) -> None:
        self._file = LiveFile(folder / "redirects.yaml", load_redirects, Redirects())

    @property
    def moved(self) -> Mapping[str, str]:
        """The new id of each old one; with an error in the file the last good state stays."""
        return self._file.content.redirects

    @property
    def last_error(self) -> str | None:
        """What is wrong with the newest edit, else ``None``."""
        return self._file.last_error

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
