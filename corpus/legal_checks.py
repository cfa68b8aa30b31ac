"""What may be wrong with ``legal.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from corpus.legal import Legal, LegalPage
from corpus.problem import Problem, Severity
from corpus.reading import Reading
from corpus.validation import Sheet

_FRESH = timedelta(days=365)
_WANTED = {
    LegalPage.IMPRINT: "§ 5 DDG asks almost every company for one",
    LegalPage.PRIVACY: "art. 13 GDPR asks everybody who stores personal data for one",
}


def advise_legal(reading: Reading, today: date) -> list[Problem]:
    """Find what the operator should look at.

    :param reading: the files of a corpus, ``legal.yaml`` among them.
    :param today: the day on which the accessibility check is old or not.
    :return: warnings, in no particular order.
    """
    file = reading.folder / "legal.yaml"
    if reading.legal is None:
        if file.exists() or not reading.folder.is_dir():
            return []
        message = "legal.yaml is missing: the pages show no imprint and do not say how data is used"
        hint = "Write one, or name your pages in it: 'imprint_url: https://…', 'privacy_url: https://…'."
        return [Problem(file, 1, 1, Severity.WARNING, "missing-file", message, hint)]
    return [*_missing_pages(reading.legal), *_old_assessment(reading.legal, today)]


def _missing_pages(sheet: Sheet[Legal]) -> Iterator[Problem]:
    for page, why in _WANTED.items():
        if not sheet.value.has(page):
            hint = f"Add '{page}:' with its facts, '{page}_text:', or '{page}_url:'; {why}."
            yield sheet.source.problem(
                sheet.source.place(), Severity.WARNING, f"missing-{page}", f"there is no {page} page", hint
            )


def _old_assessment(sheet: Sheet[Legal], today: date) -> Iterator[Problem]:
    if sheet.value.accessibility is None:
        return
    assessed = sheet.value.accessibility.assessed
    place = sheet.source.place("accessibility", "assessed")
    if assessed > today:
        message = f"the pages were checked on {assessed}, which is still to come"
        hint = "Set the day on which they were checked."
        yield sheet.source.problem(place, Severity.WARNING, "not-yet", message, hint)
    elif assessed <= today - _FRESH:
        message = f"the accessibility of the pages was last checked on {assessed}"
        hint = "Check them again, then set the new day."
        yield sheet.source.problem(place, Severity.WARNING, "stale", message, hint)
