"""Cuts articles into the passages that are embedded."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import LANGUAGES, Corpus, Language, State, Translation
from index.ranking import Passage, PassageKind

MAX_CHARACTERS = 400
ALONE = 30
_MARKUP = re.compile(r"^\s*(?:#{1,6}|[-*+]|\d+[.)]|>)\s+|\*\*|__|`", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BLOCKS = re.compile(r"\n\s*\n")
_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ0-9„\"])")


def passages_of(corpus: Corpus) -> tuple[Passage, ...]:
    """Cut every published article of a corpus, and add the questions known to have no article.

    Validity dates are not looked at: they are judged when a question is asked.
    """
    nothing = (
        Passage("", language, PassageKind.NOTHING, text)
        for texts in (corpus.unanswered.near, corpus.unanswered.far)
        for language, text in texts
    )
    found = tuple(
        passage
        for key in sorted(corpus.articles)
        if corpus.articles[key].state is State.PUBLISHED
        for language in LANGUAGES
        if (translation := corpus.articles[key].translation(language)) is not None
        for passage in translation_passages(key, language, translation)
    )
    return (*nothing, *found) if found else ()


def translation_passages(article: str, language: Language, translation: Translation) -> Iterator[Passage]:
    """Cut one language's version of an article."""
    yield Passage(article, language, PassageKind.QUESTION, translation.question)
    for phrasing in translation.phrasings:
        yield Passage(article, language, PassageKind.PHRASING, phrasing)
    yield Passage(article, language, PassageKind.SHORT, translation.short)
    for part in split_answer(translation.answer):
        yield Passage(article, language, PassageKind.ANSWER, part)
    for keyword in translation.keywords:
        yield Passage(article, language, PassageKind.KEYWORD, keyword)


def split_answer(markdown: str, limit: int = MAX_CHARACTERS) -> list[str]:
    """Cut a Markdown answer into plain pieces, along paragraphs, then along sentences.

    :param markdown: the full answer.
    :param limit: characters a piece; a single longer sentence stays whole.
    :return: the pieces in order, none empty.
    """
    pieces: list[str] = []
    carried = ""
    for block in _BLOCKS.split(markdown):
        text = " ".join(_LINK.sub(r"\1", _MARKUP.sub("", block)).split())
        text = f"{carried} {text}".strip()
        # A heading, or a line too short to stand alone, belongs to what follows.
        carried = text if block.lstrip().startswith("#") or len(text) < ALONE else ""
        if not carried:
            pieces.extend(_sentences_joined(text, limit))
    return [*pieces, carried] if carried else pieces


def _sentences_joined(text: str, limit: int) -> Iterator[str]:
    joined = ""
    for sentence in _SENTENCES.split(text):
        if joined and len(joined) + len(sentence) >= limit:
            yield joined
            joined = sentence
        else:
            joined = f"{joined} {sentence}".strip()
    if joined:
        yield joined
