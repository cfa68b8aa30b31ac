"""What the assistant says above its articles, one sentence or two for each decision."""

from __future__ import annotations

from assistant.reply import Decision
from corpus import Language

_SENTENCES: dict[Decision, dict[Language, str]] = {
    Decision.ANSWER: {
        "de": "Das ist die Antwort auf Ihre Frage.",
        "en": "This is the answer to your question.",
    },
    Decision.CLARIFY: {
        "de": "Was davon meinen Sie?",
        "en": "Which of these do you mean?",
    },
    Decision.SUGGEST: {
        "de": "Wir sind uns nicht ganz sicher. Das könnte Ihnen helfen.",
        "en": "We are not quite sure. This may help you.",
    },
    Decision.HAND_OVER: {
        "de": "Darauf haben wir hier keine sichere Antwort.",
        "en": "We have no reliable answer to this here.",
    },
    Decision.ESCALATE: {
        "de": "Darum kümmert sich ein Mensch.",
        "en": "A person will take care of this.",
    },
}
_REJECTED_TWICE: dict[Language, str] = {
    "de": "Unsere Artikel haben Ihnen nicht geholfen. Ein Mensch übernimmt jetzt.",
    "en": "Our articles did not help you. A person takes over now.",
}


def sentence(decision: Decision, language: Language, *, rejected_twice: bool = False) -> str:
    """Return what stands above the articles of a decision.

    :param decision: the decision.
    :param language: the language to say it in.
    :param rejected_twice: whether two articles did not help, so that a person takes over.
    :return: one sentence or two.
    """
    if rejected_twice and decision is Decision.HAND_OVER:
        return _REJECTED_TWICE[language]
    return _SENTENCES[decision][language]
