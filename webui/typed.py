"""What fits to words that are still being typed, and to a question of a word or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from assistant import Assistant, Conversation, Decision, FoundArticle, Reply
from corpus import LANGUAGES, Article, Language
from webui.article_view import view
from webui.context import assistant
from webui.vocabulary import Vocabulary

MOST_WORDS = 3
MOST_CHOICES = 5
COMMON = 0.75
"""How much a word must be at home in a language, against the other one, to count as one of both."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A question too short to be answered, and what people who use its words ask for."""

    topic: str
    articles: tuple[FoundArticle, ...]


_vocabularies: WeakKeyDictionary[Assistant, dict[Language, Vocabulary]] = WeakKeyDictionary()


def read_words(served: Assistant) -> dict[Language, Vocabulary]:
    """Return the words of an index in each language; the first call for it takes most of a second."""
    if (known := _vocabularies.get(served)) is None:
        articles = served.corpus.articles.values()
        known = _vocabularies[served] = {each: Vocabulary(articles, each) for each in LANGUAGES}
    return known


def suggest_while_typing(
    text: str, *, language: Language, conversation: Conversation
) -> tuple[FoundArticle, ...]:
    """Return what is likely to help; the last word of the text may be half written.

    :param text: what has been typed so far.
    :param language: the page's language.
    :param conversation: rejected articles stay away.
    :return: articles, best first.
    """
    for wording in _wordings(text, language):
        if found := assistant().suggest(wording, language=language, conversation=conversation):
            return found
    return ()


def narrow(reply: Reply, text: str) -> Narrowed | None:
    """Return what to choose from where a mere word or two brought no answer.

    :param reply: the reply to the question.
    :param text: the question.
    :return: at least two articles, those of the topic that most are about first; ``None`` where the
        question is longer, was answered, or was narrowed before.
    """
    conversation = reply.conversation
    if reply.decision is not Decision.HAND_OVER or conversation.clarified or conversation.human_only:
        return None
    if len(text.split()) > MOST_WORDS:
        return None
    words = read_words(assistant())[_language_of(text, reply.language)]
    shown = [article for each in words.asked_with(text) if (article := assistant().article(each))]
    if len(shown) < 2:
        return None
    (topic, _), *_others = Counter(article.topic for article in shown).most_common(1)
    shown.sort(key=lambda article: article.topic != topic)
    return Narrowed(topic, tuple(_found(each, reply.language) for each in shown[:MOST_CHOICES]))


def language_of_few(text: str, language: Language) -> Language | None:
    """Return the page's language for a word or two that it uses, too, such as "Router"; else ``None``.

    :param text: the question.
    :param language: the page's language.
    :return: the language to answer in, ``None`` where the question itself tells.
    """
    known = read_words(assistant())
    words, most = known[language], max(each.likeness(text) for each in known.values())
    common = words.knows(text) and words.likeness(text) >= COMMON * most
    return language if common and len(text.split()) <= MOST_WORDS else None


def _found(article: Article, language: Language) -> FoundArticle:
    shown = view(article, language)
    return FoundArticle(
        shown.id, shown.topic, shown.language, shown.question, shown.short, matched="", score=0.0
    )


def _wordings(text: str, language: Language) -> Iterator[str]:
    words = read_words(assistant())[_language_of(text, language)]
    completed = words.completions(text)
    whole = not completed or text.rsplit(maxsplit=1)[-1] in words
    yield from (text, *completed) if whole else (*completed, text)


def _language_of(text: str, language: Language) -> Language:
    """Return the language whose articles speak more like the text, the page's where both do."""
    known = read_words(assistant())
    return max((language, *LANGUAGES), key=lambda each: known[each].likeness(text))
