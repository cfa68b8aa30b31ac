"""The team's desk: from the link in a real mail to the customer's answer, and nothing without a link."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Thread

import pytest
from case_files import FILES, upload
from flask.testing import FlaskClient
from mail_server import MailServer, serving
from web_page import Page
from web_server import make_service

from assistant import Case, HandOver, Runtime
from assistant.case import CaseState, EventKind
from corpus.settings import Settings
from webui import create_app

pytest_plugins = ["web_client"]
BILLING = "billing-team@musterkom.example"
CUSTOMER = "aylin@example.org"


@pytest.fixture
def case(service: Runtime) -> Case:
    """A fresh case of the billing team, with a packet."""
    packet = HandOver(
        conversation_id="c1",
        language="en",
        topic="invoices",
        message="My invoice is too high.",
        history=("why is my bill so high",),
        articles_read=("find-invoice", "gone-article"),
        articles_rejected=("find-invoice",),
        name="Aylin Kaya",
        email=CUSTOMER,
        phone="+49 171 1234567",
        priority="high",
        escalation="complaint",
    )
    key = f"desk {time.monotonic_ns()}"
    return service.cases.open(packet, submission_key=key, now=datetime.now(UTC)).case


def token(service: Runtime, case: Case, team: str = "billing") -> str:
    return service.cases.links.case_token(case.id, team, now=datetime.now(UTC))


def send(client: FlaskClient, address: str, act: str, **fields: str) -> tuple[int, Page]:
    """Open the page and press one of its buttons."""
    page = Page.of(client.get(address))
    data = {**page.fields, "who": "Kim", "act": act, **fields}
    response = client.post(address, data=data)
    return response.status_code, Page.of(response)


def kinds(service: Runtime, case: Case) -> list[EventKind]:
    return [event.kind for event in service.cases.events(case.id)]


def test_page_shows_the_whole_packet(client: FlaskClient, service: Runtime, case: Case) -> None:
    response = client.get(f"/desk/{token(service, case)}")
    page = Page.of(response)
    assert response.status_code == 200
    for text in (
        "My invoice is too high.",
        "why is my bill so high",
        "gone-article",
        "Aylin Kaya",
        CUSTOMER,
        "+49 171 1234567",
        "Rechnungsteam",
        "hohe Priorität",
        "Beschwerde",
        "Arbeitszeit",
        "Bitte auf Englisch antworten.",
        "Hat nicht geholfen",
    ):
        assert text in page.text, text
    assert 'href="/articles/find-invoice"' in page.html
    assert 'href="/articles/gone-article"' not in page.html
    assert 'href="tel:+491711234567"' in page.html


def test_files_are_downloads_for_who_has_the_link_of_their_case(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    packet = HandOver("c2", "de", "invoices", "Bitte prüfen.", email=CUSTOMER)
    sent = upload("Beleg März.pdf", FILES["application/pdf"])
    key = f"files {time.monotonic_ns()}"
    with_file = service.cases.open(packet, submission_key=key, now=datetime.now(UTC), uploads=[sent]).case
    address = f"/desk/{token(service, with_file)}"
    page = client.get(address)
    (link,) = re.findall(r'href="(/desk/[^"]+/files/\d+)"', page.get_data(as_text=True))

    assert "Beleg März.pdf" in page.get_data(as_text=True)
    given = client.get(link)
    assert (given.status_code, given.mimetype, given.data) == (
        200,
        "application/pdf",
        FILES["application/pdf"],
    )
    assert given.headers["Content-Disposition"].startswith("attachment;")
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in given.headers["Cache-Control"]
    given.close()
    assert client.get(link.replace(token_of(link), token(service, case))).status_code == 404
    assert client.get(f"{address}/files/{2**70}").status_code == 404
    service.cases.delete(with_file.id)
    assert client.get(link).status_code == 404


def token_of(link: str) -> str:
    return link.split("/")[2]


def test_page_is_kept_nowhere_and_found_by_nobody(client: FlaskClient, service: Runtime, case: Case) -> None:
    queue = service.cases.links.team_token("billing", now=datetime.now(UTC))
    for address in (f"/desk/{token(service, case)}", f"/desk/team/{queue}", "/desk/nothing"):
        headers = client.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Set-Cookie" not in headers


def test_page_speaks_the_readers_language(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    english = Page.of(client.get(address, headers={"Accept-Language": "en-GB"}))
    assert english.language == "en"
    assert "Please answer in English." in english.text
    assert f"{address}?lang=de" in english.html


def test_opening_the_link_changes_nothing(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    for _ in range(2):
        client.get(address)
        client.head(address)
        client.get(address, query_string={"act": "close", "who": "scanner"})
    client.post(address, data={"who": "Kim", "answer": "Half an answer"})
    assert service.cases.show(case.number) == case
    assert kinds(service, case) == [EventKind.OPENED]


def test_expired_forged_and_foreign_links_open_nothing(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    links, now = service.cases.links, datetime.now(UTC)
    good = links.case_token(case.id, "billing", now=now)
    late = links.case_token(case.id, "billing", now=now - timedelta(days=31))
    gone = links.case_token(case.id, "no-such-team", now=now)
    missing = links.case_token(10**9, "billing", now=now)
    queue = links.team_token("billing", now=now)
    for bad in (late, gone, missing, queue, good[:-2], "x" * 3000, "%00"):
        for response in (client.get(f"/desk/{bad}"), client.post(f"/desk/{bad}", data={"act": "close"})):
            assert response.status_code == 404
            assert case.number not in response.get_data(as_text=True)
    for bad in (good, links.team_token("billing", now=now - timedelta(days=31)), "x"):
        assert client.get(f"/desk/team/{bad}").status_code == 404
    assert "Dieser Link funktioniert nicht" in Page.of(client.get(f"/desk/{late}")).title
    assert service.cases.show(case.number).state is CaseState.RECEIVED


def test_a_link_that_leaked_cannot_renew_itself(client: FlaskClient, service: Runtime, case: Case) -> None:
    links, now = service.cases.links, datetime.now(UTC)
    early = links.case_token(case.id, "billing", now=now - timedelta(days=29))
    opened = links.read_case(early, now=now)
    assert opened
    (queue,) = desk_links(Page.of(client.get(f"/desk/{early}")), "/desk/team/")
    team = links.read_team(queue.rpartition("/")[2], now=now)
    assert team
    assert team.end == opened.end
    found = [links.read_case(token_of(link), now=now) for link in desk_links(Page.of(client.get(queue)))]
    assert opened in found
    assert {each.end for each in found if each} == {opened.end}


def desk_links(page: Page, below: str = "/desk/") -> list[str]:
    found = [given.get("href", "") for tag, given in page.tags if tag == "a"]
    return [link for link in found if link.startswith(below)]


def test_link_ends_with_its_case(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    service.cases.answer(case.number, "Done.", actor="Kim", now=datetime.now(UTC))
    assert client.get(address).status_code == 200
    service.cases.delete(case.id)
    assert client.get(address).status_code == 404


def test_name_is_typed_once_and_carried_on(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    status, page = send(client, address, "claim", who="  Kim   Groß ")
    assert status == 200
    assert page.fields["who"] == "Kim Groß"
    assert "Der Vorgang gehört Ihnen." in page.text
    answered = client.post(address, data={**page.fields, "act": "answer", "answer": "All right."})
    assert answered.status_code == 200
    assert [event.actor for event in service.cases.events(case.id)] == ["customer", "Kim Groß", "Kim Groß"]


def test_without_a_name_nothing_happens(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    for name in ("", " \n", "x" * 81):
        status, page = send(client, address, "answer", who=name, answer="All right.")
        assert status == 422
        assert 'id="who-error"' in page.html
        assert page.fields["answer"] == "All right."
    assert kinds(service, case) == [EventKind.OPENED]


def test_who_has_the_case_is_known_however_the_name_is_written(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    address = f"/desk/{token(service, case)}"
    assert send(client, address, "claim", who="Kim")[0] == 200
    _, page = send(client, address, "note", who="KIM", note="Ruft zurück.")
    assert 'value="claim"' not in page.html
    _, page = send(client, address, "note", who="Robin", note="Auch gesehen.")
    assert 'value="claim"' in page.html


def test_second_person_reads_who_has_the_case_and_may_take_it_over(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    address = f"/desk/{token(service, case)}"
    early = Page.of(client.get(address)).fields
    assert send(client, address, "claim", who="Kim")[0] == 200
    late = client.post(address, data={**early, "who": "Robin", "act": "claim"})
    assert late.status_code == 409
    page = Page.of(late)
    assert "Kim arbeitet an diesem Vorgang." in page.text
    assert page.fields["holder"] == "Kim"
    taken = client.post(address, data={**page.fields, "act": "claim"})
    assert taken.status_code == 200
    assert service.cases.holders()[case.number] == "Robin"


def test_only_one_of_two_who_claim_at_once_has_it(service: Runtime, case: Case) -> None:
    app, address = create_app(service), f"/desk/{token(service, case)}"
    codes: list[int] = []

    def claim(name: str) -> None:
        codes.append(app.test_client().post(address, data={"who": name, "act": "claim"}).status_code)

    threads = [Thread(target=claim, args=(f"Person {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [200, 409, 409, 409]
    assert kinds(service, case) == [EventKind.OPENED, EventKind.CLAIMED]


def test_answer_sent_twice_goes_out_once(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    fields = {**Page.of(client.get(address)).fields, "who": "Kim", "act": "answer", "answer": "All right."}
    first, again = client.post(address, data=fields), client.post(address, data=fields)
    assert (first.status_code, again.status_code) == (200, 409)
    assert "Inzwischen ist etwas geschehen." in Page.of(again).text
    assert kinds(service, case) == [EventKind.OPENED, EventKind.ANSWERED]


def test_answer_does_not_go_past_a_new_message_and_keeps_its_text(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    address = f"/desk/{token(service, case)}"
    fields = {**Page.of(client.get(address)).fields, "who": "Kim", "act": "answer", "answer": "All right."}
    service.cases.add_message(case.id, "I found it.", now=datetime.now(UTC))
    refused = client.post(address, data=fields)
    page = Page.of(refused)
    assert refused.status_code == 409
    assert page.fields["answer"] == "All right."
    assert "I found it." in page.text
    assert client.post(address, data={**page.fields, "act": "answer"}).status_code == 200


def test_nobody_else_answers_or_closes_a_claimed_case(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    address = f"/desk/{token(service, case)}"
    send(client, address, "claim", who="Kim")
    assert send(client, address, "answer", who="Robin", answer="Mine.")[0] == 409
    assert send(client, address, "close", who="Robin")[0] == 409
    assert send(client, address, "answer", who="kim", answer="Kim's.")[0] == 200


@pytest.mark.parametrize("act", ["answer", "phoned", "note"])
@pytest.mark.parametrize("text", ["", "x" * 20_001])
def test_empty_or_endless_texts_are_refused_at_their_field(
    client: FlaskClient, service: Runtime, case: Case, act: str, text: str
) -> None:
    name = "note" if act == "note" else "answer"
    status, page = send(client, f"/desk/{token(service, case)}", act, **{name: text})
    assert status == 422
    assert f'id="{name}-error"' in page.html
    assert kinds(service, case) == [EventKind.OPENED]


def test_unknown_act_is_refused(client: FlaskClient, service: Runtime, case: Case) -> None:
    assert send(client, f"/desk/{token(service, case)}", "burn")[0] == 400


def test_hand_over_tells_the_team_and_keeps_the_promise(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    address = f"/desk/{token(service, case)}"
    status, page = send(client, address, "hand_over", team="technical", reason="Needs a line test.")
    assert status == 200
    assert "Der Vorgang liegt bei: Technik." in page.text
    now = service.cases.show(case.number)
    assert (now.team, now.state, now.promised_at) == ("technical", CaseState.RECEIVED, case.promised_at)
    assert kinds(service, case) == [EventKind.OPENED, EventKind.HANDED_OVER, EventKind.NOTE]
    assert send(client, address, "answer", answer="Still ours?")[0] == 409
    status, page = send(client, address, "hand_over", reason="")
    assert status == 200
    assert service.cases.show(case.number).team == "billing"
    assert 'name="answer"' in page.html


@pytest.mark.parametrize(
    ("team", "said"), [("", "Bitte wählen Sie ein Team."), ("billing", "liegt schon bei"), ("x", "wählen")]
)
def test_case_goes_to_a_team_that_there_is(
    client: FlaskClient, service: Runtime, case: Case, team: str, said: str
) -> None:
    status, page = send(client, f"/desk/{token(service, case)}", "hand_over", team=team)
    assert status == 409
    assert said in page.text
    assert kinds(service, case) == [EventKind.OPENED]


def test_answered_case_is_not_handed_over(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    send(client, address, "answer", answer="All right.")
    status, page = send(client, address, "hand_over", team="technical")
    assert status == 409
    assert "Es gibt nichts weiterzugeben." in page.text


def test_note_stays_inside(client: FlaskClient, service: Runtime, case: Case) -> None:
    status, page = send(client, f"/desk/{token(service, case)}", "note", note="Called twice already.")
    assert status == 200
    assert "Called twice already." in page.text
    assert page.fields["note"] == ""


def test_closed_case_can_be_read_and_not_claimed(client: FlaskClient, service: Runtime, case: Case) -> None:
    address = f"/desk/{token(service, case)}"
    assert send(client, address, "close")[0] == 200
    status, page = send(client, address, "close")
    assert status == 409
    assert "Der Vorgang ist abgeschlossen." in page.text
    assert send(client, address, "claim")[0] == 409


def test_customer_without_mail_is_called(client: FlaskClient, service: Runtime) -> None:
    packet = HandOver("c1", "de", "invoices", "Bitte rufen Sie an.", phone="089 12345678")
    key = f"phone {time.monotonic_ns()}"
    opened = service.cases.open(packet, submission_key=key, now=datetime.now(UTC))
    address = f"/desk/{token(service, opened.case)}"
    page = Page.of(client.get(address))
    assert "Rufen Sie an" in page.text
    assert not any(button.get("value") == "answer" for button in page.buttons)
    assert send(client, address, "phoned", answer="Rechnung erklärt.")[0] == 200
    status = Page.of(client.post("/status", data={"number": opened.case.number, "code": opened.code}))
    assert "Wir haben am Telefon geantwortet" in status.text
    assert "Rechnung erklärt." in status.text


def test_queue_lists_the_open_cases_of_a_team_with_fresh_links(
    client: FlaskClient, service: Runtime, case: Case
) -> None:
    queue = service.cases.links.team_token("billing", now=datetime.now(UTC))
    page = Page.of(client.get(f"/desk/team/{queue}"))
    assert "Offene Vorgänge: Rechnungsteam" in page.title
    links = [given["href"] for tag, given in page.tags if tag == "a" and "/desk/" in given.get("href", "")]
    opened = [Page.of(client.get(link)).title for link in links]
    assert any(case.number in title for title in opened)
    other = service.cases.links.team_token("technical", now=datetime.now(UTC))
    assert case.number not in Page.of(client.get(f"/desk/team/{other}")).text
    send(client, f"/desk/{token(service, case)}", "claim", who="Kim")
    assert "Kim arbeitet daran" in Page.of(client.get(f"/desk/team/{queue}")).text
    service.cases.close(case.number, actor="Kim", now=datetime.now(UTC))
    assert case.number not in Page.of(client.get(f"/desk/team/{queue}")).text


class Post:
    """What a real mail server took, by recipient."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    def to(self, recipient: str, *, number: int = 1) -> str:
        """Wait for a recipient's mail with this number, and return its text."""
        end = time.monotonic() + 20
        while time.monotonic() < end:
            found = [each for each in self._server.envelopes if each.rcpt_tos == [recipient]]
            if len(found) >= number:
                content = message_from_bytes(found[number - 1].content, policy=default).get_content()
                return str(content).replace("\r\n", "\n")
            time.sleep(0.02)
        raise AssertionError(f"no mail {number} to {recipient}")


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    """A real mail server and its port."""
    handler = MailServer()
    controller = serving(handler)
    yield Post(handler), controller.port
    controller.stop()


@pytest.fixture
def mailing(shipped: Settings, tmp_path: Path, post: tuple[Post, int]) -> Iterator[FlaskClient]:
    """A customer's and a team's browser on a service that mails."""
    runtime = make_service(shipped, tmp_path, smtp_host="127.0.0.1", smtp_port=post[1], poll_seconds=0.1)
    yield create_app(runtime).test_client()
    runtime.close()


def path_of(text: str, pattern: str = r"/desk/(?!team/)\S+") -> str:
    found = re.search(pattern, text)
    assert found, text
    return found[0]


def test_danger_at_the_end_of_a_long_letter_is_urgent_and_the_team_reads_why(
    mailing: FlaskClient, post: tuple[Post, int]
) -> None:
    german = {"Accept-Language": "de"}
    form = Page.of(mailing.get("/contact", headers=german)).fields
    letter = "Ich ziehe um und habe eine Frage zum neuen Anschluss. " * 150 + "Aus dem Router kommt Rauch."
    mailing.post("/contact/send", data={**form, "message": letter, "email": CUSTOMER}, headers=german)

    assert "\nPriorität:   dringend: Gefahr für Leib und Leben\n" in post[0].to("care-team@musterkom.example")


def test_from_the_teams_mail_to_the_customers_answer(mailing: FlaskClient, post: tuple[Post, int]) -> None:
    mails, _ = post
    german = {"Accept-Language": "de"}
    form = Page.of(mailing.get("/contact", headers=german)).fields
    fields = {
        **form,
        "message": "Die Rechnung vom März ist zu hoch.",
        "name": "Aylin Kaya",
        "email": CUSTOMER,
    }
    sent = Page.of(mailing.post("/contact/send", data=fields, headers=german))
    keys = {"number": sent.fields["number"], "code": sent.fields["code"]}
    assert keys["code"] in mails.to(CUSTOMER)

    told = mails.to(BILLING)
    assert "Bitte geben Sie sie nur im Team weiter." in told
    assert keys["code"] not in told
    address = path_of(told)
    queue = Page.of(mailing.get(path_of(told, r"/desk/team/\S+")))
    assert keys["number"] in queue.text
    assert send(mailing, address, "claim", who="Kim")[0] == 200
    assert send(mailing, address, "note", who="Kim", note="Geheim: Betrag stimmt nicht.")[0] == 200
    assert send(mailing, address, "hand_over", who="Kim", team="care", reason="Bitte prüfen.")[0] == 200

    above = mails.to("care-team@musterkom.example")
    assert above.startswith("Kim (Rechnungsteam) gibt diesen Vorgang weiter an: Beschwerden")
    assert "Bitte prüfen." in above
    answered = send(mailing, path_of(above), "answer", who="Robin", answer="Sie bekommen 12 Euro zurück.")
    assert answered[0] == 200
    answer = mails.to(CUSTOMER, number=2)
    assert answer.startswith("Guten Tag Aylin Kaya,")
    assert "Sie bekommen 12 Euro zurück." in answer

    status = Page.of(mailing.post("/status", data=keys, headers=german))
    assert "Sie bekommen 12 Euro zurück." in status.text
    assert "Weitergegeben an: Beschwerden und besondere Fälle" in status.text
    for inside in ("Geheim", "Bitte prüfen.", "Robin", "Kim"):
        assert inside not in status.text

    refused = Page.of(
        mailing.post("/status/message", data={**keys, "helped": "no", "message": ""}, headers=german)
    )
    assert "Die Antwort hat nicht geholfen." in refused.text
    again = mails.to("care-team@musterkom.example", number=2)
    assert "Die Antwort hat nicht geholfen." in again
    page = Page.of(mailing.get(path_of(again)))
    assert "Die Rechnung vom März ist zu hoch." in page.text

    deleted = mailing.post("/status/delete", data={**keys, "sure": "yes"}, headers=german)
    assert deleted.status_code == 200
    assert "gelöscht" in mails.to("care-team@musterkom.example", number=3)
    assert mailing.get(address).status_code == 404


@pytest.fixture
def raw(client: FlaskClient) -> Callable[[str], str]:
    """Read a page as HTML."""
    return lambda address: client.get(address).get_data(as_text=True)


def test_what_a_customer_writes_is_shown_as_text(service: Runtime, raw: Callable[[str], str]) -> None:
    text = "<script>alert(1)</script>\u202e"
    packet = HandOver("c1", "de", "invoices", text, name=text, email=CUSTOMER, history=(text + "?",))
    key = f"markup {time.monotonic_ns()}"
    case = service.cases.open(packet, submission_key=key, now=datetime.now(UTC)).case
    queue = service.cases.links.team_token("billing", now=datetime.now(UTC))
    for address in (f"/desk/{token(service, case)}", f"/desk/team/{queue}"):
        html = raw(address)
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html
