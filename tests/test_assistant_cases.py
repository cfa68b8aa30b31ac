"""Cases: stored once, found by number and code, answered, closed, deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal

import pytest
from case_files import NO_FILES
from companies import company_with, shipped_company
from hypothesis import given
from hypothesis import strategies as st
from processes import run_at_once
from sqlalchemy import select

from assistant.case import CaseState, EventKind, StepError, UnknownCaseError
from assistant.case_work import last_seen
from assistant.cases import Cases
from assistant.codes import ALPHABET, make_code, new_number, plain_code, plain_number
from assistant.database import Database
from assistant.handover import HandOver, HandOverError, Priority, check_hand_over
from assistant.outbox import MailState, Outbox
from assistant.tables import CaseRow, OutboxRow
from assistant.watch import warn_of_promises
from corpus import Company, EscalationReason, Language, Localized
from corpus.escalation import Patterns

pytest_plugins = ["database_backends"]
NOW = datetime(2026, 11, 3, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PACKET = HandOver(
    conversation_id="c1",
    language="de",
    topic="faults",
    message="  Mein Internet geht seit gestern nicht.\nDie Lampe ist rot. ",
    history=("Internet weg", "Lampe rot"),
    articles_read=("no-internet",),
    articles_rejected=("check-outage",),
    name="Alex  Meier",
    email="Alex.Meier@Example.org",
    phone="0171/1234567",
)


@pytest.fixture
def cases(database: Database) -> Cases:
    return Cases(database, shipped_company, "secret", "https://help.example", attachments=NO_FILES)


def reason(name: str, priority: Literal["high", "urgent"]) -> EscalationReason:
    words = Localized(de=name, en=name)
    report = Patterns(de=("nie",), en=("never",))
    return EscalationReason(id=name, name=words, priority=priority, report=report, message=words)


def stored(database: Database, number: str) -> CaseRow:
    with database.reading() as session:
        return session.scalars(select(CaseRow).where(CaseRow.number == number)).one()


def mails(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow.recipient).order_by(OutboxRow.id)))


def test_a_case_is_stored_with_its_packet_event_and_mails(database: Database, cases: Cases) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    case = cases.show(opened.case.number)
    assert opened.created
    assert opened.case == case
    assert (case.team, case.state, case.priority) == ("technical", CaseState.RECEIVED, "normal")
    assert case.message == "Mein Internet geht seit gestern nicht.\nDie Lampe ist rot."
    assert (case.name, case.email, case.phone) == ("Alex Meier", "Alex.Meier@example.org", "+49 171 1234567")
    assert case.history == ("Internet weg", "Lampe rot")
    assert (case.articles_read, case.articles_rejected) == (("no-internet",), ("check-outage",))
    assert case.promised_at == datetime(2026, 11, 3, 15, tzinfo=UTC)
    (event,) = cases.events(case.id)
    assert (event.kind, event.actor, event.at, event.text) == (
        EventKind.OPENED,
        "customer",
        NOW,
        case.message,
    )
    assert mails(database) == ["technik-team@musterkom.example", "Alex.Meier@example.org"]


def test_without_an_email_only_the_team_gets_a_mail(database: Database, cases: Cases) -> None:
    cases.open(replace(PACKET, email=None), submission_key="form 1", now=NOW)
    assert mails(database) == ["technik-team@musterkom.example"]


def test_sending_a_form_twice_makes_one_case_with_one_code(database: Database, cases: Cases) -> None:
    first = cases.open(PACKET, submission_key="form 1", now=NOW)
    again = cases.open(PACKET, submission_key="form 1", now=NOW + MINUTE)
    assert (again.case, again.code, again.created) == (first.case, first.code, False)
    other = cases.open(PACKET, submission_key="form 2", now=NOW)
    assert other.case.number != first.case.number
    assert other.code != first.code
    assert len(mails(database)) == 4


def test_a_form_sent_again_after_its_case_was_deleted_makes_a_new_case(cases: Cases) -> None:
    gone = cases.open(PACKET, submission_key="form 1", now=NOW).case
    cases.delete(gone.id, now=NOW)
    again = cases.open(PACKET, submission_key="form 1", now=NOW + MINUTE)
    assert again.created
    assert again.case.number != gone.number
    assert [case.number for case in cases.list_open()] == [again.case.number]
    assert cases.find(again.case.number, again.code) == again.case


def test_the_code_and_the_submission_key_are_not_stored(database: Database, cases: Cases) -> None:
    opened = cases.open(PACKET, submission_key="form-0123456789", now=NOW)
    row = stored(database, opened.case.number)
    text = json.dumps({column.name: str(getattr(row, column.name)) for column in CaseRow.__table__.columns})
    assert opened.code not in text
    assert opened.code.replace("-", "") not in text
    assert "form-0123456789" not in text


@pytest.mark.parametrize(
    ("changes", "team", "promised"),
    [
        ({"topic": "invoices"}, "billing", datetime(2026, 11, 4, 16, tzinfo=UTC)),
        ({"topic": "invoices", "priority": "urgent"}, "billing", datetime(2026, 11, 3, 13, tzinfo=UTC)),
        ({"topic": None}, "service", datetime(2026, 11, 3, 17, tzinfo=UTC)),
        ({"topic": "no such topic"}, "service", datetime(2026, 11, 3, 17, tzinfo=UTC)),
        ({"team": "care", "escalation": "complaint"}, "care", datetime(2026, 11, 4, 9, tzinfo=UTC)),
        ({"topic": "invoices", "team": "no such team"}, "service", datetime(2026, 11, 3, 17, tzinfo=UTC)),
    ],
)
def test_the_team_and_its_promise(
    cases: Cases, changes: dict[str, Any], team: str, promised: datetime
) -> None:
    case = cases.open(replace(PACKET, **changes), submission_key="form 1", now=NOW).case
    assert (case.team, case.promised_at) == (team, promised)
    assert case.escalation == changes.get("escalation")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"message": " \n\x00"}, {"message": "Bitte schreiben Sie, worum es geht."}),
        ({"message": "a" * 20_001}, {"message": "Ihre Nachricht ist zu lang: höchstens 20.000 Zeichen."}),
        (
            {"email": " ", "phone": None},
            {
                "email": "Bitte geben Sie eine E-Mail-Adresse oder eine Telefonnummer an, "
                "damit wir antworten können."
            },
        ),
        (
            {"email": "alex@"},
            {"email": "Diese E-Mail-Adresse können wir nicht verwenden. Beispiel: name@example.org"},
        ),
        (
            {"email": "alex@example.org\nBcc: all@example.org"},
            {"email": "Diese E-Mail-Adresse können wir nicht verwenden. Beispiel: name@example.org"},
        ),
        (
            {"email": "jürgen@example.org"},
            {"email": "Diese E-Mail-Adresse können wir nicht verwenden. Beispiel: name@example.org"},
        ),
        ({"phone": "0171"}, {"phone": "Diese Telefonnummer ist nicht vollständig. Beispiel: 089 12345678"}),
        ({"phone": "nein"}, {"phone": "Diese Telefonnummer ist nicht vollständig. Beispiel: 089 12345678"}),
        ({"name": "a" * 201}, {"name": "Dieser Name ist zu lang: höchstens 200 Zeichen."}),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    database: Database, cases: Cases, changes: dict[str, Any], fields: dict[str, str]
) -> None:
    with pytest.raises(HandOverError) as caught:
        cases.open(replace(PACKET, **changes), submission_key="form 1", now=NOW)
    assert caught.value.fields == fields
    assert str(caught.value) == next(iter(fields.values()))
    assert mails(database) == []
    assert cases.list_open() == ()


def test_all_problems_come_at_once_in_the_language_of_the_case() -> None:
    packet = HandOver("c1", "en", None, "", email="x", phone="y")
    with pytest.raises(HandOverError) as caught:
        check_hand_over(packet)
    assert caught.value.fields == {
        "message": "Please tell us what it is about.",
        "email": "We cannot use this e-mail address. Example: name@example.org",
        "phone": "This phone number is not complete. Example: +49 89 12345678",
    }


@given(st.text(), st.text(), st.text(), st.text(), st.sampled_from(["de", "en"]))
def test_checking_takes_any_text(message: str, name: str, email: str, phone: str, language: Language) -> None:
    packet = HandOver("c1", language, None, message, name=name, email=email, phone=phone)
    try:
        checked = check_hand_over(packet)
    except HandOverError as error:
        assert set(error.fields) <= {"message", "name", "email", "phone"}
    else:
        assert check_hand_over(checked) == checked


def test_a_case_is_found_by_number_and_code_however_they_are_typed(cases: Cases) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    number, code = opened.case.number, opened.code
    assert cases.find(number, code) == opened.case
    assert cases.find(f" {number.lower()} ", code.lower().replace("-", " ")) == opened.case
    assert cases.find(number.replace("0", "O"), code.replace("0", "o").replace("1", "l")) == opened.case
    assert cases.find(number[2:], code.replace("1", "I")) == opened.case


def test_a_wrong_number_or_code_finds_nothing(cases: Cases) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    other = cases.open(PACKET, submission_key="form 2", now=NOW)
    assert cases.find(opened.case.number, other.code) is None
    assert cases.find(opened.case.number, "") is None
    assert cases.find("K-26-1", opened.code) is None
    assert cases.find("", "") is None


def test_wrong_codes_shut_nobody_out(cases: Cases) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    for number in range(20):
        assert cases.find(opened.case.number, f"wrong {number}") is None
    assert cases.find(opened.case.number, opened.code) == opened.case


def test_an_umlaut_domain_is_stored_and_written_to_in_ascii(database: Database, cases: Cases) -> None:
    packet = replace(PACKET, email="alex@Müller.example")
    assert cases.open(packet, submission_key="form 1", now=NOW).case.email == "alex@xn--mller-kva.example"
    assert mails(database) == ["technik-team@musterkom.example", "alex@xn--mller-kva.example"]


def test_a_company_with_an_umlaut_domain_opens_cases(database: Database) -> None:
    company = company_with(sender="service@müller.example")
    cases = Cases(database, lambda: company, "secret", "https://help.example", attachments=NO_FILES)
    cases.open(PACKET, submission_key="form 1", now=NOW)
    with database.reading() as session:
        assert set(session.scalars(select(OutboxRow.sender))) == {"service@xn--mller-kva.example"}


@pytest.mark.parametrize("state", ["answered", "closed"])
def test_a_case_that_opens_again_has_a_new_promise(cases: Cases, state: str) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    if state == "answered":
        cases.answer(case.number, "Neu starten.", actor="kim", now=NOW)
    else:
        cases.close(case.number, actor="kim", now=NOW)
    week = timedelta(days=7)
    again = cases.add_message(case.id, "Hilft nicht.", now=NOW + week)
    assert (again.state, again.promised_at) == (CaseState.RECEIVED, case.promised_at + week)
    more = cases.add_message(case.id, "Wirklich nicht.", now=NOW + week + MINUTE)
    assert more.promised_at == again.promised_at


def test_a_case_that_becomes_urgent_is_answered_sooner_and_stays_urgent(cases: Cases) -> None:
    danger = reason("danger", "urgent")
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    urgent = cases.add_message(case.id, "Es raucht.", now=NOW, graver=danger)
    calm = cases.add_message(case.id, "Jetzt nicht mehr.", now=NOW + timedelta(days=1))
    assert (urgent.priority, urgent.escalation) == ("urgent", "danger")
    assert urgent.promised_at < case.promised_at
    assert (calm.priority, calm.escalation, calm.promised_at) == ("urgent", "danger", urgent.promised_at)
    late = cases.open(PACKET, submission_key="form 2", now=NOW).case
    after = cases.add_message(late.id, "Es raucht.", now=late.promised_at, graver=danger)
    assert (after.priority, after.promised_at) == ("urgent", late.promised_at), "a promise never moves back"


def test_a_case_is_claimed_by_one_person(cases: Cases) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    assert cases.holders() == {}
    cases.claim(case.number, actor="kim", now=NOW)
    with pytest.raises(StepError, match=f"{case.number} is being worked on by kim"):
        cases.claim(case.number, actor="robin", now=NOW)
    cases.claim(case.number, actor="kim", now=NOW)
    assert cases.holders() == {case.number: "kim"}
    assert [event.actor for event in cases.events(case.id)] == ["customer", "kim"]
    cases.answer(case.number, "Neu starten.", actor="kim", now=NOW)
    cases.add_message(case.id, "Hilft nicht.", now=NOW)
    assert cases.holders() == {}
    cases.claim(case.number, actor="robin", now=NOW)
    assert cases.holders() == {case.number: "robin"}


def test_a_case_is_taken_over_by_naming_whom_from(cases: Cases) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    cases.claim(case.number, actor="Kim", now=NOW)
    with pytest.raises(StepError, match="being worked on by Kim") as caught:
        cases.claim(case.number, actor="robin", now=NOW, instead_of="alex")
    assert (caught.value.reason, caught.value.holder) == ("held", "Kim")
    cases.claim(case.number, actor="KIM", now=NOW)
    assert cases.holders() == {case.number: "Kim"}
    cases.claim(case.number, actor="robin", now=NOW, instead_of="kim")
    assert cases.holders() == {case.number: "robin"}
    for act in (cases.close, partial(cases.answer, text="Neu starten.")):
        with pytest.raises(StepError, match="being worked on by robin"):
            act(case.number, actor="Kim", now=NOW)


def test_people_who_claim_at_once_do_not_both_get_the_case(cases: Cases, database_url: str) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    code = """
import os
from datetime import UTC, datetime
from assistant.case import StepError
from assistant.cases import Cases
from assistant.database import Database
from case_files import NO_FILES
from companies import shipped_company

def work(url, number):
    cases = Cases(
        Database(url), shipped_company, "secret", "https://help.example", attachments=NO_FILES
    )
    try:
        cases.claim(number, actor=f"person {os.getpid()}", now=datetime(2026, 11, 3, 9, tzinfo=UTC))
        print("mine")
    except StepError as error:
        print(error.reason)
"""
    assert sorted(run_at_once(code, database_url, case.number).split()) == ["held", "held", "held", "mine"]
    assert [event.kind for event in cases.events(case.id)] == [EventKind.OPENED, EventKind.CLAIMED]


def test_a_step_on_what_was_not_seen_is_refused(cases: Cases, database: Database) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    seen = last_seen(cases.events(case.id))
    warn_of_promises(database, shipped_company(), cases.links, now=case.promised_at)
    assert last_seen(cases.events(case.id)) == seen, "what the program did needs no reading"
    cases.add_message(case.id, "Noch etwas.", now=NOW)
    steps = (
        partial(cases.answer, text="Neu starten."),
        partial(cases.hand_over, team_id="care", note=""),
        partial(cases.note, text="Notiz."),
        cases.close,
    )
    for step in steps:
        with pytest.raises(StepError, match="in the meantime") as caught:
            step(case.number, actor="kim", now=NOW, seen=seen)
        assert caught.value.reason == "stale"
    assert len(cases.events(case.id)) == 3
    cases.answer(case.number, "Neu.", actor="kim", now=NOW, seen=last_seen(cases.events(case.id)))


def test_a_case_is_handed_over_with_its_promise(cases: Cases, database: Database) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    cases.claim(case.number, actor="kim", now=NOW)
    given = cases.hand_over(case.number, "care", " Bitte prüfen. ", actor="kim", now=NOW + MINUTE)
    assert (given.team, given.state, given.promised_at) == ("care", CaseState.RECEIVED, case.promised_at)
    assert cases.holders() == {}
    assert [(event.kind, event.text) for event in cases.events(case.id)][2:] == [
        (EventKind.HANDED_OVER, "care"),
        (EventKind.NOTE, "Bitte prüfen."),
    ]
    assert mails(database)[2:] == ["care-team@musterkom.example"]
    assert [each.number for each in cases.list_open("care")] == [case.number]
    assert cases.list_open("technical") == ()
    again = cases.add_message(case.id, "Noch etwas.", now=NOW)
    assert again.team == "care"
    assert mails(database)[3:] == ["care-team@musterkom.example"]


@pytest.mark.parametrize(("team", "reason"), [("technical", "there"), ("nobody", "no_team")])
def test_a_case_goes_to_another_team_that_exists(cases: Cases, team: str, reason: str) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    with pytest.raises(StepError) as caught:
        cases.hand_over(case.number, team, "", actor="kim", now=NOW)
    assert caught.value.reason == reason
    cases.answer(case.number, "Neu starten.", actor="kim", now=NOW)
    with pytest.raises(StepError, match="is answered; there is nothing to hand over"):
        cases.hand_over(case.number, "care", "", actor="kim", now=NOW)


def test_cases_of_a_team_that_is_gone_are_with_the_default_team(database: Database, cases: Cases) -> None:
    case = cases.open(replace(PACKET, team="care"), submission_key="form 1", now=NOW).case
    teams = [each for each in shipped_company().model_dump(mode="json")["teams"] if each["id"] != "care"]
    smaller = company_with(teams=teams)
    later = Cases(database, lambda: smaller, "secret", "https://help.example", attachments=NO_FILES)
    assert [each.number for each in later.list_open("service")] == [case.number]
    assert dict(later.waiting("normal")) == {"service": 1}
    later.add_message(case.id, "Noch etwas.", now=NOW)
    assert mails(database)[-1] == "service-team@musterkom.example"
    assert later.hand_over(case.number, "billing", "", actor="kim", now=NOW).team == "billing"


def test_an_answer_by_phone_is_noted_and_not_mailed(cases: Cases, database: Database) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    done = cases.answer(case.number, "Erklärt.", actor="kim", now=NOW, by_phone=True)
    assert done.state is CaseState.ANSWERED
    assert cases.events(case.id)[-1].kind is EventKind.PHONED
    assert len(mails(database)) == 2


def test_a_customer_says_that_it_is_solved(cases: Cases) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    assert cases.solved(case.id, now=NOW).state is CaseState.CLOSED
    cases.solved(case.id, now=NOW)
    assert [event.kind for event in cases.events(case.id)] == [EventKind.OPENED, EventKind.SOLVED]
    assert cases.add_message(case.id, "Doch nicht.", now=NOW).state is CaseState.RECEIVED


def test_a_customer_who_wants_no_mail_gets_none(cases: Cases, database: Database) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    assert not cases.want_mail(case.id, False, now=NOW).wants_mail
    cases.want_mail(case.id, False, now=NOW)
    assert mails(database) == ["technik-team@musterkom.example"], "what waited is not sent any more"
    cases.answer(case.number, "Neu starten.", actor="kim", now=NOW)
    assert len(mails(database)) == 1
    assert cases.want_mail(case.id, True, now=NOW).wants_mail
    cases.answer(case.number, "Noch ein Tipp.", actor="kim", now=NOW)
    assert mails(database)[1:] == ["Alex.Meier@example.org"]
    kinds = [event.kind for event in cases.events(case.id)]
    assert (kinds.count(EventKind.MAIL_OFF), kinds.count(EventKind.MAIL_ON)) == (1, 1)


def test_a_customer_deletes_a_case_and_the_team_is_asked_to_do_the_same(
    cases: Cases, database: Database
) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    cases.hand_over(opened.case.number, "care", "Geheim", actor="kim", now=NOW)
    cases.withdraw(opened.case.id, now=NOW)
    assert cases.find(opened.case.number, opened.code) is None
    assert cases.get(opened.case.id) is None
    assert {event.text for event in cases.events(opened.case.id)} == {""}
    assert cases.events(opened.case.id)[-1].actor == "customer"
    assert mails(database) == ["care-team@musterkom.example"]


def test_a_closed_case_is_not_claimed(cases: Cases) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    cases.close(case.number, actor="kim", now=NOW)
    with pytest.raises(StepError, match=f"{case.number} is closed"):
        cases.claim(case.number, actor="kim", now=NOW)
    assert cases.show(case.number).state is CaseState.CLOSED


def test_the_life_of_a_case(database: Database, cases: Cases) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    number, case_id = opened.case.number, opened.case.id
    assert cases.claim(number, actor="kim", now=NOW + MINUTE).state is CaseState.IN_PROGRESS
    assert cases.answer(number, "Bitte neu starten.", actor="kim", now=NOW + 2 * MINUTE).state is (
        CaseState.ANSWERED
    )
    assert cases.list_open() == ()
    reopened = cases.add_message(case_id, "Hilft nicht.", now=NOW + 3 * MINUTE)
    assert (reopened.state, reopened.updated_at) == (CaseState.RECEIVED, NOW + 3 * MINUTE)
    assert cases.list_open() == (reopened,)
    assert cases.close(number, actor="kim", now=NOW + 4 * MINUTE).state is CaseState.CLOSED
    assert [(event.kind, event.actor, event.text) for event in cases.events(case_id)] == [
        (EventKind.OPENED, "customer", opened.case.message),
        (EventKind.CLAIMED, "kim", ""),
        (EventKind.ANSWERED, "kim", "Bitte neu starten."),
        (EventKind.MESSAGE, "customer", "Hilft nicht."),
        (EventKind.CLOSED, "kim", ""),
    ]
    team, customer = "technik-team@musterkom.example", "Alex.Meier@example.org"
    assert mails(database) == [team, customer, customer, team]


def test_a_message_does_not_take_a_case_from_who_works_on_it(cases: Cases) -> None:
    case = cases.open(PACKET, submission_key="form 1", now=NOW).case
    cases.claim(case.number, actor="kim", now=NOW)
    assert cases.add_message(case.id, "Noch etwas", now=NOW).state is CaseState.IN_PROGRESS


def test_answering_by_phone_sends_no_mail(database: Database, cases: Cases) -> None:
    case = cases.open(replace(PACKET, email=None), submission_key="form 1", now=NOW).case
    cases.answer(case.number, "Angerufen.", actor="kim", now=NOW)
    assert mails(database) == ["technik-team@musterkom.example"]


def test_empty_texts_are_refused_and_change_nothing(database: Database, cases: Cases) -> None:
    case = cases.open(replace(PACKET, language="en"), submission_key="form 1", now=NOW).case
    with pytest.raises(HandOverError, match="Please tell us"):
        cases.add_message(case.id, " ", now=NOW)
    with pytest.raises(HandOverError, match="Please tell us"):
        cases.answer(case.number, "", actor="kim", now=NOW)
    assert cases.show(case.number).state is CaseState.RECEIVED
    assert len(cases.events(case.id)) == 1
    assert len(mails(database)) == 2


def test_open_cases_are_listed_by_urgency_and_promise(cases: Cases) -> None:
    def opened(key: str, now: datetime, priority: Priority) -> str:
        packet = replace(PACKET, priority=priority)
        return cases.open(packet, submission_key=key, now=now).case.number

    late = opened("1", NOW + 100 * MINUTE, "normal")
    early = opened("2", NOW, "normal")
    high = opened("3", NOW + 200 * MINUTE, "high")
    urgent = opened("4", NOW + 300 * MINUTE, "urgent")
    closed = opened("5", NOW, "urgent")
    cases.close(closed, actor="kim", now=NOW)
    assert [case.number for case in cases.list_open()] == [urgent, high, early, late]


def test_an_unknown_case_is_named(cases: Cases) -> None:
    with pytest.raises(UnknownCaseError, match="There is no case K-26-1"):
        cases.show("K-26-1")
    for act in (cases.claim, cases.close):
        with pytest.raises(UnknownCaseError, match="There is no case K-26-1"):
            act("K-26-1", actor="kim", now=NOW)
    with pytest.raises(UnknownCaseError, match="There is no case number 77"):
        cases.add_message(77, "Hallo", now=NOW)


def test_a_deleted_case_keeps_its_events_but_no_word_of_its_customer(
    database: Database, cases: Cases
) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    outbox = Outbox(database)
    while leased := outbox.lease(now=NOW):
        outbox.sent(leased, now=NOW)
    cases.add_message(opened.case.id, "Die Lampe ist noch rot.", now=NOW)
    cases.delete(opened.case.id, now=NOW + MINUTE)
    row = stored(database, opened.case.number)
    assert (row.name, row.email, row.phone, row.contact_key, row.message) == (None, None, None, None, "")
    assert row.packet == {}
    events = cases.events(opened.case.id)
    assert [event.kind for event in events] == [EventKind.OPENED, EventKind.MESSAGE, EventKind.DELETED]
    assert {event.text for event in events} == {""}
    with database.reading() as session:
        left = session.scalars(select(OutboxRow)).all()
    assert {(mail.mail, mail.recipient) for mail in left} == {(b"", "")}
    assert [entry.state for entry in outbox.entries()] == [MailState.SENT] * 2, "what waited is gone"
    assert cases.find(opened.case.number, opened.code) is None
    assert cases.show(opened.case.number).deleted
    assert cases.list_open() == ()
    with pytest.raises(UnknownCaseError):
        cases.answer(opened.case.number, "Hallo", actor="kim", now=NOW)


def test_a_mail_that_is_being_sent_while_its_case_is_deleted_does_not_come_back(
    database: Database, cases: Cases
) -> None:
    opened = cases.open(PACKET, submission_key="form 1", now=NOW)
    outbox = Outbox(database)
    leased = outbox.lease(now=NOW)
    assert leased is not None
    cases.delete(opened.case.id, now=NOW)
    outbox.failed(leased, "timed out", now=NOW)
    assert outbox.lease(now=NOW + 60 * MINUTE) is None


def test_cases_of_several_processes_are_all_kept(database: Database, cases: Cases, database_url: str) -> None:
    code = """
import os
from datetime import UTC, datetime
from assistant.cases import Cases
from assistant.database import Database
from assistant.handover import HandOver
from case_files import NO_FILES
from companies import shipped_company

def work(url):
    cases = Cases(Database(url), shipped_company, "secret", "https://help.example", attachments=NO_FILES)
    packet = HandOver("c", "de", None, "Hallo", email="a@example.org")
    for number in range(10):
        for key in (f"form {number}", f"form {number} of {os.getpid()}"):
            opened = cases.open(packet, submission_key=key, now=datetime(2026, 11, 3, 9, tzinfo=UTC))
            print(f"{key}|{opened.case.number}|{opened.code}|{opened.created}")
"""
    lines = [line.split("|") for line in run_at_once(code, database_url).splitlines()]
    assert len(lines) == 4 * 20
    by_key: dict[str, set[tuple[str, str]]] = {}
    for key, number, code_shown, _ in lines:
        by_key.setdefault(key, set()).add((number, code_shown))
    assert len(by_key) == 50
    assert all(len(seen) == 1 for seen in by_key.values())
    assert sum(created == "True" for *_, created in lines) == 50
    assert len(cases.list_open()) == 50
    assert len({case.number for case in cases.list_open()}) == 50
    assert len(mails(database)) == 100


def test_codes_have_65_bits_and_depend_on_the_secret() -> None:
    codes = {make_code("secret", f"form {number}") for number in range(200)}
    assert len(codes) == 200
    assert all(set(plain_code(code)) <= set(ALPHABET) and len(plain_code(code)) == 13 for code in codes)
    assert {plain_code(code)[place] for code in codes for place in (0, 12)} == set(ALPHABET)
    assert make_code("secret", "form 1") == make_code("secret", "form 1")
    assert make_code("another", "form 1") != make_code("secret", "form 1")


@given(st.text())
def test_any_number_and_code_can_be_read(text: str) -> None:
    assert plain_code(plain_code(text)) == plain_code(text)
    assert plain_number(plain_number(text)) == plain_number(text)


def test_numbers_are_short_and_do_not_count_up() -> None:
    numbers = [new_number(2026) for _ in range(50)]
    assert all(number == plain_number(number) and number.startswith("K-26-") for number in numbers)
    assert len(set(numbers)) > 45
    assert numbers != sorted(numbers)


def with_capacity(capacity: float) -> Company:
    """The shipped company, whose technical team (6 hours promised, 2 when urgent) has a capacity."""
    teams = shipped_company().model_dump(mode="json")["teams"]
    return company_with(
        teams=[{**each, "capacity": capacity if each["id"] == "technical" else None} for each in teams]
    )


def test_more_cases_than_a_team_can_answer_make_the_promise_later(database: Database) -> None:
    cases = Cases(
        database, lambda: with_capacity(0.5), "secret", "https://help.example/", attachments=NO_FILES
    )
    cases_hours = []
    for number in range(5):
        case = cases.open(PACKET, submission_key=f"form {number}", now=NOW).case
        cases_hours.append((case.promised_at - NOW) / timedelta(hours=1))
    # Half a case an hour: the third is the last that fits into six hours, then each takes two more.
    assert cases_hours == [6, 6, 6, 8, 10]


def test_the_team_that_answers_makes_later_promises_earlier_and_given_ones_stay(database: Database) -> None:
    cases = Cases(
        database, lambda: with_capacity(0.5), "secret", "https://help.example/", attachments=NO_FILES
    )
    opened = [cases.open(PACKET, submission_key=f"form {number}", now=NOW).case for number in range(5)]
    for case in opened[:3]:
        cases.answer(case.number, "Erledigt.", actor="team", now=NOW + MINUTE)
    assert cases.open(PACKET, submission_key="later", now=NOW).case.promised_at == NOW + timedelta(hours=6)
    assert [cases.show(case.number).promised_at for case in opened] == [case.promised_at for case in opened]


def test_urgent_cases_wait_for_urgent_ones_alone(database: Database) -> None:
    cases = Cases(
        database, lambda: with_capacity(0.5), "secret", "https://help.example/", attachments=NO_FILES
    )
    for number in range(9):
        cases.open(PACKET, submission_key=f"form {number}", now=NOW)
    urgent = replace(PACKET, priority="urgent")
    first = cases.open(urgent, submission_key="urgent 1", now=NOW).case
    second = cases.open(urgent, submission_key="urgent 2", now=NOW).case
    assert (first.promised_at - NOW, second.promised_at - NOW) == (timedelta(hours=2), timedelta(hours=4))
    assert dict(cases.waiting("urgent")) == {"technical": 2}
    assert dict(cases.waiting("normal")) == {"technical": 11}


def test_what_a_form_counted_is_never_exceeded(database: Database) -> None:
    cases = Cases(
        database, lambda: with_capacity(0.5), "secret", "https://help.example/", attachments=NO_FILES
    )
    for number in range(5):
        cases.open(PACKET, submission_key=f"form {number}", now=NOW)
    shown = cases.open(replace(PACKET, ahead=3), submission_key="shown with three", now=NOW).case
    assert shown.promised_at == NOW + timedelta(hours=8)
    forged = cases.open(replace(PACKET, ahead=900), submission_key="forged", now=NOW).case
    assert forged.promised_at == NOW.replace(day=4, hour=11)


def test_a_case_that_opens_again_waits_behind_the_others_but_not_behind_itself(database: Database) -> None:
    cases = Cases(
        database, lambda: with_capacity(0.5), "secret", "https://help.example/", attachments=NO_FILES
    )
    first = cases.open(PACKET, submission_key="first", now=NOW).case
    cases.answer(first.number, "Erledigt.", actor="team", now=NOW)
    for number in range(3):
        cases.open(PACKET, submission_key=f"form {number}", now=NOW)
    again = cases.add_message(first.id, "Hilft nicht.", now=NOW)
    assert again.promised_at == NOW + timedelta(hours=8)


def test_without_a_capacity_the_promise_does_not_depend_on_others(cases: Cases) -> None:
    contract = replace(PACKET, topic="privacy")
    promised = {
        cases.open(contract, submission_key=f"form {number}", now=NOW).case.promised_at
        for number in range(20)
    }
    assert len(promised) == 1
