"""Makes any string fit for a tokenizer: broken characters mended, what no model reads cut off."""

from __future__ import annotations

import re
from collections.abc import Callable

CHARACTERS_A_TOKEN = 16
"""Characters that are tried for each token of the limit; ordinary text needs four or five."""

_SURROGATES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """Return a text that UTF-8 can hold: surrogates paired where they are two, else replaced by U+FFFD."""
    if _SURROGATES.search(text) is None:
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def beginning(text: str, limit: int, count: Callable[[str], int]) -> str:
    """Cut off what is certain to lie behind a model's token limit, so that long texts cost little.

    The beginning must give twice the limit's tokens: a word cut in two may count for more pieces than
    the whole word, and a text that the limit keeps whole must stay as it is.

    :param text: a text of any length.
    :param limit: tokens that the model reads.
    :param count: counts a text's tokens without any limit.
    :return: the text, or its beginning.
    """
    part = text[: CHARACTERS_A_TOKEN * limit]
    return part if len(part) < len(text) and count(part) >= 2 * limit else text
