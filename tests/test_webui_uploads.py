"""Files with the form: kept with the case, refused in words, and what was typed is never lost."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from case_files import FILES
from flask.testing import FlaskClient
from web_page import Page
from web_server import make_service
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from assistant import Runtime
from assistant.attachments import MEGABYTE
from corpus.settings import Settings
from webui import create_app
from webui.uploads import CappedFile

pytest_plugins = ["web_client"]


def send(client: FlaskClient, *files: tuple[bytes, str], **fields: str) -> TestResponse:
    form = Page.of(client.get("/contact")).fields
    data = {**form, "message": "Siehe Foto", "email": "erika@example.org", **fields}
    named = [FileStorage(BytesIO(content), name) for content, name in files]
    return post(client, "/contact/send", {**data, "files": named})


def post(client: FlaskClient, path: str, fields: dict[str, Any]) -> TestResponse:
    # The client's own encoder leaves large bodies in files that it does not close.
    boundary, body = encode_multipart(fields)
    return client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_files_come_with_the_case_and_stand_on_the_receipt(client: FlaskClient, service: Runtime) -> None:
    response = send(client, (FILES["image/jpeg"], "foto.jpg"), (FILES["application/pdf"], "Brief.PDF"))
    page = Page.of(response)
    case = service.cases.find(page.fields["number"], page.fields["code"])
    assert case is not None
    assert [file.name for file in service.cases.attachments(case.id)] == ["foto.jpg", "Brief.PDF"]
    assert "foto.jpg (1 KB)" in page.text.replace("\n", " ")


def test_a_form_without_files_is_sent_as_browsers_do(client: FlaskClient, service: Runtime) -> None:
    page = Page.of(send(client, (b"", "")))
    case = service.cases.find(page.fields["number"], page.fields["code"])
    assert case is not None
    assert service.cases.attachments(case.id) == ()


def test_files_lost_with_the_change_of_the_language_are_asked_for_again(client: FlaskClient) -> None:
    form = {**Page.of(client.get("/contact")).fields, "message": "Siehe Foto", "email": "e@example.org"}
    notice = "Bitte wählen Sie Ihre Dateien noch einmal aus."
    assert notice in Page.of(client.post("/contact?lang=de", data={**form, "files": "foto.jpg"})).text
    assert notice not in Page.of(client.post("/contact?lang=de", data={**form, "files": ""})).text
    refused = client.post("/contact/send", data={**form, "files": "foto.jpg"})
    assert refused.status_code == 422
    page = Page.of(refused)
    assert page.text.count(notice) == 2, "at the top, and beside the field"
    assert "Ihr Browser behält sie nicht: foto.jpg" in page.text


def test_the_same_files_sent_twice_are_one_case_others_are_another(client: FlaskClient) -> None:
    form = Page.of(client.get("/contact")).fields

    def number(content: bytes) -> str:
        data = {**form, "message": "x", "email": "e@example.org", "files": (BytesIO(content), "a.png")}
        return Page.of(client.post("/contact/send", data=data)).fields["number"]

    first = number(FILES["image/png"])
    assert number(FILES["image/png"]) == first
    assert number(FILES["image/png"] + b"x") != first


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ\x90\x00", "rechnung.pdf", "„rechnung.pdf“ können wir nicht annehmen."),
        (b"<html><script>alert(1)</script>%PDF-1.7", "a.pdf", "„a.pdf“ können wir nicht annehmen."),
        (b"x" * (10 * MEGABYTE + 1), "film.txt", "„film.txt“ ist zu groß: höchstens 10 MB je Datei."),
        (b"x" * (30 * MEGABYTE), "<b>.txt", "„b.txt“ ist zu groß"),
    ],
)
def test_what_cannot_be_taken_is_said_in_words_and_the_text_stays(
    client: FlaskClient, service: Runtime, content: bytes, name: str, said: str
) -> None:
    before = len(service.cases.list_open())
    response = send(client, (content, name), name="Erika")
    page = Page.of(response)
    assert response.status_code == (413 if len(content) > MEGABYTE else 422)
    assert said in page.text
    assert page.fields["message"].strip() == "Siehe Foto"
    assert page.fields["email"] == "erika@example.org"
    assert "Bitte wählen Sie Ihre Dateien noch einmal aus." in page.text
    assert len(service.cases.list_open()) == before


def test_more_than_anybody_means_to_send_is_cut_off_in_words(shipped: Settings, tmp_path: Path) -> None:
    runtime = make_service(shipped, tmp_path, attachments=1, attachment_megabytes=1)
    try:
        client = create_app(runtime).test_client()
        response = send(client, (b"x" * (6 * MEGABYTE), "a.txt"))
        assert response.status_code == 413
        assert "<h1" in response.get_data(as_text=True)
    finally:
        runtime.close()


def test_other_addresses_take_no_large_bodies(client: FlaskClient) -> None:
    for path in ("/", "/contact", "/contact/suggestions", "/status"):
        data = {"message": "x", "files": FileStorage(BytesIO(b"x" * MEGABYTE), "a.txt")}
        assert post(client, path, data).status_code == 413
    assert client.post("/contact/send", data={"message": "x" * MEGABYTE}).status_code == 413


def test_where_no_files_are_taken_none_are_asked_for(shipped: Settings, tmp_path: Path) -> None:
    runtime = make_service(shipped, tmp_path, attachments=0)
    try:
        client = create_app(runtime).test_client()
        assert 'type="file"' not in client.get("/contact").get_data(as_text=True)
        assert send(client, (FILES["image/png"], "a.png")).status_code == 422
    finally:
        runtime.close()


def test_a_capped_file_counts_one_byte_too_many_and_keeps_no_more() -> None:
    with CappedFile(10) as file:
        assert [file.write(b"x" * 7) for _ in range(4)] == [7] * 4
        assert file.seek(0, 2) == 11
