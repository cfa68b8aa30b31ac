"""Notices are read again when the file or the index changes; a broken edit keeps the last good ones."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from companies import berlin
from corpus_files import write_corpus
from notice_files import NOTICES, one, write_notices

from assistant.notice_source import NoticeSource, load_board
from corpus import Corpus, CorpusError, load_corpus
from corpus.settings import Settings

NOW = berlin("2026-11-28 16:00")


class Serving:
    """The corpus that serves, to be swapped like an index is."""

    def __init__(self, folder: Path) -> None:
        self.corpus = load_corpus(folder)

    def __call__(self) -> Corpus:
        """The one that serves now."""
        return self.corpus


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    """The small corpus."""
    return Serving(write_corpus(tmp_path / "c"))


@pytest.fixture
def settings(serving: Serving) -> Settings:
    """Settings that name its folder."""
    return Settings(corpus=serving.corpus.folder, poll_seconds=0.02, _env_file=None)


@pytest.fixture
def source(settings: Settings, serving: Serving) -> Iterator[NoticeSource]:
    """The notices, read once."""
    write_notices(settings.corpus)
    opened = NoticeSource(settings, serving)
    yield opened
    opened.stop()


def ids(source: NoticeSource) -> list[str]:
    return [notice.id for notice in source.board.showing(NOW)]


def test_an_edit_is_read_and_an_unchanged_file_is_not(source: NoticeSource, settings: Settings) -> None:
    board = source.board
    assert ids(source) == ["cable-cut", "parcels", "prices"]
    source.refresh()
    assert source.board is board
    write_notices(settings.corpus, one())
    source.refresh()
    assert ids(source) == ["one"]
    (settings.corpus / "notices.yaml").unlink()
    source.refresh()
    assert ids(source) == []


def test_a_broken_edit_keeps_the_last_good_and_is_told_once(
    source: NoticeSource, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    write_notices(settings.corpus, NOTICES.replace("[faults]", "[fault]"))
    source.refresh()
    source.refresh()
    assert ids(source) == ["cable-cut", "parcels", "prices"]
    assert "there is no topic 'fault'" in (source.last_error or "")
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "notices.yaml:9:14" in record.getMessage()
    write_notices(settings.corpus, one())
    source.refresh()
    assert (ids(source), source.last_error) == (["one"], None)


def test_what_is_broken_at_the_start_shows_nothing(settings: Settings, serving: Serving) -> None:
    write_notices(settings.corpus, "notices: [")
    source = NoticeSource(settings, serving)
    assert ids(source) == []
    assert "yaml-syntax" in (source.last_error or "")
    with pytest.raises(CorpusError, match="yaml-syntax"):
        load_board(settings, serving.corpus)


def test_another_index_judges_the_file_anew(
    source: NoticeSource, settings: Settings, serving: Serving
) -> None:
    write_notices(settings.corpus, one(article="new-article"))
    source.refresh()
    assert "there is no article 'new-article'" in (source.last_error or "")
    articles = {**serving.corpus.articles, "new-article": serving.corpus.articles["move-house"]}
    serving.corpus = replace(serving.corpus, folder=Path("next"), articles=articles)  # type: ignore[arg-type]
    source.refresh()
    assert (ids(source), source.last_error) == (["one"], None)


def test_the_thread_finds_edits_and_outlives_what_goes_wrong(
    source: NoticeSource, settings: Settings, serving: Serving
) -> None:
    source.start()
    good, serving.corpus = serving.corpus, None  # type: ignore[assignment]
    assert wait_until(lambda: "looking for new notices failed" in (source.last_error or ""))
    serving.corpus = good
    assert wait_until(lambda: source.last_error is None), "it was read again, though it had not changed"
    write_notices(settings.corpus, one())
    assert wait_until(lambda: ids(source) == ["one"])


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait for the thread."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()
