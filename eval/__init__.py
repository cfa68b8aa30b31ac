"""How good it is: questions, metrics, peers, benchmarks, reports."""

from corpus.jsonl import LabelsError
from corpus.questions import Group, Question, load_questions
from eval.audit import Finding, audit_questions, load_split_questions
from eval.encoder_data import EncoderData, load_encoder_data
from eval.encoder_measures import EncoderMeasures, measure_encoder
from eval.encoder_speed import measure_encoder_speed
from eval.errors import ColdStartError, EvalError
from eval.intervals import Figure, Interval, bootstrap, clopper_pearson_upper, wilson
from eval.metrics import (
    auroc,
    coverage,
    coverage_at_precision,
    deflection_accuracy,
    false_deflection,
    missed_deflection,
    mrr_at_k,
    multiclass_mcc,
    recall_at_k,
    wrong_rate,
)
from eval.outcome import Outcome, Points, measure
from eval.peers import Bm25, CharacterTfidf, Peer, peers_of
from eval.questions import Asked, ask_questions
from eval.speed import Measured, measure_speed
from eval.tasks import Task, answer_peers, answer_task, load_task, task_folders

__all__ = [
    "Asked",
    "Bm25",
    "CharacterTfidf",
    "ColdStartError",
    "EncoderData",
    "EncoderMeasures",
    "EvalError",
    "Figure",
    "Finding",
    "Group",
    "Interval",
    "LabelsError",
    "Measured",
    "Outcome",
    "Peer",
    "Points",
    "Question",
    "Task",
    "answer_peers",
    "answer_task",
    "ask_questions",
    "audit_questions",
    "auroc",
    "bootstrap",
    "clopper_pearson_upper",
    "coverage",
    "coverage_at_precision",
    "deflection_accuracy",
    "false_deflection",
    "load_encoder_data",
    "load_questions",
    "load_split_questions",
    "load_task",
    "measure",
    "measure_encoder",
    "measure_encoder_speed",
    "measure_speed",
    "missed_deflection",
    "mrr_at_k",
    "multiclass_mcc",
    "peers_of",
    "recall_at_k",
    "task_folders",
    "wilson",
    "wrong_rate",
]
