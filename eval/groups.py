"""Who is measured together: each language, then all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from corpus import LANGUAGES, Language

Item = TypeVar("Item")


def by_language(items: Sequence[Item], language_of: Callable[[Item], Language]) -> dict[str, list[Item]]:
    """Group by language, leaving out those without items; ``all`` holds everything."""
    groups: dict[str, list[Item]] = {
        language: [item for item in items if language_of(item) == language] for language in LANGUAGES
    }
    return {name: group for name, group in {**groups, "all": list(items)}.items() if group}
