"""What patterns cannot tell is told by example, and look-alikes are left alone."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from small_corpus import EXAMPLES, HARMLESS, write_small

from assistant import Assistant, ConfidenceError, Conversation, Decision
from assistant.alarm import (
    DOUBTED,
    MANY,
    NEVER,
    SELECTED,
    SILENT,
    Alarm,
    Suspicion,
    Watch,
    labels_of,
    log_odds,
    together,
)
from assistant.alarm import HARMLESS as NO_REASON
from assistant.alarm_data import Known, gather, join_examples, matrix
from assistant.alarm_fit import SLACK, fit_alarm, regression, slack_of
from assistant.alarm_point import LEAST_POINT, held_out, point_of, raised_by
from assistant.handover import MESSAGE_LIMIT
from assistant.message_features import BUCKETS, NEIGHBOURS, Examples, hashed
from assistant.triage import Triage
from assistant.why import explain
from corpus import LANGUAGES, EscalationRules, fold, load_corpus
from corpus.escalation import Patterns
from index import Artifact, OnnxEncoder, PassageKind, Vectors, build_artifact, example_texts, open_artifact

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def near(artifact: Artifact, vectors: Vectors, own: np.ndarray | None = None) -> np.ndarray:
    return Examples(artifact.examples, labels_of(artifact.corpus)).neighbours(vectors, own=own)


def raised(alarm: Alarm, artifact: Artifact, texts: list[str]) -> list[float]:
    triage = Triage(artifact.corpus, replace(alarm, point=NEVER), artifact.examples, artifact.index.encoder)
    return raised_by(triage, [artifact.index.query(text, language=None) for text in texts]).tolist()


def opened(corpus: Path, data: Path, encoder: OnnxEncoder) -> Artifact:
    return open_artifact(data, build_artifact(load_corpus(corpus), encoder, data), encoder)


@pytest.fixture(scope="module")
def artifact(tmp_path_factory: pytest.TempPathFactory, encoder: OnnxEncoder) -> Artifact:
    """The small corpus with its examples, built."""
    home = tmp_path_factory.mktemp("alarm")
    return opened(write_small(home / "corpus"), home / "data", encoder)


@pytest.fixture(scope="module")
def alarm(artifact: Artifact) -> Alarm:
    return fit_alarm(artifact)


@pytest.fixture(scope="module")
def assistant(artifact: Artifact, alarm: Alarm) -> Assistant:
    return Assistant(artifact, None, alarm, answer_unproven=True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("jemand hat mir heute früh in der bahn das smartphone aus der jacke gezogen", "lost-device"),
        ("a man grabbed my mobile and ran away", "lost-device"),
        ("someone used my data to sign up for a plan", "fraud"),
    ],
)
def test_a_paraphrase_of_an_example_escalates(assistant: Assistant, text: str, reason: str) -> None:
    reply = assistant.ask(text, page_language="de", conversation=Conversation.start(), now=NOW)

    assert text not in [example for texts in EXAMPLES[reason].values() for example in texts]
    assert reply.decision is Decision.ESCALATE
    assert reply.escalated is not None
    assert reply.escalated.reason == reason
    assert str(reply.trace["by"]).startswith("example, p 0.")
    assert reply.trace["words"] in [example for texts in EXAMPLES[reason].values() for example in texts]


@pytest.mark.parametrize(
    "text",
    [
        "was mache ich, falls mein telefon einmal gestohlen wird",
        "how can i spot a scam",
        "mein paket ist nicht da",
        "ich habe mein passwort vergessen",
        "where is my parcel",
        "kann ich mein smartphone bei ihnen versichern",
    ],
)
def test_look_alikes_do_not(assistant: Assistant, text: str) -> None:
    suspicion = assistant.triage.suspect(assistant.query(text))

    assert suspicion is not None
    assert assistant.escalation(text) is None


def test_what_it_was_fitted_on_is_told_apart(artifact: Artifact, alarm: Alarm) -> None:
    watch = Watch(alarm, artifact.corpus, artifact.examples)
    texts = example_texts(artifact.corpus)
    found = {
        text: watch.suspect([text], vector[np.newaxis])
        for text, vector in zip(texts, artifact.examples, strict=True)
    }
    for reason, languages in EXAMPLES.items():
        for text in (text for examples in languages.values() for text in examples):
            suspicion = found[text]
            assert suspicion is not None
            assert (suspicion.reason, suspicion.example) == (reason, text), "it is its own nearest example"
            assert suspicion.probability >= watch.point
    for text in (text for examples in HARMLESS.values() for text in examples):
        suspicion = found[text]
        assert suspicion is not None
        assert suspicion.probability < watch.point


def test_a_pattern_is_tried_before_the_examples(assistant: Assistant) -> None:
    matched = assistant.escalation("mein handy gestohlen")

    assert matched is not None
    assert (matched.rule, matched.words, matched.reason.id) == ("pattern", "handy gestohlen", "lost-device")


def test_a_reason_that_the_rules_no_longer_have_does_not_escalate(artifact: Artifact, alarm: Alarm) -> None:
    rules = artifact.corpus.escalation
    fewer = rules.model_copy(
        update={"reasons": tuple(one for one in rules.reasons if one.id != "lost-device")}
    )
    changed = replace(artifact, corpus=replace(artifact.corpus, escalation=fewer))
    changed_assistant = Assistant(changed, None, alarm, answer_unproven=True)

    assert changed_assistant.escalation("a man grabbed my mobile and ran away") is None


def test_probabilities_add_up_to_one(artifact: Artifact, alarm: Alarm) -> None:
    vectors = artifact.examples[:1]
    shares = alarm.probabilities("mein telefon ist weg", vectors[0], near(artifact, vectors)[0])

    assert alarm.reasons == (NO_REASON, "fraud", "lost-device")
    assert shares.shape == (3,)
    assert shares.sum() == pytest.approx(1.0)


def test_the_fit_is_what_scikit_learn_says(artifact: Artifact, alarm: Alarm) -> None:
    """The regression is applied without the library: it must give what the library's own prediction gives."""
    kinds = (PassageKind.QUESTION, PassageKind.PHRASING, PassageKind.NOTHING)
    rows = [row for row, passage in enumerate(artifact.index.passages) if passage.kind in kinds]
    own, joined = join_examples(artifact)
    texts = example_texts(artifact.corpus) + [artifact.index.passages[row].text for row in rows] + joined
    written, asked = artifact.index.encoder.encode(joined, role="query"), artifact.index.vectors[rows]
    vectors = np.concatenate([artifact.examples, asked, written])
    plain = matrix(texts, vectors)
    itself = np.arange(len(artifact.examples))
    beside = np.concatenate(
        [near(artifact, artifact.examples, itself), near(artifact, asked), near(artifact, written, own)]
    )
    reported = labels_of(artifact.corpus)
    labels = np.concatenate([reported, np.full(len(rows), NO_REASON), reported[own]])
    compared = csr_matrix(hstack([csr_matrix(beside), plain]))
    looked = np.stack([alarm.probabilities(*each) for each in zip(texts, vectors, beside, strict=True)])
    glanced = [alarm.glanced(*each) for each in zip(texts, vectors, strict=True)]
    closely, briefly = (regression(x, labels, slack=SLACK).predict_proba(x) for x in (compared, plain))

    assert looked == pytest.approx(closely, abs=1e-3)
    assert glanced == pytest.approx(1 - briefly[:, 0], abs=1e-3)
    known = gather(artifact, Examples(artifact.examples, reported))
    assert known.texts == tuple(texts)
    assert known.first == len(texts) - len(joined)
    assert abs(known.compared - compared).max() < 1e-6
    assert (known.labels == labels).all()


def test_the_more_examples_the_more_a_closer_look_is_held_back() -> None:
    assert slack_of(20) == slack_of(5_000) == SLACK
    assert slack_of(15_000) == 10.0
    assert slack_of(30_000) == 5.0


def test_features_of_a_message_are_of_length_one_in_each_kind() -> None:
    columns, values = hashed("Mein Handy wurde gestohlen")
    assert columns.shape == values.shape
    assert (columns >= 0).all()
    assert (columns < BUCKETS).all()
    assert float(np.linalg.norm(values)) == pytest.approx(2**0.5), "n-grams and words"
    assert np.array_equal(hashed("mein  handy wurde GESTOHLEN!")[0], columns)
    assert not np.array_equal(hashed("gestohlen wurde mein handy")[0], columns), "pairs of words tell order"


def test_an_example_is_no_neighbour_of_itself(artifact: Artifact) -> None:
    rows = np.arange(len(artifact.examples))
    itself, others = near(artifact, artifact.examples), near(artifact, artifact.examples, rows)
    reported = labels_of(artifact.corpus) != NO_REASON
    assert itself.shape == (len(artifact.examples), NEIGHBOURS)
    assert itself[reported, 1] == pytest.approx(3.0, abs=0.02), "its own cosine is 1, stretched to 3"
    assert (others[reported, 1] < 2.95).all()
    assert others[~reported, 1] == pytest.approx(itself[~reported, 1]), (
        "look-alikes are not among the reports"
    )


def test_without_look_alikes_their_features_are_nothing() -> None:
    vectors = np.array([[0.6, 0.8, 0.0], [0.8, 0.6, 0.0]], dtype=np.float32)
    found = Examples(vectors, np.array(["fraud", "fraud"])).neighbours(vectors[:1])
    assert found[0, 2:].tolist() == [0.0, 0.0]
    assert found[0, 1] == pytest.approx(3.0, abs=0.02)
    assert found[0, 0] > found[0, 1], "the second example adds to the density"


def test_some_short_examples_go_with_a_short_question_of_their_language(artifact: Artifact) -> None:
    own, joined = join_examples(artifact)
    examples = artifact.corpus.examples
    each = [pair for texts in (*examples.reasons, examples.harmless) for pair in texts]
    kinds = (PassageKind.QUESTION, PassageKind.PHRASING)
    asked = {
        language: {
            one.text
            for one in artifact.index.passages
            if one.article
            and one.language == language
            and one.kind in kinds
            and 3 <= len(one.text.split()) <= 14
        }
        for language in LANGUAGES
    }

    assert 0 < len(joined) < len(each)
    assert len(set(own)) == len(own)
    for row, text in zip(own, joined, strict=True):
        language, example = each[row]
        assert len(example.split()) <= 30
        assert text.replace(example, "").strip(" .") in {one.strip(" .") for one in asked[language]}


def test_a_report_stays_likelier_to_be_one_when_it_goes_on_with_a_question(
    artifact: Artifact, alarm: Alarm, encoder: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, question = "mir wurde im bus das telefon gestohlen.", "Wo finde ich meine Rechnung?"
    both = [f"{report} {question}", f"{question} {report}"]
    vectors = encoder.encode(both)
    beside = near(artifact, vectors)

    def whole(fitted: Alarm) -> list[float]:
        return [1.0 - fitted.probabilities(*each)[0] for each in zip(both, vectors, beside, strict=True)]

    monkeypatch.setattr("assistant.alarm_data.JOINED", 0.0)
    joined, alone = whole(alarm), whole(fit_alarm(artifact))

    assert all(more > less for more, less in zip(joined, alone, strict=True)), (joined, alone)


class Noted:
    """A fit that says of each message, as its probability of nothing, whether it has seen it."""

    def __init__(self, x: csr_matrix) -> None:
        self.seen = {int(row) for row in x.toarray()[:, 0]}

    def predict_proba(self, x: csr_matrix) -> np.ndarray:
        """Name it as scikit-learn does."""
        return np.array([[float(int(row) in self.seen)] for row in x.toarray()[:, 0]])


def test_no_fit_that_judges_an_example_or_a_part_has_seen_it() -> None:
    itself = np.concatenate([np.arange(20), [4, 11, 18]])
    rows = csr_matrix(np.arange(23.0)[:, np.newaxis])
    known = Known(
        texts=("",) * 23,
        labels=np.array([NO_REASON, "fraud"] * 10 + [NO_REASON, "fraud", NO_REASON]),
        itself=itself,
        first=20,
        plain=rows,
        compared=rows,
    )
    fits: list[Noted] = []

    def fit(x: csr_matrix, labels: np.ndarray) -> Noted:
        fits.append(Noted(x))
        return fits[-1]

    of = np.array([3, 3, 12])
    whole, alone = held_out(known, csr_matrix(of[:, np.newaxis].astype(float)), of, fit)

    assert whole.tolist() == [0.0] * 20
    assert alone.tolist() == [0.0] * 3
    assert len(fits) == 5
    for learned in fits:
        assert {20, 21, 22} & learned.seen == {row for row in (20, 21, 22) if itself[row] in learned.seen}
        assert len(learned.seen & set(range(20))) == 16


def test_a_glance_dismisses_what_is_plainly_a_question(artifact: Artifact, alarm: Alarm) -> None:
    watch = Watch(alarm, artifact.corpus, artifact.examples)
    texts = example_texts(artifact.corpus)
    dismissed = [watch.dismisses(*each) for each in zip(texts, artifact.examples, strict=True)]
    assert not any(gone for gone, label in zip(dismissed, labels_of(artifact.corpus), strict=True) if label)
    rows = [row for row, one in enumerate(artifact.index.passages) if one.kind is PassageKind.PHRASING]
    asked = [(artifact.index.passages[row].text, artifact.index.vectors[row]) for row in rows]
    assert any(watch.dismisses(*each) for each in asked)
    silent = Watch(SILENT, artifact.corpus, artifact.examples)
    assert not silent.dismisses("wo finde ich meine rechnung", artifact.examples[0])


def test_questions_known_to_be_harmless_set_the_point(artifact: Artifact, encoder: OnnxEncoder) -> None:
    texts = ["wo finde ich meine rechnung", "mein telefon ist mir im bus abhanden gekommen"]
    careful, calm = fit_alarm(artifact, texts), fit_alarm(artifact, texts[:1])
    most = max(raised(careful, artifact, texts))

    assert most < careful.point <= most + 1e-5, "none of fewer than a hundred may escalate"
    assert calm.point == LEAST_POINT


def test_one_harmless_question_in_a_hundred_may_escalate(artifact: Artifact, encoder: OnnxEncoder) -> None:
    report = "mein telefon ist mir im bus abhanden gekommen"
    texts = [f"wo finde ich rechnung nummer {number}" for number in range(99)] + [report]
    fitted = fit_alarm(artifact, texts)

    assert [each >= fitted.point for each in raised(fitted, artifact, texts)] == [False] * 99 + [True]


def test_what_a_pattern_escalates_counts_as_a_false_alarm_too(artifact: Artifact) -> None:
    report, found = "mein telefon ist mir im bus abhanden gekommen", "mein handy gestohlen"
    texts = [f"wo finde ich rechnung nummer {number}" for number in range(98)] + [report, found]
    fitted = fit_alarm(artifact, texts)

    assert raised(fitted, artifact, [found]) == [1.0]
    assert max(raised(fitted, artifact, texts[:-1])) < fitted.point <= 1.0, (
        "the pattern is the one of a hundred"
    )


def test_the_same_corpus_gives_the_same_alarm(artifact: Artifact, alarm: Alarm) -> None:
    again = fit_alarm(artifact)

    assert (again.reasons, again.point) == (alarm.reasons, alarm.point)
    assert np.array_equal(again.glance, alarm.glance)
    assert np.array_equal(again.look, alarm.look)


@pytest.mark.parametrize("kept", [0, 19, 20])
def test_with_fewer_than_20_examples_it_is_silent(
    artifact: Artifact, kept: int, encoder: OnnxEncoder
) -> None:
    reasons = artifact.corpus.examples.reasons
    first = reasons[0].model_copy(update={"de": reasons[0].de[:8], "en": reasons[0].en[:4]})
    second = reasons[1].model_copy(update={"de": reasons[1].de[: kept - 12], "en": ()})
    fewer = artifact.corpus.examples.model_copy(update={"reasons": (first, second) if kept else ()})
    corpus = replace(artifact.corpus, examples=fewer)
    vectors = encoder.encode(example_texts(corpus), role="passage")
    calm = ["wo finde ich meine rechnung"]
    fitted = fit_alarm(replace(artifact, corpus=corpus, examples=vectors), calm)

    assert (fitted is SILENT) == (kept < 20)


def test_examples_of_one_reason_are_enough(artifact: Artifact, encoder: OnnxEncoder) -> None:
    fraud, lost = artifact.corpus.examples.reasons
    only = lost.model_copy(update={"de": lost.de + fraud.de, "en": lost.en + fraud.en})
    examples = artifact.corpus.examples.model_copy(update={"reasons": (only,)})
    corpus = replace(artifact.corpus, examples=examples)
    alone = replace(artifact, corpus=corpus, examples=encoder.encode(example_texts(corpus), role="passage"))
    assistant = Assistant(alone, None, fit_alarm(alone), answer_unproven=True)
    told = assistant.escalation("a man grabbed my mobile and ran away")
    assert told is not None
    assert told.reason.id == "lost-device"
    assert assistant.escalation("mein handy gestohlen") is not None
    assert assistant.escalation("where is my parcel") is None


def test_without_examples_nothing_is_suspected(tmp_path: Path, encoder: OnnxEncoder) -> None:
    bare = opened(write_small(tmp_path / "corpus", examples=False), tmp_path / "data", encoder)
    assert bare.examples.shape == (0, encoder.dim)
    fitted = fit_alarm(bare)
    fitted.save(tmp_path, artifact="abc", source="phrasings")
    assistant = Assistant(bare, None, Alarm.load(tmp_path, artifact="abc"), answer_unproven=True)

    assert fitted.point == NEVER
    assert assistant.triage.suspect(assistant.query("ein dieb hat mein smartphone mitgenommen")) is None
    assert assistant.escalation("ein dieb hat mein smartphone mitgenommen") is None
    assert assistant.escalation("mein handy gestohlen") is not None, "patterns need no examples"


def test_what_is_stored_is_what_is_read(artifact: Artifact, alarm: Alarm, tmp_path: Path) -> None:
    alarm.save(tmp_path, artifact="abc", source="phrasings")
    read = Alarm.load(tmp_path, artifact="abc")
    texts = example_texts(artifact.corpus)

    assert (read.reasons, read.point) == (alarm.reasons, alarm.point)
    for each in zip(texts, artifact.examples, near(artifact, artifact.examples), strict=True):
        assert read.probabilities(*each) == pytest.approx(alarm.probabilities(*each), abs=0.01)
        assert read.glanced(*each[:2]) == pytest.approx(alarm.glanced(*each[:2]), abs=0.01)
    assert [path.name for path in tmp_path.iterdir()] == ["alarm.npz"]


def test_an_alarm_of_another_index_is_refused(alarm: Alarm, tmp_path: Path) -> None:
    alarm.save(tmp_path, artifact="abc", source="phrasings")

    with pytest.raises(ConfidenceError, match=r"belongs to another index.*lotse build"):
        Alarm.load(tmp_path, artifact="def")


def test_a_missing_alarm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfidenceError, match=r"alarm\.npz is missing or incomplete; run: lotse build"):
        Alarm.load(tmp_path, artifact="abc")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(alarm: Alarm, tmp_path: Path, share: float) -> None:
    alarm.save(tmp_path, artifact="abc", source="phrasings")
    file = tmp_path / "alarm.npz"
    content = file.read_bytes()
    file.write_bytes(content[: int(share * len(content))])

    with pytest.raises(ConfidenceError, match="missing or incomplete"):
        Alarm.load(tmp_path, artifact="abc")


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75])
def test_an_altered_file_is_refused(alarm: Alarm, tmp_path: Path, share: float) -> None:
    alarm.save(tmp_path, artifact="abc", source="phrasings")
    file = tmp_path / "alarm.npz"
    content = bytearray(file.read_bytes())
    content[int(share * len(content))] ^= 0xFF
    file.write_bytes(bytes(content))

    with pytest.raises(ConfidenceError, match="missing or incomplete"):
        Alarm.load(tmp_path, artifact="abc")


def test_a_file_without_all_its_parts_is_refused(alarm: Alarm, tmp_path: Path) -> None:
    alarm.save(tmp_path, artifact="abc", source="phrasings")
    with np.load(tmp_path / "alarm.npz") as stored:
        parts = {name: stored[name] for name in stored.files if name != "glance"}
    np.savez(tmp_path / "alarm.npz", **parts)

    with pytest.raises(ConfidenceError, match="missing or incomplete"):
        Alarm.load(tmp_path, artifact="abc")


def test_serving_an_alarm_imports_no_scikit_learn(artifact: Artifact, alarm: Alarm) -> None:
    alarm.save(artifact.folder, artifact=artifact.id, source="phrasings")
    code = """
import sys
from pathlib import Path
from assistant import Assistant
from assistant.alarm import Alarm
from index import OnnxEncoder, open_artifact
data, key = sys.argv[1:]
artifact = open_artifact(Path(data), key, OnnxEncoder.load())
assistant = Assistant(artifact, None, Alarm.load(artifact.folder, artifact=key), answer_unproven=True)
print(assistant.escalation("a man grabbed my mobile and ran away").reason.id, "sklearn" in sys.modules)
"""
    arguments = [str(artifact.folder.parent.parent), artifact.id]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False
    )

    assert done.stdout.split() == ["lost-device", "False"], done.stderr


def test_a_letter_is_judged_as_far_as_a_case_holds_it(assistant: Assistant) -> None:
    letter = "wie viel kostet der tarif. " * 20_000
    end = letter[: MESSAGE_LIMIT - 30]

    told = assistant.escalation(end + "mein handy gestohlen." + letter)

    assert told is not None
    assert told.reason.id == "lost-device"
    assert assistant.escalation(letter[:MESSAGE_LIMIT] + "mein handy gestohlen") is None


DAYS = range(1, 26)
STAYED = ("im zug geblieben", "aus der tasche gefallen", "in der bahn weg", "mir gestohlen worden")
SHOWN = ("im krimi", "im theater", "in der serie", "im roman")


@pytest.fixture(scope="module")
def many(artifact: Artifact, encoder: OnnxEncoder) -> Artifact:
    """The small corpus, with as many examples of a lost device as make its patterns doubtful."""
    fraud, lost = artifact.corpus.examples.reasons
    reports = tuple(f"am {day}. mai ist mein handy {how}" for day in DAYS for how in STAYED)
    abroad = tuple(f"my phone was stolen on may {day} at {hour}" for day in DAYS for hour in range(4))
    calm = tuple(f"{where} wird in folge {day} ein handy gestohlen" for day in DAYS for where in SHOWN)
    examples = artifact.corpus.examples.model_copy(
        update={
            "reasons": (lost.model_copy(update={"de": reports, "en": abroad}), fraud),
            "harmless": artifact.corpus.examples.harmless.model_copy(update={"de": calm}),
        }
    )
    corpus = replace(artifact.corpus, examples=examples)
    return replace(artifact, corpus=corpus, examples=encoder.encode(example_texts(corpus), role="passage"))


def test_many_examples_overrule_a_pattern(many: Artifact) -> None:
    assistant = Assistant(many, None, fit_alarm(many), answer_unproven=True)
    shown = "in der bahn lief ein krimi, da wird ein handy gestohlen"
    lost = "am 3. juni ist mein handy gestohlen worden"

    assert assistant.triage.match(shown) is not None
    assert not assistant.triage.dismisses(assistant.query(shown))
    assert assistant.escalation(shown) is None
    told = "\n".join(explain(assistant, shown, page_language="de"))
    assert (
        "\nescalation  lost-device by pattern: “handy gestohlen”, but unlike its examples; nearest " in told
    )
    matched = assistant.escalation(lost)
    assert matched is not None
    assert matched.rule == "pattern"


def test_a_pattern_is_doubted_by_a_clear_look_at_many_examples_alone(
    artifact: Artifact, many: Artifact
) -> None:
    alarm = fit_alarm(many)
    watch, few = (Watch(alarm, each.corpus, each.examples) for each in (many, artifact))
    clear, unclear = Suspicion("fraud", DOUBTED - 0.001, "", ""), Suspicion("fraud", DOUBTED, "", "")
    lost, fraud = (
        next(reason for reason in many.corpus.escalation.reasons if reason.id == name)
        for name in ("lost-device", "fraud")
    )

    assert len(many.corpus.examples.reasons[0].de) + len(many.corpus.examples.reasons[0].en) == MANY
    assert watch.doubts(lost, clear)
    assert not watch.doubts(lost, unclear)
    assert not watch.doubts(lost, None)
    assert not watch.doubts(lost.model_copy(update={"never_doubted": True}), clear)
    assert not watch.doubts(fraud, clear), "it has 16 examples"
    assert not watch.doubts(lost.model_copy(update={"id": "crisis"}), clear), "it has none"
    assert not few.doubts(lost, clear)


def ruled(artifact: Artifact, **changes: object) -> Artifact:
    """The same corpus, with its rule for lost devices once more, changed, as the last one."""
    rules = artifact.corpus.escalation
    lost = next(one for one in rules.reasons if one.id == "lost-device")
    reasons = (*rules.reasons, lost.model_copy(update={"id": "again", **changes}))
    return replace(artifact, corpus=replace(artifact.corpus, escalation=EscalationRules(reasons=reasons)))


def test_a_reason_that_is_never_doubted_needs_the_pattern_alone(artifact: Artifact, alarm: Alarm) -> None:
    phrasings = [one.text for one in artifact.index.passages if one.kind is PassageKind.PHRASING]
    doubted = Assistant(artifact, None, alarm, answer_unproven=True)
    asked = next(text for text in phrasings if doubted.triage.dismisses(doubted.query(text)))
    met = Patterns(de=(re.escape(fold(asked)),))
    for never, found in ((False, None), (True, "again")):
        changed = ruled(artifact, report=met, never_doubted=never)
        matched = Assistant(changed, None, alarm, answer_unproven=True).escalation(asked)
        assert (matched and matched.reason.id) == found


def test_a_reason_that_is_never_doubted_stands_against_many_examples(many: Artifact) -> None:
    shown = "in der bahn lief ein krimi, da wird ein handy gestohlen"
    alarm = fit_alarm(many)
    matched = Assistant(ruled(many, never_doubted=True), None, alarm, answer_unproven=True).escalation(shown)

    assert Assistant(many, None, alarm, answer_unproven=True).escalation(shown) is None
    assert matched is not None
    assert (matched.reason.id, matched.rule) == ("again", "pattern"), "what is overruled hides no later rule"


def test_what_was_overruled_is_told_beside_what_was_not(many: Artifact) -> None:
    shown = "in der bahn lief ein krimi, da wird ein handy gestohlen"
    assistant = Assistant(ruled(many, never_doubted=True), None, fit_alarm(many), answer_unproven=True)
    found = assistant.triage.judge(assistant.query(shown))

    assert found.matched is not None
    assert found.doubted is not None
    assert (found.matched.reason.id, found.doubted.reason.id) == ("again", "lost-device")


def test_patterns_read_all_that_was_written(assistant: Assistant) -> None:
    asked = {"page_language": "de", "conversation": Conversation.start(), "now": NOW}
    searched = "mein telefon ist mir im bus abhanden gekommen"
    reply = assistant.ask(f"{searched}, handy gestohlen", searched=searched, **asked)

    assert (reply.trace["by"], reply.trace["words"]) == ("pattern", "handy gestohlen")
    assert str(assistant.ask(searched, **asked).trace["by"]).startswith("example, p ")


def test_what_is_grave_in_one_sentence_counts_beside_others(assistant: Assistant) -> None:
    report = "Mir wurde heute im Bus das Telefon gestohlen."
    asked = "Wo finde ich meine Rechnung? Und bis wann muss ich sie bezahlen?"
    for text in (f"{report} {asked}", f"{asked} {report}"):
        suspicion = assistant.triage.suspect(assistant.query(text))
        assert suspicion is not None
        assert (suspicion.reason, suspicion.part) == ("lost-device", report)
    calm = assistant.triage.suspect(assistant.query(asked))
    assert calm is not None
    assert calm.probability < suspicion.probability


def test_a_message_of_one_sentence_is_judged_as_a_whole(assistant: Assistant) -> None:
    text = "a man grabbed my mobile and ran away"
    query = assistant.query(text)
    suspicion = assistant.triage.suspect(query)

    assert suspicion is not None
    assert suspicion.part == text


@pytest.mark.parametrize("odds", [[0.0], [-40.0], [3.0, 3.0, -9.0], [-9.0, 9.0, 0.0, 1.0, 2.0]])
def test_whole_and_most_suspicious_part_count_equally(odds: list[float]) -> None:
    whole, *parts = odds
    logit = (whole + max(parts)) / 2 - SELECTED * np.log2(len(parts)) if parts else whole

    assert together(np.array(odds)) == pytest.approx(1 / (1 + np.exp(-logit)))


def test_a_long_letter_that_is_plainly_a_report_stays_one() -> None:
    assert together(np.full(41, 4.0)) > 0.5


def test_patterns_use_up_the_false_alarms_that_are_allowed() -> None:
    calm = np.linspace(0.51, 0.9, 200)

    assert point_of(calm) == pytest.approx(calm[-3], abs=1e-5)
    assert point_of(np.append(calm[:-1], 1.0)) == pytest.approx(calm[-3], abs=1e-5)
    assert point_of(np.append(calm[:-5], np.ones(5))) == pytest.approx(calm[-6], abs=1e-5), "and no more"
    assert point_of(np.zeros(200)) == pytest.approx(LEAST_POINT, abs=1e-5)
    assert point_of(np.ones(200)) == LEAST_POINT


def test_log_odds_are_finite() -> None:
    assert log_odds(np.array([0.5, 0.25])) == pytest.approx([0.0, np.log(3)])
    assert np.isfinite(log_odds(np.array([0.0, 1.0]))).all()
