"""Articles: opened plainly, opened from a conversation, rendered safely."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from web_page import Page

from assistant import Decision, Runtime
from corpus import Article
from webui.article_view import view
from webui.prose import link_my_request, render_markdown

pytest_plugins = ["web_client"]


@pytest.fixture
def article(service: Runtime) -> Article:
    """Some article of the corpus that has related ones."""
    return next(each for each in service.assistant.corpus.articles.values() if each.related)


def test_article_opens_plainly_with_related_ones_and_a_person(client: FlaskClient, article: Article) -> None:
    page = Page.of(client.get(f"/articles/{article.id}"))
    words = article.translation("de")
    assert words is not None
    assert page.title.startswith(words.question)
    assert words.short.split(".")[0] in page.text
    assert all(f"/articles/{other}" in page.html for other in article.related)
    assert "Hat das Ihre Frage beantwortet?" in page.text
    assert "Mit einem Menschen sprechen" in page.text
    assert "noindex" not in page.html


def test_article_in_english_by_choice(client: FlaskClient, article: Article) -> None:
    page = Page.of(client.get(f"/articles/{article.id}?lang=en"))
    words = article.translation("en")
    assert words is not None
    assert page.language == "en"
    assert page.title.startswith(words.question)
    assert f"/articles/{article.related[0]}?lang=en" in page.html


def test_article_opened_from_a_conversation_counts_as_read(
    client: FlaskClient, service: Runtime, article: Article, examples: dict[Decision, str]
) -> None:
    thread = Page.of(client.post("/", data={"question": examples[Decision.HAND_OVER]}))
    page = Page.of(client.post(f"/articles/{article.id}", data=thread.carried))
    assert article.id in service.tokens.load(page.fields["conversation"]).read
    assert page.fields["question_id"] == thread.fields["question_id"]
    assert "Zurück zu Ihrem Gespräch" in page.text
    assert f'formaction="/articles/{article.related[0]}"' in page.html
    assert f'formaction="/articles/{article.id}?lang=en"' in page.html
    assert 'formaction="/contact"' in page.html
    back = Page.of(client.post("/conversation", data=page.carried))
    assert examples[Decision.HAND_OVER] in back.text


def test_reason_of_a_plainly_opened_article_is_kept_without_personal_data(
    client: FlaskClient, service: Runtime, article: Article
) -> None:
    page = Page.of(client.get(f"/articles/{article.id}"))
    fields = {**page.carried, "rejected": article.id, "reason": "Nichts zu erika@example.org"}
    after = Page.of(client.post("/feedback", data=fields))
    assert article.id in service.tokens.load(after.fields["conversation"]).rejected
    with service.database.reading() as session:
        reasons = session.connection().exec_driver_sql("SELECT reason FROM feedback").scalars().all()
    assert any(reason and reason.startswith("Nichts zu") for reason in reasons)
    assert not any(reason and "erika@example.org" in reason for reason in reasons)


@pytest.mark.parametrize("name", ["nowhere", "..", "%00", "a" * 300, "Ä"])
def test_unknown_article_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/articles/{name}").status_code == 404
    assert client.post(f"/articles/{name}").status_code == 404


def test_article_without_the_readers_language_is_shown_in_the_other(article: Article) -> None:
    german = article.model_copy(update={"translations": article.translations.model_copy(update={"en": None})})
    shown = view(german, "en")
    words = article.translation("de")
    assert words is not None
    assert (shown.language, shown.question) == ("de", words.question)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        '<img src="x" onerror="alert(1)">',
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="#" onclick="alert(1)">x</a>',
        "![x](https://elsewhere.example/pixel.png)",
        "<style>body{display:none}</style>",
    ],
)
def test_markdown_cannot_bring_code_or_foreign_content(text: str) -> None:
    html = render_markdown(text)
    for forbidden in ("<script", "<img", "<style", 'href="javascript', 'href="data', '<a href="#" onclick'):
        assert forbidden not in html


def test_markdown_headings_begin_below_the_title_and_keep_their_order() -> None:
    html = render_markdown("### Erstens\n\nText\n\n#### Darunter\n\n### Zweitens")
    assert html.count("<h2>") == 2
    assert html.count("<h3>") == 1
    assert "<h4>" not in html


def test_markdown_renders_lists_tables_and_links() -> None:
    html = render_markdown("1. a\n2. b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n[tel](tel:0800) https")
    assert "<ol>" in html
    assert "<td>1</td>" in html
    assert 'href="tel:0800"' in html
    assert 'rel="noopener noreferrer"' in html


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("Öffnen Sie „Meine Anfrage“.", 'Öffnen Sie „<a href="/s?a=1&amp;b=2">Meine Anfrage</a>“.'),
        ("Open “My request”.", 'Open “<a href="/s?a=1&amp;b=2">My request</a>”.'),
        ("Meine Anfrage <b> ist offen.", "Meine Anfrage &lt;b&gt; ist offen."),
    ],
)
def test_the_name_of_the_status_page_becomes_a_link(text: str, linked: str) -> None:
    assert link_my_request(text, "/s?a=1&b=2") == linked


def test_the_name_in_bold_becomes_a_link() -> None:
    html = link_my_request(render_markdown("Unter **Meine Anfrage** steht <es>."), "/status")
    assert html == '<p>Unter <strong><a href="/status">Meine Anfrage</a></strong> steht &lt;es&gt;.</p>\n'


@pytest.mark.parametrize(
    "text",
    [
        "[Meine Anfrage](https://x.example)",
        "[**Meine Anfrage**](https://x.example)",
        '[dort](https://x.example "„Meine Anfrage“")',
    ],
)
def test_an_author_s_own_link_stays_as_it_is(text: str) -> None:
    html = render_markdown(text)
    assert "Meine Anfrage" in html
    assert link_my_request(html, "/status") == html
