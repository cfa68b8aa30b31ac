"""Files that customers send with a message: checked, kept outside the web root, removed with their case.

A file is written before the case that names it and removed after the case let go of it, so that no
stored case ever misses one; what a crash in between leaves behind, the daily purge sweeps up.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Self

from assistant.filetypes import media_type, plain_name, safe_name
from assistant.handover import HandOverError
from corpus import Language
from corpus.settings import Settings

MEGABYTE = 1024 * 1024
_WRONG_KIND: dict[Language, str] = {
    "de": "„{name}“ können wir nicht annehmen. "
    "Möglich sind Fotos (JPEG, PNG, WebP, HEIC), PDF und reiner Text.",
    "en": "We cannot take “{name}”. Photos (JPEG, PNG, WebP, HEIC), PDF and plain text are possible.",
}
_TOO_LARGE: dict[Language, str] = {
    "de": "„{name}“ ist zu groß: höchstens {limit} MB je Datei.",
    "en": "“{name}” is too large: at most {limit} MB a file.",
}
_TOO_MANY: dict[Language, str] = {
    "de": "Das sind zu viele Dateien: höchstens {limit}.",
    "en": "These are too many files: at most {limit}.",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a customer sent it."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a case; ``size`` is in bytes. Give it out as a download, never as part of a page."""

    id: int
    case_id: int
    name: str
    media_type: str
    size: int
    path: Path


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An upload that may be kept, with the name and the kind that it is kept under."""

    name: str
    media_type: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file in the folder; ``file`` is the random name that it has there."""

    name: str
    media_type: str
    size: int
    file: str


@dataclass(frozen=True, slots=True)
class AttachmentFolder:
    """The folder of all files; ``most`` of them may come with a message, each of ``largest`` bytes."""

    path: Path
    most: int
    largest: int

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the folder of an installation."""
        return cls(
            settings.data.resolve() / "attachments",
            most=settings.attachments,
            largest=settings.attachment_megabytes * MEGABYTE,
        )

    def check(self, uploads: Sequence[Upload], language: Language) -> tuple[CheckedFile, ...]:
        """Say what the files are, and refuse what cannot be taken.

        :param uploads: the files as they were sent.
        :param language: the language of the error.
        :return: the files, in their order.
        :raises HandOverError: under ``files``, naming the first file that is too large or of a wrong kind.
        """
        if len(uploads) > self.most:
            raise _refused(_TOO_MANY, language, limit=self.most)
        checked = []
        for upload in uploads:
            shown = plain_name(upload.name)
            if upload.stream.seek(0, os.SEEK_END) > self.largest:
                raise _refused(_TOO_LARGE, language, name=shown, limit=self.largest // MEGABYTE)
            media = media_type(upload.stream)
            if media is None:
                raise _refused(_WRONG_KIND, language, name=shown)
            checked.append(CheckedFile(safe_name(upload.name, media), media, upload.stream))
        return tuple(checked)

    def keep(self, files: Sequence[CheckedFile]) -> tuple[KeptFile, ...]:
        """Write files to disk under random names, all or none; then no power cut loses them."""
        if not files:
            return ()
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        names = [secrets.token_hex(16) for _ in files]
        try:
            kept = tuple(self._keep(file, name) for file, name in zip(files, names, strict=True))
        except OSError:
            self.remove(names)
            raise
        folder = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return kept

    def remove(self, files: Iterable[str]) -> None:
        """Remove files by the names they have in the folder; missing ones are no error."""
        for file in files:
            (self.path / file).unlink(missing_ok=True)

    def sweep(self, known: frozenset[str], *, before: datetime) -> int:
        """Remove the files that no case names.

        :param known: the names of those that belong to a case.
        :param before: younger files stay: their case may be about to be stored.
        :return: how many were removed.
        """
        found = self.path.iterdir() if self.path.is_dir() else ()
        stray = [path.name for path in found if path.name not in known and _older(path, before)]
        self.remove(stray)
        return len(stray)

    def _keep(self, file: CheckedFile, name: str) -> KeptFile:
        file.stream.seek(0)
        descriptor = os.open(self.path / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            shutil.copyfileobj(file.stream, target)
            target.flush()
            os.fsync(target.fileno())
            return KeptFile(file.name, file.media_type, target.tell(), name)


def size_words(size: int, language: Language) -> str:
    """Write a size as people read it, such as ``1,4 MB``."""
    if size < MEGABYTE:
        return f"{max(1, round(size / 1024))} KB"
    number = f"{size / MEGABYTE:.1f}"
    return f"{number.replace('.', ',') if language == 'de' else number} MB"


def _refused(texts: dict[Language, str], language: Language, **values: object) -> HandOverError:
    return HandOverError({"files": texts[language].format(**values)})


def _older(path: Path, before: datetime) -> bool:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    except FileNotFoundError:  # another process swept it up
        return False
