"""The JSON API: the same answers, one shape for all errors, and a description that is valid."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from assistant import Conversation, Decision, Runtime

pytest_plugins = ["web_client"]

KEY = "0123456789abcdef"


def ask(client: FlaskClient, text: str, **more: object) -> dict[str, Any]:
    response = client.post("/api/v1/ask", json={"question": text, **more})
    assert response.status_code == 200, response.text
    return dict(response.json)


def assert_error(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.mimetype == "application/json"
    assert set(response.json) == {"error"}
    error = dict(response.json["error"])
    assert error["code"] == code
    assert error["message"]
    return error


@pytest.mark.parametrize("decision", list(Decision))
def test_every_decision_is_given_as_described(
    client: FlaskClient, examples: dict[Decision, str], decision: Decision
) -> None:
    reply = ask(client, examples[decision])
    assert reply["decision"] == decision
    assert reply["language"] == "de"
    document = client.get("/api/v1/openapi.json").json
    registry = Registry().with_resource("urn:api", Resource.from_contents(document, DRAFT202012))
    schema = {"$ref": "urn:api#/components/schemas/ReplyOut"}
    Draft202012Validator(schema, registry=registry).validate(reply)


def test_what_may_help_until_a_person_answers_is_given_and_nothing_next_after_a_no(
    client: FlaskClient,
) -> None:
    reply = ask(client, "Mein Handy wurde gestohlen. Wie bekomme ich eine Ersatz-SIM-Karte?")
    assert (reply["decision"], reply["articles"]) == ("escalate", [])
    assert "replace-sim" in [article["id"] for article in reply["further"]]

    given = {"article": "replace-sim", "helped": False, "conversation": reply["conversation"]}
    after = client.post("/api/v1/feedback", json=given)
    assert after.status_code == 200, after.text
    assert after.json["next"] is None


def test_suggestions_are_titles_and_nothing_of_them_is_recorded(
    client: FlaskClient, service: Runtime
) -> None:
    before = ask(client, "Wo ist mein Paket?")
    response = client.post("/api/v1/suggest", json={"question": "rechnung herunterla"})
    first, *others = response.json["articles"]
    assert first["id"] == "find-invoice"
    assert set(first) == {"id", "topic", "language", "question"}
    assert len(others) <= 2
    assert ask(client, "Wo ist mein Paket?")["question_id"] == before["question_id"] + 1


def test_suggestions_are_gated_and_leave_out_what_was_rejected(client: FlaskClient, service: Runtime) -> None:
    def suggested(**given: object) -> list[str]:
        return [found["id"] for found in client.post("/api/v1/suggest", json=given).json["articles"]]

    assert suggested(question="Wie backe ich einen Apfelkuchen?") == []
    assert suggested(question="") == []
    rejected = service.tokens.dump(Conversation.start().with_rejected("find-invoice"))
    assert "find-invoice" not in suggested(question="rechnung herunterladen", conversation=rejected)
    assert_error(client.post("/api/v1/suggest", json={"text": "x"}), 422, "invalid")


def test_follow_up_names_what_it_follows(client: FlaskClient) -> None:
    first = ask(client, "Where is my parcel?")
    then = ask(client, "how long does it take?", conversation=first["conversation"])
    assert then["follows"] == "Where is my parcel?"
    assert "2 to 4 working days" in then["articles"][0]["extract"][0]["text"]


def test_conversation_goes_on(client: FlaskClient, service: Runtime, examples: dict[Decision, str]) -> None:
    first = ask(client, examples[Decision.ANSWER])
    second = ask(client, examples[Decision.HAND_OVER], conversation=first["conversation"])
    conversation = service.tokens.load(second["conversation"])
    assert [turn.text for turn in conversation.turns] == [
        examples[Decision.ANSWER],
        examples[Decision.HAND_OVER],
    ]


def test_language_counts_when_the_text_leaves_it_open(client: FlaskClient) -> None:
    assert ask(client, "???", language="en")["language"] == "en"
    assert ask(client, "???")["language"] == "de"


def test_rejected_article_stays_away_and_two_lead_to_people(
    client: FlaskClient, service: Runtime, examples: dict[Decision, str]
) -> None:
    reply = ask(client, examples[Decision.ANSWER])
    article = reply["articles"][0]["id"]
    given = {"conversation": reply["conversation"], "article": article, "question_id": reply["question_id"]}
    kept = client.post("/api/v1/feedback", json={**given, "helped": True}).json
    assert kept["only_people"] is False
    first = client.post("/api/v1/feedback", json={**given, "helped": False, "reason": "alt"}).json
    assert first["next"] is None or first["next"]["id"] != article
    other = next(key for key in service.assistant.corpus.articles if key != article)
    second = client.post(
        "/api/v1/feedback",
        json={"conversation": first["conversation"], "article": other, "helped": False},
    ).json
    assert (second["only_people"], second["next"]) == (True, None)


def test_case_is_stored_once_for_a_key(client: FlaskClient, examples: dict[Decision, str]) -> None:
    token = ask(client, examples[Decision.HAND_OVER])["conversation"]
    given = {"message": "Bitte melden", "email": "erika@example.org", "conversation": token}
    first = client.post("/api/v1/cases", json=given, headers={"Idempotency-Key": KEY})
    second = client.post("/api/v1/cases", json={**given, "submission_key": KEY})
    assert (first.status_code, second.status_code) == (201, 200)
    assert (first.json["created"], second.json["created"]) == (True, False)
    assert first.json["number"] == second.json["number"]
    assert first.json["status_url"].endswith(f"/status/{first.json['number']}")
    keys = {"number": first.json["number"], "code": first.json["code"]}
    assert client.post("/status", data=keys).status_code == 200


def test_a_case_is_promised_no_later_than_the_reply_before_it(client: FlaskClient) -> None:
    reply = ask(client, "Wie hoch ist der Mond heute Nacht über Grönland?")
    given = {"message": "Wo finde ich meine Rechnung?", "email": "erika@example.org"}
    alone = client.post("/api/v1/cases", json=given)
    given["conversation"] = reply["conversation"]
    after = client.post("/api/v1/cases", json=given)
    shown, late, kept = (
        datetime.fromisoformat(each["promise"]["latest"]) for each in (reply, alone.json, after.json)
    )
    quarter = timedelta(minutes=15)
    assert kept <= shown + quarter < late, "a quarter of an hour may begin between reply and case"


def test_case_without_a_key_is_new_each_time(client: FlaskClient) -> None:
    given = {"message": "Hallo", "phone": "089 1234567"}
    numbers = {client.post("/api/v1/cases", json=given).json["number"] for _ in range(2)}
    assert len(numbers) == 2


def test_errors_of_a_case_name_the_fields(client: FlaskClient) -> None:
    error = assert_error(client.post("/api/v1/cases", json={"message": "  "}), 422, "invalid")
    assert set(error["fields"]) == {"message", "email"}


def test_short_idempotency_key_is_refused(client: FlaskClient) -> None:
    given = {"message": "Hallo", "email": "a@example.org"}
    response = client.post("/api/v1/cases", json=given, headers={"Idempotency-Key": "1"})
    assert_error(response, 422, "invalid")
    assert_error(client.post("/api/v1/cases", json={**given, "submission_key": "1"}), 422, "invalid")


def test_articles_are_listed_and_given(client: FlaskClient, service: Runtime) -> None:
    listed = client.get("/api/v1/articles").json["articles"]
    assert [each["id"] for each in listed] == sorted(service.assistant.corpus.articles)
    one = client.get(f"/api/v1/articles/{listed[0]['id']}").json
    article = service.assistant.corpus.articles[listed[0]["id"]]
    words = article.translation("de")
    assert words is not None
    assert one["translations"]["de"] == {
        "question": words.question,
        "short": words.short,
        "answer": words.answer,
    }
    assert "phrasings" not in one["translations"]["de"]


def test_unknown_article_is_not_found(client: FlaskClient) -> None:
    assert_error(client.get("/api/v1/articles/nowhere"), 404, "not_found")
    given = {"conversation": "", "article": "nowhere", "helped": True}
    error = assert_error(client.post("/api/v1/feedback", json=given), 422, "invalid")
    assert "GET /api/v1/articles" in error["fields"]["article"]


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b"", 400, "bad_request", None),
        (b"{", 400, "bad_request", None),
        (b"\xff\xfe", 400, "bad_request", None),
        (b'{"question": "\\ud800"}', 400, "bad_request", None),
        (b"[" * 60_000, 400, "bad_request", None),
        (b"[]", 422, "invalid", "body"),
        (b"{}", 422, "invalid", "question"),
        (b'{"question": 1}', 422, "invalid", "question"),
        (b'{"question": "x", "frage": "y"}', 422, "invalid", "frage"),
        (b'{"question": "x", "language": "fr"}', 422, "invalid", "language"),
        (b'{"question": "x", "conversation": {}}', 422, "invalid", "conversation"),
        (b'{"question": "   "}', 422, "empty", "question"),
        (b'{"question": "\\u202e"}', 422, "empty", "question"),
        (b'{"question": "' + b"x" * 5_000 + b'"}', 422, "too_long", "question"),
        (b'{"question": "' + b"x" * 600_000 + b'"}', 413, "too_large", None),
    ],
)
def test_bad_bodies_are_refused_in_one_shape(
    client: FlaskClient, body: bytes, status: int, code: str, field: str | None
) -> None:
    response = client.post("/api/v1/ask", data=body, content_type="application/json")
    error = assert_error(response, status, code)
    assert ("fields" in error) == (field is not None)
    if field:
        assert field in error["fields"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_types_are_refused(client: FlaskClient, content_type: str) -> None:
    response = client.post("/api/v1/ask", data=b'{"question": "x"}', content_type=content_type)
    assert_error(response, 415, "unsupported_media_type")


def test_unknown_paths_and_methods_speak_json(client: FlaskClient) -> None:
    assert_error(client.get("/api/v1/nowhere"), 404, "not_found")
    response = client.get("/api/v1/ask")
    assert_error(response, 405, "method_not_allowed")
    assert "POST" in response.headers["Allow"]


@pytest.mark.parametrize("text", ["<b>x</b>", "'; DROP TABLE cases; --", "😀", "a\u0000b"])
def test_odd_questions_are_answered(client: FlaskClient, text: str) -> None:
    assert ask(client, text)["decision"] in set(Decision)


def test_description_is_valid_and_complete(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    validate(document)
    assert document["openapi"].startswith("3.1")
    served = {
        re.sub(r"<(\w+)>", r"{\1}", rule.rule): (rule.methods or set()) & {"GET", "POST"}
        for rule in client.application.url_map.iter_rules()
        if rule.rule.startswith("/api/")
    }
    described = {path: {verb.upper() for verb in verbs} for path, verbs in document["paths"].items()}
    assert described == served


@pytest.mark.parametrize("number", [0, -1, 2**63, 10**30, "1", True])
def test_impossible_question_ids_are_refused(client: FlaskClient, service: Runtime, number: object) -> None:
    article = next(iter(service.assistant.corpus.articles))
    given = {"conversation": "", "article": article, "helped": True, "question_id": number}
    error = assert_error(client.post("/api/v1/feedback", json=given), 422, "invalid")
    assert "question_id" in error["fields"]


@pytest.mark.parametrize("helped", ["yes", 1, "true"])
def test_only_true_and_false_say_whether_it_helped(
    client: FlaskClient, service: Runtime, helped: object
) -> None:
    article = next(iter(service.assistant.corpus.articles))
    given = {"conversation": "", "article": article, "helped": helped}
    assert "helped" in assert_error(client.post("/api/v1/feedback", json=given), 422, "invalid")["fields"]


def test_longest_message_fits_even_where_every_character_is_escaped(client: FlaskClient) -> None:
    body = json.dumps({"message": "😀" * 20_000, "email": "erika@example.org"})
    assert len(body) > 240_000
    response = client.post("/api/v1/cases", data=body, content_type="application/json")
    assert response.status_code == 201


def test_limits_are_described(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    schemas = document["components"]["schemas"]
    assert "512 KiB" in document["info"]["description"]
    assert schemas["CaseIn"]["properties"]["message"]["maxLength"] == 20_000
    assert schemas["QuestionIn"]["properties"]["question"]["maxLength"] == 4_000


@pytest.mark.parametrize(
    ("accepted", "language", "words"),
    [("de-AT", "de", "Diesen Pfad gibt es nicht"), ("en", "en", "There is no such path"), ("", "de", "Pfad")],
)
def test_errors_speak_the_askers_language(
    client: FlaskClient, accepted: str, language: str, words: str
) -> None:
    response = client.get("/api/v1/x", headers={"Accept-Language": accepted})
    assert words in assert_error(response, 404, "not_found")["message"]
    assert response.headers["Content-Language"] == language


def test_answers_tell_their_language(client: FlaskClient) -> None:
    english = client.post("/api/v1/ask", json={"question": "Where is my parcel?"})
    assert english.headers["Content-Language"] == "en"
    assert client.get("/api/v1/articles/find-invoice").headers["Content-Language"] == "de, en"


def test_case_tells_where_its_page_is(client: FlaskClient) -> None:
    given = {"message": "Hallo", "phone": "089 1234567"}
    response = client.post("/api/v1/cases", json=given, headers={"Accept-Language": "en"})
    assert response.headers["Location"] == response.json["status_url"]
    assert response.headers["Location"].endswith(f"/status/{response.json['number']}")


def test_errors_of_a_case_are_in_the_askers_language_not_in_that_of_the_answer(client: FlaskClient) -> None:
    given = {"message": "Hallo", "email": "nobody", "language": "en"}
    error = assert_error(client.post("/api/v1/cases", json=given), 422, "invalid")
    assert "E-Mail" in error["fields"]["email"]


@pytest.mark.parametrize(
    "path", ["/api/v1/articles", "/api/v1/articles/find-invoice", "/api/v1/openapi.json"]
)
@pytest.mark.parametrize("coding", ["identity", "br"])
def test_who_has_an_article_already_is_spared_the_transfer(
    client: FlaskClient, path: str, coding: str
) -> None:
    first = client.get(path, headers={"Accept-Encoding": coding})
    tag = first.headers["ETag"]
    again = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    other = client.get(path, headers={"Accept-Encoding": coding, "If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/v1/ask", {"OPTIONS", "POST"}), ("/api/v1/articles", {"GET", "HEAD", "OPTIONS"})],
)
def test_options_names_the_methods(client: FlaskClient, path: str, allowed: set[str]) -> None:
    response = client.options(path, headers={"Accept": "text/html"})
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == allowed
