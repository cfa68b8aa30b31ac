"""Takes files with a form: more than a text may hold, on one address alone, and never more than fits.

A body that is too large is read to its end and dropped, not broken off: a browser shows no answer to
a request that was cut, and what was typed beside the files would be lost with them.
"""

from __future__ import annotations

import os
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from flask import Request, request

from assistant.attachments import MEGABYTE, Upload
from webui.context import runtime

IN_MEMORY = 512 * 1024
MOST_PARTS = 100
# So many times what may be sent is read before a connection is cut.
PATIENCE = 4


class CappedFile(SpooledTemporaryFile[bytes]):
    """A temporary file that drops what goes beyond one byte over ``cap``, so that its size tells."""

    def __init__(self, cap: int) -> None:
        super().__init__(max_size=IN_MEMORY, mode="w+b")
        self._room = cap + 1

    def write(self, data: Any) -> int:
        """Keep as much as there is room for; what is dropped counts as written."""
        super().write(data[: self._room])
        self._room -= min(self._room, len(data))
        return len(data)


class UploadRequest(Request):
    """A request whose files take no more room than the settings allow."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return cast(IO[bytes], CappedFile(runtime().settings.attachment_megabytes * MEGABYTE))


def allow_files() -> None:
    """Let this request carry files; call it before anything reads the form."""
    settings = runtime().settings
    if settings.attachments and request.mimetype == "multipart/form-data":
        files = settings.attachments * settings.attachment_megabytes * MEGABYTE
        request.max_content_length = PATIENCE * files + IN_MEMORY
        request.max_form_parts = MOST_PARTS


def posted_files() -> tuple[Upload, ...]:
    """Return the files of the form; the empty part that a browser sends without any counts as none.

    A form that cannot carry files, such as the one that changes the language, sends their names alone:
    they count as empty files, so that nobody believes them sent.
    """
    sent = [(file.filename, file.stream) for file in request.files.getlist("files")]
    named = [(name, BytesIO()) for name in request.form.getlist("files")]
    return tuple(Upload(name, cast(Any, stream)) for name, stream in (*sent, *named) if name)


def any_too_large() -> bool:
    """Say whether one of the files is larger than the settings allow."""
    largest = runtime().settings.attachment_megabytes * MEGABYTE
    return any(upload.stream.seek(0, os.SEEK_END) > largest for upload in posted_files())
