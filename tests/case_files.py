"""Files as customers send them, and folders to keep them in."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from assistant.attachments import MEGABYTE, AttachmentFolder, Upload

NO_FILES = AttachmentFolder(Path("/nonexistent"), most=0, largest=0)
FILES: dict[str, bytes] = {
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 60 + b"\xff\xd9",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40,
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 40,
    "image/heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 40,
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n%%EOF\n",
    "text/plain": "Fehler 651, Lampe rot – seit gestern.\r\n".encode(),
}


def folder_in(path: Path, *, most: int = 5, largest: int = MEGABYTE) -> AttachmentFolder:
    return AttachmentFolder(path / "attachments", most=most, largest=largest)


def upload(name: str, content: bytes) -> Upload:
    return Upload(name, BytesIO(content))
