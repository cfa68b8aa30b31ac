"""``lotse channels``: the advice on channels and the promise, as a customer would see them."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

import click

from assistant.channels import advise_channels
from assistant.hours import Calendar
from assistant.promise import make_promise
from assistant.reply import ChannelAdvice
from corpus import LANGUAGES, Company, Language, load_corpus
from corpus.problem import did_you_mean
from corpus.settings import settings

_WIDTH = 96
_WORDS: dict[Language, dict[str, str]] = {
    "de": {
        "open": "jetzt",
        "shut": "jetzt nicht",
        "cost": "Kosten",
        "duration": "Dauer",
        "ready": "Bereithalten",
        "consent": "Vorher",
        "discouraged": "passt nicht",
    },
    "en": {
        "open": "now",
        "shut": "not now",
        "cost": "Cost",
        "duration": "Duration",
        "ready": "Have ready",
        "consent": "Before",
        "discouraged": "does not fit",
    },
}


@click.command()
@click.option("--topic", help="A topic of company.yaml; without it, the matter is unknown.")
@click.option(
    "--at",
    type=click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]),
    help="The moment on the company's clocks; default: now.",
)
@click.option("--urgent", is_flag=True, help="As for a case of the emergency channels.")
@click.option(
    "--language",
    "languages",
    type=click.Choice(LANGUAGES),
    multiple=True,
    default=("de",),
    show_default=True,
    help="The language; give it twice for both.",
)
def channels(topic: str | None, at: datetime | None, urgent: bool, languages: tuple[Language, ...]) -> None:
    """Show which ways to a person are advised, and what is promised, to check company.yaml."""
    company = load_corpus(settings().corpus).company
    known = [each.id for each in company.topics]
    if topic is not None and topic not in known:
        raise click.BadParameter(
            f"there is no topic {topic!r}. {did_you_mean(topic, known)}", param_hint="--topic"
        )
    zone = Calendar(company).zone
    now = at.replace(tzinfo=zone) if at else datetime.now(UTC)
    for language in languages:
        click.echo(advice_as_text(company, topic, language=language, now=now, urgent=urgent))


def advice_as_text(
    company: Company, topic: str | None, *, language: Language, now: datetime, urgent: bool
) -> str:
    """Return the advice for a topic at a moment as text for a terminal.

    :param company: the company.
    :param topic: the topic's id, where it is known.
    :param language: the language of the text.
    :param now: the moment.
    :param urgent: whether it is a case for the emergency channels.
    :return: the channels, best first, and the promise of the team.
    """
    advised = advise_channels(company, topic, language=language, now=now, urgent=urgent)
    promise = make_promise(company, company.team_for(topic), language=language, now=now, urgent=urgent)
    moment = f"{Calendar(company).local(now):%Y-%m-%d %H:%M} {company.time_zone}"
    blocks = [f"{topic or '-'}, {moment}", *(_channel(each, language) for each in advised)]
    return "\n\n".join([*blocks, textwrap.fill(f"{promise.team}: {promise.sentence}", _WIDTH)])


def _channel(channel: ChannelAdvice, language: Language) -> str:
    words = _WORDS[language]
    marks = [words["open"] if channel.open_now else words["shut"]]
    marks += [words["discouraged"]] * channel.discouraged
    facts = [
        *((words["consent"], line) for line in channel.consent),
        (words["cost"], channel.cost),
        (words["duration"], channel.duration),
        *([(words["ready"], channel.have_ready)] if channel.have_ready else []),
    ]
    lines = [channel.reason, *(f"{name}: {text}" for name, text in facts)]
    body = "\n".join(
        textwrap.fill(line, _WIDTH, initial_indent="    ", subsequent_indent="      ") for line in lines
    )
    return f"  {channel.name} ({', '.join(marks)}): {channel.address}\n{body}"
