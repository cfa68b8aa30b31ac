"""Every setting in one table; the only module that reads the environment.

Each field is one row: environment variable ``LOTSE_<NAME>``, default, one sentence of help.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from corpus.origins import parse_origins
from corpus.problem import LotseError

PACKAGE = Path(__file__).resolve().parent
SHORTEST_KEY = 32
REDIS = ("redis://", "rediss://", "unix://")


class SettingsError(LotseError):
    """A setting has a value that cannot be used."""


class Settings(BaseSettings):
    """The settings of one installation, from the environment and from a ``.env`` file."""

    model_config = SettingsConfigDict(
        env_prefix="LOTSE_",
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    host: str = Field("127.0.0.1", description="Address the server listens on.")
    port: int = Field(8000, ge=0, le=65535, description="Port the server listens on.")
    base_url: str | None = Field(
        None,
        description="Public address in mails and links; default: http://HOST:PORT, and search engines "
        "are told none.",
    )
    data: Path = Field(Path("var"), description="Folder for everything written at run time.")
    corpus: Path = Field(PACKAGE, description="Folder with company.yaml, escalation.yaml, articles/.")
    questions: Path | None = Field(
        None,
        description="Folder of labelled questions: ranking and confidence are fitted on calibration.jsonl, "
        "answers proven on test.jsonl; default: those shipped with the shipped articles, otherwise the "
        "articles' own phrasings serve and nothing is proven.",
    )
    database_url: str | None = Field(
        None, description="SQLAlchemy URL of the database; default: SQLite in LOTSE_DATA."
    )
    workers: int = Field(1, ge=1, le=64, description="Server processes.")
    threads: int = Field(4, ge=1, le=128, description="Threads a server process.")
    secret_key: SecretStr | None = Field(
        None,
        description="Signs conversation tokens, case codes and desk links; default: made once and kept "
        "in LOTSE_DATA.",
    )
    max_wrong: float = Field(
        0.05, gt=0, lt=0.5, description="Largest share of direct answers that may be wrong."
    )
    expected_unanswerable: float = Field(
        0.3, ge=0, lt=1, description="Expected share of questions that no article answers."
    )
    unproven: Literal["answer", "suggest"] = Field(
        "answer", description="Without a certificate: 'answer' directly, or only 'suggest'."
    )
    encoder: str | None = Field(
        None,
        description="A sentence-transformers model or folder, or a folder of the bundled model's format; "
        "default: the bundled model.",
    )
    encoder_query_prompt: str | None = Field(
        None,
        description="Text before every question where the model's own configuration lacks it; "
        "E5: 'query: ', in quotes for the space at its end.",
    )
    encoder_passage_prompt: str | None = Field(
        None, description="The same before every piece of an article; E5: 'passage: '."
    )
    encoder_threads: int = Field(1, ge=1, le=64, description="Threads of the sentence encoder.")
    poll_seconds: float = Field(
        2.0,
        gt=0,
        le=3600,
        description="How often the server looks for a new index and for edited notices.",
    )
    watch: bool = Field(
        True, description="Rebuild when the files of LOTSE_CORPUS change while the server runs."
    )
    smtp_host: str | None = Field(None, description="Mail server; without it mail waits in the outbox.")
    smtp_port: int = Field(25, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "none", description="Encryption to the mail server."
    )
    smtp_user: str | None = Field(None, description="Login name at the mail server.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    smtp_timeout: float = Field(20.0, gt=0, le=600, description="Seconds to wait for the mail server.")
    retention_days: int = Field(
        90,
        ge=1,
        le=3650,
        description="Days that questions and closed cases are kept; a server forgets older ones daily.",
    )
    attachments: int = Field(5, ge=0, le=20, description="Files that may come with a message; 0 takes none.")
    attachment_megabytes: int = Field(10, ge=1, le=50, description="Largest size of such a file, in MB.")
    desk_link_days: int = Field(
        30, ge=1, le=365, description="Days that the links in mails to the teams open the desk."
    )
    posts_per_minute: int = Field(
        120, ge=1, le=100_000, description="Forms and API posts a minute from one address; half at once."
    )
    rate_storage: SecretStr | None = Field(
        None,
        description="Redis in which several server processes count posts and wrong codes together, such as "
        "redis://:PASSWORD@HOST:6379/0 (needs the extra [redis]); default: each process counts alone.",
    )
    api_origins: str | None = Field(
        None,
        description="Origins whose pages may call the API, such as https://www.example.de, with commas or "
        "spaces between them; * allows all; default: none.",
    )
    widget_origins: str | None = Field(
        None,
        description="Origins of the company's own pages that may show the help in a frame, such as "
        "https://www.example.de, with commas or spaces between them; default: none but its own.",
    )
    proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded headers are trusted."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much the server logs."
    )

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"needs at least {SHORTEST_KEY} random characters; or leave it out, one is made")
        return key

    @field_validator("rate_storage")
    @classmethod
    def _of_a_redis(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and not url.get_secret_value().startswith(REDIS):
            raise ValueError(f"begins with none of {', '.join(REDIS)}")
        return url

    @field_validator("widget_origins")
    @classmethod
    def _as_browsers_write_them(cls, origins: str | None) -> str | None:
        return " ".join(parse_origins(origins or "")) or None

    @field_validator("api_origins")
    @classmethod
    def _all_or_as_browsers_write_them(cls, origins: str | None) -> str | None:
        return "*" if origins and origins.strip() == "*" else " ".join(parse_origins(origins or "")) or None

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call the API."""
        return tuple((self.api_origins or "").split())

    @property
    def encoder_prompts(self) -> dict[Literal["query", "passage"], str]:
        """The prompts that are set, for the encoder to use instead of the model's own."""
        given: dict[Literal["query", "passage"], str | None] = {
            "query": self.encoder_query_prompt,
            "passage": self.encoder_passage_prompt,
        }
        return {role: prompt for role, prompt in given.items() if prompt}

    def environment(self) -> dict[str, str]:
        """Return the environment in which another process has these settings, secrets as they are there."""
        own = {
            f"LOTSE_{name.upper()}": str(value)
            for name, value in self.model_dump(exclude_none=True).items()
            if name in self.model_fields_set and not isinstance(value, SecretStr)
        }
        return {**os.environ, **own}

    @property
    def labelled_questions(self) -> Path | None:
        """The file of questions to fit on; those shipped belong to the shipped articles alone."""
        return self._questions("calibration.jsonl")

    @property
    def test_questions(self) -> Path | None:
        """The file of questions to prove on, ``None`` where there is none."""
        path = self._questions("test.jsonl")
        return path if path is not None and path.is_file() else None

    def _questions(self, name: str) -> Path | None:
        shipped = PACKAGE.parent / "eval" / "questions"
        if self.questions is None and self.corpus.resolve() == PACKAGE and (shipped / name).is_file():
            return shipped / name
        return None if self.questions is None else self.questions / name

    @property
    def public_url(self) -> str:
        """The address customers reach, without a slash at its end."""
        return (self.base_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def sqlalchemy_url(self) -> str:
        """The database's URL; SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'lotse.sqlite3'}"


def _is_secret(name: str) -> bool:
    return "SecretStr" in str(Settings.model_fields[name].annotation) or name.endswith("url")


def load_settings() -> Settings:
    """Read the settings from the environment and from ``.env``.

    :return: the settings.
    :raises SettingsError: naming every variable whose value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            (
                f"LOTSE_{str(item['loc'][0]).upper()}={item['input']!s}: {item['msg']}"
                if not _is_secret(str(item["loc"][0]))
                else f"LOTSE_{str(item['loc'][0]).upper()}: {item['msg']}"
            ).replace("Value error, ", "")
            for item in error.errors()
        ]
        raise SettingsError("\n".join(lines)) from None


@cache
def settings() -> Settings:
    """Return the settings of this process, read once."""
    return load_settings()
