"""What fits to words that are still being typed, and to a question of a word or two."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from weakref import WeakKeyDictionary

from flask_babel import force_locale

from assistant import Assistant, Conversation, Decision, FoundArticle, Reply
from corpus import LANGUAGES, Article, Language
from webui.article_view import view
from webui.context import assistant
from webui.i18n import gettext as _
from webui.notices import without_places
from webui.vocabulary import Vocabulary

MOST_WORDS = 3
MOST_CHOICES = 5
COMMON = 0.75
"""How much a word must be at home in a language, against the other one, to count as one of both."""


_vocabularies: WeakKeyDictionary[Assistant, dict[Language, Vocabulary]] = WeakKeyDictionary()
_reading = Lock()


def read_words(served: Assistant) -> dict[Language, Vocabulary]:
    """Return the words of an index in each language; the first call for it takes most of a second."""
    with _reading:
        if (known := _vocabularies.get(served)) is None:
            articles = served.corpus.articles.values()
            known = _vocabularies[served] = {each: Vocabulary(articles, each) for each in LANGUAGES}
    return known


def reply_to(
    text: str, *, language: Language, conversation: Conversation, answer_in: Language | None = None
) -> Reply:
    """Answer a question; a mere word or two is asked back about, once, and answered in the page's language.

    :param text: the question.
    :param language: the page's language.
    :param conversation: what was said before.
    :param answer_in: the language to answer in; default: that of the question, or the page's where both
        use its words.
    :return: the reply.
    :raises QuestionError: when the text is empty or too long.
    """
    reply = assistant().ask(
        text,
        answer_in=answer_in or _language_of_few(text, language),
        page_language=language,
        conversation=conversation,
        searched=without_places(text),
    )
    return _asked_back(reply, text)


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


def _asked_back(reply: Reply, text: str) -> Reply:
    """Ask what a mere word or two is about, by what people who use it ask for.

    :param reply: the reply to the question.
    :param text: the question.
    :return: at least two articles to choose from, those that were found first, then those of the topic that
        most are about; the reply as it was where the question is longer, was answered, its article is sure,
        or something was asked back before.
    """
    before = reply.conversation
    if len(text.split()) > MOST_WORDS or before.human_only:
        return reply
    # What is sure but risky is suggested rather than answered: nothing need be asked about it.
    unsure = reply.decision in {Decision.HAND_OVER, Decision.SUGGEST} and not reply.trace.get("sure")
    if reply.decision is not Decision.CLARIFY and (not unsure or before.clarified):
        return reply
    words = read_words(assistant())[_language_of(text, reply.language)]
    ranked = [each.id for each in reply.articles]
    likely = dict.fromkeys((*ranked, *words.asked_with(text)))
    shown = [
        article
        for each in likely
        if each not in before.rejected and (article := assistant().article(each)) is not None
    ]
    if len(shown) < 2:
        return reply
    (topic, _count), *_others = Counter(article.topic for article in shown).most_common(1)
    shown.sort(key=lambda article: (article.id not in ranked, article.topic != topic))
    articles = tuple(_found(each, reply.language) for each in shown[:MOST_CHOICES])
    turn = replace(
        before.turns[-1], decision=Decision.CLARIFY.value, articles=tuple(each.id for each in articles)
    )
    contact = assistant().contact(language=reply.language, topic=topic)
    with force_locale(reply.language):
        message = _("What exactly is it about?")
    return replace(
        reply,
        decision=Decision.CLARIFY,
        topic=topic,
        message=message,
        confidence=None,
        articles=articles,
        channels=contact.channels,
        promise=contact.promise,
        conversation=replace(before, turns=(*before.turns[:-1], turn), topic=topic, clarified=True),
    )


def _language_of_few(text: str, language: Language) -> Language | None:
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
