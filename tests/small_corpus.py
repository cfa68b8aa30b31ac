"""Ten articles in two languages, with all that may stand beside them: enough to calibrate in seconds."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus_files import COMPANY, write_corpus

ESCALATION = """\
reasons:
  - id: lost-device
    name: {de: Gerät verloren, en: Lost device}
    priority: urgent
    report:
      de: ['\\bhandy (?:weg|gestohlen)']
      en: ['\\bphone (?:lost|stolen)']
    message: {de: Wir helfen sofort., en: We help at once.}
  - id: fraud
    name: {de: Betrug, en: Fraud}
    report: {de: ['\\bbetrogen\\b'], en: ['\\bscammed\\b']}
    message: {de: Wir kümmern uns sofort., en: We take care of it at once.}
"""

Asked = tuple[str, ...]

ARTICLES: dict[str, tuple[str, Asked, Asked]] = {
    "find-invoice": (
        "Ihre Rechnungen liegen im Portal. | Your invoices are in the portal.",
        (
            "Wo finde ich meine Rechnung?",
            "rechnung herunterladen",
            "rechnung als pdf",
            "monatsrechnung ansehen",
            "ich brauche eine kopie meiner letzten rechnung",
        ),
        (
            "Where do I find my invoice?",
            "download my bill",
            "bill as pdf",
            "see my monthly bill",
            "i need a copy of my last invoice",
        ),
    ),
    "router-lights": (
        "Rot heißt: keine Verbindung. | Red means that there is no connection.",
        (
            "Was bedeutet die rote Lampe am Router?",
            "router blinkt rot",
            "lampe am modem leuchtet orange",
            "router led bedeutung",
            "warum blinkt meine fritzbox",
        ),
        (
            "What does the red light on my router mean?",
            "router blinking red",
            "orange light on the modem",
            "meaning of router leds",
            "why is my router flashing",
        ),
    ),
    "reset-password": (
        "Auf der Anmeldeseite auf Passwort vergessen tippen. | Tap Forgot password on the sign-in page.",
        (
            "Wie setze ich mein Passwort zurück?",
            "passwort vergessen",
            "komme nicht in mein kundenkonto",
            "neues kennwort für das portal",
            "login geht nicht mehr",
        ),
        (
            "How do I reset my password?",
            "forgot password",
            "cannot get into my account",
            "new password for the portal",
            "login does not work",
        ),
    ),
    "move-house": (
        "Melden Sie den Umzug 14 Tage vorher. | Tell us 14 days before you move.",
        (
            "Wie nehme ich meinen Anschluss beim Umzug mit?",
            "ich ziehe um",
            "neue wohnung vertrag mitnehmen",
            "umzug melden",
            "adresse ändert sich nächsten monat",
        ),
        (
            "How do I take my line along when I move?",
            "i am moving house",
            "new flat same contract",
            "report a move",
            "my address changes next month",
        ),
    ),
    "order-status": (
        "Den Stand der Lieferung zeigt die Sendungsverfolgung. | Tracking shows where your parcel is.",
        (
            "Wo ist mein Paket?",
            "sendungsverfolgung",
            "wann kommt meine lieferung",
            "bestellung noch nicht da",
            "status meiner bestellung",
        ),
        (
            "Where is my parcel?",
            "track my delivery",
            "when will my order arrive",
            "order not here yet",
            "status of my order",
        ),
    ),
    "cancel-contract": (
        "Kündigen Sie im Portal oder in Textform. | Cancel in the portal or in writing.",
        (
            "Wie kündige ich meinen Vertrag?",
            "vertrag kündigen",
            "ich will kündigen",
            "kündigungsfrist",
            "zu welchem datum kann ich raus aus dem vertrag",
        ),
        (
            "How do I cancel my contract?",
            "terminate contract",
            "i want to cancel",
            "notice period",
            "when can i get out of my contract",
        ),
    ),
    "slow-wifi": (
        "Stellen Sie den Router frei auf und wechseln Sie den Kanal. | Put the router in the open.",
        (
            "Warum ist mein WLAN so langsam?",
            "wlan langsam",
            "wlan im schlafzimmer schwach",
            "schlechter empfang im obergeschoss",
            "internet über wlan ruckelt",
        ),
        (
            "Why is my wifi so slow?",
            "slow wifi",
            "weak wifi in the bedroom",
            "bad reception upstairs",
            "wifi keeps buffering",
        ),
    ),
    "roaming-eu": (
        "In der EU surfen Sie ohne Aufpreis. | In the EU you use your plan at no extra cost.",
        (
            "Was kostet Roaming in der EU?",
            "handy im urlaub in spanien nutzen",
            "datenvolumen im eu ausland",
            "kosten telefonieren aus italien",
            "roaming gebühren",
        ),
        (
            "What does roaming in the EU cost?",
            "use my phone on holiday in spain",
            "data allowance abroad in europe",
            "cost of calls from italy",
            "roaming charges",
        ),
    ),
    "change-bank": (
        "Die Bankverbindung ändern Sie unter Zahlungsart. | Change your bank details under Payment.",
        (
            "Wie ändere ich meine Bankverbindung?",
            "neue iban hinterlegen",
            "lastschrift von anderem konto",
            "sepa mandat ändern",
            "bank gewechselt",
        ),
        (
            "How do I change my bank details?",
            "store a new iban",
            "direct debit from another account",
            "change sepa mandate",
            "switched my bank",
        ),
    ),
    "activate-esim": (
        "Scannen Sie den QR-Code im Portal. | Scan the QR code in the portal.",
        (
            "Wie aktiviere ich meine eSIM?",
            "esim einrichten",
            "qr code für esim scannen",
            "esim profil auf das neue handy laden",
            "esim freischalten",
        ),
        (
            "How do I activate my eSIM?",
            "set up esim",
            "scan the esim qr code",
            "load an esim profile onto a new phone",
            "enable esim",
        ),
    ),
}

EXAMPLES: dict[str, dict[str, Asked]] = {
    "lost-device": {
        "de": (
            "mein telefon ist mir im zug abhanden gekommen",
            "ich habe mein smartphone liegen lassen, es ist nicht mehr da",
            "mir wurde das telefon aus der tasche gezogen",
            "ein dieb hat mein smartphone mitgenommen",
            "mein gerät ist verschwunden, jemand hat es genommen",
            "ich finde mein telefon nicht mehr, wahrscheinlich geklaut",
            "tasche weg, telefon war drin",
            "mein tablet wurde mir entwendet",
        ),
        "en": (
            "my phone has gone missing on the train",
            "i left my smartphone somewhere and it is no longer there",
            "somebody took my phone out of my pocket",
            "a thief ran off with my mobile",
            "my device has disappeared, someone took it",
            "i cannot find my mobile, probably stolen",
            "my bag is gone and my phone was in it",
            "my tablet was taken from me",
        ),
    },
    "fraud": {
        "de": (
            "jemand hat auf meinen namen einen vertrag abgeschlossen",
            "fremde haben mit meinen daten bestellt",
            "ich habe am telefon meine pin verraten",
            "ich bin auf eine falsche seite hereingefallen und habe mein passwort eingegeben",
            "mein konto wurde übernommen",
            "von meinem konto wurde geld abgebucht, das war ein betrüger",
            "unbekannte haben meine nummer auf eine andere karte umgezogen",
            "ein angeblicher mitarbeiter hat mir die zugangsdaten entlockt",
        ),
        "en": (
            "somebody signed a contract in my name",
            "strangers ordered things with my data",
            "i gave my pin away on the phone",
            "i fell for a fake page and entered my password",
            "my account was taken over",
            "money was taken from my account by a crook",
            "someone moved my number to another card",
            "a caller who said he was from you got my login out of me",
        ),
    },
}

HARMLESS: dict[str, Asked] = {
    "de": (
        "was passiert, wenn mein telefon geklaut wird",
        "bin ich gegen diebstahl versichert",
        "wie erkenne ich betrug",
        "wie schütze ich mein konto vor fremden",
        "ich habe meine pin vergessen",
        "mein paket ist verschwunden",
        "die kosten sind ja diebstahl",
        "kann ich mein altes telefon verkaufen",
    ),
    "en": (
        "what happens if my phone gets stolen",
        "am i insured against theft",
        "how do i recognise fraud",
        "how do i protect my account from strangers",
        "i forgot my pin",
        "my parcel has disappeared",
        "these prices are theft",
        "can i sell my old phone",
    ),
}

UNANSWERED: dict[str, dict[str, Asked]] = {
    "near": {
        "de": ("bieten sie auch fernsehen an", "kann ich bei ihnen ein handy versichern"),
        "en": ("do you offer television", "do you sell phone insurance"),
    },
    "far": {
        "de": ("wie wird das wetter morgen", "wie backe ich apfelkuchen", "wer war der erste kanzler"),
        "en": ("what is the weather tomorrow", "how do i bake a cake", "who was the first president"),
    },
}

SYNONYMS = [["router", "fritzbox", "modem"], ["rechnung", "faktura"]]


def article(key: str, **changes: object) -> dict[str, Any]:
    """One article as data, with some top-level keys changed."""
    answer, german, english = ARTICLES[key]
    short = dict(zip(("de", "en"), answer.split(" | "), strict=True))
    return {
        "id": key,
        "topic": "contract",
        "review_by": "2099-01-01",
        "owner": "Service",
        "translations": {
            language: {
                "question": asked[0],
                "phrasings": list(asked[1:]),
                "short": short[language],
                "answer": short[language],
            }
            for language, asked in (("de", german), ("en", english))
        },
        **changes,
    }


def with_phrasing(key: str, language: str, phrasing: str) -> dict[str, Any]:
    """One article with one more phrasing."""
    found = article(key)
    found["translations"][language]["phrasings"].append(phrasing)
    return found


def write_small(
    folder: Path,
    *changed: Mapping[str, Any],
    examples: bool = True,
    unanswered: bool = True,
    synonyms: Sequence[Sequence[str]] = SYNONYMS,
) -> Path:
    """Write the corpus; articles given replace those of the same id."""
    articles = {key: article(key) for key in ARTICLES} | {str(one["id"]): dict(one) for one in changed}
    write_corpus(
        folder,
        company=COMPANY,
        escalation=ESCALATION,
        articles={f"{key}.yaml": as_yaml(one) for key, one in articles.items()},
    )
    write_told_by_example(folder, examples=examples, unanswered=unanswered, synonyms=synonyms)
    return folder


def write_told_by_example(
    folder: Path,
    *,
    examples: bool = True,
    unanswered: bool = True,
    synonyms: Sequence[Sequence[str]] = SYNONYMS,
) -> None:
    """Write the files that may stand beside the articles."""
    if examples:
        (folder / "escalation-examples").mkdir()
        for name, texts in {**EXAMPLES, "harmless": HARMLESS}.items():
            write_yaml(folder / "escalation-examples" / f"{name}.yaml", texts)
    if unanswered:
        write_yaml(folder / "unanswered.yaml", UNANSWERED)
    if synonyms:
        write_yaml(folder / "synonyms.yaml", {"groups": synonyms})


def as_yaml(content: object) -> str:
    """Data as the text of a YAML file: JSON is YAML, too."""
    return json.dumps(content, ensure_ascii=False, indent=1)


def write_yaml(file: Path, content: object) -> None:
    """Write data as a YAML file."""
    file.write_text(as_yaml(content), encoding="utf-8")
