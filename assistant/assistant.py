"""Answers a question: the whole way from a text to a reply."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from assistant.alarm import SILENT, Alarm
from assistant.asked import MAX_CHARACTERS, clean, visible
from assistant.certificate import Certificate
from assistant.confidence import RELEVANCE_POINT, Confidence
from assistant.conversation import Conversation, Turn
from assistant.decision import HINT_POINT, MAX_SUGGESTED, Policy, decide
from assistant.escalation import Match
from assistant.followup import FollowUp, Lean, leaning
from assistant.handover import MESSAGE_LIMIT
from assistant.language import detect_language, identify_language
from assistant.replies import Contact, Replies
from assistant.reply import Decision, FoundArticle, Piece, Reply
from assistant.shelf import Shelf
from assistant.topic import Found, choose_found
from assistant.triage import Triage
from corpus import LANGUAGES, Article, Corpus, EscalationReason, Language, Risk
from index import LEARNED, Artifact, Filter, Index, Query, Ranking, Weights


class Assistant:
    """One immutable state of the service: a verified index, its corpus and its confidence.

    Safe to share between threads; a rebuild makes a new one.
    """

    def __init__(
        self,
        artifact: Artifact,
        confidence: Confidence | None,
        alarm: Alarm = SILENT,
        certificate: Certificate | None = None,
        *,
        answer_unproven: bool,
    ) -> None:
        self.corpus: Corpus = artifact.corpus
        self.confidence = confidence
        self.certificate = certificate
        self.triage = Triage(artifact.corpus, alarm, artifact.examples, artifact.index.encoder)
        self._artifact = artifact
        self._shelf = Shelf(artifact.corpus)
        self._replies = Replies(artifact.corpus, self._shelf)
        self._policy = Policy(
            answer_in=frozenset(LANGUAGES) if answer_unproven else self._proven(Risk.LOW),
            high_risk=self._shelf.high_risk,
            high_risk_proven=self._proven(Risk.HIGH),
        )

    @property
    def state(self) -> dict[str, object]:
        """Facts about what serves: artifact id, counts, whether calibrated, and the languages proven."""
        return {
            "artifact": self._artifact.id,
            "built_at": self._artifact.manifest["built_at"],
            **self._artifact.manifest["counts"],
            "calibrated": self.confidence is not None,
            "proven": sorted(self._proven(Risk.LOW)),
        }

    def _proven(self, risk: Risk) -> frozenset[Language]:
        """The languages whose direct answers of a risk class are proven."""
        certificate = self.certificate
        return frozenset(each for each in LANGUAGES if certificate and certificate.proves(each, risk))

    def ask(
        self,
        text: str,
        *,
        page_language: Language,
        conversation: Conversation,
        searched: str | None = None,
        answer_in: Language | None = None,
        now: datetime | None = None,
    ) -> Reply:
        """Answer one question.

        :param text: the question in the customer's own words.
        :param page_language: taken when the text's language is unsure.
        :param conversation: what was said before; the reply carries the next one.
        :param searched: the text without what says where, not what; default: all of it.
        :param answer_in: the language to answer in; default: that of the question. What is decided is the
            same in both.
        :param now: the moment, with time zone; default: now.
        :return: the reply.
        :raises QuestionError: when the text is empty or longer than 4,000 characters.
        """
        question = clean(text)
        now = now or datetime.now(UTC)
        certain = identify_language(question)
        asked_in = certain or conversation.language or page_language
        language = answer_in or asked_in
        conversation = replace(conversation, language=language)
        query = self.index.query(clean(searched) if searched else question, language=certain)
        lean = leaning(question, conversation)
        # Words without a subject are like no example; only a pattern can tell anything from them.
        bare = lean is not None and lean.kind is FollowUp.BARE
        if matched := self.triage.match(question) if bare else self.triage.judge(query, question).matched:
            likely = self._until_then(matched.reason, query, conversation, now)
            return self._replies.escalated(matched, question, likely, language, conversation, now)
        found = self._search(query, lean, asked_in, conversation, now)
        verdict = decide(
            found.ranking,
            found.probability,
            answer_point=self.answer_point(asked_in),
            conversation=conversation,
            policy=self._policy,
            language=asked_in,
        )
        return self._replies.found(question, found, verdict, language, conversation, now)

    def choose(
        self,
        article_id: str,
        *,
        language: Language,
        conversation: Conversation,
        asked: str = "",
        now: datetime | None = None,
    ) -> Reply | None:
        """Answer with the article a customer picked from choices or suggestions.

        :param article_id: the article picked.
        :param language: the page's language.
        :param conversation: what was said before.
        :param asked: what was typed when the article was picked; it becomes a question of the conversation.
        :param now: the moment, with time zone; default: now.
        :return: the reply, ``None`` when there is no such valid article, it was rejected, or two
            others were, so that only a person is left.
        """
        now = now or datetime.now(UTC)
        article = self._shelf.article(article_id, now)
        if article is None or article_id in conversation.rejected or conversation.human_only:
            return None
        if typed := visible(asked)[:MAX_CHARACTERS]:
            language = detect_language(typed, language)
            turn = Turn(typed, Decision.ANSWER.value, (article_id,))
            conversation = replace(conversation.with_turn(turn), language=language)
        else:
            conversation = conversation.led_to(article_id)
        conversation = replace(
            conversation.with_read(article_id), topic=article.topic, clarified=True, helped=False
        )
        return self._replies.chosen(article, language, conversation, now)

    def recall(self, article_id: str, *, language: Language, conversation: Conversation) -> Reply | None:
        """Show the article that the last question led to once more, in any language.

        :param article_id: the article.
        :param language: to show it in.
        :param conversation: what was said, the last question included.
        :return: the reply as :meth:`choose` gives it, with what the article says about a follow-up.
        """
        reply = self.choose(article_id, language=language, conversation=conversation)
        if reply is None or not conversation.turns:
            return reply
        *before, last = conversation.turns
        lean = leaning(last.text, replace(conversation, turns=tuple(before)))
        if lean is None or lean.shown != article_id:
            return reply
        pieces = self._shelf.extract(article_id, last.text, reply.articles[0].language) or ()
        return replace(reply, follows=lean.before, articles=(replace(reply.articles[0], extract=pieces),))

    def suggest(
        self, text: str, *, language: Language, conversation: Conversation, now: datetime | None = None
    ) -> tuple[FoundArticle, ...]:
        """Return at most three articles that are likely to help, none when none is.

        :param text: what the customer has typed so far.
        :param language: the page's language.
        :param conversation: rejected articles stay away.
        :param now: the moment, with time zone; default: now.
        :return: articles, best first.
        """
        question = visible(text)[:MAX_CHARACTERS]
        if not question:
            return ()
        ranking = self._likely(self.query(question), conversation, now or datetime.now(UTC))
        if ranking is None:
            return ()
        shown = detect_language(question, language)
        return tuple(self._shelf.from_ranked(ranked, shown) for ranked in ranking.articles[:MAX_SUGGESTED])

    def topic(self, text: str, *, conversation: Conversation, now: datetime | None = None) -> str | None:
        """Return the topic that a message is about, ``None`` where that is not clear.

        :param text: the message.
        :param conversation: rejected articles stay away.
        :param now: the moment, with time zone; default: now.
        :return: the topic of the article that is likely to help, or the one on which the first three agree.
        """
        question = visible(text)[:MAX_CHARACTERS]
        if self.confidence is None or not question:
            return None
        ranking = self._rank(self.query(question), conversation, now or datetime.now(UTC))
        probability = self.confidence.probability(ranking)
        topics = [self.corpus.articles[each.article].topic for each in ranking.articles[:MAX_SUGGESTED]]
        agreed = probability >= HINT_POINT and len(set(topics)) == 1
        return topics[0] if agreed or probability >= RELEVANCE_POINT else None

    def _until_then(
        self, reason: EscalationReason, query: Query, conversation: Conversation, now: datetime
    ) -> Ranking | None:
        """Rank what may help until a person answers, but for the article of the urgent action."""
        if not reason.further_articles:
            return None
        action = reason.urgent_action
        shown = frozenset({action.article} if action and action.article else ())
        return self._likely(query, conversation, now, without=shown)

    def _likely(
        self,
        query: Query,
        conversation: Conversation,
        now: datetime,
        *,
        without: frozenset[str] = frozenset(),
    ) -> Ranking | None:
        """Rank for a text that is not answered; ``None`` where the first article is not likely to help."""
        if self.confidence is None or conversation.human_only:
            return None
        ranking = self._rank(query, conversation, now, without=without)
        return ranking if self.confidence.probability(ranking) >= RELEVANCE_POINT else None

    def contact(
        self, *, language: Language, topic: str | None, urgent: bool = False, now: datetime | None = None
    ) -> Contact:
        """Return the ways to a person for a topic at a moment, and what is promised."""
        return self._replies.contact(topic, language, now or datetime.now(UTC), urgent=urgent)

    def article(self, article_id: str, *, now: datetime | None = None) -> Article | None:
        """Return an article that may be shown now, whatever its languages, else ``None``."""
        return self._shelf.article(article_id, now or datetime.now(UTC))

    def answer_point(self, language: Language) -> float | None:
        """Return the probability from which on an answer is given directly: the proven one where there is."""
        proven = self.certificate.answer_points.get(language) if self.certificate else None
        calibrated = self.confidence.answer_point(language) if self.confidence else None
        return calibrated if proven is None else proven

    @property
    def index(self) -> Index:
        """What is searched."""
        return self._artifact.index

    @property
    def weights(self) -> Weights:
        """How much each kind of evidence weighs."""
        return self.confidence.ranking if self.confidence else LEARNED

    def hidden(self, now: datetime) -> frozenset[str]:
        """Return the articles that are never shown at a moment."""
        return self._shelf.invalid(now)

    def escalation(self, text: str) -> Match | None:
        """Return the reason for which a person must take a message at once, ``None`` where there is none.

        :param text: the message; of more than a case may hold only the beginning is judged.
        :return: what :meth:`assistant.triage.Triage.judge` finds.
        """
        return self.triage.judge(self.query(text[:MESSAGE_LIMIT])).matched

    def query(self, question: str) -> Query:
        """Make a clean question ready to be searched."""
        return self.index.query(question, language=identify_language(question))

    def _rank(
        self,
        query: Query,
        conversation: Conversation,
        now: datetime,
        *,
        without: frozenset[str] = frozenset(),
    ) -> Ranking:
        hidden = self.hidden(now).union(conversation.rejected, without)
        return self.index.rank_query(query, leave_out=Filter(articles=hidden), weights=self.weights)

    def _search(
        self, query: Query, lean: Lean | None, language: Language, conversation: Conversation, now: datetime
    ) -> Found:
        """Search for a question; one that leans on the question before is searched together with it, too."""
        alone = self._found(query, language, conversation, now)
        if lean is None:
            return alone
        both = self.query(lean.with_question(query.text))
        together = replace(self._found(both, language, conversation, now), lean=lean)
        if choose_found(alone, together, lean) is alone:
            return alone
        return replace(together, pieces=self._pieces(query.text, together, language))

    def _found(self, query: Query, language: Language, conversation: Conversation, now: datetime) -> Found:
        ranking = self._rank(query, conversation, now)
        probability = self.confidence.probability(ranking) if self.confidence else None
        point = self.answer_point(language)
        sure = ranking.known or (probability is not None and point is not None and probability >= point)
        return Found(ranking, probability, sure)

    def _pieces(self, text: str, found: Found, language: Language) -> tuple[Piece, ...] | None:
        """Return what the article shown before says about a follow-up, ``None`` where that is nothing."""
        if found.lean is None or found.first is None or found.first != found.lean.shown:
            return ()
        # What a changed question asks is not told by its form: the same article is no sure answer to it.
        if found.lean.kind is FollowUp.VARIED:
            return None
        return self._shelf.extract(found.first, text, language)
