"""Notices as files: one of each kind, for the small corpus and the shipped one alike."""

from __future__ import annotations

from pathlib import Path

from corpus import Company, NoticeKind, Notices, load_notices

NOTICES = """\
notices:
  - id: cable-cut
    kind: incident
    from: 2026-11-28 14:10
    until: 2026-11-28 18:00
    updated: 2026-11-28 15:20
    title: {de: Internet fällt aus, en: Internet is down}
    text: {de: 'Ein Kabel ist defekt, das tut uns leid.', en: A cable is broken. We are sorry.}
    topics: [faults]
    words: {de: [Internet, Leitung tot], en: [internet, line dead]}
    places: [{de: München, en: Munich}, '803']
    article: move-house
    at_fault: true
  - id: parcels
    kind: season
    from: 2026-11-23
    until: 2026-12-24
    title: {de: Pakete dauern länger, en: Parcels take longer}
    text: {de: Planen Sie mehr Zeit ein., en: Please allow more time.}
    articles: [move-house]
  - id: portal
    kind: maintenance
    from: 2026-12-06 02:00
    until: 2026-12-06 04:00
    announce: 2026-12-01
    title: {de: Portal geschlossen, en: Portal closed}
    text: {de: Das Portal wird erneuert., en: The portal is being renewed.}
  - id: prices
    kind: change
    from: 2026-11-01
    until: 2026-12-31
    title: {de: Neue Preise, en: New prices}
    text: {de: Einige Preise ändern sich., en: Some prices change.}
    topics: [contract]
"""


def write_notices(folder: Path, text: str = NOTICES) -> Path:
    """Write the file into a folder; later ones are told apart by their length or time."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "notices.yaml").write_text(text, encoding="utf-8")
    return folder


def notices_from(text: str, company: Company, folder: Path) -> Notices:
    """The notices of a text, which must have no errors."""
    return load_notices(write_notices(folder, text), company, {"move-house", "no-internet"})


def one(kind: str = "incident", **keys: str) -> str:
    """A file with one notice; keys are written as they are, ``start`` stands for ``from``."""
    given = {
        "start": "2026-11-28 14:10",
        **({} if kind == NoticeKind.INCIDENT else {"until": "2026-12-24"}),
        "title": "{de: Titel, en: Title}",
        "text": "{de: Das ist der Text., en: This is the text.}",
        **keys,
    }
    lines = [f"    {'from' if key == 'start' else key}: {value}" for key, value in given.items() if value]
    return "\n".join(["notices:", "  - id: one", f"    kind: {kind}", *lines, ""])
