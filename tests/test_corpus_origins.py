"""Origins are written as browsers write them, and what is none is refused in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.origins import parse_origins
from corpus.settings import Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    ("text", "origins"),
    [
        ("", ()),
        (" , ", ()),
        ("https://www.example.de", ("https://www.example.de",)),
        ("https://a.example,https://b.example", ("https://a.example", "https://b.example")),
        ("https://a.example ,\n https://a.example", ("https://a.example",)),
        ("HTTPS://Www.Example.DE/", ("https://www.example.de",)),
        ("https://a.example:443 http://a.example:80", ("https://a.example", "http://a.example")),
        ("https://a.example:8443", ("https://a.example:8443",)),
        ("http://localhost:3000", ("http://localhost:3000",)),
        ("https://192.0.2.7", ("https://192.0.2.7",)),
        ("https://bücher.example", ("https://xn--bcher-kva.example",)),
    ],
)
def test_origins_are_written_as_browsers_write_them(text: str, origins: tuple[str, ...]) -> None:
    assert parse_origins(text) == origins


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("www.example.de", "www.example.de is no origin; write for example https://www.example.de"),
        ("*", "* is no origin; write for example https://www.example.de"),
        ("null", "null is no origin; write for example https://www.example.de"),
        ("ftp://a.example", "ftp://a.example is no origin; write for example https://www.example.de"),
        ("https://", "https:// is no origin; write for example https://www.example.de"),
        ("https://a.example/shop", "https://a.example/shop is more than an origin; write https://a.example"),
        (
            "https://a.example:8443/?x",
            "https://a.example:8443/?x is more than an origin; write https://a.example:8443",
        ),
        (
            "https://me:pw@a.example",
            "https://me:pw@a.example is more than an origin; write https://a.example",
        ),
        ("https://*.example.de", "https://*.example.de stands for several hosts; list each of them"),
        (
            "https://[::1]",
            "https://[::1] has an IPv6 address, which browsers do not match; give the host a name",
        ),
        ("https://a.example:port", "https://a.example:port is no web address: "),
        ("https://a.example:99999", "https://a.example:99999 is no web address: "),
        ("https://[::1", "https://[::1 is no web address: "),
        ("https://a;b", "https://a;b has no name of a host in it"),
        ("https://a'b", "https://a'b has no name of a host in it"),
        ("https://-a.example", "https://-a.example has no name of a host in it"),
        ("https://ä..example", "https://ä..example has no name of a host in it"),
    ],
)
def test_what_is_no_origin_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(said)):
        parse_origins(f"https://good.example {text}")


@given(st.text() | st.from_regex(r"\Ahttps?://[^\s,]{1,20}\Z"))
def test_no_text_adds_anything_to_a_policy(text: str) -> None:
    try:
        found = parse_origins(text)
    except ValueError:
        return
    assert all(re.fullmatch(r"https?://[a-z0-9._-]+(:\d+)?", each) for each in found)
    assert parse_origins(" ".join(found)) == found


def test_the_setting_holds_them_with_spaces_between(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings(_env_file=None).widget_origins is None
    monkeypatch.setenv("LOTSE_WIDGET_ORIGINS", "https://b.example/, https://A.example")
    settings = load_settings()
    assert settings.widget_origins == "https://b.example https://a.example"
    assert settings.environment()["LOTSE_WIDGET_ORIGINS"] == settings.widget_origins
    monkeypatch.setenv("LOTSE_WIDGET_ORIGINS", "a.example")
    with pytest.raises(SettingsError, match=r"^LOTSE_WIDGET_ORIGINS=a\.example: a\.example is no origin"):
        load_settings()
