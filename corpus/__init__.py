"""What we know: articles in YAML, their schema, loader and checks."""

from corpus.company import Channel, ChannelKind, Company, Hours, Interval, Team, Topic
from corpus.escalation import EscalationReason, EscalationRules
from corpus.fold import fold
from corpus.load import Corpus, Report, check_corpus, load_corpus
from corpus.model import LANGUAGES, Article, Language, Localized, Risk, State, Translation, Translations
from corpus.problem import CorpusError, LotseError, Problem, Severity

__all__ = [
    "LANGUAGES",
    "Article",
    "Channel",
    "ChannelKind",
    "Company",
    "Corpus",
    "CorpusError",
    "EscalationReason",
    "EscalationRules",
    "Hours",
    "Interval",
    "Language",
    "Localized",
    "LotseError",
    "Problem",
    "Report",
    "Risk",
    "Severity",
    "State",
    "Team",
    "Topic",
    "Translation",
    "Translations",
    "check_corpus",
    "fold",
    "load_corpus",
]
