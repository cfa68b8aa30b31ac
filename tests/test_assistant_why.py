"""An editor sees how a decision came about, why another article lost, and what would mend it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType

import pytest
from small_corpus import article, with_phrasing, write_small

from assistant import Assistant, Conversation, QuestionError, calibrate_index, identify_language
from assistant.alarm_fit import fit_alarm
from assistant.build import build
from assistant.certificate import Certificate, Claim
from assistant.confidence import FEATURES
from assistant.snapshot import load_assistant
from assistant.why import UnknownArticleError, explain, why_not, why_not_lines
from corpus import Risk, load_corpus
from corpus.settings import Settings
from index import EVIDENCE, Artifact, OnnxEncoder, build_artifact, open_artifact

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STRANGE = "ich brauche die faktura vom märz für meinen steuerberater"
"""A question whose first article is find-invoice."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small corpus with one draft and one article whose time is over."""
    home = tmp_path_factory.mktemp("why")
    draft = article("slow-wifi", state="draft")
    over = article("roaming-eu", valid_until="2020-01-01")
    settings = Settings(corpus=write_small(home / "corpus", draft, over), data=home / "data", _env_file=None)
    build(settings)
    return settings


@pytest.fixture(scope="module")
def assistant(installation: Settings, encoder: OnnxEncoder) -> Assistant:
    return load_assistant(installation, encoder)


def lines_of(assistant: Assistant, question: str) -> dict[str, str]:
    """What ``lotse why`` says, by the word that a line begins with."""
    lines = list(explain(assistant, question, page_language="de"))
    return {line[:11].strip(): line[12:] for line in lines if not line.startswith(" ")}


def test_the_trace_names_rule_features_and_point(assistant: Assistant) -> None:
    lines = lines_of(assistant, STRANGE)
    reply = assistant.ask(STRANGE, page_language="de", conversation=Conversation.start())
    confidence = assistant.confidence

    assert confidence is not None
    assert lines["question"] == STRANGE
    assert lines["language"] == "de"
    assert lines["decision"] == f"{reply.decision}: {reply.trace['rule']}"
    assert re.findall(r"(\w+) -?\d+\.\d{3} \([+-]\d+\.\d\d\)", lines["features"]) == list(FEATURES)
    assert lines["confidence"] == (
        f"p {reply.confidence:.4f}; relevance point 0.5, answer point {confidence.answer_point('de'):.4f} "
        "(not proven: no certificate)"
    )
    assert re.findall(r"[a-z]+", lines["found"]) == ["article", "share", "score", *EVIDENCE]
    assert [float(weight) for weight in lines["weights"].split()] == pytest.approx(
        confidence.ranking.values, abs=5e-4
    )


def test_what_the_features_are_worth_adds_up_to_the_confidence(assistant: Assistant) -> None:
    lines = lines_of(assistant, STRANGE)
    confidence = assistant.confidence
    assert confidence is not None
    worth = [float(part) for part in re.findall(r"\(([+-]\d+\.\d\d)\)", lines["features"])]
    odds = 2.718281828 ** (sum(worth) + confidence.intercept)

    assert float(lines["confidence"].split()[1].rstrip(";")) == pytest.approx(odds / (1 + odds), abs=0.02)


def test_the_articles_found_are_those_of_the_reply(assistant: Assistant) -> None:
    text = list(explain(assistant, STRANGE, page_language="de"))
    reply = assistant.ask(STRANGE, page_language="de", conversation=Conversation.start())
    found = [line.split()[0] for line in text if re.match(r" {12}[a-z]", line)]

    assert found == [each["article"] for each in reply.trace["found"]][:5]  # type: ignore[attr-defined]
    assert found[0] == "find-invoice"


@pytest.mark.parametrize("question", ["was kostet roaming in der eu", "Handy im Urlaub in Spanien nutzen"])
def test_an_article_whose_time_is_over_is_no_part_of_the_trace(assistant: Assistant, question: str) -> None:
    text = "\n".join(explain(assistant, question, page_language="de"))
    reply = assistant.ask(question, page_language="de", conversation=Conversation.start())

    assert "roaming-eu" not in text
    assert f"confidence  p {reply.confidence:.4f};" in text
    assert "\nknown " not in text


def test_a_phrasing_word_for_word_is_said(assistant: Assistant) -> None:
    lines = lines_of(assistant, "wo finde ich meine Rechnung")

    assert lines["known"] == "the question is a phrasing of the first article, word for word"
    assert lines["confidence"].startswith("p 1.0000;")
    assert lines["decision"] == "answer: a phrasing of the article, word for word"


def test_an_unsure_language_is_the_page_s(assistant: Assistant) -> None:
    assert identify_language("wlan") is None
    assert lines_of(assistant, "wlan")["language"] == "de (unsure: the page's)"


def test_words_that_were_mended_are_shown(assistant: Assistant) -> None:
    assert "searched" not in lines_of(assistant, "wo finde ich meine rechnung")
    assert lines_of(assistant, "wo finde ich meine rechnugn bitte")["searched"] == (
        "wo finde ich meine rechnung bitte"
    )


def test_what_escalates_names_the_pattern_or_the_example(assistant: Assistant) -> None:
    pattern = lines_of(assistant, "mein handy gestohlen")
    example = lines_of(assistant, "a man grabbed my mobile and ran away")
    harmless = lines_of(assistant, STRANGE)

    assert pattern["escalation"].startswith("lost-device by pattern: “handy gestohlen”; nearest reason ")
    assert pattern["decision"] == "escalate: escalation lost-device"
    assert re.match(r"lost-device by example, p 0\.\d+ >= 0\.\d+: “a thief ran", example["escalation"])
    assert harmless["escalation"].startswith("dismissed at a glance; nearest reason ")


def test_of_several_sentences_the_most_suspicious_is_named(assistant: Assistant) -> None:
    report = "A man grabbed my mobile and ran away."
    lines = lines_of(assistant, f"{report} Where do I find my invoice?")

    assert f"most of all “{report}”; nearest reason lost-device, p " in lines["escalation"]


def test_what_cannot_be_asked_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(QuestionError, match="empty"):
        list(explain(assistant, "  ", page_language="de"))
    with pytest.raises(QuestionError, match="empty"):
        why_not(assistant, "  ", "find-invoice")


@pytest.mark.parametrize(
    ("bound", "said"),
    [(0.03, "(proven: 1 of 200 wrong, bound 0.030)"), (0.08, "(not proven: 1 of 200 wrong, bound 0.080)")],
)
def test_the_proof_of_the_question_s_language_is_named(
    installation: Settings, encoder: OnnxEncoder, bound: float, said: str
) -> None:
    proven = load_assistant(installation, encoder)
    claims = tuple(
        Claim(language, risk, 0.05, 200, 1, known, 0.0, 0.02, 0.8, 0.4)
        for language, risk, known in (
            ("en", Risk.LOW, 0.01),
            ("de", Risk.HIGH, 0.02),
            ("de", Risk.LOW, bound),
            ("all", Risk.LOW, 0.04),
        )
    )
    proven.certificate = Certificate("state", "labels", "now", {}, {}, claims)

    assert lines_of(proven, STRANGE)["confidence"].endswith(said)


def test_a_corpus_too_small_to_calibrate_says_so(assistant: Assistant, encoder: OnnxEncoder) -> None:
    artifact = assistant._artifact
    bare = Assistant(artifact, None, answer_unproven=True)
    lines = lines_of(bare, STRANGE)

    assert lines["confidence"] == "none: too few phrasings to calibrate"
    assert lines["escalation"] == "no examples to judge by"


def test_why_not_counts_the_place(assistant: Assistant) -> None:
    ranking = assistant.index.rank_query(assistant.query(STRANGE), weights=assistant.weights, most=None)
    names = [ranked.article for ranked in ranking.articles if ranked.article != "roaming-eu"]

    assert "roaming-eu" in [ranked.article for ranked in ranking.articles], "its time is over"
    for place, name in enumerate(names, start=1):
        found = why_not(assistant, STRANGE, name, now=MONDAY)
        assert (found.place, found.first, found.hidden) == (place, "find-invoice", None)


def test_why_not_weighs_both_articles(assistant: Assistant) -> None:
    found = why_not(assistant, STRANGE, "reset-password", now=MONDAY)
    ranking = assistant.index.rank_query(assistant.query(STRANGE), weights=assistant.weights, most=None)
    scores = {ranked.article: ranked.score for ranked in ranking.articles}

    assert {rival.name for rival in found.rivals} == set(EVIDENCE)
    assert sum(rival.worth for rival in found.rivals) == pytest.approx(
        scores["reset-password"] - scores["find-invoice"], abs=1e-3
    )
    assert [rival.worth for rival in found.rivals] == sorted(rival.worth for rival in found.rivals)
    assert found.nearest in [
        passage.text for passage in assistant.index.passages if passage.article == "reset-password"
    ]


def test_why_not_names_the_words_that_lack_and_no_others(assistant: Assistant) -> None:
    lacking = why_not(assistant, "passwort für die faktura vergessen", "reset-password", now=MONDAY).lacking
    synonym = why_not(assistant, "passwort für die faktura vergessen", "find-invoice", now=MONDAY).lacking

    assert "faktura" in lacking
    assert not {"passwort", "vergessen"} & set(lacking)
    assert "faktura" not in synonym, "it holds 'rechnung', which means the same"
    assert {"passwort", "vergessen"} <= set(synonym)


def test_the_first_article_needs_no_mending(assistant: Assistant) -> None:
    found = why_not(assistant, STRANGE, "find-invoice", now=MONDAY)

    assert list(why_not_lines(found, language="de", question=STRANGE)) == [
        "find-invoice is the first article for this question."
    ]


def test_a_phrasing_of_another_article_is_not_proposed_once_more(assistant: Assistant) -> None:
    invoice = assistant.corpus.articles["find-invoice"].translation("de")
    assert invoice is not None
    owned = invoice.phrasings[0]
    lines = list(
        why_not_lines(why_not(assistant, owned, "reset-password", now=MONDAY), language="de", question=owned)
    )

    assert lines[-2:] == [
        "The question is, word for word, a phrasing of find-invoice: decide which article answers it.",
        "If it is reset-password, move the phrasing there.",
    ]
    assert not [line for line in lines if "To mend it" in line]


def test_a_draft_is_hidden(assistant: Assistant) -> None:
    found = why_not(assistant, "wlan langsam", "slow-wifi", now=MONDAY)

    assert (found.hidden, found.place) == ("its state is draft", None)
    assert list(why_not_lines(found, language="de", question="wlan langsam")) == [
        "slow-wifi cannot be found: its state is draft"
    ]


def test_an_article_whose_time_is_over_is_hidden(assistant: Assistant) -> None:
    found = why_not(assistant, "was kostet roaming in der eu", "roaming-eu", now=MONDAY)
    in_time = why_not(
        assistant, "was kostet roaming in der eu", "roaming-eu", now=datetime(2019, 6, 1, tzinfo=UTC)
    )

    assert found.hidden == "it is valid from ever until 2020-01-01"
    assert (in_time.hidden, in_time.place) == (None, 1)


def test_an_article_whose_time_is_over_is_not_named_as_first(assistant: Assistant) -> None:
    question = "was kostet roaming in der eu"

    assert why_not(assistant, question, "find-invoice", now=MONDAY).first != "roaming-eu"
    assert (
        why_not(assistant, question, "find-invoice", now=datetime(2019, 6, 1, tzinfo=UTC)).first
        == "roaming-eu"
    )


def test_an_article_that_is_still_to_come_is_hidden(assistant: Assistant) -> None:
    artifact = assistant._artifact
    coming = artifact.corpus.articles["find-invoice"].model_copy(update={"valid_from": date(2027, 1, 1)})
    articles = MappingProxyType({**artifact.corpus.articles, "find-invoice": coming})
    later = Assistant(
        replace(artifact, corpus=replace(artifact.corpus, articles=articles)), None, answer_unproven=True
    )

    assert why_not(later, STRANGE, "find-invoice", now=MONDAY).hidden == (
        "it is valid from 2027-01-01 until ever"
    )


def test_an_unknown_article_is_an_error(assistant: Assistant) -> None:
    with pytest.raises(UnknownArticleError) as caught:
        why_not(assistant, STRANGE, "find-invoices")

    assert str(caught.value) == (
        "the corpus that serves has no article 'find-invoices'; lotse check names all"
    )


def calibrated(folder: Path, data: Path, encoder: OnnxEncoder) -> Assistant:
    """An assistant over a corpus, fitted as a build does."""
    corpus = load_corpus(folder)
    artifact: Artifact = open_artifact(data, build_artifact(corpus, encoder, data), encoder)
    confidence = calibrate_index(artifact.index, max_wrong=0.05, expected_unanswerable=0.3)
    return Assistant(artifact, confidence, fit_alarm(artifact), answer_unproven=True)


def test_the_phrasing_it_proposes_puts_the_article_first(
    tmp_path: Path, assistant: Assistant, encoder: OnnxEncoder
) -> None:
    wanted = "reset-password"
    before = why_not(assistant, STRANGE, wanted, now=MONDAY)
    lines = list(why_not_lines(before, language="de", question=STRANGE))
    assert before.place is not None
    assert before.place > 1
    assert lines[-2] == (f"To mend it, add to the phrasings of {wanted} (de), best in words of your own:")
    proposed = lines[-1].strip().removeprefix("- ")

    mended = write_small(tmp_path / "corpus", with_phrasing(wanted, "de", proposed))
    after = calibrated(mended, tmp_path / "data", encoder)

    assert why_not(after, STRANGE, wanted, now=MONDAY).place == 1
    reply = after.ask(STRANGE, page_language="de", conversation=Conversation.start(), now=MONDAY)
    assert reply.trace["found"][0]["article"] == wanted  # type: ignore[index]
    near = f"{STRANGE} bitte"
    assert why_not(assistant, near, wanted, now=MONDAY).first == "find-invoice"
    assert why_not(after, near, wanted, now=MONDAY).place == 1, "not word for word alone"


def test_the_cosine_it_asks_for_is_the_least_that_does(assistant: Assistant) -> None:
    found = why_not(assistant, STRANGE, "reset-password", now=MONDAY)
    weights = dict(zip(EVIDENCE, assistant.weights.values, strict=True))
    values = {rival.name: rival.wanted for rival in found.rivals}
    first = sum(weights[rival.name] * rival.first for rival in found.rivals)

    def score(cosine: float) -> float:
        import math

        density = math.log(math.exp(20 * values["density"]) + math.exp(20 * cosine)) / 20
        changed = values | {"density": density, "nearest": max(values["nearest"], cosine)}
        return sum(weights[name] * value for name, value in changed.items())

    assert found.needed is not None
    assert 0.4 < found.needed < 1
    assert score(found.needed) > first > score(found.needed - 0.01)


def lotse(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "assistant", *arguments],
        env={**os.environ, "LOTSE_DATA": str(settings.data), "LOTSE_CORPUS": str(settings.corpus)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_terminal_says_the_same(installation: Settings, assistant: Assistant) -> None:
    why = lotse(installation, "why", STRANGE)
    lost = lotse(installation, "why-not", STRANGE, "reset-password")

    assert why.stdout.splitlines() == list(explain(assistant, STRANGE, page_language="de")), why.stderr
    assert lost.stdout.splitlines() == list(
        why_not_lines(why_not(assistant, STRANGE, "reset-password"), language="de", question=STRANGE)
    ), lost.stderr


def test_an_unknown_article_is_one_line_in_the_terminal(installation: Settings) -> None:
    done = lotse(installation, "why-not", STRANGE, "find-invoices")

    assert done.returncode == 1
    assert "the corpus that serves has no article 'find-invoices'" in done.stderr
    assert "Traceback" not in done.stderr
