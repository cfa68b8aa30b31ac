"""Everything one serving process holds open."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.assistant import Assistant
from assistant.attachments import AttachmentFolder
from assistant.background import Background
from assistant.cases import Cases
from assistant.conversation import ConversationTokens
from assistant.database import Database, DatabaseError
from assistant.delivery import OutboxWorker, SmtpTransport
from assistant.notice_source import NoticeSource
from assistant.purge import daily_purge
from assistant.questions import QuestionLog
from assistant.recovery import LostCodes
from assistant.secret import secret_key
from assistant.snapshot import Snapshot
from assistant.titles import reason_in, title_in
from assistant.watch import PromiseWatch
from corpus import Company
from corpus.settings import Settings


@dataclass(frozen=True, slots=True)
class Runtime:
    """The open service: assistant, records, tokens and the threads that keep them going."""

    settings: Settings
    database: Database
    questions: QuestionLog
    cases: Cases
    lost_codes: LostCodes
    tokens: ConversationTokens
    outbox: OutboxWorker
    notices: NoticeSource
    promises: PromiseWatch
    forgetting: Background
    _snapshot: Snapshot

    @classmethod
    def open(cls, settings: Settings) -> Runtime:
        """Open everything and start the threads; call it after a fork, never before.

        :param settings: the settings of the installation.
        :return: the runtime; close it when done.
        :raises ArtifactError: when no index has been built.
        :raises DatabaseError: when the database cannot be reached or is not migrated.
        """
        database = Database(settings.sqlalchemy_url)
        database.check()
        snapshot = Snapshot(settings)
        key = secret_key(settings)

        def company() -> Company:
            return snapshot.assistant.corpus.company

        attachments = AttachmentFolder.from_settings(settings)
        cases = Cases(
            database,
            company,
            key,
            settings.public_url,
            attachments=attachments,
            link_days=settings.desk_link_days,
            reason_of=lambda reason, language: reason_in(snapshot.assistant.corpus, reason, language),
            title_of=lambda article, language: title_in(snapshot.assistant.corpus, article, language),
        )
        outbox = OutboxWorker(database, SmtpTransport(settings), settings.poll_seconds)
        runtime = cls(
            settings=settings,
            database=database,
            questions=QuestionLog(database),
            cases=cases,
            lost_codes=LostCodes(database, company, key, settings.public_url),
            tokens=ConversationTokens(key),
            outbox=outbox,
            notices=NoticeSource(settings, lambda: snapshot.assistant.corpus),
            promises=PromiseWatch(database, company, cases.links, told=outbox.wake),
            forgetting=daily_purge(database, attachments, settings.retention_days),
            _snapshot=snapshot,
        )
        snapshot.start()
        runtime.notices.start()
        runtime.outbox.start()
        runtime.promises.start()
        runtime.forgetting.start()
        return runtime

    @property
    def assistant(self) -> Assistant:
        """The state that serves now; take it once a request."""
        return self._snapshot.assistant

    @property
    def last_error(self) -> str | None:
        """What is wrong with the newest edit or build, while an older state serves; else ``None``."""
        return self._snapshot.last_error or self.notices.last_error

    def ready(self) -> list[str]:
        """Return what keeps this process from serving; empty when it can."""
        try:
            self.database.check()
        except DatabaseError as error:
            return [str(error)]
        return []

    def close(self) -> None:
        """Stop the threads and close the database."""
        self.forgetting.stop()
        self.promises.stop()
        self.outbox.stop()
        self.notices.stop()
        self._snapshot.stop()
        self.database.close()
