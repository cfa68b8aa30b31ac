"""What is proven of direct answers, counted by hand and through the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path

import pytest
from small_corpus import ARTICLES, article, write_small

from assistant import Assistant, Conversation, Decision
from assistant.build import build
from assistant.certificate import BOTH, Certificate, Claim, state_of
from assistant.snapshot import load_assistant
from corpus import Language, Risk
from corpus.questions import Group, Question, labels_hash, load_questions
from corpus.settings import Settings
from eval.certify import certificate_table, certify, claim_of, is_wrong
from eval.intervals import clopper_pearson_upper
from eval.questions import Asked, ask_questions
from index import OnnxEncoder, artifact_folder, current_artifact

RISKY = "activate-esim"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small corpus with one article of high risk."""
    home = tmp_path_factory.mktemp("certify")
    corpus = write_small(home / "corpus", article(RISKY, risk="high"))
    settings = Settings(corpus=corpus, data=home / "data", _env_file=None)
    build(settings)
    return settings


@pytest.fixture(scope="module")
def assistant(installation: Settings, encoder: OnnxEncoder) -> Assistant:
    return load_assistant(installation, encoder)


@pytest.fixture(scope="module")
def folder(installation: Settings) -> Path:
    return artifact_folder(installation.data, current_artifact(installation.data) or "")


@pytest.fixture(scope="module")
def reply(assistant: Assistant) -> Asked:
    """One question with the assistant's real reply, to be changed by hand."""
    return ask_questions(assistant, [question("q", ["find-invoice"], text="Wo finde ich meine Rechnung?")])[0]


def question(
    key: str,
    expected: Sequence[str] = (),
    group: Group = Group.ANSWERABLE,
    *,
    language: Language = "de",
    text: str | None = None,
    split: str = "test",
) -> Question:
    return Question.model_validate(
        {
            "id": key,
            "language": language,
            "text": text or f"Frage {key}?",
            "expected": list(expected),
            "group": group.value,
            "kind": "plain",
            "split": split,
            "reason": "fraud" if group is Group.ESCALATE else None,
        }
    )


def asked(reply: Asked, one: Question, first: str, *, sure: bool) -> Asked:
    """A question for which an article came first."""
    trace = {**reply.reply.trace, "sure": sure, "found": [{"article": first}] if first else []}
    confidence = 1.0 if sure else 0.2
    return Asked(one, replace(reply.reply, trace=trace, language=one.language, confidence=confidence))


@pytest.fixture
def by_hand(reply: Asked) -> list[Asked]:
    """German: 4 right and 2 wrong answers, one right with high risk; English: 1 right answer.

    The wrong ones: another article's question, and a far question. One right article is not sure, one
    question found nothing.
    """
    rows = [
        (question("a", ["find-invoice"]), "find-invoice", True),
        (question("b", ["find-invoice", "order-status"]), "order-status", True),
        (question("c", ["move-house"]), "move-house", True),
        (question("d", ["move-house"]), "move-house", True),
        (question("e", ["reset-password"]), "find-invoice", True),
        (question("f", [], Group.FAR), "find-invoice", True),
        (question("g", ["slow-wifi"]), "slow-wifi", False),
        (question("h", [], Group.NEAR_MISS), "slow-wifi", False),
        (question("i", [RISKY]), RISKY, True),
        (question("j", ["slow-wifi"]), "", False),
        (question("k", ["find-invoice"], language="en"), "find-invoice", True),
    ]
    return [asked(reply, one, first, sure=sure) for one, first, sure in rows]


def claims_of(certificate: Certificate) -> dict[tuple[str, Risk], Claim]:
    return {(claim.language, claim.risk): claim for claim in certificate.claims}


def test_answers_and_errors_are_counted(assistant: Assistant, folder: Path, by_hand: list[Asked]) -> None:
    found = claims_of(certify(assistant, folder, by_hand, labels="labels"))

    assert {key: (claim.wrong, claim.answers) for key, claim in found.items()} == {
        ("de", Risk.LOW): (2, 6),
        ("de", Risk.HIGH): (0, 1),
        ("en", Risk.LOW): (0, 1),
        ("en", Risk.HIGH): (0, 0),
        (BOTH, Risk.LOW): (2, 7),
        (BOTH, Risk.HIGH): (0, 1),
    }


def test_the_bound_is_that_of_clopper_and_pearson(
    assistant: Assistant, folder: Path, by_hand: list[Asked]
) -> None:
    found = claims_of(certify(assistant, folder, by_hand, labels="labels"))

    assert found["de", Risk.LOW].bound == clopper_pearson_upper(2, 6)
    assert found["en", Risk.HIGH].bound == 1.0, "nothing was answered"
    assert not any(claim.proven for claim in found.values())


def walked(
    assistant: Assistant,
    folder: Path,
    reply: Asked,
    *steps: tuple[float, str, int, int],
    english: tuple[float, ...] = (0.9, 0.6),
) -> Certificate:
    """Certify with candidates at 0.9 and 0.6; a step: confidence, language, right and wrong answers."""
    careful = copy(assistant)
    assert assistant.confidence is not None
    careful.confidence = replace(assistant.confidence, ladder={"de": (0.9, 0.6), "en": english})
    answers = []
    for confidence, language, right, wrong in steps:
        for at in range(right + wrong):
            expected = ["find-invoice"] if at < right else ["move-house"]
            one = question(f"{language}-{confidence}-{at}", expected, language=language)  # type: ignore[arg-type]
            known = asked(reply, one, "find-invoice", sure=True)
            answers.append(replace(known, reply=replace(known.reply, confidence=confidence)))
    return certify(careful, folder, answers, labels="labels")


def test_the_last_candidate_that_holds_is_taken(assistant: Assistant, folder: Path, reply: Asked) -> None:
    good = [(0.95, "de", 100, 0), (0.95, "en", 100, 0), (0.7, "de", 60, 0)]

    assert walked(assistant, folder, reply, *good, (0.7, "en", 60, 0)).answer_points == {"de": 0.6, "en": 0.6}
    assert walked(assistant, folder, reply, *good[:1]).answer_points == {"de": 0.6}


def test_a_shorter_ladder_waits_for_the_longer_one(assistant: Assistant, folder: Path, reply: Asked) -> None:
    steps = [(0.95, "de", 100, 0), (0.95, "en", 100, 0), (0.7, "de", 60, 0)]

    certificate = walked(assistant, folder, reply, *steps, english=(0.9,))
    assert certificate.answer_points == {"de": 0.6, "en": 0.9}


def test_a_language_that_fails_holds_back_the_other_in_what_both_keep_together(
    assistant: Assistant, folder: Path, reply: Asked
) -> None:
    steps = [(0.95, "de", 100, 0), (0.95, "en", 100, 0), (0.7, "de", 40, 20), (0.7, "en", 60, 0)]

    assert walked(assistant, folder, reply, *steps).answer_points == {"de": 0.9, "en": 0.9}


def test_what_each_language_proves_may_be_too_much_for_both(
    assistant: Assistant, folder: Path, reply: Asked
) -> None:
    wrong = [(0.7, "de", 192, 8), (0.7, "en", 192, 8)]

    held_back = walked(assistant, folder, reply, (0.95, "de", 100, 0), (0.95, "en", 100, 0), *wrong)
    assert held_back.answer_points == {"de": 0.9, "en": 0.9}
    found = claims_of(held_back)
    assert {key[0]: claim.max_wrong for key, claim in found.items() if key[1] is Risk.LOW} == {
        "de": 0.05,
        "en": 0.05,
        BOTH: pytest.approx(0.04),
    }
    assert found[BOTH, Risk.LOW].proven


def test_where_nothing_is_proven_of_both_each_language_decides_alone(
    assistant: Assistant, folder: Path, reply: Asked
) -> None:
    certificate = walked(assistant, folder, reply, (0.95, "de", 292, 8), (0.95, "en", 292, 8))

    assert certificate.answer_points == {"de": 0.6, "en": 0.6}
    assert not claims_of(certificate)[BOTH, Risk.LOW].proven
    assert claims_of(certificate)["de", Risk.LOW].proven


def test_each_risk_has_its_own_limit(assistant: Assistant, folder: Path, by_hand: list[Asked]) -> None:
    found = claims_of(certify(assistant, folder, by_hand, labels="labels"))

    assert assistant.confidence is not None
    assert {claim.max_wrong for key, claim in found.items() if key[1] is Risk.LOW} == {
        assistant.confidence.max_wrong
    }
    assert {claim.max_wrong for key, claim in found.items() if key[1] is Risk.HIGH} == {0.02}


def test_coverage_is_of_what_could_be_answered(
    assistant: Assistant, folder: Path, by_hand: list[Asked]
) -> None:
    found = claims_of(certify(assistant, folder, by_hand, labels="labels"))

    assert found["de", Risk.LOW].coverage == pytest.approx(5 / 8), "the far question does not count"
    assert found["de", Risk.HIGH].coverage == pytest.approx(1 / 8)
    assert found["en", Risk.LOW].coverage == 1.0


def test_the_certificate_says_what_it_is_about(
    assistant: Assistant, folder: Path, by_hand: list[Asked]
) -> None:
    certificate = certify(assistant, folder, by_hand, labels="labels")

    assert certificate.mix == {"answerable": 9, "far": 1, "near_miss": 1}
    assert (certificate.state, certificate.labels) == (state_of(folder), "labels")


def test_a_direct_answer_to_what_must_escalate_is_wrong(reply: Asked) -> None:
    must = question("x", ["find-invoice"], Group.ESCALATE)

    assert is_wrong(asked(reply, must, "find-invoice", sure=True))
    assert not is_wrong(asked(reply, question("y", ["find-invoice"]), "find-invoice", sure=True))
    assert is_wrong(asked(reply, question("z", ["move-house"]), "find-invoice", sure=True))
    assert is_wrong(asked(reply, question("n", [], Group.NEAR_MISS), "find-invoice", sure=True))


def test_what_escalated_is_no_answer(assistant: Assistant, folder: Path) -> None:
    must = question("x", [], Group.ESCALATE, text="Ich wurde betrogen")
    (one,) = ask_questions(assistant, [must])
    claim = claims_of(certify(assistant, folder, [one], labels="labels"))["de", Risk.LOW]

    assert one.reply.decision is Decision.ESCALATE
    assert (claim.answers, claim.wrong) == (0, 0)


def test_answers_that_may_not_be_given_count_all_the_same(installation: Settings, folder: Path) -> None:
    """Else nothing could ever be proven where only what is proven may be answered."""
    careful = load_assistant(installation.model_copy(update={"unproven": "suggest"}))
    known = [
        question("a", ["find-invoice"], text="rechnung als pdf"),
        question("b", [RISKY], text="esim einrichten"),
    ]
    replies = ask_questions(careful, known)
    found = claims_of(certify(careful, folder, replies, labels="labels"))

    assert {one.reply.decision for one in replies} == {Decision.SUGGEST}
    assert (found["de", Risk.LOW].answers, found["de", Risk.HIGH].answers) == (1, 1)


def test_fifty_nine_right_answers_prove_five_percent(reply: Asked) -> None:
    answers = [
        asked(reply, question(f"q{at}", ["find-invoice"]), "find-invoice", sure=True) for at in range(59)
    ]

    assert claim_of("de", Risk.LOW, 0.05, answers, answers).proven
    assert not claim_of("de", Risk.LOW, 0.05, answers[:58], answers[:58]).proven
    assert not claim_of("de", Risk.HIGH, 0.02, answers, answers).proven


def test_the_interval_resamples_articles_with_all_their_answers(reply: Asked) -> None:
    """Errors that come from one article are less certain than as many from all over."""

    def claim(errors_at: Sequence[int]) -> Claim:
        names = sorted(ARTICLES)
        answers = [
            asked(
                reply,
                question(f"q{at}", ["nowhere"] if at in errors_at else [names[at // 10]]),
                names[at // 10],
                sure=True,
            )
            for at in range(100)
        ]
        return claim_of("de", Risk.LOW, 0.05, answers, answers)

    one_article, all_over = claim(range(10)), claim(range(0, 100, 10))

    assert one_article.wrong == all_over.wrong == 10
    assert (all_over.low, all_over.high) == (pytest.approx(0.1), pytest.approx(0.1))
    assert one_article.low == 0.0
    assert one_article.high > 0.2


def mixed(reply: Asked, *, known: int, far: int, far_answered: int) -> Claim:
    """Known questions all answered right; of the far ones some are answered."""
    answers = [
        asked(reply, question(f"k{at}", ["find-invoice"]), "find-invoice", sure=True) for at in range(known)
    ]
    others = [
        asked(reply, question(f"f{at}", [], Group.FAR), "find-invoice", sure=at < far_answered)
        for at in range(far)
    ]
    return claim_of("de", Risk.LOW, 0.05, [*answers, *others], [*answers, *others[:far_answered]])


def test_the_bound_holds_up_to_a_share_without_an_article(reply: Asked) -> None:
    """The share at which the bound is reached, worked out from the rates with another function."""
    claim = mixed(reply, known=200, far=100, far_answered=2)

    assert claim.proven
    assert claim.unanswerable_up_to is not None
    share = claim.unanswerable_up_to

    def bound(share: float) -> float:
        wrong = 0.02 * share / (0.02 * share + (1 - share))
        return next(
            limit / 1000 for limit in range(1000) if binomial_at_most(202 * wrong, 202, limit / 1000) <= 0.05
        )

    assert bound(share) <= 0.051
    assert bound(share + 0.02) > 0.049
    assert 0.3 < share < 1.0


def binomial_at_most(errors: float, n: int, limit: float) -> float:
    """The chance of so few errors (a fraction of one between the whole numbers) at a wrong share."""
    from scipy.special import betainc

    return float(betainc(n - errors, errors + 1, 1 - limit)) if limit else 1.0


def test_far_questions_that_are_never_answered_hold_any_share_but_all(reply: Asked) -> None:
    assert mixed(reply, known=200, far=100, far_answered=0).unanswerable_up_to == pytest.approx(0.99)


def test_more_far_questions_answered_leave_less_room(reply: Asked) -> None:
    few, more, many = (
        mixed(reply, known=200, far=100, far_answered=n).unanswerable_up_to for n in (1, 5, 40)
    )

    assert few is not None
    assert more is not None
    assert many is not None
    assert few > more > many


def test_where_the_bound_never_holds_there_is_no_share(reply: Asked) -> None:
    answers = [
        asked(reply, question(f"q{at}", ["move-house"]), "find-invoice", sure=True) for at in range(30)
    ]

    assert claim_of("de", Risk.LOW, 0.05, answers, answers).unanswerable_up_to is None
    assert claim_of("de", Risk.LOW, 0.05, answers, []).unanswerable_up_to is None


def test_the_table_says_what_an_unproven_claim_lacks(reply: Asked) -> None:
    right = [
        asked(reply, question(f"q{at}", ["find-invoice"]), "find-invoice", sure=True) for at in range(59)
    ]
    wrong = [asked(reply, question(f"w{at}", ["move-house"]), "find-invoice", sure=True) for at in range(10)]
    claims = (
        claim_of("de", Risk.LOW, 0.05, right, right),
        claim_of("de", Risk.HIGH, 0.02, [], []),
        claim_of("en", Risk.LOW, 0.05, [*right, *wrong], [*right, *wrong]),
        claim_of("en", Risk.HIGH, 0.02, right, right),
    )
    text = certificate_table(Certificate("s", "l", "now", {"far": 3, "answerable": 69}, {}, claims))
    rows = text.splitlines()

    assert " proven " in rows[-6]
    assert "not proven: no answers; 149 right ones are needed" in rows[-5]
    assert "not proven: too many are wrong" in rows[-4]
    assert "10 of 69" in rows[-4]
    assert "not proven: about " in rows[-3]
    assert rows[-1] == "For questions like these, in this mix: 69 answerable, 3 far."


def test_as_many_more_answers_as_the_table_says_are_enough(reply: Asked) -> None:
    import re

    right = [
        asked(reply, question(f"q{at}", ["find-invoice"]), "find-invoice", sure=True) for at in range(59)
    ]
    claim = claim_of("en", Risk.HIGH, 0.02, right, right)
    text = certificate_table(Certificate("s", "l", "now", {}, {}, (claim,)))
    more = re.search(r"about (\d+) more answers", text)

    assert more is not None
    assert 149 <= 59 + int(more[1]) <= 155
    assert clopper_pearson_upper(0, 59 + int(more[1])) <= 0.02


def test_the_hash_of_labels_is_that_of_the_questions_in_any_order() -> None:
    one, two = question("a", ["find-invoice"]), question("b", [], Group.FAR)

    assert labels_hash([one, two]) == labels_hash([two, one])
    assert labels_hash([one]) != labels_hash([one, two])
    assert labels_hash([one]) != labels_hash([one.model_copy(update={"expected": ("move-house",)})])


def write_questions(path: Path, questions: Sequence[Question]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(one.model_dump_json() for one in questions) + "\n", encoding="utf-8")
    return path


def known_questions() -> list[Question]:
    """Every phrasing of every article, which is answered word for word, and two that no article answers."""
    phrasings: list[tuple[Language, str, str]] = [
        (language, key, text)
        for key, (_, german, english) in ARTICLES.items()
        for language, texts in (("de", german), ("en", english))
        for text in texts
    ]
    known = [
        question(f"q{at}", [key], language=language, text=text)
        for at, (language, key, text) in enumerate(phrasings)
    ]
    far = [question("far1", [], Group.FAR, text="Wie hoch ist der Eiffelturm?")]
    return [*known, *far]


def run(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "eval", "certify", *arguments],
        env={**os.environ, "LOTSE_DATA": str(settings.data), "LOTSE_CORPUS": str(settings.corpus)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_writes_the_certificate_beside_the_index(
    installation: Settings, folder: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    path = write_questions(tmp_path / "test.jsonl", known_questions())
    done = run(installation, "--questions", str(path))
    try:
        assert done.returncode == 0, done.stderr
        certificate = Certificate.load(folder)
        assert certificate is not None
        assert certificate.labels == labels_hash(load_questions(path, None))
        assert certificate.mix == {"answerable": 100, "far": 1}
        assert certificate_table(certificate) == done.stdout.rstrip("\n")

        proven = load_assistant(installation, encoder)
        replies = ask_questions(proven, load_questions(path, None))
        answered = [one for one in replies if one.answered is not None]
        both = claims_of(certificate)[BOTH, Risk.LOW]
        assert (both.answers, both.wrong) == (
            len(answered),
            sum(one.answered not in one.question.expected for one in answered),
        )
        assert both.answers >= 88
        assert both.proven
    finally:
        (folder / "certificate.json").unlink(missing_ok=True)


def test_what_is_proven_is_answered_where_nothing_else_may_be(
    installation: Settings, folder: Path, encoder: OnnxEncoder, tmp_path: Path
) -> None:
    careful = installation.model_copy(update={"unproven": "suggest"})
    before = load_assistant(careful, encoder)
    assert before.state["proven"] == []
    english = [
        question(f"q{at}", ["find-invoice"], language="en", text="Where do I find my invoice?")
        for at in range(60)
    ]
    certify(before, folder, ask_questions(before, english), labels="labels").save(folder)
    try:
        after = load_assistant(careful, encoder)
        assert after.state["proven"] == ["en"]
        start = Conversation.start()
        assert [
            after.ask(text, page_language="de", conversation=start).decision
            for text in ("Where do I find my invoice?", "Wo finde ich meine Rechnung?")
        ] == [Decision.ANSWER, Decision.SUGGEST]
    finally:
        (folder / "certificate.json").unlink(missing_ok=True)


def test_a_calibration_question_is_refused(installation: Settings, folder: Path, tmp_path: Path) -> None:
    questions = [
        question("good", ["find-invoice"], text="rechnung als pdf"),
        question("seen", ["find-invoice"], text="rechnung herunterladen", split="calibration"),
    ]
    done = run(installation, "--questions", str(write_questions(tmp_path / "test.jsonl", questions)))

    assert done.returncode == 2
    assert "seen is no test question; what was fitted on proves nothing" in done.stderr
    assert not (folder / "certificate.json").exists()


def test_without_test_questions_the_setting_is_named(installation: Settings, folder: Path) -> None:
    done = run(installation)

    assert done.returncode == 2
    assert "there are no test questions; set LOTSE_QUESTIONS" in done.stderr
    assert not (folder / "certificate.json").exists()


def test_before_the_first_build_the_next_step_is_named(installation: Settings, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "test.jsonl", known_questions()[:1])
    done = run(installation.model_copy(update={"data": tmp_path / "empty"}), "--questions", str(path))

    assert done.returncode == 1
    assert "no index has been built; run: lotse build" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_build_certifies_on_the_test_questions(installation: Settings, tmp_path: Path) -> None:
    path = write_questions(tmp_path / "questions" / "test.jsonl", known_questions()[:20])
    calibration = [one.model_copy(update={"split": "calibration"}) for one in known_questions()[20:30]]
    write_questions(path.with_name("calibration.jsonl"), calibration)
    settings = installation.model_copy(update={"data": tmp_path / "data", "questions": path.parent})
    lines: list[str] = []
    key = build(settings, report=lines.append)
    certificate = Certificate.load(artifact_folder(settings.data, key))

    assert certificate is not None
    assert certificate.labels == labels_hash(load_questions(path, None))
    assert "certifying on the test questions" in lines
    claim = claims_of(certificate)["de", Risk.LOW]
    assert (
        f"de: not proven, {claim.wrong} of {claim.answers} direct answers wrong, at most "
        f"{claim.bound:.3f} (95 %)"
    ) in lines

    again: list[str] = []
    build(settings, report=again.append)
    assert "certifying on the test questions" not in again, "it stands"
    assert json.loads((artifact_folder(settings.data, key) / "certificate.json").read_text())["made_at"] == (
        certificate.made_at
    )


def test_a_build_goes_on_where_the_proof_fails(installation: Settings, tmp_path: Path) -> None:
    write_questions(tmp_path / "questions" / "calibration.jsonl", known_questions()[:1])
    (tmp_path / "questions" / "test.jsonl").write_text("{}\n", encoding="utf-8")
    settings = installation.model_copy(
        update={"data": tmp_path / "data", "questions": tmp_path / "questions"}
    )
    lines: list[str] = []
    key = build(settings, report=lines.append)

    assert current_artifact(settings.data) == key
    assert Certificate.load(artifact_folder(settings.data, key)) is None
    assert [line for line in lines if line.startswith("not proven: ")]
