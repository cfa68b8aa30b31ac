"""Puts a static copy into its folder: written aside and swapped in, and nothing of anybody else's removed."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from corpus import LotseError

MARKER = ".lotse-export"
"""The file that says that a folder is ours to replace."""
_SAYS = "Written by lotse export, which replaces this folder as a whole. Keep nothing else in it.\n"


class ExportError(LotseError):
    """A folder that a static copy cannot be written to."""


def write_export(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace a folder by the files of a static copy.

    A run that is killed leaves the old copy or the new one, never a mixture; in the instant between the two
    moves there may be none. What lies in the folder besides, is gone afterwards.

    :param folder: is made where it does not exist; otherwise empty, or written by an earlier run.
    :param files: the content of each file, by its path inside the folder.
    :raises ExportError: when the folder holds something else.
    """
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside, before = (folder.with_name(f".{folder.name}.{part}") for part in ("new", "old"))
    with _alone(folder.parent):
        _refuse_others(folder)
        for left in (aside, before):
            _refuse_others(left)
            shutil.rmtree(left, ignore_errors=True)
        _write(aside, files)
        if folder.exists():
            folder.rename(before)
        aside.rename(folder)
        shutil.rmtree(before, ignore_errors=True)


def _refuse_others(folder: Path) -> None:
    if not folder.exists():
        return
    if folder.is_dir() and ((folder / MARKER).is_file() or not any(folder.iterdir())):
        return
    if folder.is_dir():
        raise ExportError(
            f"{folder} holds files that no export of ours wrote; give an empty folder, or a new one"
        )
    raise ExportError(f"{folder} is a file; give a folder")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    (folder / MARKER).write_text(_SAYS, encoding="utf-8")
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


@contextmanager
def _alone(parent: Path) -> Iterator[None]:
    """Let one run at a time work beside a folder."""
    handle = os.open(parent, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
