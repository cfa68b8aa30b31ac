"""The names under which a person knows an article and an escalation reason."""

from __future__ import annotations

from corpus import LANGUAGES, Corpus, Language


def reason_in(corpus: Corpus, reason_id: str, language: Language) -> str:
    """Return an escalation reason's name in a language; its id when it is gone."""
    reasons = {reason.id: reason.name.in_language(language) for reason in corpus.escalation.reasons}
    return reasons.get(reason_id, reason_id)


def title_in(corpus: Corpus, article_id: str, language: Language) -> str:
    """Return an article's title in a language, or else in its other one; its id when it is gone."""
    return title_and_language(corpus, article_id, language)[0]


def title_and_language(corpus: Corpus, article_id: str, language: Language) -> tuple[str, Language]:
    """Return the title as :func:`title_in` does, and the language that it is in."""
    article = corpus.articles.get(article_id)
    for each in (language, *LANGUAGES):
        if article and (words := article.translation(each)):
            return words.question, each
    return article_id, language
