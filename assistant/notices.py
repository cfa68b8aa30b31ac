"""Which notices hold now, and which of them concern a question, a topic or everybody."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from assistant.asked import MAX_CHARACTERS
from assistant.notice_words import Sentence, as_of, when
from assistant.reply import Reply
from corpus import LANGUAGES, Article, Company, Language, Notice, NoticeKind, Notices, fold
from corpus.sentences import Search, searches_for, speaks_of

MOST = 2
"""More than two at once are not read."""

_PUNCTUATION = ".,;:!?()\"'"
_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")


@dataclass(frozen=True, slots=True)
class FurtherReading:
    """The article that a notice names, as a link shows it."""

    id: str
    language: Language
    question: str


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice in one language, for one moment; its moments are on the company's clocks."""

    id: str
    kind: NoticeKind
    language: Language
    title: str
    text: str
    places: tuple[str, ...]
    begins: datetime
    ends: datetime | None
    when: Sentence
    as_of: Sentence
    article: FurtherReading | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a notice may concern: the words of a question, the topic and the articles that are shown.

    ``case`` is the priority of a case that a person must take over, ``None`` where there is none.
    """

    text: str = ""
    topic: str | None = None
    articles: Collection[str] = ()
    case: str | None = None


@dataclass(frozen=True, slots=True)
class _Filed:
    """A notice with what it is looked for by."""

    notice: Notice
    words: tuple[Search, ...]
    names: tuple[Search, ...]
    postcodes: tuple[str, ...]

    def concerns(self, asked: Asked) -> bool:
        """Say whether the notice belongs to what is asked.

        Its articles decide at once; its topics, too, unless it has words, of which a question must hold one
        then. A named place counts like a word; a postcode of another place rules the notice out. For a case
        that a person takes over, the place must be named.
        """
        notice, folded = self.notice, fold(asked.text)
        codes = _POSTCODE.findall(folded)
        here = any(code.startswith(self.postcodes) for code in codes) or speaks_of(folded, self.names)
        if notice.places and not here and (asked.case or (codes and self.postcodes)):
            return False
        if notice.for_everybody and not notice.places:
            return True
        right_topic = asked.topic in notice.topics
        if not set(notice.articles).isdisjoint(asked.articles) or (right_topic and not asked.text):
            return True
        if self.words:
            open_topic = asked.topic is None or not notice.topics
            return (right_topic or open_topic) and (here or speaks_of(folded, self.words))
        return right_topic or (here and (asked.topic is None or notice.for_everybody))

    def places_in(self, words: Sequence[str]) -> Iterator[int]:
        """Yield the positions of the words that name its places."""
        for start, word in enumerate(words):
            if _POSTCODE.fullmatch(word) and word.startswith(self.postcodes):
                yield start
            for name in self.names:
                following = words[start : start + len(name)]
                if len(following) == len(name) and all(map(_found, name, following)):
                    yield from range(start, start + len(name))


class NoticeBoard:
    """The notices of one state of the file; pure and immutable."""

    def __init__(self, notices: Notices, company: Company) -> None:
        self._zone = ZoneInfo(company.time_zone)
        self._filed = [_file(notice) for notice in notices.notices]

    def showing(self, now: datetime) -> list[Notice]:
        """Return what customers see now: incidents first, the newest first."""
        return [filed.notice for filed in self._showing(now)]

    def upcoming(self, now: datetime) -> list[Notice]:
        """Return what customers will see later, the next first."""
        later = [filed.notice for filed in self._filed if filed.notice.shown_from(self._zone) > now]
        return sorted(later, key=lambda notice: notice.shown_from(self._zone))

    def ended(self, now: datetime) -> list[Notice]:
        """Return what is over, in the order of the file."""
        return [filed.notice for filed in self._filed if _is_over(filed.notice, self._zone, now)]

    def for_everybody(self, now: datetime) -> list[Notice]:
        """Return at most two for those who have not asked yet: incidents, and what concerns everybody."""
        return [
            notice
            for notice in self.showing(now)
            if notice.kind is NoticeKind.INCIDENT or notice.for_everybody
        ][:MOST]

    def concerning(self, asked: Asked, now: datetime) -> list[Notice]:
        """Return at most two that belong to what is asked.

        Whoever a person must take over reads of an incident at most, and in an urgent case of none.
        """
        if asked.case == "urgent":
            return []
        found = [filed.notice for filed in self._showing(now) if filed.concerns(asked)]
        if asked.case:
            found = [each for each in found if each.kind is NoticeKind.INCIDENT and not each.for_everybody]
        return found[:MOST]

    def without_places(self, text: str, now: datetime) -> str:
        """Leave out the places of what customers see now: they say where, and mislead a search for what.

        :param text: a question.
        :param now: the present moment.
        :return: the question without them; the question itself where nothing else would be left, or
            where it is longer than may be asked.
        """
        if len(text) > MAX_CHARACTERS:
            return text
        words = text.split()
        folded = [fold(word).strip(_PUNCTUATION) for word in words]
        gone = {place for filed in self._showing(now) for place in filed.places_in(folded)}
        kept = [word for place, word in enumerate(words) if place not in gone]
        return " ".join(kept) if gone and kept else text

    def shown(
        self,
        notices: Iterable[Notice],
        *,
        article: Callable[[str], Article | None],
        language: Language,
        now: datetime,
    ) -> tuple[ShownNotice, ...]:
        """Put notices into words.

        :param notices: some of this board.
        :param article: finds an article that may be shown now.
        :param language: the language to show them in.
        :param now: the present moment.
        :return: one for each, in the same order.
        """
        return tuple(self._shown(notice, article, language, now) for notice in notices)

    def _shown(
        self,
        notice: Notice,
        article: Callable[[str], Article | None],
        language: Language,
        now: datetime,
    ) -> ShownNotice:
        found = article(notice.article) if notice.article else None
        return ShownNotice(
            id=notice.id,
            kind=notice.kind,
            language=language,
            title=notice.title.in_language(language),
            text=notice.text.in_language(language),
            places=tuple(place.in_language(language) for place in notice.places),
            begins=notice.begins(self._zone),
            ends=notice.ends(self._zone),
            when=when(notice, now=now, zone=self._zone, language=language),
            as_of=as_of(notice, now=now, zone=self._zone, language=language),
            article=_reading(found, language) if found else None,
        )

    def _showing(self, now: datetime) -> list[_Filed]:
        current = [
            filed
            for filed in self._filed
            if filed.notice.shown_from(self._zone) <= now and not _is_over(filed.notice, self._zone, now)
        ]
        newest = sorted(current, key=lambda filed: filed.notice.begins(self._zone), reverse=True)
        return sorted(newest, key=lambda filed: filed.notice.kind is not NoticeKind.INCIDENT)


def notices_of(
    reply: Reply,
    text: str,
    board: NoticeBoard,
    *,
    article: Callable[[str], Article | None],
    now: datetime,
) -> tuple[ShownNotice, ...]:
    """Return the notices that stand above a reply, in its language.

    :param reply: the reply.
    :param text: the question.
    :param board: the notices.
    :param article: finds an article that may be shown now.
    :param now: the present moment.
    :return: at most two.
    """
    asked = Asked(
        text,
        topic=reply.topic if reply.articles else None,
        articles=[found.id for found in reply.articles],
        case=reply.escalated.priority if reply.escalated else None,
    )
    return board.shown(board.concerning(asked, now), article=article, language=reply.language, now=now)


def _file(notice: Notice) -> _Filed:
    names = {
        language: [name for place in notice.places if not _is_code(name := place.in_language(language))]
        for language in LANGUAGES
    }
    codes = [place.de.replace(" ", "") for place in notice.places if _is_code(place.de)]
    return _Filed(
        notice,
        tuple(
            search
            for language in LANGUAGES
            for search in searches_for(notice.words.in_language(language), language)
        ),
        tuple(search for language in LANGUAGES for search in searches_for(names[language], language)),
        tuple(codes),
    )


def _found(pattern: re.Pattern[str], word: str) -> bool:
    return pattern.fullmatch(word) is not None


def _is_code(place: str) -> bool:
    return place.replace(" ", "").isdecimal()


def _is_over(notice: Notice, zone: ZoneInfo, now: datetime) -> bool:
    ends = notice.ends(zone)
    return ends is not None and ends <= now


def _reading(article: Article, language: Language) -> FurtherReading:
    spoken, words = next(
        (each, words) for each in (language, *LANGUAGES) if (words := article.translation(each)) is not None
    )
    return FurtherReading(article.id, spoken, words.question)
