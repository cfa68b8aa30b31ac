"""What we know: articles in YAML, their schema, loader and checks."""

from typing import TYPE_CHECKING

from corpus.fold import fold  # at once, because its module has the same name
from corpus.lazy import lazily

if TYPE_CHECKING:
    from corpus.company import Channel, ChannelKind, Company, Hours, Interval, Team, Topic
    from corpus.escalation import EscalationReason, EscalationRules
    from corpus.examples import EscalationExamples, Synonyms, Texts, Unanswered
    from corpus.legal import Legal, LegalPage
    from corpus.load import (
        Corpus,
        Report,
        check_corpus,
        load_corpus,
        load_legal,
        load_notices,
        load_redirects,
    )
    from corpus.model import LANGUAGES, Article, Language, Localized, Risk, State, Translation, Translations
    from corpus.notices import Notice, NoticeKind, Notices
    from corpus.problem import CorpusError, LotseError, Problem, Severity
    from corpus.redirects import Redirects
else:
    __getattr__, __dir__ = lazily(__name__, __file__)

__all__ = [
    "LANGUAGES",
    "Article",
    "Channel",
    "ChannelKind",
    "Company",
    "Corpus",
    "CorpusError",
    "EscalationExamples",
    "EscalationReason",
    "EscalationRules",
    "Hours",
    "Interval",
    "Language",
    "Legal",
    "LegalPage",
    "Localized",
    "LotseError",
    "Notice",
    "NoticeKind",
    "Notices",
    "Problem",
    "Redirects",
    "Report",
    "Risk",
    "Severity",
    "State",
    "Synonyms",
    "Team",
    "Texts",
    "Topic",
    "Translation",
    "Translations",
    "Unanswered",
    "check_corpus",
    "fold",
    "load_corpus",
    "load_legal",
    "load_notices",
    "load_redirects",
]
