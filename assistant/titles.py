"""The title under which a person knows an article."""

from __future__ import annotations

from corpus import LANGUAGES, Corpus, Language


def title_in(corpus: Corpus, article_id: str, language: Language) -> str:
    """Return an article's title in a language, or else in its other one; its id when it is gone."""
    article = corpus.articles.get(article_id)
    found = (article.translation(each) for each in (language, *LANGUAGES)) if article else ()
    return next((words.question for words in found if words), article_id)
