"""The commands check, schema and settings, as an editor and an operator use them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from corpus_files import ARTICLE, COMPANY, write_corpus

from corpus.__main__ import main
from corpus.schema import schema_text
from corpus.settings import PACKAGE, Settings
from corpus.settings_table import setting_rows


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty folder, so that no .env counts and paths are short."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LOTSE_{name.upper()}", raising=False)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def fresh(text: str = ARTICLE) -> str:
    """A corpus in ``c`` whose article is not stale for a thousand years."""
    text = text.replace("2027-01-31", "2999-01-31")
    write_corpus(Path("c"), articles={"move-house.yaml": text})
    return "c"


def test_a_good_corpus_is_one_line() -> None:
    result = run("check", fresh())
    assert (result.exit_code, result.output) == (
        0,
        "1 article, 2 languages, 2 topics: no errors, no warnings\n",
    )


def test_problems_are_grouped_by_file_with_a_summary() -> None:
    write_corpus(
        Path("c"),
        company=COMPANY.replace("land: BE", "land: XX"),
        articles={"b.yaml": ARTICLE.replace("ewa", "").replace("2027-01-31", "2999-01-31")},
    )
    text = (Path("c") / "articles" / "b.yaml").read_text(encoding="utf-8").replace("owner:", "ownr:")
    (Path("c") / "articles" / "b.yaml").write_text(text, encoding="utf-8")
    result = run("check", "c")
    assert result.exit_code == 1
    assert result.output == (
        "c/articles/b.yaml\n"
        "  4:1      error    the key 'ownr' is not known [unknown-key]\n"
        "                    Did you mean 'owner'?\n"
        "\n"
        "c/company.yaml\n"
        "  5:7      error    'XX' is none of the values that 'land' can have [bad-value]\n"
        "                    Choose one of: BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH.\n"
        "\n"
        "1 article, no languages, no topics: 2 errors, no warnings\n"
    )


def test_warnings_fail_only_when_strict() -> None:
    folder = fresh(f"{ARTICLE}related:\n")
    result = run("check", folder)
    assert result.exit_code == 0
    assert result.output.endswith(": no errors, 1 warning\n")
    assert run("check", folder, "--strict").exit_code == 1


def test_json_for_programs() -> None:
    result = run("check", fresh(f"{ARTICLE}related:\n"), "--format", "json")
    assert json.loads(result.output) == {
        "articles": 1,
        "languages": 2,
        "topics": 2,
        "errors": 0,
        "warnings": 1,
        "problems": [
            {
                "file": "c/articles/move-house.yaml",
                "line": 30,
                "column": 1,
                "severity": "warning",
                "code": "empty-value",
                "message": "the key 'related' has no value and counts as left out",
                "hint": "Write a value, or delete the line; the word null must stand in quotes.",
            }
        ],
    }


def test_workflow_commands_for_github() -> None:
    result = run("check", fresh(ARTICLE.replace("id: move-house", "id: '50%,:'")), "--format", "github")
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == (
        "::error file=c/articles/move-house.yaml,line=1,col=5,title=bad-value::"
        "'50%25,:' cannot be used as 'id' "
        "Use lower-case letters a-z, digits and single hyphens, like 'change-tariff'."
    )


def test_the_folder_of_the_settings_counts_without_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_CORPUS", fresh())
    assert run("check").output.startswith("1 article,")


def test_a_folder_that_does_not_exist_is_a_problem_like_others() -> None:
    result = run("check", "none")
    assert result.exit_code == 1
    assert "there is no such folder [missing-file]" in result.output


def test_a_folder_elsewhere_is_shown_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / fresh(f"{ARTICLE}related:\n")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert run("check", str(folder)).output.startswith(f"{folder}/articles/move-house.yaml\n")


def test_schemas_are_written_or_printed() -> None:
    result = run("schema", "s")
    names = (
        *("article", "company", "escalation", "escalation-examples"),
        *("facts", "legal", "notices", "redirects", "synonyms", "unanswered"),
    )
    assert result.output == "".join(f"s/{name}.schema.json\n" for name in names)
    assert run("schema", "--print", "company").output == schema_text("company")
    assert run("schema").exit_code == run("schema", "s", "--print", "company").exit_code == 2


def test_settings_show_values_and_mask_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_PORT", "8123")
    monkeypatch.setenv("LOTSE_SECRET_KEY", "hush" * 8)
    monkeypatch.setenv("LOTSE_DATABASE_URL", "postgresql://lotse:hush@db/lotse")
    output = run("settings").output
    assert "LOTSE_PORT=8123 (default: 8000)\n    Port the server listens on.\n" in output
    assert "LOTSE_HOST=127.0.0.1\n" in output
    assert "LOTSE_SECRET_KEY=******** (default: none)\n" in output
    assert "LOTSE_DATABASE_URL=postgresql://lotse:********@db/lotse (default: none)\n" in output
    assert "hush" not in output


def test_the_markdown_table_has_every_setting_and_nothing_of_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOTSE_PORT", "8123")
    output = run("settings", "--markdown").output
    assert "| `LOTSE_PORT` | `8000` | Port the server listens on. |\n" in output
    assert "| `LOTSE_CORPUS` | `the shipped corpus` |" in output
    assert output.count("\n") == len(Settings.model_fields) + 2
    assert str(PACKAGE) not in output
    assert "8123" not in output


def test_every_setting_is_explained() -> None:
    assert [row.variable for row in setting_rows(Settings()) if not row.help.endswith(".")] == []


def test_a_setting_that_cannot_be_used_is_told_without_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_PORT", "many")
    result = run("settings")
    assert result.exit_code == 1
    assert result.output.startswith("Error: LOTSE_PORT=many: ")


def test_commands_explain_themselves() -> None:
    output = run("--help").output
    for line in (
        "check     Say what is wrong with the corpus, and where.",
        "schema    Write the JSON Schemas of the corpus files, or print one.",
        "settings  Show every setting: variable, value, default and meaning.",
    ):
        assert line in output


def test_a_short_secret_key_is_refused_without_showing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_SECRET_KEY", "hush")
    output = run("settings").output
    assert "LOTSE_SECRET_KEY" in output
    assert "needs at least 32 random characters" in output
    assert "hush" not in output
