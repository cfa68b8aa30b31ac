"""Files of a case: told by content, kept before the case, gone with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from case_files import FILES, NO_FILES, folder_in, upload
from companies import shipped_company
from hypothesis import given
from hypothesis import strategies as st
from processes import start
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from assistant.attachments import MEGABYTE, AttachmentFolder, size_words
from assistant.cases import Cases
from assistant.database import Database, DatabaseError
from assistant.filetypes import EXTENSIONS, LONGEST_NAME, media_type, safe_name
from assistant.handover import HandOver, HandOverError
from assistant.outbox import Outbox
from assistant.purge import purge

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
PACKET = HandOver("c1", "de", "faults", "Die Lampe ist rot.", email="alex@example.org")


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentFolder:
    return folder_in(tmp_path)


@pytest.fixture
def cases(database: Database, folder: AttachmentFolder) -> Cases:
    return Cases(database, shipped_company, "secret", "https://help.example", attachments=folder)


def on_disk(folder: AttachmentFolder) -> list[Path]:
    return sorted(folder.path.iterdir()) if folder.path.exists() else []


def open_with(cases: Cases, *contents: bytes, key: str = "form 1") -> int:
    uploads = [upload(f"bild{place}.jpg", content) for place, content in enumerate(contents)]
    return cases.open(PACKET, submission_key=key, now=NOW, uploads=uploads).case.id


@pytest.mark.parametrize("media", list(EXTENSIONS))
def test_every_kind_is_told_by_its_content_whatever_its_name(media: str) -> None:
    assert media_type(BytesIO(FILES[media])) == media


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"PK\x03\x04\x14\x00\x00\x00",
        b"GIF89a\x01\x00\x01\x00",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\xef\xbb\xbf \n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><x/>",
        b"<script>alert(1)</script>%PDF-1.7",
        b"#!/bin/sh\nrm -rf /\n",
        b"plain text with a \x00 in it",
        b"text, then\x1b[2J control",
        b"\x81\x8d not even Windows-1252",
    ],
)
def test_other_kinds_are_refused_polyglots_that_begin_like_a_page_too(content: bytes) -> None:
    assert media_type(BytesIO(content)) is None


def test_a_picture_with_a_page_inside_is_a_picture_and_named_like_one() -> None:
    content = FILES["image/jpeg"] + b"<html><script>alert(1)</script></html>"
    assert media_type(BytesIO(content)) == "image/jpeg"
    assert safe_name("page.html", "image/jpeg") == "page.html.jpg"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_text_is_text_in_the_usual_encodings_however_long(encoding: str) -> None:
    assert media_type(BytesIO(("Grüße – " * 30_000).encode(encoding))) == "text/plain"


@given(st.binary(max_size=400))
def test_any_bytes_are_of_some_kind_or_none(content: bytes) -> None:
    assert media_type(BytesIO(content)) in {None, *EXTENSIONS}


@given(st.text(), st.sampled_from(list(EXTENSIONS)))
def test_any_name_becomes_a_harmless_one(given_name: str, media: str) -> None:
    name = safe_name(given_name, media)
    assert 0 < len(name) <= LONGEST_NAME
    assert name.lower().endswith(EXTENSIONS[media])
    assert name == Path(name).name
    assert name == safe_name(name, media)
    assert not any(char in name for char in '\x00\n\u202e/\\<>"')


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("Foto 1.JPG", "Foto 1.JPG"),
        ("C:\\Users\\me\\rechnung.pdf.exe", "rechnung.pdf.exe.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("rechnung\u202egpj.exe", "rechnunggpj.exe.jpg"),
        (".jpg", "jpg.jpg"),
        ("", "file.jpg"),
        ("Störung.jpeg", "Störung.jpeg"),
    ],
)
def test_names(given_name: str, name: str) -> None:
    assert safe_name(given_name, "image/jpeg") == name


@pytest.mark.parametrize(
    ("size", "de", "en"),
    [(1, "1 KB", "1 KB"), (99_000, "97 KB", "97 KB"), (3 * MEGABYTE // 2, "1,5 MB", "1.5 MB")],
)
def test_sizes_in_words(size: int, de: str, en: str) -> None:
    assert (size_words(size, "de"), size_words(size, "en")) == (de, en)


def test_files_are_kept_with_their_case(cases: Cases, folder: AttachmentFolder) -> None:
    case_id = open_with(cases, FILES["image/jpeg"], FILES["application/pdf"])
    picture, pdf = cases.attachments(case_id)
    assert (picture.name, picture.media_type, picture.size) == ("bild0.jpg", "image/jpeg", 73)
    assert (pdf.name, pdf.media_type) == ("bild1.jpg.pdf", "application/pdf")
    assert picture.path.read_bytes() == FILES["image/jpeg"]
    assert sorted([picture.path, pdf.path]) == on_disk(folder)
    assert cases.attachment(pdf.id) == pdf
    assert cases.attachment(pdf.id + 1) is None
    assert "bild" not in picture.path.name
    assert picture.path.stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700


def test_the_team_reads_which_files_there_are(database: Database, cases: Cases) -> None:
    open_with(cases, FILES["image/jpeg"])
    mail = Outbox(database).lease(now=NOW)
    assert mail is not None
    assert b"Dateien\r\n- bild0.jpg (1 KB)\r\n" in mail.mail


def test_the_same_form_sent_twice_keeps_its_files_once(cases: Cases, folder: AttachmentFolder) -> None:
    first, second = (open_with(cases, FILES["image/png"]) for _ in range(2))
    assert first == second
    assert len(cases.attachments(first)) == len(on_disk(folder)) == 1


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        ([FILES["image/png"]] * 6, "Das sind zu viele Dateien: höchstens 5."),
        ([b"x" * (MEGABYTE + 1)], "„bild0.jpg“ ist zu groß: höchstens 1 MB je Datei."),
        (
            [FILES["image/png"], b"MZ\x00"],
            "„bild1.jpg“ können wir nicht annehmen. "
            "Möglich sind Fotos (JPEG, PNG, WebP, HEIC), PDF und reiner Text.",
        ),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_kept(
    cases: Cases, folder: AttachmentFolder, contents: list[bytes], said: str
) -> None:
    with pytest.raises(HandOverError) as caught:
        open_with(cases, *contents)
    assert caught.value.fields == {"files": said}
    assert cases.list_open() == ()
    assert on_disk(folder) == []


def test_all_problems_come_at_once_in_the_language_of_the_page(cases: Cases) -> None:
    packet = HandOver("c1", "de", None, "", email="alex@example.org")
    with pytest.raises(HandOverError) as caught:
        cases.open(
            packet, submission_key="k", now=NOW, uploads=[upload("a.zip", b"PK\x03\x04")], errors_in="en"
        )
    assert caught.value.fields["message"] == "Please tell us what it is about."
    assert caught.value.fields["files"].startswith("We cannot take “a.zip”.")


def test_deleting_a_case_deletes_its_files_and_no_others(cases: Cases, folder: AttachmentFolder) -> None:
    gone, stays = open_with(cases, FILES["image/png"]), open_with(cases, FILES["image/png"], key="form 2")
    (file,) = cases.attachments(gone)
    cases.delete(gone, now=NOW)
    assert cases.attachments(gone) == ()
    assert cases.attachment(file.id) is None
    assert on_disk(folder) == [each.path for each in cases.attachments(stays)]


def test_a_failed_transaction_leaves_no_file(
    database: Database, cases: Cases, folder: AttachmentFolder
) -> None:
    with database.writing() as session:
        session.execute(text("ALTER TABLE outbox RENAME TO gone"))
    for _ in range(2):
        with pytest.raises(DatabaseError):
            open_with(cases, FILES["image/png"])
    assert on_disk(folder) == []
    with database.writing() as session:
        session.execute(text("ALTER TABLE gone RENAME TO outbox"))
    (file,) = cases.attachments(open_with(cases, FILES["image/png"]))
    assert on_disk(folder) == [file.path]


def test_a_failed_commit_leaves_the_file_until_the_purge(tmp_path: Path, folder: AttachmentFolder) -> None:
    database = Database(f"sqlite:///{tmp_path}/commit.sqlite3")
    database.migrate()
    with database.writing() as session:
        # What is only checked at the end of the transaction fails with the commit itself.
        session.execute(
            text("CREATE TABLE late (id INTEGER REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED)")
        )
        session.execute(
            text("CREATE TRIGGER fail AFTER INSERT ON cases BEGIN INSERT INTO late VALUES (-1); END")
        )
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=folder)
    with pytest.raises(IntegrityError):
        open_with(cases, FILES["image/png"])
    assert len(on_disk(folder)) == 1, "whether a failed commit stored anything cannot be known"
    with database.writing() as session:
        session.execute(text("DROP TRIGGER fail"))
    (file,) = cases.attachments(open_with(cases, FILES["image/png"]))
    assert len(on_disk(folder)) == 2
    now = datetime.now(UTC)
    assert purge(database, folder, now=now, retention_days=90).files == 0
    assert purge(database, folder, now=now + timedelta(days=2), retention_days=90).files == 1
    assert on_disk(folder) == [file.path]
    database.close()


def test_files_that_do_not_all_fit_on_the_disk_are_not_kept(folder: AttachmentFolder) -> None:
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    code = f"""
import signal, sys
from pathlib import Path
from case_files import FILES, folder_in, upload
{small}
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = folder_in(Path(sys.argv[1]))
files = [upload("a.png", FILES["image/png"]), upload("b.txt", b"x" * 5000)]
try:
    folder.keep(folder.check(files, "de"))
except OSError:
    print("full", flush=True)
"""
    process = start(code, str(folder.path.parent))
    assert process.communicate(timeout=60)[0].strip() == "full"
    assert folder.path.is_dir()
    assert on_disk(folder) == []


def test_purging_an_old_case_removes_its_files(
    database: Database, cases: Cases, folder: AttachmentFolder
) -> None:
    case_id = open_with(cases, FILES["image/png"])
    (file,) = cases.attachments(case_id)
    os.utime(file.path, (0, 0))
    assert purge(database, folder, now=NOW + timedelta(days=200), retention_days=90).files == 0
    assert on_disk(folder) == [file.path]
    cases.close(cases.list_open()[0].number, actor="kim", now=NOW)
    purge(database, folder, now=NOW + timedelta(days=200), retention_days=90)
    assert on_disk(folder) == []


def test_a_folder_that_takes_none_needs_none(database: Database) -> None:
    cases = Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    assert open_with(cases) > 0
    with pytest.raises(HandOverError, match="höchstens 0"):
        open_with(cases, FILES["image/png"], key="form 2")


@pytest.fixture
def first_version(tmp_path: Path) -> Iterator[str]:
    """A database as the first release made it, with a case in it."""
    from alembic import command
    from alembic.config import Config

    import assistant.migrations

    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", str(Path(assistant.migrations.__file__ or "").parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(
            text(
                "INSERT INTO cases (number, code_hash, submission_key, conversation_id, language, team, "
                "priority, message, packet, promised_at, state, created_at, updated_at) VALUES "
                "('K-26-000001', 'h', 's', 'c', 'de', 'service', 'normal', 'Hallo', '{}', "
                "'2026-11-03 10:00:00', 'received', '2026-11-03 09:00:00', '2026-11-03 09:00:00')"
            )
        )
    engine.dispose()
    yield url


def test_a_database_of_the_first_version_is_brought_up_to_date(first_version: str, tmp_path: Path) -> None:
    database = Database(first_version)
    database.migrate()
    database.check()
    with database.reading() as session:
        assert {"attachments", "case_codes"} <= set(inspect(session.connection()).get_table_names())
    cases = Cases(
        database, shipped_company, "secret", "https://help.example", attachments=folder_in(tmp_path)
    )
    old = cases.show("K-26-000001")
    assert (old.message, cases.attachments(old.id)) == ("Hallo", ())
    assert len(cases.attachments(open_with(cases, FILES["image/png"]))) == 1
    database.close()
