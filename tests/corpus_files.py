"""A small valid corpus as files, and one way to break it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from legal_files import write_legal

from corpus import Problem
from corpus.load import check_corpus

TODAY = date(2026, 6, 1)

COMPANY = """\
name: Beispiel
legal_name: Beispiel GmbH
street: Musterweg 1
city: 12345 Musterstadt
land: BE
land_name: {de: Berlin, en: Berlin}
sender: service@beispiel.example
topics:
  - id: contract
    name: {de: Vertrag, en: Contract}
  - id: faults
    name: {de: Störung, en: Faults}
channels:
  - id: phone
    kind: phone
    name: {de: Telefon, en: Phone}
    address: 030 1234567
    cost: {de: kostenlos, en: free}
    duration: {de: 5 Minuten, en: 5 minutes}
    hours:
      mon: [08:00-12:00, 13:00-24:00]
    suits:
      - topics: [contract, faults]
        reason: {de: schnell, en: quick}
teams:
  - id: service
    name: {de: Service, en: Service}
    email: team@beispiel.example
    topics: [contract]
    hours: {mon: [08:00-18:00]}
    promise: {working_hours: 8, urgent_working_hours: 1.5}
default_team: service
"""

ESCALATION = """\
reasons:
  - id: lost-device
    name: {de: Gerät verloren, en: Lost device}
    report:
      de: ['\\bhandy (?:weg|gestohlen)']
      en: ['\\bphone (?:lost|stolen)']
    message: {de: Wir helfen sofort., en: We help at once.}
    urgent_action:
      text: {de: SIM sperren, en: Block the SIM}
      channel: phone
      article: move-house
    team: service
"""

ARTICLE = """\
id: move-house
topic: contract
review_by: 2027-01-31
owner: Vertragsteam
translations:
  de:
    question: Wie ziehe ich mit meinem Vertrag um?
    phrasings:
      - umzug
      - ich ziehe um
      - neue wohnung
      - adresse ändert sich
    short: Melden Sie den Umzug 14 Tage vorher. Er kostet 29,99 €.
    answer: |
      Melden Sie den Umzug unter **Mein Konto**.

      Fragen? [Hilfe](https://beispiel.example/de/umzug) oder 030 1234567.
  en:
    question: How do I move house with my contract?
    phrasings:
      - moving
      - new flat
      - i am moving
      - change of address
    short: Tell us 14 days before you move. It costs €29.99.
    answer: |
      Tell us about the move under **My account**.

      Questions? [Help](https://beispiel.example/en/umzug) or +49 30 1234567.
"""

LEDGER = """\
menus:
  - {de: Mein Konto > Vertrag > Umzug, en: My account > Contract > Move}
  - {de: Mein Konto > Vertrag, en: My account > Contract}
facts:
  - id: moving-fee
    words: {de: [Umzug, kostet], en: [move, costs]}
    values: ['29,99 €']
contacts:
  - {address: beispiel.example/umzug, of: help pages}
"""
"""A ledger from which ARTICLE differs only by addresses it does not have; see ``test_corpus_ledger``."""

SECOND = (
    ARTICLE.replace("id: move-house", "id: second")
    .replace("ziehe ich mit meinem Vertrag um", "kündige ich")
    .replace("umzug\n", "kündigung\n")
    .replace("ich ziehe um", "ich will raus")
    .replace("neue wohnung", "vertrag beenden")
    .replace("adresse ändert sich", "schluss machen")
    .replace("move house with", "cancel")
    .replace("- moving", "- cancel")
    .replace("new flat", "end contract")
    .replace("i am moving", "i want out")
    .replace("change of address", "get rid of contract")
)


def write_corpus(
    folder: Path,
    *,
    company: str = COMPANY,
    escalation: str | None = ESCALATION,
    ledger: str | None = None,
    articles: dict[str, str] | None = None,
) -> Path:
    """Write a corpus; without arguments it has neither errors nor warnings."""
    (folder / "articles").mkdir(parents=True)
    (folder / "company.yaml").write_text(company, encoding="utf-8")
    if escalation is not None:
        (folder / "escalation.yaml").write_text(escalation, encoding="utf-8")
    write_legal(folder)
    if ledger is not None:
        (folder / "facts.yaml").write_text(ledger, encoding="utf-8")
    for name, text in ({"move-house.yaml": ARTICLE} if articles is None else articles).items():
        file = folder / "articles" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def problems_of(folder: Path) -> list[str]:
    """All problems as ``file:line:column severity code: message``, without the hints."""
    return [line(problem, folder) for problem in check_corpus(folder, TODAY).problems]


def line(problem: Problem, folder: Path) -> str:
    """One problem in one line."""
    file = problem.file.relative_to(folder).as_posix()
    place = f"{file}:{problem.line}:{problem.column}"
    return f"{place} {problem.severity} {problem.code}: {problem.message}"
