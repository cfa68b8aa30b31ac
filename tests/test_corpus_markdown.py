"""Broken links and raw HTML are found where they stand; everything else is left alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.markdown import find_slips

FINE = [
    "[Hilfe](https://x.example/a_(b)?c=d) und ![Bild](bild.png)",
    '[Hilfe](/umzug "Mit Titel") und [Mail](mailto:a@b.example)',
    "[mit Leerzeichen](<eine datei.pdf>)",
    "Eine [Anmerkung] in Klammern (so) und \\[lose\\] \\( Zeichen",
    "`[code](` und ``a ` b [`` bleiben",
    "```\n<b>[x](\n```\n",
    "~~~\n<i>",
    "<https://x.example> oder <hilfe@x.example> oder <tel:030123>",
    "5 < 6 und 7 > 3, A&B, Fragen & Antworten",
    "- [ ] offen\n- [x] fertig",
]


@pytest.mark.parametrize("text", FINE)
def test_good_markdown_has_no_slips(text: str) -> None:
    assert find_slips(text) == []


@pytest.mark.parametrize(
    ("text", "code", "start"),
    [
        ("Siehe [Hilfe](https://x.example", "broken-link", 12),
        ("Siehe [Hilfe(https://x.example)", "broken-link", 6),
        ("Siehe Hilfe](https://x.example)", "broken-link", 11),
        ("[zwei Worte](https://x.example/zwei worte)", "broken-link", 11),
        ("Text <b>fett</b>", "raw-html", 5),
        ("Zeile<br/>", "raw-html", 5),
        ("a\n<!-- Notiz -->", "raw-html", 2),
        ('<a href="x">', "raw-html", 0),
        ("A&nbsp;B", "raw-html", 1),
        ("A&#8364;", "raw-html", 1),
    ],
)
def test_slips_are_found(text: str, code: str, start: int) -> None:
    assert (code, start) in [(slip.code, slip.start) for slip in find_slips(text)]
    assert {slip.code for slip in find_slips(text)} == {code}


@given(st.text("[]()<>`~&;/ab \n\\!\"'", max_size=80))
def test_any_text_is_searched(text: str) -> None:
    assert all(0 <= slip.start < len(text) for slip in find_slips(text))


@pytest.mark.parametrize("unit", ["[", "]", "`", "<", "<a ", "[a](", "```\n", "\\", "[](a (", "<!--", "&a"])
def test_long_texts_take_no_time(unit: str) -> None:
    start = time.monotonic()
    find_slips(unit * (20_000 // len(unit)))
    assert time.monotonic() - start < 2
