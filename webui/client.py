"""A client for the API on the standard library alone, to import or to copy into another program.

It waits when the server asks for it (``Retry-After``), tries again when the network fails, and sends a case
under a key, so that however often it arrives it is one case.
"""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Language = Literal["de", "en"]

LATER = (429, 503)
LONGEST_WAIT = 60.0


class LotseApiError(Exception):
    """The server refused a request: ``code`` says why, ``fields`` what is wrong with which input."""

    def __init__(self, status: int, code: str, message: str, fields: Mapping[str, str]) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.fields = dict(fields)


@dataclass(frozen=True, slots=True)
class Article:
    """An article that was found."""

    id: str
    language: Language
    question: str
    short: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a question.

    ``decision`` says what to show: ``answer``, ``clarify``, ``suggest``, ``hand_over`` or ``escalate``.
    """

    decision: str
    language: Language
    message: str
    confidence: float | None
    articles: tuple[Article, ...]
    promise: str
    question_id: int | None
    conversation: str


@dataclass(frozen=True, slots=True)
class Feedback:
    """What follows from feedback."""

    conversation: str
    only_people: bool
    next: Article | None


@dataclass(frozen=True, slots=True)
class Case:
    """A case that a person answers; number and code open its page."""

    number: str
    code: str
    created: bool
    promise: str
    status_url: str


@dataclass(frozen=True, slots=True)
class LotseClient:
    """Talks to one server, such as ``https://help.example.org``.

    ``language`` is that of errors, and of what a text leaves open; ``timeout`` are the seconds to wait for an
    answer, ``tries`` how often a request is sent at most, ``wait`` is called with the seconds between.
    """

    server: str
    language: Language = "de"
    timeout: float = 10.0
    tries: int = 4
    wait: Callable[[float], object] = field(default=time.sleep, repr=False)

    def ask(self, question: str, *, conversation: str | None = None) -> Reply:
        """Ask a question, with the conversation of the last reply where there is one.

        :param question: in the customer's own words.
        :param conversation: that of the reply before.
        :return: what to show.
        :raises LotseApiError: when the question cannot be asked.
        """
        given = self._post("ask", {"question": question, "conversation": conversation})
        return Reply(
            decision=given["decision"],
            language=given["language"],
            message=given["message"],
            confidence=given["confidence"],
            articles=tuple(_article(each) for each in given["articles"]),
            promise=given["promise"]["sentence"],
            question_id=given["question_id"],
            conversation=given["conversation"],
        )

    def give_feedback(
        self, reply: Reply, article: Article, *, helped: bool, reason: str | None = None
    ) -> Feedback:
        """Say whether an article of a reply helped.

        :param reply: the reply.
        :param article: one of its articles.
        :param helped: whether it settled the matter.
        :param reason: what was missing.
        :return: what follows; go on with its conversation.
        :raises LotseApiError: when there is no such article.
        """
        given = self._post(
            "feedback",
            {
                "conversation": reply.conversation,
                "question_id": reply.question_id,
                "article": article.id,
                "helped": helped,
                "reason": reason,
            },
        )
        following = given["next"]
        return Feedback(
            given["conversation"], given["only_people"], _article(following) if following else None
        )

    def open_case(
        self,
        message: str,
        *,
        email: str = "",
        phone: str = "",
        name: str = "",
        conversation: str | None = None,
        key: str | None = None,
    ) -> Case:
        """Hand a matter over to a person.

        :param message: what it is about.
        :param email: where to answer; this or a phone number is needed.
        :param phone: where to call back.
        :param name: how to address the customer.
        :param conversation: hands over what was said before.
        :param key: a random text of at least 16 characters; keep it to send the same case again later.
        :return: the case.
        :raises LotseApiError: when something the customer typed cannot be used.
        """
        given = self._post(
            "cases",
            {
                "message": message,
                "email": email,
                "phone": phone,
                "name": name,
                "language": self.language,
                "conversation": conversation,
            },
            headers={"Idempotency-Key": key or secrets.token_urlsafe(16)},
        )
        return Case(
            given["number"],
            given["code"],
            given["created"],
            given["promise"]["sentence"],
            given["status_url"],
        )

    def _post(self, path: str, body: Mapping[str, object], headers: Mapping[str, str] | None = None) -> Any:
        request = urllib.request.Request(  # noqa: S310
            f"{self.server.rstrip('/')}/api/v1/{path}",
            data=json.dumps(body).encode(),
            headers={
                "Content-Type": "application/json",
                "Accept": "application/json",
                "Accept-Language": self.language,
                **(headers or {}),
            },
        )
        for tried in range(1, self.tries + 1):
            pause = float(1 << tried - 1)
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                    return json.load(response)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code not in LATER or tried == self.tries:
                        raise _refusal(error) from None
                    pause = float(error.headers.get("Retry-After", pause))
            except OSError:
                if tried == self.tries:
                    raise
            self.wait(min(pause, LONGEST_WAIT))
        raise ValueError(f"tries is {self.tries}; at least 1 is needed")


def _article(given: Mapping[str, Any]) -> Article:
    return Article(given["id"], given["language"], given["question"], given["short"])


def _refusal(error: urllib.error.HTTPError) -> LotseApiError:
    try:
        told = json.load(error)["error"]
        return LotseApiError(error.code, told["code"], told["message"], told.get("fields", {}))
    except (ValueError, KeyError, TypeError):
        # A proxy in between speaks HTML.
        return LotseApiError(error.code, "no_api", f"the server answered {error.code} {error.reason}", {})
