"""Errors of the API: one shape whatever is sent, codes that are described, sentences in both languages."""

from __future__ import annotations

import json
import sqlite3
import string
from pathlib import Path
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_server import make_service
from werkzeug.test import TestResponse

from assistant import Conversation, Runtime
from assistant.conversation import MAX_TURNS, ConversationTokens, Turn
from corpus.settings import Settings
from webui import create_app
from webui.error_codes import ErrorCode
from webui.errors import CODES

pytest_plugins = ["web_client"]

KNOWN = set(get_args(ErrorCode))
JSON = "application/json"


def error_in(response: TestResponse) -> dict[str, Any]:
    assert response.mimetype == JSON
    assert set(response.json) == {"error"}
    error = dict(response.json["error"])
    assert set(error) <= {"code", "message", "fields"}
    assert error["code"] in KNOWN
    assert error["message"]
    return error


def test_every_status_has_a_code_that_is_described() -> None:
    assert set(CODES.values()) | {"empty", "too_long"} == KNOWN


@pytest.mark.parametrize(
    ("body", "german", "english"),
    [
        (b"{", "Zeile 1, Spalte 1", "line 1, column 1"),
        (b'{"question": NaN}', "Zeile 1", "line 1"),
        (b'\xef\xbb\xbf{"question": "x"}', "Zeile 1", "line 1"),
        ('{"question": "x"}'.encode("utf-16"), "kein gültiges JSON", "not valid JSON"),
        (b'{"question": "\xff"}', "Zeile 1", "line 1"),
        (b'{"question": "\\ud83d"}', "Zeile 1", "line 1"),
        (b'{"\\ud83d": 1}', "Zeile 1", "line 1"),
        (b'{"question":' * 5_000, "Zeile 1", "line 1"),
        (b'{"question_id": ' + b"9" * 5_000 + b"}", "kein gültiges JSON", "not valid JSON"),
        (b'{"question": "a", "question": "b"}', "'question' steht zweimal", "'question' stands twice"),
        (b'{"x": {"\\u0061": 1, "a": 2}}', "'a' steht zweimal", "'a' stands twice"),
    ],
)
def test_what_is_no_json_is_told_in_both_languages(
    client: FlaskClient, body: bytes, german: str, english: str
) -> None:
    for language, words in (("de", german), ("en", english)):
        headers = {"Accept-Language": language, "Content-Type": JSON}
        response = client.post("/api/v1/ask", data=body, headers=headers)
        assert response.status_code == 400, response.text
        error = error_in(response)
        assert error["code"] == "bad_request"
        assert words in error["message"]
        assert response.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("path", "sent", "field", "german", "english"),
    [
        ("ask", {}, "question", "fehlt", "missing"),
        ("ask", {"question": None}, "question", "Text stehen", "must be text"),
        ("ask", {"question": "x", "a\u0000b": 1}, "a\u0000b", "gibt es nicht", "no such field"),
        ("ask", {"question": "x", "language": "fr"}, "language", "'de', 'en'", "'de', 'en'"),
        ("ask", {"question": "x" * 4001}, "question", "höchstens 4000", "4000 characters at most"),
        ("ask", {"question": "\u00a0\u200b"}, "question", "ein paar Worten", "a few words"),
        ("ask", [], "body", "JSON-Objekt", "JSON object"),
        ("feedback", {"helped": 1}, "helped", "true oder false", "true or false"),
        ("feedback", {"question_id": 1.5}, "question_id", "ganze Zahl", "whole number"),
        ("feedback", {"question_id": 0}, "question_id", "außerhalb", "out of range"),
        ("feedback", {"question_id": 2**63}, "question_id", "außerhalb", "out of range"),
        ("cases", {"message": "x", "submission_key": "1"}, "submission_key", "mindestens 16", "at least 16"),
        ("cases", {"message": " ", "email": "a@example.org"}, "message", "", ""),
        ("cases", {"message": "x", "phone": "1"}, "phone", "", ""),
    ],
)
def test_wrong_fields_are_named_in_both_languages(
    client: FlaskClient, path: str, sent: object, field: str, german: str, english: str
) -> None:
    said = []
    for language, words in (("de", german), ("en", english)):
        response = client.post(f"/api/v1/{path}", json=sent, headers={"Accept-Language": language})
        assert response.status_code == 422
        text = error_in(response)["fields"][field]
        assert words in text
        said.append(text)
    assert said[0] != said[1]


def test_thousands_of_wrong_fields_get_a_short_answer(client: FlaskClient) -> None:
    sent = {f"{number}{'x' * 50}": 1 for number in range(5_000)}
    response = client.post("/api/v1/ask", json=sent)
    assert response.status_code == 422
    assert len(error_in(response)["fields"]) == 20
    assert len(response.data) < 10_000


def test_unknown_name_is_cut_where_it_is_told(client: FlaskClient) -> None:
    response = client.post("/api/v1/ask", json={"question": "x", "y" * 10_000: 1})
    assert list(error_in(response)["fields"]) == ["y" * 100]


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("text/html", 406),
        ("application/xml, text/*;q=0.5", 406),
        ("application/json;q=0", 406),
        ("*/*", 200),
        ("application/*", 200),
        ("text/html, application/json;q=0.1", 200),
        ("", 200),
        ("\u00ff,,;q=x", 406),
    ],
)
def test_only_json_is_given(client: FlaskClient, header: str, status: int) -> None:
    for response in (
        client.get("/api/v1/articles", headers={"Accept": header}),
        client.post("/api/v1/suggest", json={"question": ""}, headers={"Accept": header}),
    ):
        assert response.status_code == status
        if status == 406:
            assert error_in(response)["code"] == "not_acceptable"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": "application/problem+json"}, 200),
        ({"Content-Type": "text/json"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({}, 415),
        ({"Content-Type": JSON, "Content-Encoding": "gzip"}, 415),
    ],
)
def test_only_plain_json_is_taken(client: FlaskClient, headers: dict[str, str], status: int) -> None:
    response = client.post("/api/v1/suggest", data=b'{"question": ""}', headers=headers)
    assert response.status_code == status
    if status == 415:
        assert error_in(response)["code"] == "unsupported_media_type"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE", "QUERY"])
def test_other_methods_are_told_which_there_are(client: FlaskClient, method: str) -> None:
    response = client.open("/api/v1/cases", method=method)
    assert response.status_code == 405
    assert error_in(response)["code"] == "method_not_allowed"
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize("key", ["1", "x" * 201])
def test_key_has_its_bounds_in_the_header_and_in_the_body(client: FlaskClient, key: str) -> None:
    sent = {"message": "Hallo", "phone": "089 1234567"}
    by_header = client.post("/api/v1/cases", json=sent, headers={"Idempotency-Key": key})
    assert list(error_in(by_header)["fields"]) == ["Idempotency-Key"]
    by_body = client.post("/api/v1/cases", json={**sent, "submission_key": key})
    assert list(error_in(by_body)["fields"]) == ["submission_key"]


def test_lost_database_says_when_to_try_again_and_answers_all_the_same(
    shipped: Settings, tmp_path: Path
) -> None:
    runtime = make_service(shipped, tmp_path)
    try:
        client = create_app(runtime).test_client()
        with sqlite3.connect(tmp_path / "web.sqlite3") as database:
            for table in ("cases", "questions", "feedback"):
                database.execute(f"ALTER TABLE {table} RENAME TO gone_{table}")
        database.close()
        case = client.post("/api/v1/cases", json={"message": "Hallo", "phone": "089 1234567"})
        assert case.status_code == 503
        assert error_in(case)["code"] == "unavailable"
        assert int(case.headers["Retry-After"]) > 0
        asked = client.post("/api/v1/ask", json={"question": "Wo ist mein Paket?"})
        assert (asked.status_code, asked.json["question_id"]) == (200, None)
        sent = {"conversation": "", "article": "find-invoice", "helped": True}
        assert client.post("/api/v1/feedback", json=sent).status_code == 200
    finally:
        runtime.close()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["question", "language", "conversation", "article", "helped", "message", "email"])
bodies = st.binary(max_size=200) | st.dictionaries(names | st.text(max_size=5), values, max_size=5).map(
    lambda sent: json.dumps(sent).encode()
)


@settings(max_examples=150, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["ask", "suggest", "feedback", "cases"]), body=bodies)
def test_any_body_is_answered_or_refused_in_the_one_shape(
    client: FlaskClient, path: str, body: bytes
) -> None:
    response = client.post(f"/api/v1/{path}", data=body, content_type=JSON)
    assert response.status_code in {200, 201, 400, 422}, response.text
    if response.status_code >= 400:
        error_in(response)


@settings(max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), letter=st.sampled_from(string.printable), cut=st.booleans())
def test_altered_conversations_begin_afresh(
    client: FlaskClient, service: Runtime, place: int, letter: str, cut: bool
) -> None:
    whole = service.tokens.dump(Conversation.start().with_rejected("find-invoice").with_rejected("block-sim"))
    place %= len(whole)
    altered = whole[:place] + letter + ("" if cut else whole[place + 1 :])
    sent = {"conversation": altered, "article": "find-invoice", "helped": True}
    response = client.post("/api/v1/feedback", json=sent)
    assert response.status_code == 200
    # The signature's last letter holds bits that mean nothing.
    if altered[:-1] != whole[:-1]:
        assert response.json["only_people"] is False


@pytest.mark.parametrize(
    "token", ["\u0000", "x" * 200_000, "..", ".x.", "ä.ö.ü", "😀", "a" * 5 + "." * 100_000]
)
def test_what_is_no_conversation_begins_a_new_one(client: FlaskClient, token: str) -> None:
    for path, sent in (("ask", {"question": "Wo ist mein Paket?"}), ("suggest", {"question": "Paket"})):
        response = client.post(f"/api/v1/{path}", json={**sent, "conversation": token})
        assert response.status_code == 200


def test_conversation_of_another_server_begins_afresh(client: FlaskClient) -> None:
    foreign = ConversationTokens("another secret key of 32 letters").dump(
        Conversation.start().with_rejected("find-invoice").with_rejected("block-sim")
    )
    sent = {"conversation": foreign, "article": "find-invoice", "helped": True}
    assert client.post("/api/v1/feedback", json=sent).json["only_people"] is False


def test_longest_conversation_with_the_longest_message_fits(client: FlaskClient, service: Runtime) -> None:
    conversation = Conversation.start()
    for number in range(MAX_TURNS):
        letters = [
            chr(0x20000 + (place * place * 7919 + number * 104_729) % 42_000) for place in range(4_000)
        ]
        conversation = conversation.with_turn(Turn("".join(letters), "hand_over", ()))
    token = service.tokens.dump(conversation)
    assert len(token) > 100_000
    sent = {"message": "😀" * 20_000, "email": "erika@example.org", "conversation": token}
    assert client.post("/api/v1/cases", json=sent).status_code == 201
