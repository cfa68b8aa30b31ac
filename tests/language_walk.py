"""A walk over every page and state in one language, without JavaScript."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO

from case_files import FILES
from flask.testing import FlaskClient
from web_page import Page
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from assistant import Case, Decision, Runtime
from assistant.attachments import MEGABYTE
from corpus import Language

QUESTIONS: dict[Language, dict[Decision, str]] = {
    "de": {
        Decision.ANSWER: "Wo finde ich meine Rechnung?",
        Decision.CLARIFY: "Nummer mitnehmen",
        Decision.SUGGEST: "Wie sperre ich meine SIM-Karte?",
        Decision.HAND_OVER: "Wie hoch ist der Mond heute Nacht über Grönland?",
        Decision.ESCALATE: "Mein Handy wurde gestohlen!",
    },
    "en": {
        Decision.ANSWER: "Where can I find my invoice?",
        Decision.CLARIFY: "My contract",
        Decision.SUGGEST: "Where do you have 5G?",
        Decision.HAND_OVER: "How high is the moon over Greenland tonight?",
        Decision.ESCALATE: "My phone was stolen an hour ago!",
    },
}
MESSAGES: dict[Language, str] = {
    "de": "Mein Paket ist seit einer Woche unterwegs und kommt nicht an.",
    "en": "My parcel has been on its way for a week and does not arrive.",
}
ANSWERS: dict[Language, str] = {
    "de": "Ihr Paket liegt in der Filiale bereit.",
    "en": "Your parcel is waiting for you in the branch.",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A page of the walk."""

    name: str
    status: int
    html: str


@dataclass(slots=True)
class Walk:
    """Somebody who opens all pages; ``numbers`` are the cases that were opened on the way."""

    client: FlaskClient
    runtime: Runtime
    language: Language
    numbers: list[str] = field(default_factory=list)
    last: Page = field(default_factory=lambda: Page(""))

    def pages(self) -> Iterator[Seen]:
        """Yield every page in every state."""
        yield from self._help()
        yield from self._articles()
        yield from self._mixed()
        yield from self._contact()
        yield from self._status()
        yield from self._lost()
        yield from self._desk()
        yield from self._errors()

    def _get(self, path: str) -> Seen:
        return self._seen(path, self.client.get(path))

    def _post(self, path: str, **data: object) -> Seen:
        return self._seen(path, self.client.post(path, data=data))

    def _post_large(self, path: str, **data: object) -> Seen:
        # The client's own encoder leaves large bodies in files that it does not close.
        boundary, body = encode_multipart(data)
        kind = f"multipart/form-data; boundary={boundary}"
        return self._seen(path, self.client.post(path, data=body, content_type=kind))

    def _seen(self, path: str, response: object) -> Seen:
        html = response.get_data(as_text=True)  # type: ignore[attr-defined]
        self.last = Page(html)
        return Seen(path.partition("?")[0], response.status_code, html)  # type: ignore[attr-defined]

    def _ask(self, decision: Decision) -> Seen:
        return self._post("/", question=QUESTIONS[self.language][decision])

    def _help(self) -> Iterator[Seen]:
        yield self._get("/")
        yield self._post("/", question="")
        yield self._post("/", question="wo " * 2_000)
        for topic in self.runtime.assistant.corpus.company.topics:
            yield self._get(f"/topics/{topic.id}")
        for decision in Decision:
            yield self._ask(decision)
            thread = self.last.carried
            yield self._post("/conversation", **thread)
            yield self._post("/conversation", **thread, question="")
            yield self._post("/", **thread, question="")
            yield self._post("/contact", **thread)
        self._ask(Decision.CLARIFY)
        thread, choice = self.last.carried, self.last.button("choice")
        yield self._post("/choose", **thread, choice=choice)
        yield self._post("/choose", **thread, choice="")
        yield self._post("/choose", choice="")
        self._ask(Decision.ANSWER)
        follow = {"de": "und was kostet das?", "en": "and what does that cost?"}[self.language]
        yield self._post("/", **self.last.carried, question=follow)
        yield from self._feedback()

    def _feedback(self) -> Iterator[Seen]:
        self._ask(Decision.ANSWER)
        thread, article = self.last.carried, self.last.button("helped")
        yield self._post("/feedback", **thread, helped=article)
        yield self._post(f"/articles/{article}", **thread)
        yield self._post("/feedback/unclear", **thread, rejected=article)
        if self.last.has_button("rejected"):
            yield self._post("/feedback/wrong", **self.last.carried, rejected=self.last.button("rejected"))
        yield self._post("/conversation", **self.last.carried)
        yield self._post("/contact", **self.last.carried)

    def _articles(self) -> Iterator[Seen]:
        for article in self.runtime.assistant.corpus.articles:
            yield self._get(f"/articles/{article}")

    def _mixed(self) -> Iterator[Seen]:
        """Yield pages whose language was chosen for questions in the other one."""
        other: Language = "en" if self.language == "de" else "de"
        for question in QUESTIONS[other].values():
            yield self._post(f"/?lang={self.language}", question=question)
            yield self._post(f"/contact?lang={self.language}", **self.last.carried)
            yield self._post(f"/conversation?lang={self.language}", **self.last.carried)

    def _contact(self) -> Iterator[Seen]:
        yield self._get("/contact")
        form = self.last.fields
        right = {**form, "message": MESSAGES[self.language], "email": "aylin@example.org"}
        photo, text = FILES["image/jpeg"], b"MZ\x90\x00\x03" + b"\x00" * 60
        wrong: list[dict[str, object]] = [
            {"message": "", "email": ""},
            {"message": "x" * 20_001},
            {"email": "nobody"},
            {"email": "", "phone": "110"},
            {"name": "n" * 201},
            {"website": "spam"},
            {"message": "", "email": "", "phone": "12", "name": "n" * 201},
            {"files": [(BytesIO(photo), f"{number}.jpg") for number in range(9)]},
            {"files": (BytesIO(text), "program.exe")},
            {"files": (BytesIO(b""), "empty.jpg")},
        ]
        for change in wrong:
            seen = self._post("/contact/send", **{**right, **change})
            assert seen.status in {413, 422}, change
            yield seen
        large = FileStorage(BytesIO(photo + b"\x00" * 10 * MEGABYTE), "large.jpg")
        yield self._post_large("/contact/send", **right, files=large)
        yield self._post("/contact", message="x" * 20_001)
        yield self._post("/contact/suggestions", message=QUESTIONS[self.language][Decision.ANSWER])
        file = (BytesIO(photo), "foto.jpg")
        yield self._send(right, email="", phone="089 1234567", files=file)
        yield self._post("/contact/receipt", **self._keys())
        self._ask(Decision.SUGGEST)
        self._post("/contact", **self.last.carried)
        yield self._send(self.last.fields, email="aylin@example.org", name="Aylin Kaya")
        yield self._send(right, message=QUESTIONS[self.language][Decision.ESCALATE])

    def _send(self, form: dict[str, str], **changes: object) -> Seen:
        key = f"{time.monotonic_ns():020}"
        seen = self._post("/contact/send", **{**form, "submission_key": key, **changes})
        assert seen.status == 200, self.last.text
        self.numbers.append(self.last.fields["number"])
        return seen

    def _keys(self) -> dict[str, str]:
        return {name: self.last.fields[name] for name in ("number", "code")}

    def _new_case(self) -> tuple[dict[str, str], Case]:
        self._get("/contact")
        form = {**self.last.fields, "message": MESSAGES[self.language], "email": "aylin@example.org"}
        self._send(form)
        keys = self._keys()
        case = self.runtime.cases.find(keys["number"], keys["code"])
        assert case is not None
        return keys, case

    def _status(self) -> Iterator[Seen]:
        yield self._get("/status")
        yield self._post("/status", number="K-26-1", code="no")
        yield self._post("/status", number="K-26-1", code="no", unsent="yes")
        keys, case = self._new_case()
        yield self._get(f"/status/{case.number}")
        yield self._post("/status", **keys)
        yield self._post("/status/fax", **keys)
        yield self._post("/status/message", **keys, message="")
        yield self._post("/status/message", **keys, message=MESSAGES[self.language])
        yield self._post("/status/mail", **keys, wanted="no")
        yield self._post("/status/mail", **keys, wanted="yes")
        now, cases = datetime.now(UTC), self.runtime.cases
        cases.claim(case.number, actor="Kim", now=now)
        yield self._post("/status", **keys)
        other = next(team.id for team in self.runtime.assistant.corpus.company.teams if team.id != case.team)
        cases.hand_over(case.number, other, "", actor="Kim", now=now)
        yield self._post("/status", **keys)
        cases.answer(case.number, ANSWERS[self.language], actor="Kim", now=now)
        yield self._post("/status", **keys)
        yield self._post("/status/message", **keys, helped="no")
        yield self._post("/status/solved", **keys)
        yield self._post("/status/delete", **keys)
        yield self._post("/status/delete", **keys, sure="yes")

    def _lost(self) -> Iterator[Seen]:
        yield self._get("/status/lost")
        yield self._post("/status/lost", number="", email="nobody")
        _, case = self._new_case()
        yield self._post("/status/lost", number=case.number, email="aylin@example.org")

    def _desk(self) -> Iterator[Seen]:
        _, case = self._new_case()
        links, now = self.runtime.cases.links, datetime.now(UTC)
        other = next(team.id for team in self.runtime.assistant.corpus.company.teams if team.id != case.team)
        address = f"/desk/{links.case_token(case.id, case.team, now=now)}"
        from_afar = f"/desk/{links.case_token(case.id, other, now=now)}"
        yield self._get(f"/desk/team/{links.team_token(case.team, now=now)}")
        yield self._get(address)
        yield self._get(from_afar)
        for act, fields in (
            ("claim", {"who": ""}),
            ("claim", {}),
            ("answer", {"answer": ""}),
            ("note", {"note": ""}),
            ("note", {"note": "x" * 20_001}),
            ("note", {"note": "intern"}),
            ("hand_over", {"team": "", "reason": ""}),
            ("hand_over", {"team": case.team, "reason": "?"}),
            ("answer", {"answer": ANSWERS[self.language], "seen": "0"}),
            ("answer", {"answer": ANSWERS[self.language], "who": "Robin"}),
            ("phoned", {"answer": ANSWERS[self.language]}),
            ("answer", {"answer": ANSWERS[self.language]}),
            ("hand_over", {"team": other, "reason": "?"}),
            ("close", {}),
            ("answer", {"answer": ANSWERS[self.language]}),
            ("claim", {}),
        ):
            self._get(address)
            yield self._post(address, **{**self.last.fields, "who": "Kim", "act": act, **fields})
        yield self._post(from_afar, act="answer", who="Kim", answer="x")
        yield self._get("/desk/nothing")
        yield self._get(f"/desk/team/{links.team_token(case.team, now=now)}")

    def _errors(self) -> Iterator[Seen]:
        yield self._get("/nowhere")
        yield self._get("/choose")
        yield self._post_large("/", question="x" * 600_000)
        yield self._post("/feedback", helped="nothing-like-it")
        for _ in range(8):
            seen = self._post("/status", number="K-26-2", code="no")
        assert seen.status == 429
        yield seen
