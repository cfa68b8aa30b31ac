"""YAML is read strictly, with places, and every mistake becomes words for an editor."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from corpus_files import ARTICLE, COMPANY, ESCALATION
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.company import Company
from corpus.escalation import EscalationRules
from corpus.model import Article
from corpus.source import LOADER, MAX_BYTES, parse_source, read_source
from corpus.validation import validate

FILE = Path("a.yaml")
LOADERS = list({LOADER, yaml.SafeLoader})


def parse(text: str, loader: type[Any] = LOADER) -> Any:
    return parse_source(FILE, text.encode(), loader=loader)


def found(text: str, loader: type[Any] = LOADER) -> list[tuple[int, int, str, str]]:
    return [(p.line, p.column, p.code, p.message) for p in parse(text, loader).problems]


@pytest.mark.parametrize("loader", LOADERS)
def test_every_scalar_stays_text(loader: type[Any]) -> None:
    source = parse("a: no\nb: 12:30\nc: 1e3\nd: 2026-01-01\ne: 0o17\nf: 'x'\ng: [true, 5.0]\n", loader)
    assert source.data == {
        "a": "no",
        "b": "12:30",
        "c": "1e3",
        "d": "2026-01-01",
        "e": "0o17",
        "f": "x",
        "g": ["true", "5.0"],
    }
    assert source.problems == ()


@pytest.mark.parametrize("loader", LOADERS)
def test_places_count_from_one_and_count_letters_not_bytes(loader: type[Any]) -> None:
    source = parse("ä: {ü: 1, ö: [x, y]}\nb:\n  - c: d\n    e: f\n", loader)
    assert source.key_place("ä") == (1, 1)
    assert source.place("ä", "ü") == (1, 8)
    assert source.key_place("ä", "ö") == (1, 11)
    assert source.place("ä", "ö", 1) == (1, 18)
    assert source.place("b", 0) == (3, 5)
    assert source.key_place("b", 0, "e") == (4, 5)
    assert source.place("b", 0, "e") == (4, 8)


def test_an_unknown_path_leads_to_the_nearest_part_around_it() -> None:
    source = parse("a:\n  b: c\n")
    assert source.place("a", "b", "x", 3) == (2, 6)
    assert source.key_place("a", "z") == (1, 1)
    assert source.place("q") == (1, 1)
    assert parse("").place("q") == (1, 1)
    assert source.text("a", "b") == "c"
    assert parse("a: [x, y]\n").text("a", 1) == "y"
    assert source.text("a", 0) == source.text("a") == source.text("a", "b", "c") == ""


@pytest.mark.parametrize("loader", LOADERS)
def test_a_place_inside_a_block_text_is_exact(loader: type[Any]) -> None:
    source = parse("a:\n  b: |\n    one\n\n     two [x](y\n  c: >\n    folded\n    [x](y\n", loader)
    text = source.text("a", "b")
    assert source.place_in(("a", "b"), text.index("[")) == (5, 10)
    assert source.place_in(("a", "b"), 0) == (3, 5)
    assert source.place_in(("a", "c"), source.text("a", "c").index("[")) == source.place("a", "c") == (6, 6)


def test_windows_files_are_read_like_others() -> None:
    source = parse_source(FILE, b"\xef\xbb\xbfa: b\r\nc: |\r\n  one\r\n  two\r\n")
    assert source.data == {"a": "b", "c": "one\ntwo\n"}
    assert source.place_in(("c",), 4) == (4, 3)
    assert source.place("a") == (1, 4)
    assert source.problems == ()


def test_a_key_without_value_is_left_out_and_remembered() -> None:
    source = parse("a:\nb: ~\nc: null\nd: ''\ne: 'null'\nf: |\n")
    assert source.data == {"d": "", "e": "null", "f": ""}
    assert dict(source.empty) == {("a",): (1, 1), ("b",): (2, 1), ("c",): (3, 1)}
    assert source.problems == ()


COLON = "a colon followed by a space stands inside a text without quotes"
QUOTE = "the quotation mark that opens here is never closed"
AFTER = "text follows a closing quotation mark"
INDENT = "the indentation does not fit the lines above"
NOT_KEY = "this line is neither 'key: value' nor the continuation of a text"
NEW_KEY = "a new key is not expected here"
TAB = "a tab is used for indentation"
ITEM = "a list item is not expected here"
BACKSLASH = "a backslash in double quotes begins a special character that does not exist"


def sign(char: str) -> str:
    return f"a text must not begin with {char!r} here: the sign has a meaning of its own"


SYNTAX = [
    ("a: Wie geht das: jetzt?\n", 1, 16, COLON),
    ("a:\n  - 'x'\n  - Größe: so: nicht\n", 3, 14, COLON),
    ('a: "offen\nb: c\n', 1, 4, QUOTE),
    ("a: x\nb: 'I am\n", 2, 4, QUOTE),
    ('a: "Was heißt "Roaming"?"\nb: c\n', 1, 16, AFTER),
    ("a: 'I can't'\nb: c\n", 1, 11, AFTER),
    ("a: **fett** ist\n", 1, 4, sign("*")),
    ("a: & mehr\n", 1, 4, sign("&")),
    ("a: @home\n", 1, 4, sign("@")),
    ("a: `code`\n", 1, 4, sign("`")),
    ("a: %50\n", 1, 4, sign("%")),
    ("a: , b\n", 1, 4, sign(",")),
    ("a: ? b\n", 1, 4, sign("?")),
    ("a: !<x b\n", 1, 4, sign("!")),
    ("a: [Link](https://x.example) hier\nb: c\n", 1, 10, "text follows a closing bracket"),
    ("a: [x, y\nb: c\n", 1, 4, "the bracket that opens here is not closed as a list must be"),
    ("a:\n\tb: c\n", 2, 1, TAB),
    ("a:\n  b: c\n \td: e\n", 3, 2, TAB),
    ("a: x\n  b: c\n", 2, 4, NEW_KEY),
    ("a:x\nb: c\n", 2, 2, NEW_KEY),
    ("b: c\na:x\n", 2, 1, NOT_KEY),
    ("a: |\nText ohne Einzug\nb: c\n", 2, 1, NOT_KEY),
    ("a:\n    b: c\n  d: e\n", 3, 3, INDENT),
    ("a: |\n    tief\n  flach\nb: c\n", 3, 3, INDENT),
    ("a:\n  x: y\n  - z\n", 3, 3, ITEM),
    ("a: - b\n", 1, 4, ITEM),
    ('a: "C:\\quark"\n', 1, None, BACKSLASH),
    ('a: "\\x1"\n', 1, 7, BACKSLASH),
    ("a: > text\n", 1, 4, "text stands in the same line as '>'"),
    ("a: b\n... foo\n", 2, 5, "text follows the end of the data"),
    ("[a]: b\n", 1, 1, "a key must be a single word"),
    ("a: b\n  \u00a0c: d\n", 2, 3, "a no-break space is used for indentation"),
]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("text", "line", "column", "message"), SYNTAX)
def test_syntax_errors_say_where_and_what(
    text: str, line: int, column: int | None, message: str, loader: type[Any]
) -> None:
    source = parse(text, loader)
    (problem,) = source.problems
    assert (problem.line, problem.code, problem.message) == (line, "yaml-syntax", message)
    assert column is None or problem.column == column
    assert problem.hint.endswith(".")
    assert source.data is None


def test_an_unforeseen_complaint_of_the_parser_is_passed_on() -> None:
    (problem,) = parse("%YAML 2.0\n---\na: b\n").problems
    assert problem.message == "this line cannot be read (found incompatible YAML document)"


FEATURES = [
    ("a: &x b\nc: d\n", 1, 4, "'&x' is a label for references, which are not used here"),
    ("a: *x\nc: d\n", 1, 4, "'*x' refers to another place, which is not used here"),
    ("a: !wichtig b\n", 1, 4, "'!wichtig' is a type tag, which is not used here"),
    ("a: !!int 5\n", 1, 4, "'tag:yaml.org,2002:int' is a type tag, which is not used here"),
    ("a: b\n<<: {c: d}\n", 2, 1, "'<<' copies keys from another place, which is not used here"),
    ("a: b\n---\nc: d\n", 2, 1, "a second document begins here ('---')"),
    ("%YAML 1.1\n---\na: b\n", 1, 1, "the file begins with a '%' directive, which is not used here"),
]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("text", "line", "column", "message"), FEATURES)
def test_features_that_editors_do_not_need_are_refused(
    text: str, line: int, column: int, message: str, loader: type[Any]
) -> None:
    assert found(text, loader) == [(line, column, "yaml-feature", message)]


def test_duplicate_keys_keep_the_first_value_and_name_both_lines() -> None:
    source = parse("a: 1\nb:\n  c: 2\n  c: {d: e}\na:\n  - 3\n")
    assert source.data == {"a": "1", "b": {"c": "2"}}
    assert [(p.line, p.column, p.code, p.message) for p in source.problems] == [
        (4, 3, "duplicate-key", "the key 'c' appears twice; the first stands in line 3"),
        (5, 1, "duplicate-key", "the key 'a' appears twice; the first stands in line 1"),
    ]
    assert source.place("a") == (1, 4)


def test_an_empty_list_item_is_an_error() -> None:
    assert found("a:\n  - x\n  -\n  - null\n") == [
        (3, 4, "empty-value", "this list item is empty"),
        (4, 5, "empty-value", "this list item is empty"),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null\n"])
def test_an_empty_file_is_an_error(text: str) -> None:
    assert found(text) == [(1, 1, "empty-file", "the file is empty")]


@pytest.mark.parametrize("loader", LOADERS)
def test_a_list_item_that_yaml_joins_to_the_text_above_is_warned_of(loader: type[Any]) -> None:
    source = parse("a:\n  - eins\n   - zwei\n  - drei - vier\nb: x\n  y\n", loader)
    assert source.data == {"a": ["eins - zwei", "drei - vier"], "b": "x y"}
    (problem,) = source.problems
    assert (problem.line, problem.column, problem.code) == (3, 4, "joined-lines")
    assert problem.severity == "warning"


@pytest.mark.parametrize("loader", LOADERS)
def test_text_that_yaml_swallows_as_a_comment_is_warned_of(loader: type[Any]) -> None:
    text = "a: Platz #1 im Test\nb: x # so gemeint\nc: 'y' #z\nd:\n  - e #f\ng: C#1\n"
    assert [(p.line, p.column, p.code) for p in parse(text, loader).problems] == [
        (1, 10, "swallowed-text"),
        (5, 7, "swallowed-text"),
    ]


def test_bytes_that_are_no_utf_8_are_found() -> None:
    (problem,) = parse_source(FILE, "a: b\nc: Grüße\n".encode("cp1252")).problems
    assert (problem.line, problem.column, problem.code) == (2, 6, "encoding")
    assert problem.message == "the byte 0xfc here is not UTF-8"
    (problem,) = parse_source(FILE, "a: b".encode("utf-16")).problems
    assert problem.message == "the file is saved as UTF-16"


@pytest.mark.parametrize("char", ["\0", "\x07", "\x7f", "\x85", "\u2028", "\ufeff", "\ufffe"])
def test_invisible_characters_are_found(char: str) -> None:
    message = f"an invisible character stands here (U+{ord(char):04X})"
    assert found(f"a: b\nc: x{char}y\n") == [(2, 5, "invisible-character", message)]


@pytest.mark.parametrize("text", ["[" * 400_000, "{a: " * 100_000, "- " * 200_000, "? " * 200_000])
def test_deep_files_are_refused_at_once(text: str) -> None:
    start = time.monotonic()
    source = parse(text)
    assert source.data is None
    assert source.problems[0].code in {"too-deep", "yaml-syntax"}
    assert time.monotonic() - start < 5


def test_twenty_levels_are_read_and_one_more_is_not() -> None:
    assert parse("[" * 20 + "]" * 20).problems == ()
    message = "more than 20 levels inside each other"
    assert found("[" * 21 + "]" * 21) == [(1, 21, "too-deep", message)]


def test_references_cannot_explode() -> None:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    source = parse(laughs)
    assert {problem.code for problem in source.problems} == {"yaml-feature"}
    assert source.data["b"] == ["*a"] * 9


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_bytes(b"a: b\n" * (MAX_BYTES // 5 + 1))
    (problem,) = read_source(file).problems
    assert (problem.code, problem.message) == ("too-large", "the file is larger than 4 MB")
    file.write_bytes(b"#" * (MAX_BYTES - 5) + b"\na: b")
    assert read_source(file).data == {"a": "b"}


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    (problem,) = read_source(tmp_path / "none.yaml").problems
    assert problem.code == "unreadable-file"
    assert problem.message == "the file cannot be opened: No such file or directory"


YAML_PIECES = st.lists(
    st.sampled_from(
        [
            *"abc:-[]{}&*!|>'\"%@`#?,~ \n\t\\<\u00a0ä😀",
            *(": ", "- ", "\n  ", "\n- ", "---\n", "...\n", "\r\n", "<<: ", "&a ", "*a ", "null"),
            *("id: ", "translations:\n", "  de:\n", "review_by: "),
        ]
    ),
    max_size=60,
).map("".join)


def never_raises(content: bytes) -> None:
    source = parse_source(FILE, content)
    assert source.problems or source.data is not None
    for place in (*source.values.values(), *source.keys.values()):
        assert 1 <= place.line <= len(source.lines)
        assert place.column >= 1
    for problem in source.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.hint
    for model in (Article, Company, EscalationRules):
        sheet, problems = validate(model, source)
        assert sheet or problems


@given(st.binary(max_size=200))
def test_any_bytes_give_data_or_problems(content: bytes) -> None:
    never_raises(content)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_gives_data_or_problems(text: str) -> None:
    never_raises(text.encode())


@settings(max_examples=400)
@given(YAML_PIECES)
def test_anything_that_looks_like_yaml_gives_data_or_problems(text: str) -> None:
    never_raises(text.encode())


@given(st.integers(0, len(ARTICLE)), st.integers(0, 40), YAML_PIECES)
def test_a_damaged_article_gives_data_or_problems(start: int, length: int, piece: str) -> None:
    never_raises((ARTICLE[:start] + piece + ARTICLE[start + length :]).encode())


@pytest.mark.parametrize("text", [ARTICLE, COMPANY, ESCALATION])
def test_both_parsers_read_the_same_data_at_the_same_places(text: str) -> None:
    first, *others = [parse(text, loader) for loader in LOADERS]
    assert first.data
    for other in others:
        assert other == first
