"""Texts whose float32 vectors ship beside the model, to show that the 8-bit file gives the same."""

PROBES = (
    "Wo finde ich meine Rechnung?",
    "rechnungsdownload",
    "Ich möchte meinen Vertrag kündigen und wissen, welche Frist gilt.",
    "mein internet ist weg",
    "Der Router leuchtet rot und nichts geht mehr.",
    "wlan passwort vergessen",
    "Rückgabe",
    "Wie lange dauert es, bis das Geld zurück ist?",
    "Großgeräte für Fußgänger",
    "Mein Paket ist beschädigt angekommen, was nun?",
    "where is my parcel",
    "How do I cancel my contract?",
    "My phone was stolen on the train",
    "esim activation",
    "Can somebody else call you on my behalf?",
    "The bill is twice as high as last month and nobody told me why.",
    "refund",
    "change of address after moving house",
    "☎️ 24/7?",
    "a",
)
