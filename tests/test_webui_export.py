"""The static copy: complete, valid, without dead links, the same every time, and careful with folders."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import pytest
import xmlschema
from click.testing import CliRunner
from corpus_files import ARTICLE, COMPANY, SECOND, write_corpus
from justhtml import JustHTML
from small_corpus import write_small
from web_page import Page

from corpus import Corpus, Hours, Redirects, load_corpus, load_legal
from corpus.settings import PACKAGE
from corpus.settings import settings as cached_settings
from webui.commands import export
from webui.export import ExportError, export_files, write_export
from webui.export.contact import channel_texts, opening
from webui.export.folder import MARKER

ROOT = Path(__file__).resolve().parent.parent
PROTOCOL = Path(__file__).parent / "sitemap.xsd"
BASE = "https://hilfe.example/kopie"
DAY = date(2026, 11, 28)
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """The shipped articles."""
    return load_corpus(PACKAGE)


@pytest.fixture(scope="module")
def files(corpus: Corpus) -> Files:
    """The copy of the shipped articles."""
    moved = Redirects(redirects={"find-bill": "find-invoice", "gone": "nowhere"})
    return export_files(corpus, moved, load_legal(PACKAGE), base=BASE, day=DAY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus with an article in both languages and one in German alone."""
    german = SECOND.partition("  en:\n")[0]
    return write_corpus(tmp_path / "corpus", articles={"move-house.yaml": ARTICLE, "second.yaml": german})


def copy_of(folder: Path, base: str | None = None, **changes: Any) -> Files:
    """The copy of a corpus."""
    legal = load_legal(folder)
    return export_files(load_corpus(folder), Redirects(), legal, **{"base": base, "day": DAY, **changes})


def pages(files: Files) -> Iterator[tuple[str, Page]]:
    """The pages of a copy."""
    for name, content in files.items():
        if name.endswith(".html"):
            yield name, Page(content.decode())


def index_of(files: Files, language: str) -> Any:
    """The search index of a language."""
    text = files[f"{language}/search-index.js"].decode()
    return json.loads(text.removeprefix("globalThis.lotseIndex=").removesuffix(";\n"))


def test_every_article_is_there_in_both_languages(files: Files, corpus: Corpus) -> None:
    for article in corpus.valid_articles(DAY):
        for language in ("de", "en"):
            words = article.translation(language)
            assert words is not None
            page = Page(files[f"{language}/articles/{article.id}.html"].decode())
            assert page.language == language
            assert page.title == f"{words.question} – {corpus.company.name}"
            assert " ".join(words.short.split()) in " ".join(page.text.split())


def test_no_link_is_dead_and_every_page_is_reached(files: Files) -> None:
    reached = {"index.html", "404.html"}
    for name, page in pages(files):
        for tag, given in page.tags:
            target = given.get("href") or given.get("src") or given.get("data-index")
            if not target or given.get("rel") in {"canonical", "alternate"} or target.startswith("#"):
                continue
            if re.match(r"(?:https?|tel|mailto):", target):
                continue
            path = (
                target.removeprefix("/kopie/")
                if name == "404.html"
                else normpath(join(dirname(name), target))
            )
            assert path in files, (name, tag, target)
            reached.add(path)
    unreached = {name for name in files if name.endswith(".html")} - reached
    assert unreached == {"de/articles/find-bill.html", "en/articles/find-bill.html"}


def test_pages_are_valid_html(files: Files) -> None:
    names = [name for name in files if name.endswith(".html")]
    kinds = [name for name in names if "/articles/" not in name]
    for name in [*kinds, *names[::10], "de/articles/find-bill.html"]:
        JustHTML(files[name].decode(), strict=True)
        ids = re.findall(r' id="([^"]*)"', files[name].decode())
        assert len(ids) == len(set(ids)), name


def test_pages_run_no_script_but_ours_and_know_no_other_host(files: Files) -> None:
    for name, page in pages(files):
        policies = [
            given["content"]
            for tag, given in page.tags
            if given.get("http-equiv") == "Content-Security-Policy"
        ]
        assert len(policies) == 1, name
        assert "'unsafe" not in policies[0]
        assert "default-src 'none'; script-src 'self'" in policies[0]
        for tag, given in page.tags:
            assert not {"style", "onclick", "onload"} & set(given), (name, tag)
            assert tag != "script" or given.get("src") or given.get("type") == "application/ld+json", name
            if tag in {"script", "img", "link"} and given.get("rel") not in {"canonical", "alternate"}:
                assert not (given.get("src") or given.get("href") or "").startswith("http"), name


def test_pages_and_index_are_small(files: Files) -> None:
    for name, content in files.items():
        most = 150_000 if name.endswith("search-index.js") else 30_000
        assert len(gzip.compress(content, 9)) <= most, name
    page = files["de/index.html"] + files["style.css"] + files["search.js"] + files["icon.svg"]
    assert len(gzip.compress(page, 9)) <= 30_000


def test_sitemap_and_pages_name_the_same_addresses(files: Files) -> None:
    text = files["sitemap.xml"].decode()
    xmlschema.validate(text, str(PROTOCOL))
    assert f"Sitemap: {BASE}/sitemap.xml" in files["robots.txt"].decode()
    canonical = {}
    for name, page in pages(files):
        links = [given for tag, given in page.tags if tag == "link"]
        found = [given["href"] for given in links if given.get("rel") == "canonical"]
        if not found:
            assert any(given.get("content") == "noindex" for _, given in page.tags) or name == "index.html"
            continue
        canonical[found[0]] = {
            given["hreflang"]: given["href"] for given in links if given.get("rel") == "alternate"
        }
        assert found == [f"{BASE}/{name.removesuffix('index.html')}"]
    assert sorted(canonical) == sorted(re.findall(r"<loc>(.*?)</loc>", text))
    for others in canonical.values():
        assert set(others) == {"de", "en", "x-default"}
        assert canonical[others["de"]] == canonical[others["en"]] == others


def test_without_an_address_none_is_told(folder: Path) -> None:
    found = copy_of(folder)
    assert "sitemap.xml" not in found
    assert b"Sitemap" not in found["robots.txt"]
    for _, page in pages(found):
        assert "canonical" not in page.html
        assert "http://" not in page.html.replace("http://www.w3.org", "")
    assert 'href="/de/index.html"' in found["404.html"].decode()


def test_a_renamed_article_leads_on(files: Files) -> None:
    page = Page(files["en/articles/find-bill.html"].decode())
    refresh = [given["content"] for _, given in page.tags if given.get("http-equiv") == "refresh"]
    assert refresh == ["0; url=find-invoice.html"]
    assert 'href="find-invoice.html"' in page.html
    assert "noindex" in page.html
    assert "de/articles/gone.html" not in files


def test_an_article_in_one_language_is_found_in_both(folder: Path) -> None:
    found = copy_of(folder, BASE)
    assert "en/articles/second.html" not in found
    topic = Page(found["en/topics/contract.html"].decode())
    assert 'href="../../de/articles/second.html"' in topic.html
    assert '<li lang="de">' in topic.html
    assert ["../de/articles/second.html", "Wie kündige ich?", "de"] in index_of(found, "en")["articles"]
    assert ["articles/second.html", "Wie kündige ich?"] in index_of(found, "de")["articles"]
    page = Page(found["de/articles/second.html"].decode())
    assert 'href="../../en/index.html" hreflang="en"' in page.html
    assert "x-default" not in page.html


def test_articles_of_other_days_and_topics_without_any_are_left_out(tmp_path: Path) -> None:
    later = SECOND.replace("topic: contract", "topic: faults\nvalid_from: 2026-12-01")
    folder = write_corpus(tmp_path / "corpus", articles={"move-house.yaml": ARTICLE, "second.yaml": later})
    now, then = copy_of(folder), copy_of(folder, day=date(2026, 12, 1))
    assert "de/articles/second.html" not in now
    assert "de/topics/faults.html" not in now
    assert {"de/articles/second.html", "de/topics/faults.html"} <= set(then)
    assert "28. November 2026" in now["de/contact.html"].decode()
    assert "1 December 2026" in then["en/contact.html"].decode()


def test_related_articles_that_are_not_there_are_not_named(tmp_path: Path) -> None:
    draft = SECOND.replace("topic: contract", "topic: contract\nstate: draft")
    article = ARTICLE.replace("topic: contract", "topic: contract\nrelated: [second]")
    folder = write_corpus(tmp_path / "corpus", articles={"move-house.yaml": article, "second.yaml": draft})
    assert b"second.html" not in copy_of(folder)["de/articles/move-house.html"]


def test_texts_cannot_bring_code(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>"
    article = ARTICLE.replace("Wie ziehe ich", f"{evil} Wie ziehe ich").replace("- umzug", f"- umzug {evil}")
    found = copy_of(write_corpus(tmp_path / "corpus", articles={"move-house.yaml": article}), BASE)
    for content in found.values():
        assert b"<script>alert" not in content.replace(found["de/search-index.js"], b"")


def test_contact_page_says_what_it_cannot_do(files: Files) -> None:
    page = Page(files["de/contact.html"].decode())
    assert "Formulare funktionieren hier nicht" in page.text
    assert 'href="tel:08000001234"' in page.html
    assert "Beispielstraße 12" in page.text
    assert not [tag for tag, _ in page.tags if tag in {"form", "button", "textarea"}]
    assert "Heiligabend): 8:00–12:00 Uhr" in page.text
    assert "2027" not in page.text
    assert "Christmas Eve): 08:00–12:00" in Page(files["en/contact.html"].decode()).text


@pytest.mark.parametrize(
    ("hours", "german", "english"),
    [
        (None, "jederzeit", "at any time"),
        ({}, "nur an den genannten Tagen", "on the days named only"),
        (
            {"mon": ["08:00-12:00", "13:00-24:00"]},
            "montags von 8:00 bis 12:00 Uhr und von 13:00 bis 24:00 Uhr; an Feiertagen geschlossen",
            "Mondays from 08:00 to 12:00 and from 13:00 to midnight; on public holidays closed",
        ),
        (
            {"sun": ["09:00-10:00"], "holidays": ["09:00-24:00"]},
            "sonntags von 9:00 bis 10:00 Uhr; an Feiertagen 9:00–24:00 Uhr",
            "Sundays from 09:00 to 10:00; on public holidays 09:00–24:00",
        ),
    ],
)
def test_opening_hours_in_words(hours: dict[str, Any] | None, german: str, english: str) -> None:
    given = None if hours is None else Hours.model_validate(hours)
    assert (opening(given, "de"), opening(given, "en")) == (german, english)


def test_a_form_is_no_way_of_a_static_copy(tmp_path: Path) -> None:
    form = COMPANY.replace("    kind: phone", "    kind: form")
    company = load_corpus(write_corpus(tmp_path / "corpus", company=form)).company
    assert channel_texts(company, "de", DAY) == []


def test_the_same_input_gives_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    corpus = write_small(tmp_path / "small")
    found = []
    for seed in ("1", "2"):
        target = tmp_path / seed
        code = "import sys; from webui.commands import export; export(sys.argv[1:])"
        command = [sys.executable, "-c", code, str(target), "--day", "2026-11-28", "--base-url", BASE + "/"]
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "LOTSE_CORPUS": str(corpus),
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        found.append(
            {each.relative_to(target): each.read_bytes() for each in target.rglob("*") if each.is_file()}
        )
    assert found[0] == found[1]
    assert Path(MARKER) in found[0]


def test_the_command_needs_no_address_but_says_what_lacks(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTSE_CORPUS", str(folder))
    cached_settings.cache_clear()
    try:
        result = CliRunner().invoke(export, [str(tmp_path / "site")])
        assert result.exit_code == 0, result.output
        assert result.stdout.startswith(f"{tmp_path / 'site'}: 13 pages, ")
        assert "no sitemap" in result.stderr
        assert CliRunner().invoke(export, [str(tmp_path / "site"), "--day", "28.11.2026"]).exit_code == 2
    finally:
        cached_settings.cache_clear()


def test_a_new_copy_replaces_the_old_one_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "a" / "site"
    write_export(target, {"de/old.html": b"old", "index.html": b"1"})
    (target / "stray.txt").write_text("stray")
    write_export(target, {"index.html": b"2"})
    assert sorted(each.name for each in target.iterdir()) == [MARKER, "index.html"]
    assert (target / "index.html").read_bytes() == b"2"
    assert [each.name for each in target.parent.iterdir()] == ["site"]


def test_what_a_killed_run_left_is_cleared_away(tmp_path: Path) -> None:
    for name in (".site.new", ".site.old"):
        write_export(tmp_path / name, {"half.html": b"half"})
    write_export(tmp_path / "site", {"index.html": b"1"})
    assert [each.name for each in tmp_path.iterdir()] == ["site"]


def test_an_empty_folder_is_taken_and_a_foreign_one_left_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_export(tmp_path / "empty", {"index.html": b"1"})
    for name in ("site", ".other.new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("years of work")
    (tmp_path / "file").write_text("a file")
    for name in ("site", "other", "file"):
        with pytest.raises(ExportError):
            write_export(tmp_path / name, {"index.html": b"1"})
    assert (tmp_path / "site" / "thesis.txt").read_text() == "years of work"
    assert (tmp_path / ".other.new" / "thesis.txt").read_text() == "years of work"
    assert (tmp_path / "file").read_text() == "a file"


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_export(tmp_path / "link", {"index.html": b"1"})
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "index.html").read_bytes() == b"1"


def test_every_page_links_the_imprint_and_what_the_operator_wrote(folder: Path) -> None:
    (folder / "legal.yaml").write_text(
        "imprint_url: https://musterkom.example/impressum\n"
        "privacy_text: {de: Wir speichern hier nichts., en: We store nothing here.}\n",
        encoding="utf-8",
    )
    files = copy_of(folder)
    assert b"<p>Wir speichern hier nichts.</p>" in files["de/privacy.html"]
    for name, text in files.items():
        if name.startswith("de/") and name.endswith(".html"):
            assert b'href="https://musterkom.example/impressum"' in text, name
            assert b'privacy.html"' in text, name


def test_the_imprint_is_made_of_its_facts(files: Files) -> None:
    assert "Vertreten durch: Erika Mustermann" in files["de/imprint.html"].decode()
    assert "contact.html" in files["en/imprint.html"].decode()
    assert "contact form" not in files["en/imprint.html"].decode(), "a copy has no forms"
    assert "de/privacy.html" not in files, "what our text tells of are the forms of the server"
