"""Finds the names by which people introduce, greet and sign themselves."""

from __future__ import annotations

import re

NAME = "[Name]"

_INTRODUCED = re.compile(
    r"(?<!\w)(?:ich hei(?:ß|ss)e|mein name ist|mein name lautet|hier (?:spricht|schreibt)"
    r"|my name is|my name['’]s|i am called)[:,]?\s{1,3}",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"(?<!\w)(?P<own>(?:[Mm]ein|[Dd]ein|[Ss]ein|[Ii]hr|[Uu]nser|[Ee]in|[Jj]ed|[Dd]i|[Dd])e?[rn]?[ ])?"
    r"(?:Herrn?|Frau|Mr|Mrs|Ms|Miss|Mx)\b\.?[ ]{1,2}"
)
_GREETED = re.compile(
    r"(?<!\w)(?:Lieber?|Dear|Hallo|Hi|Hello|Hey|Moin|Guten (?:Tag|Morgen|Abend))[ ]{1,2}"
    r"(?=[^\W\d_][\w'’-]{1,40}(?:[ ][^\W\d_][\w'’-]{1,40})?[ ]?[,!\n])"
)
_SIGNED = re.compile(
    r"(?<!\w)(?:mit (?:freundlichen|besten|lieben|vielen) gr(?:ü|ue)(?:ß|ss)en"
    r"|(?:viele|liebe|beste|sch(?:ö|oe)ne|herzliche|freundliche) gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|mfg|lg|vg"
    r"|(?:kind |best |warm )?regards|yours (?:sincerely|faithfully)|sincerely|best wishes)[,.!]?\s{1,4}",
    re.IGNORECASE,
)
_WORD = re.compile(r"[ ]{0,2}(?P<word>[^\W\d_][\w'’-]{0,40})")
_LINE_ENDS = re.compile(r"[ \t.,!]{0,4}(?:\n|\r|\Z)")

_TITLES = frozenset({"dr", "prof", "dipl", "ing", "med", "herr", "herrn", "frau", "mr", "mrs", "ms"})
_PARTICLES = frozenset({"von", "van", "de", "der", "den", "zu", "zur", "vom", "al", "el", "da", "di", "la"})
# What follows "my name is" without being a name, and what is greeted without being a person.
_ORDINARY_WORDS = """
nicht falsch auf im in noch jetzt seit anders verkehrt weg und oder aber auch der die das ein eine mir ich wir
sie es hat haben ist bin wird wurde war doch nun leider immer nur schon so zu mit bei für durch am an aus nach
geändert geaendert unvollständig unbekannt richtig korrekt doppelt gleich gelöscht wegen bitte danke
not wrong on at the a an and or but also now still changed different missing incorrect misspelled misspelt
spelled correct right too very in with for from has have is was will i we you it my your thanks please
team support kundenservice service zusammen leute alle sir madam damen herren there all everyone everybody
kolleginnen kollegen
"""
_NOT_NAMES = frozenset(_ORDINARY_WORDS.split())


def hide_names(text: str) -> str:
    """Replace names after an introduction, a form of address, a greeting or at the end of a letter."""
    for pattern in (_INTRODUCED, _ADDRESSED, _GREETED, _SIGNED):
        text = _hide_after(pattern, text)
    return text


def _hide_after(pattern: re.Pattern[str], text: str) -> str:
    parts, done = [], 0
    for match in pattern.finditer(text):
        if match.start() < done:
            continue
        end, words = _name(text, match.end(), lower_case=pattern is _INTRODUCED)
        if pattern is _ADDRESSED and match["own"] and words < 2:
            # "my wife's access": a noun follows at least as often as a name.
            continue
        if pattern is _SIGNED and not _LINE_ENDS.match(text, end):
            continue
        if words:
            parts += [text[done : match.end()], NAME]
            done = end
    return "".join([*parts, text[done:]])


def _name(text: str, start: int, *, lower_case: bool) -> tuple[int, int]:
    """Return where the name that begins at ``start`` ends, and how many words it has (0 to 3)."""
    at = end = start
    words = 0
    for _ in range(6):
        found = _WORD.match(text, at)
        if found is None or words == 3:
            break
        word, at = found["word"], found.end()
        if word.lower() in _TITLES or len(word) == 1:
            at += text.startswith(".", at)
        if word.lower() in _TITLES or word.lower() in _PARTICLES:
            continue
        if word.lower() in _NOT_NAMES or not (word[0].isupper() or (lower_case and words < 2)):
            break
        end, words = at, words + 1
    return end, words
