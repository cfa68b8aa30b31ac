"""What was said so far, carried by the customer's own page and signed, so that no cookie is needed."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, replace

from itsdangerous import BadData, URLSafeTimedSerializer

from corpus import LANGUAGES, Language

MAX_TURNS = 12
MAX_AGE_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Turn:
    """One question in the customer's own words, and what it led to: the article that was read first."""

    text: str
    decision: str
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The memory of one conversation; immutable, every step returns a new one.

    ``read`` are articles the customer opened or was answered with, ``rejected`` those that did not
    help, in order; ``helped`` says that the last question is solved. ``escalated`` is the id of the rule
    that called for a person, if one did; ``ahead`` is the team whose promise was shown and how many waiting
    cases that counted with.
    """

    id: str
    turns: tuple[Turn, ...] = ()
    read: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    clarified: bool = False
    topic: str | None = None
    language: Language | None = None
    escalated: str | None = None
    ahead: tuple[str, int] | None = None
    helped: bool = False

    @classmethod
    def start(cls) -> Conversation:
        """Begin a conversation under a fresh random id."""
        return cls(id=secrets.token_urlsafe(12))

    def with_turn(self, turn: Turn) -> Conversation:
        """Return the conversation with one more question; the oldest beyond the limit go."""
        return replace(self, turns=(*self.turns, turn)[-MAX_TURNS:], helped=False)

    def led_to(self, article: str) -> Conversation:
        """Return the conversation whose last question was answered with another article after all.

        A question for which a person took over stays one.
        """
        if not self.turns or self.turns[-1].decision == "escalate":
            return self
        *before, last = self.turns
        others = tuple(each for each in last.articles if each != article)
        return replace(self, turns=(*before, replace(last, decision="answer", articles=(article, *others))))

    def led_to_a_person(self) -> Conversation:
        """Return the conversation in which nothing of what was offered last fits; what that was is kept."""
        if not self.turns or self.turns[-1].decision == "escalate":
            return self
        return replace(self, turns=(*self.turns[:-1], replace(self.turns[-1], decision="hand_over")))

    def with_read(self, article: str) -> Conversation:
        """Return the conversation with one more article read."""
        return self if article in self.read else replace(self, read=(*self.read, article))

    def with_rejected(self, article: str) -> Conversation:
        """Return the conversation with one more article that did not help."""
        rejected = self.rejected if article in self.rejected else (*self.rejected, article)
        return replace(self, rejected=rejected, helped=False)

    @property
    def human_only(self) -> bool:
        """After two rejected articles only the way to a person is shown."""
        return len(self.rejected) >= 2

    @property
    def last_decision(self) -> str:
        """What was decided on the last question; empty before the first one."""
        return self.turns[-1].decision if self.turns else ""

    @property
    def own_words(self) -> str:
        """All questions in the customer's own words, oldest first, an empty line between."""
        return "\n\n".join(turn.text for turn in self.turns)


class ConversationTokens:
    """Turns conversations into signed text for forms and links, and back."""

    def __init__(self, secret_key: str) -> None:
        self._serializer = URLSafeTimedSerializer(secret_key, salt="conversation")

    def dump(self, conversation: Conversation) -> str:
        """Return the signed token of a conversation."""
        return str(self._serializer.dumps(asdict(conversation)))

    def load(self, token: str | None) -> Conversation:
        """Read a token; a missing, expired or altered one starts a fresh conversation."""
        if not token:
            return Conversation.start()
        try:
            data = self._serializer.loads(token, max_age=MAX_AGE_SECONDS)
            language, ahead = data["language"], data.get("ahead")
            return Conversation(
                id=data["id"],
                turns=tuple(
                    Turn(turn["text"], turn["decision"], tuple(turn["articles"])) for turn in data["turns"]
                ),
                read=tuple(data["read"]),
                rejected=tuple(data["rejected"]),
                clarified=data["clarified"],
                topic=data["topic"],
                language=language if language in LANGUAGES else None,
                escalated=data["escalated"],
                # Tokens of before hold a number alone, which may be that of any team.
                ahead=(ahead[0], ahead[1]) if isinstance(ahead, list) else None,
                helped=data.get("helped", False),
            )
        except (BadData, KeyError, TypeError):
            return Conversation.start()
