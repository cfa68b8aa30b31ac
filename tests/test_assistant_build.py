"""A build happens aside: what is good serves, what is broken is said and never served."""

from __future__ import annotations

import json
import shutil
import stat
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from small_corpus import write_small

from assistant import ConfidenceError, Conversation, Decision, snapshot
from assistant.build import build, last_build
from assistant.secret import secret_key
from assistant.snapshot import Snapshot, load_assistant
from corpus import CorpusError
from corpus.jsonl import LabelsError
from corpus.settings import Settings
from index import ArtifactError, current_artifact, publish


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A built installation of the small corpus: building the shipped one takes minutes."""
    home = tmp_path_factory.mktemp("built")
    corpus = write_small(home / "corpus")
    settings = Settings(data=home / "data", corpus=corpus, poll_seconds=0.1, _env_file=None)
    build(settings)
    return settings


@pytest.fixture
def installation(built: Settings, tmp_path: Path) -> Settings:
    """A built installation with a corpus folder that may be edited."""
    folder = shutil.copytree(built.corpus, tmp_path / "corpus")
    data = shutil.copytree(built.data, tmp_path / "data")
    settings = built.model_copy(update={"data": data, "corpus": folder})
    build(settings)
    return settings


def article(settings: Settings) -> Path:
    return settings.corpus / "articles" / "find-invoice.yaml"


def wait_for(condition: Callable[[], bool], seconds: float = 180) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


def test_an_unchanged_corpus_is_not_built_again(installation: Settings) -> None:
    lines: list[str] = []

    assert build(installation, report=lines.append) == current_artifact(installation.data)
    assert [line for line in lines if "stands already" in line]
    assert not [line for line in lines if "calibrating" in line]


def test_another_bound_calibrates_again(installation: Settings) -> None:
    lines: list[str] = []
    build(installation.model_copy(update={"max_wrong": 0.02}), report=lines.append)

    assert [line for line in lines if "calibrating" in line]


def test_other_labelled_questions_calibrate_again(installation: Settings, tmp_path: Path) -> None:
    shipped = Settings(_env_file=None).labelled_questions
    assert shipped is not None
    assert installation.labelled_questions is None, "the shipped questions belong to the shipped articles"
    own = tmp_path / "questions" / "calibration.jsonl"
    own.parent.mkdir()
    some = shipped.read_text(encoding="utf-8").splitlines()[::20]
    own.write_text("\n".join(some), encoding="utf-8")
    with_questions = installation.model_copy(update={"questions": own.parent})
    lines: list[str] = []
    for _ in range(2):
        build(with_questions, report=lines.append)
    own.write_text("\n".join(some[:-1]), encoding="utf-8")
    build(with_questions, report=lines.append)

    assert [line for line in lines if "calibrating" in line] == [
        f"calibrating on {number} labelled questions" for number in (len(some), len(some) - 1)
    ]


def test_labels_that_appear_are_fitted_on_where_there_was_too_little(tmp_path: Path) -> None:
    corpus = write_small(tmp_path / "corpus")
    for file in sorted((corpus / "articles").glob("*.yaml"))[3:]:
        file.unlink()
    settings = Settings(data=tmp_path / "data", corpus=corpus, _env_file=None)
    lines: list[str] = []
    build(settings, report=lines.append)
    assert not load_assistant(settings).state["calibrated"]
    shipped = Settings(_env_file=None).labelled_questions
    assert shipped is not None
    (tmp_path / "questions").mkdir()
    shutil.copy(shipped, tmp_path / "questions" / "calibration.jsonl")

    for _ in range(2):
        build(settings.model_copy(update={"questions": tmp_path / "questions"}), report=lines.append)

    number = len(shipped.read_text(encoding="utf-8").splitlines())
    assert [line for line in lines if "calibrating" in line] == [
        "calibrating: every phrasing is asked with itself, then with its article left out",
        f"calibrating on {number} labelled questions",
    ]


def test_unusable_labelled_questions_change_nothing_that_serves(
    installation: Settings, tmp_path: Path
) -> None:
    before = current_artifact(installation.data)
    own = tmp_path / "questions" / "calibration.jsonl"
    own.parent.mkdir()
    own.write_text("{}", encoding="utf-8")

    with pytest.raises(LabelsError, match=r"calibration\.jsonl:1: id: Field required"):
        build(installation.model_copy(update={"questions": own.parent}))

    assert current_artifact(installation.data) == before


@pytest.mark.parametrize("name", ["alarm.npz", "confidence.json"])
def test_what_was_fitted_and_is_lost_is_fitted_again(installation: Settings, name: str) -> None:
    fitted = installation.data / "index" / (current_artifact(installation.data) or "") / name
    fitted.unlink()
    with pytest.raises(ConfidenceError, match=rf"{name} is missing.*run: lotse build"):
        load_assistant(installation)

    build(installation)

    assert fitted.exists()
    assert load_assistant(installation).state["calibrated"]


def test_an_alarm_of_another_version_is_fitted_again(installation: Settings) -> None:
    folder = installation.data / "index" / (current_artifact(installation.data) or "")
    with np.load(folder / "alarm.npz") as stored:
        parts = dict(stored)
    artifact, _, *rest = json.loads(str(parts["about"]))
    about = np.array(json.dumps([artifact, "another version", *rest]))
    np.savez(folder / "alarm.npz", **{**parts, "about": about})
    with pytest.raises(ConfidenceError, match="lotse build"):
        load_assistant(installation)

    build(installation)

    assert load_assistant(installation).state["calibrated"]


def test_without_test_questions_nothing_is_proven_and_that_is_said(installation: Settings) -> None:
    lines: list[str] = []
    build(installation, report=lines.append)

    assert "not proven: there are no test questions" in lines
    assert load_assistant(installation).state["proven"] == []


def test_a_broken_article_changes_nothing_that_serves(installation: Settings) -> None:
    before = current_artifact(installation.data)
    path = article(installation)
    path.write_text(
        path.read_text(encoding="utf-8").replace('"topic": "contract"', '"topic": "contracts"'),
        encoding="utf-8",
    )

    with pytest.raises(CorpusError, match=r"find-invoice\.yaml:3"):
        build(installation)

    status = last_build(installation.data)
    assert current_artifact(installation.data) == before
    assert status is not None
    assert "find-invoice.yaml:3" in status.message


def test_before_the_first_build_the_server_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="lotse build"):
        Snapshot(Settings(data=tmp_path, _env_file=None))


def test_an_edit_is_served_and_a_broken_one_is_not(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_DATA", str(installation.data))
    monkeypatch.setenv("LOTSE_CORPUS", str(installation.corpus))
    serving = Snapshot(installation)
    serving.start()
    path = article(installation)
    good = path.read_text(encoding="utf-8")
    try:
        served = serving.assistant

        path.write_text(good + "\n  oops: [", encoding="utf-8")
        assert wait_for(lambda: serving.last_error is not None)
        assert "find-invoice.yaml:" in (serving.last_error or "")
        assert serving.assistant is served

        edited = "So finde ich meine Rechnung ganz sicher wieder?"
        title = '"question": "Wo finde ich meine Rechnung?"'
        assert title in good
        path.write_text(good.replace(title, f'"question": "{edited}"'), encoding="utf-8")
        assert wait_for(lambda: serving.assistant is not served)
        assert serving.last_error is None
        reply = serving.assistant.ask(edited, page_language="de", conversation=Conversation.start())
        assert reply.decision is Decision.ANSWER
        assert reply.articles[0].question == edited
    finally:
        serving.stop()


@pytest.mark.parametrize(
    "name",
    [
        *("company.yaml", "escalation.yaml", "escalation-examples/fraud.yaml"),
        *("unanswered.yaml", "synonyms.yaml"),
        "articles/find-invoice.yaml",
    ],
)
def test_an_edit_of_any_file_is_noticed(built: Settings, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(built.corpus, tmp_path / "corpus")
    before = snapshot._fingerprint(folder)
    assert snapshot._fingerprint(folder) == before
    file = folder / name
    file.write_text(file.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    edited = snapshot._fingerprint(folder)
    file.unlink()

    assert len({before, edited, snapshot._fingerprint(folder)}) == 3


def test_a_refused_file_of_examples_is_watched(built: Settings, tmp_path: Path) -> None:
    folder = shutil.copytree(built.corpus, tmp_path / "corpus")
    before = snapshot._fingerprint(folder)
    (folder / "escalation-examples.yml").write_text("reasons: []\n", encoding="utf-8")

    assert snapshot._fingerprint(folder) != before


def test_a_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "new", _env_file=None)
    key = secret_key(settings)

    assert len(key) >= 48
    assert secret_key(settings) == key
    assert stat.S_IMODE((settings.data / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in settings.data.iterdir()] == ["secret_key"]


def test_a_secret_key_from_the_environment_is_not_stored(tmp_path: Path) -> None:
    key = "from outside, and thirty-two letters long"

    assert secret_key(Settings(data=tmp_path, secret_key=key, _env_file=None)) == key
    assert not list(tmp_path.iterdir())


def test_an_empty_secret_key_is_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_SECRET_KEY", "")
    monkeypatch.setenv("LOTSE_DATA", str(tmp_path))

    assert len(secret_key(Settings(_env_file=None))) >= 48


def test_a_new_calibration_reaches_a_running_server(installation: Settings) -> None:
    serving = Snapshot(installation)
    serving.start()
    try:
        served = serving.assistant
        build(installation.model_copy(update={"max_wrong": 0.01}))

        assert wait_for(lambda: serving.assistant is not served)
        assert serving.assistant.confidence is not None
        assert serving.assistant.confidence.max_wrong == 0.01
    finally:
        serving.stop()


def test_an_altered_index_does_not_serve_and_is_named(installation: Settings) -> None:
    serving = Snapshot(installation)
    serving.start()
    try:
        served = serving.assistant
        index = installation.data / "index"
        other = shutil.copytree(index / str(served.state["artifact"]), index / ("0" * 16))
        (other / "vectors.npy").write_bytes(b"nothing")
        publish(installation.data, other.name)

        assert wait_for(lambda: serving.last_error is not None)
        assert "vectors.npy was altered" in (serving.last_error or "")
        assert serving.assistant is served
    finally:
        serving.stop()


def test_without_watching_an_edit_waits_for_a_build(installation: Settings) -> None:
    before = last_build(installation.data)
    serving = Snapshot(installation.model_copy(update={"watch": False}))
    serving.start()
    try:
        path = article(installation)
        path.write_text(path.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
        time.sleep(1)
    finally:
        serving.stop()

    assert last_build(installation.data) == before


def test_unproven_answers_can_be_forbidden(built: Settings) -> None:
    for unproven, decision in (("answer", Decision.ANSWER), ("suggest", Decision.SUGGEST)):
        assistant = load_assistant(built.model_copy(update={"unproven": unproven}))
        reply = assistant.ask("rechnung als pdf", page_language="de", conversation=Conversation.start())

        assert (reply.decision, reply.articles[0].id) == (decision, "find-invoice")
