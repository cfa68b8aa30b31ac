"""The description of the API: its examples are valid, and those of requests can be sent as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from assistant import Decision
from webui.error_codes import ErrorCode
from webui.errors import CODES
from webui.openapi import document

pytest_plugins = ["web_client"]

DOCUMENT = document("https://help.example.org")
REGISTRY: Registry[Any] = Registry().with_resource("urn:api", Resource.from_contents(DOCUMENT, DRAFT202012))
OPERATIONS = [
    (path, verb, operation) for path, verbs in DOCUMENT["paths"].items() for verb, operation in verbs.items()
]


def look_up(reference: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in reference:
        return reference
    found: Any = DOCUMENT
    for name in reference["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return dict(found)


def media() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every body that is described: its place, its status (empty for a request), its media type."""
    for _, _, operation in OPERATIONS:
        name = operation["operationId"]
        if body := operation.get("requestBody"):
            yield f"{name} request", "", body["content"]["application/json"]
        for status, response in operation["responses"].items():
            if content := look_up(response).get("content"):
                yield f"{name} {status}", status, content["application/json"]


MEDIA = list(media())
REQUESTS = [
    pytest.param(path, example["value"], id=f"{operation['operationId']}-{name}")
    for path, _, operation in OPERATIONS
    for name, example in operation.get("requestBody", {"content": {"application/json": {"examples": {}}}})[
        "content"
    ]["application/json"]["examples"].items()
]


def check(schema: dict[str, Any], value: object) -> None:
    anchored = json.loads(json.dumps(schema).replace('"#/', '"urn:api#/'))
    Draft202012Validator(anchored, registry=REGISTRY, format_checker=FormatChecker()).validate(value)


def test_document_is_valid() -> None:
    validate(DOCUMENT)


@pytest.mark.parametrize(("place", "status", "content"), MEDIA, ids=[place for place, _, _ in MEDIA])
def test_every_body_has_valid_examples(place: str, status: str, content: dict[str, Any]) -> None:
    if place == "describeApi 200":
        check(content["schema"], DOCUMENT)
        return
    assert content["examples"], place
    for example in content["examples"].values():
        assert example["summary"]
        check(content["schema"], example["value"])
        if status >= "400":
            code = example["value"]["error"]["code"]
            assert code == CODES[int(status)] or (status, code) == ("422", "empty")


@pytest.mark.parametrize(("path", "value"), REQUESTS)
def test_examples_of_requests_can_be_sent(client: FlaskClient, path: str, value: dict[str, Any]) -> None:
    response = client.post(path, json=value)
    assert response.status_code in {200, 201}, response.text
    described = DOCUMENT["paths"][path]["post"]["responses"][str(response.status_code)]
    check(described["content"]["application/json"]["schema"], response.json)
    for name in described["headers"]:
        assert name in response.headers


def test_examples_of_answers_are_such_as_the_server_gives(client: FlaskClient) -> None:
    for example in DOCUMENT["paths"]["/api/v1/ask"]["post"]["responses"]["200"]["content"][
        "application/json"
    ]["examples"].values():
        value = example["value"]
        assert value["decision"] in set(Decision)
        given = client.post("/api/v1/ask", json={"question": "Wo ist mein Paket?"}).json
        assert set(value) == set(given)
        assert set(value["promise"]) == set(given["promise"])


def test_errors_list_every_code() -> None:
    listed = DOCUMENT["components"]["schemas"]["ErrorDetail"]["properties"]["code"]["enum"]
    assert listed == list(get_args(ErrorCode))


def test_generators_get_names_and_words() -> None:
    ids = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+[A-Z][A-Za-z]+", name) for name in ids)
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for _, _, operation in OPERATIONS:
        assert set(operation["tags"]) <= tags
        assert operation["summary"]
        assert operation["description"]


@pytest.mark.parametrize("name", [name for name in DOCUMENT["components"]["schemas"] if name.endswith("In")])
def test_every_field_that_is_taken_says_what_it_means(name: str) -> None:
    for field, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
        assert schema.get("description"), field


@pytest.mark.parametrize("name", ["IdempotencyKey", "AcceptLanguage", "IfNoneMatch", "Article"])
def test_examples_of_parameters_and_headers_are_valid(name: str) -> None:
    schema = DOCUMENT["components"]["parameters"][name]["schema"]
    for example in schema["examples"]:
        check(schema, example)
    for header in DOCUMENT["components"]["headers"].values():
        check(header["schema"], header["schema"]["examples"][0])


def test_links_name_operations() -> None:
    ids = {operation["operationId"] for _, _, operation in OPERATIONS}
    links = [
        link
        for _, _, operation in OPERATIONS
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert {link["operationId"] for link in links} == {
        "askQuestion",
        "giveFeedback",
        "openCase",
        "getArticle",
    }
    assert {link["operationId"] for link in links} <= ids
