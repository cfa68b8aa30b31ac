"""What a native reader would stumble over: a text of the other language, its dates, its quotation marks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from pydantic import BaseModel

from assistant.language import identify_language
from corpus import Article, Company, Language
from corpus.model import Localized

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = ROOT / "webui/translations/de/LC_MESSAGES/messages.po"
MAILS = ROOT / "assistant/mail_texts"
NAMES = frozenset({"Deutsch", "English"})
_PLACE = re.compile(r"%\(\w+\)s|\$\w+|\{\w+\}")
_MONTHS = {
    "de": "Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember",
    "en": "January|February|March|June|July|October|December",
}
_SAME = "April|August|September|November"
_DAYS = {
    "de": "Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag",
    "en": "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday",
}
_BOTH = {
    "an unfilled place": r"%\(|\{\{|\}\}|\{%|\$\w+|\bUndefined\b",
    "straight quotation marks": r'"',
    "three dots": r"\.\.\.",
    "a double hyphen": r"(?<![-\w])--(?![-\w])|\w--\w",
}
_ONE: dict[Language, dict[str, str]] = {
    "de": {
        "an empty value": r"\bNone\b",
        "an English day or month": rf"\b(?:{_MONTHS['en']}|{_DAYS['en']})\b",
        "a date without its dot": rf"\b\d{{1,2}} (?:{_MONTHS['de']}|{_SAME})\b",
        "a clock without Uhr": r"\b(?:um|ab|bis) \d{1,2}:\d\d\b(?! Uhr| bis| und| oder)",
        "an English amount": r"(?:€|EUR) ?\d|\d\.\d\d ?(?:€|EUR|Euro)",
        "English quotation marks": r"”|^[^„]+“",
    },
    "en": {
        "a German day or month": rf"\b(?:{_MONTHS['de']}|{_DAYS['de']})\b",
        "a German date": rf"\b\d{{1,2}}\. (?:{_MONTHS['en']}|{_SAME})\b",
        "an American date": rf"(?<!\d )\b(?:{_MONTHS['en']}|{_SAME}|May) \d{{1,2}}\b",
        "a German clock": r"\d Uhr\b",
        "a German amount": r"\d,\d\d ?(?:€|EUR|euros?)\b|\d ?€",
        "German quotation marks": r"„",
    },
}


@dataclass(frozen=True, slots=True)
class Pairs:
    """Texts that only one language has: plain ones, those with places to be filled in, and names of none."""

    plain: dict[Language, frozenset[str]]
    filled: dict[Language, tuple[tuple[str, re.Pattern[str]], ...]]
    names: re.Pattern[str]

    @classmethod
    def of(cls, texts: Iterable[tuple[str, str]], names: Iterable[str] = ()) -> Pairs:
        """Make them of German texts and their English ones."""
        known = [(" ".join(de.split()), " ".join(en.split())) for de, en in texts]
        german, english = {de for de, _ in known}, {en for _, en in known}
        alone: dict[Language, set[str]] = {"de": german - english - NAMES, "en": english - german - NAMES}
        return cls(
            {each: frozenset(text for text in own if not _PLACE.search(text)) for each, own in alone.items()},
            {
                each: tuple((one, _pattern(one)) for one in own if _is_filled(one))
                for each, own in alone.items()
            },
            re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))) or r"(?!)"),
        )

    def foreign(self, text: str, language: Language) -> str | None:
        """Return the text of the other language that a text is or holds."""
        other: Language = "en" if language == "de" else "de"
        if text in self.plain[other]:
            return text
        held = (known for known in self.plain[other] if known in text and known.count(" ") > 1)
        filled = (
            known
            for known, pattern in self.filled[other]
            if (pattern.search(text) if known.count(" ") > 1 else pattern.fullmatch(text))
        )
        return next((known for known in (*held, *filled)), None)

    def words_of(self, text: str) -> str:
        """Return a text without names, addresses and quotations, by which no language is told."""
        return re.sub(r"“[^”]*”|„[^“]*“", " ", self.names.sub(" ", text))


def pairs(articles: Iterable[Article], company: Company, *described: BaseModel) -> Pairs:
    """Make the pairs of all that the pages are made of."""
    texts = [(text.de, text.en) for each in (company, *described) for text in _localized(each)]
    for article in articles:
        if (de := article.translation("de")) and (en := article.translation("en")):
            texts += [(de.question, en.question), (de.short, en.short)]
    for file in MAILS.glob("*.txt"):
        lines = file.read_text(encoding="utf-8").splitlines()
        texts += [(line, "") if ".de." in file.name else ("", line) for line in lines]
    names = (company.name, company.legal_name, company.street, company.city)
    return Pairs.of([*texts, *_catalogue()], (*names, *(each.address for each in company.channels)))


def complaints(text: str, language: Language, known: Pairs) -> Iterator[str]:
    """Yield what is wrong with a text in a language."""
    if found := known.foreign(text, language):
        yield f"{text!r} holds {found!r} of the other language"
    words = known.words_of(text)
    enough = sum(word[0].islower() for word in words.split()) >= 3
    if enough and identify_language(words) not in {language, None}:
        yield f"{text!r} reads as the other language"
    for what, pattern in {**_BOTH, **_ONE[language]}.items():
        if re.search(pattern, text):
            yield f"{text!r} has {what}"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(".+".join(re.escape(part) for part in _PLACE.split(text)))


def _is_filled(text: str) -> bool:
    # A text that is little more than its places would be found everywhere.
    return bool(_PLACE.search(text)) and len(re.sub(r"\W", "", _PLACE.sub("", text))) > 2


def _catalogue() -> Iterator[tuple[str, str]]:
    with CATALOGUE.open("rb") as file:
        catalogue: Catalog = read_po(file, locale="de")
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            yield from zip(strings, ids, strict=True)


def _localized(value: object) -> Iterator[Localized]:
    if isinstance(value, Localized):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _localized(getattr(value, name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _localized(each)
