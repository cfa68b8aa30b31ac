"""Which kinds of files a customer may send: told by their content, whatever their names say."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import PurePath
from typing import BinaryIO

import filetype

TEXT = "text/plain"
EXTENSIONS: dict[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif"),
    "application/pdf": (".pdf",),
    TEXT: (".txt", ".log", ".csv", ".md"),
}
LONGEST_NAME = 100
_MATCHERS = tuple(filetype.get_type(mime) for mime in EXTENSIONS if mime != TEXT)
_HEAD, _PIECE = 8192, 65_536
_ENCODINGS = ("utf-8", "cp1252")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What a browser or a shell would run, though every byte of it is plain text.
_ACTIVE = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<(?:!|\?|[a-z])|#!)", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')


def media_type(stream: BinaryIO) -> str | None:
    """Say what a file is by what stands in it.

    A text that begins like a page, a picture in markup or a script counts as none of the kinds.

    :param stream: the file; it is read from its beginning and left anywhere.
    :return: one of the keys of :data:`EXTENSIONS`, or ``None`` for every other kind and for an empty file.
    """
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head or _ACTIVE.match(head):
        return None
    known = filetype.match(head, matchers=_MATCHERS)
    if known is not None:
        return str(known.mime)
    return TEXT if any(_is_text(stream, encoding) for encoding in _ENCODINGS) else None


def safe_name(given: str, media: str) -> str:
    """Return a file name that shows nothing false and opens as what the file is.

    :param given: the name that the browser sent, perhaps with a path.
    :param media: the kind of the file, a key of :data:`EXTENSIONS`.
    :return: the name, at most 100 characters, with an extension of its kind.
    """
    name, extensions = plain_name(given), EXTENSIONS[media]
    suffix = PurePath(name).suffix
    if suffix.lower() not in extensions:
        suffix = extensions[0]
    stem = name.removesuffix(suffix)[: LONGEST_NAME - len(suffix)].strip(". ")
    return f"{stem or 'file'}{suffix}"


def plain_name(given: str) -> str:
    """Return the last part of a file name without what hides or misleads: controls, turned writing."""
    base = re.split(r"[/\\]", given)[-1]
    visible = (char for char in unicodedata.normalize("NFC", base) if unicodedata.category(char)[0] != "C")
    return " ".join(_FORBIDDEN.sub("", "".join(visible)).split()).strip(". ")


def _is_text(stream: BinaryIO, encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := stream.read(_PIECE):
            if _CONTROL.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
