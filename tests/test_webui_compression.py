"""Pages and files go compressed, as the browser takes it, and never where it adds credentials by itself."""

from __future__ import annotations

import gzip

import brotli
import pytest
from flask.testing import FlaskClient
from web_page import Page

pytest_plugins = ["web_client"]

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize(
    ("accepted", "coding"), [("br", "br"), ("gzip, deflate", "gzip"), ("gzip, deflate, br, zstd", "br")]
)
@pytest.mark.parametrize("path", ["/", "/contact", "/api/v1/articles"])
def test_pages_and_json_are_compressed(client: FlaskClient, path: str, accepted: str, coding: str) -> None:
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": accepted})
    assert packed.headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 2
    assert len(UNPACK[coding](packed.data)) == pytest.approx(len(plain.data), abs=200)


def test_static_files_are_compressed_and_kept_for_a_year(client: FlaskClient) -> None:
    files = [
        given.get("href") or given["src"]
        for tag, given in Page.of(client.get("/")).tags
        if tag in {"link", "script"} and "static" in (given.get("href") or given.get("src", ""))
    ]
    assert len(files) == 3
    for file in files:
        with client.get(file) as plain, client.get(file, headers={"Accept-Encoding": "br"}) as packed:
            if len(plain.data) >= 500:
                assert packed.headers["Content-Encoding"] == "br"
                assert brotli.decompress(packed.data) == plain.data
            assert "max-age=31536000, immutable" in packed.headers["Cache-Control"]
            assert "Accept-Encoding" in packed.headers["Vary"]


def test_who_asks_again_for_a_kept_file_gets_no_second_copy(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br"}
    with client.get("/static/style.css", headers=headers) as first:
        tag = first.headers["ETag"]
    with client.get("/static/style.css", headers={**headers, "If-None-Match": tag}) as again:
        assert (again.status_code, again.data) == (304, b"")


def test_what_is_asked_for_with_credentials_is_not_compressed(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br"}
    login = client.get("/", headers={**headers, "Authorization": "Basic YTpi"})
    client.set_cookie("a", "b")
    for response in (login, client.get("/", headers=headers)):
        assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("accepted", ["", "identity", "zstd", "br;q=0"])
def test_browsers_that_take_none_get_plain_text(client: FlaskClient, accepted: str) -> None:
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": accepted}).headers


def test_short_answers_stay_plain(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "br"}).headers
