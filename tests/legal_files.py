"""A small ``legal.yaml`` for the small corpus and the shipped one alike."""

from __future__ import annotations

from pathlib import Path

LEGAL = """\
imprint:
  representatives: [Erika Beispiel]
  email: info@beispiel.example
  register: {court: Amtsgericht Musterstadt, number: HRB 1}
  vat_id: DE 123 456 789
privacy:
  email: daten@beispiel.example
  authority:
    name: {de: Aufsicht, en: Authority}
accessibility:
  assessed: 2026-05-01
  assessed_by: {de: Selbst geprüft., en: Checked by ourselves.}
  email: info@beispiel.example
"""


def write_legal(folder: Path, text: str = LEGAL) -> Path:
    """Write the file into a folder; later ones are told apart by their length or time."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "legal.yaml").write_text(text, encoding="utf-8")
    return folder
