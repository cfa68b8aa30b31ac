"""Renamed articles: what the file may say, and what the check says of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_files import ARTICLE, SECOND, TODAY, line, problems_of, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from corpus import CorpusError, Redirects, check_corpus, load_redirects
from corpus.redirects import find_redirect_errors
from corpus.source import parse_source
from corpus.validation import validate


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus with two articles and no problem."""
    return write_corpus(tmp_path / "corpus", articles={"move-house.yaml": ARTICLE, "second.yaml": SECOND})


def said(folder: Path, text: str) -> list[str]:
    """The problems of a corpus with redirects."""
    (folder / "redirects.yaml").write_text(text, encoding="utf-8")
    return problems_of(folder)


def test_without_the_file_nothing_was_renamed(folder: Path) -> None:
    assert load_redirects(folder) == Redirects()
    assert not [each for each in problems_of(folder) if "redirects" in each]


def test_old_ids_lead_to_new_ones(folder: Path) -> None:
    before = problems_of(folder)
    assert said(folder, "redirects:\n  moving: move-house\n  umzug: move-house\n") == before
    assert load_redirects(folder).redirects == {"moving": "move-house", "umzug": "move-house"}


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("moving: move-hose", "2:11 error unknown-article: there is no article 'move-hose'"),
        ("second: move-house", "2:3 error id-in-use: there is an article 'second', so its address"),
        ("a: b\n  b: move-house", "2:6 error chain: 'a' leads to 'b', which was renamed, too"),
        ("a: a", "2:6 error circle: 'a' leads to 'a' and back in a circle"),
        ("a: b\n  b: a", "2:6 error circle: 'a' leads to 'b' and back in a circle"),
        ("a: Move", "2:6 error bad-value: 'Move' cannot be used as 'a'"),
        ("Old One: move-house", "2:3 error bad-value: 'Old One' cannot be the id"),
        ("a: [b]", "2:6 error bad-value: 'a' must be a text, but is a list"),
        ("a: move-house\n  a: second", "3:3 error"),
    ],
)
def test_a_mistake_is_named_with_its_place(folder: Path, lines: str, problem: str) -> None:
    found = [each for each in said(folder, f"redirects:\n  {lines}\n") if each.startswith("redirects.yaml")]
    assert found
    assert found[0].startswith(f"redirects.yaml:{problem}"), found


def test_hints_say_what_to_write(folder: Path) -> None:
    said(folder, "redirects:\n  a: b\n  b: move-house\n  c: move-hose\n")
    hints = [each.hint for each in check_corpus(folder, TODAY).problems if each.file.name == "redirects.yaml"]
    assert hints == ["Write 'a: move-house'.", "Did you mean 'move-house'?"]


def test_an_unknown_key_is_refused(folder: Path) -> None:
    assert any("unknown-key" in each for each in said(folder, "redirect:\n  a: move-house\n"))


def test_a_hidden_article_is_a_warning(folder: Path) -> None:
    archived = SECOND.replace("topic: contract", "topic: contract\nstate: archived")
    (folder / "articles" / "second.yaml").write_text(archived, encoding="utf-8")
    found = said(folder, "redirects:\n  old: second\n")
    assert any("2:8 warning hidden-article: the article 'second' is archived" in each for each in found)


def test_a_server_needs_no_articles_to_read_it_but_refuses_chains(folder: Path) -> None:
    (folder / "redirects.yaml").write_text("redirects:\n  a: not-built-yet\n", encoding="utf-8")
    assert load_redirects(folder).redirects == {"a": "not-built-yet"}
    (folder / "redirects.yaml").write_text("redirects:\n  a: b\n  b: c\n", encoding="utf-8")
    with pytest.raises(CorpusError) as caught:
        load_redirects(folder)
    assert line(caught.value.problems[0], folder) == (
        "redirects.yaml:2:6 error chain: 'a' leads to 'b', which was renamed, too"
    )


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefgh")))
def test_what_is_accepted_ends_after_one_step(moved: dict[str, str]) -> None:
    text = "redirects:\n" + "".join(f"  {old}: {new}\n" for old, new in moved.items())
    sheet, problems = validate(Redirects, parse_source(Path("redirects.yaml"), text.encode()))
    if not moved:
        assert [each.code for each in problems] == ["empty-value"]
        return
    assert sheet is not None
    assert problems == []
    accepted = not find_redirect_errors(sheet)
    assert accepted == set(moved).isdisjoint(moved.values())
