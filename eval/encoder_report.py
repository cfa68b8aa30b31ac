"""What ``lotse eval encoder`` prints and keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from eval.encoder_measures import EncoderMeasures, agreement, differences
from eval.intervals import Figure
from eval.table import figure_json, figure_text, table

Measured = Mapping[str, EncoderMeasures]
"""At least one encoder, by label; the last one is the reference of the comparison."""


def encoder_report(measured: Measured) -> str:
    """Write one table of all measures, and with several encoders one of their differences."""
    first = next(iter(measured.values()))
    lines = _lines({label: one.figures for label, one in measured.items()}, first.changed)
    tables = [table(["", "n", *measured], lines)]
    if compared := _compared(measured):
        title = f"recall@1 minus that of {list(measured)[-1]}, paired"
        tables.append(table([title, "n", *compared], _lines(compared, {})))
        title = f"Spearman of its cosines with those of {list(measured)[-1]}"
        tables.append(table([title, "n", *compared], _lines(_agreements(measured), {})))
    return "\n\n".join(tables)


def encoder_json(measured: Measured) -> dict[str, object]:
    """Return all figures with interval and n, by encoder, and how many questions each noise changed."""
    figures = {label: one.figures for label, one in measured.items()}
    changed = next(iter(measured.values())).changed
    return {
        "encoders": _plain(figures),
        "questions_changed": changed,
        "reference": list(measured)[-1] if len(measured) > 1 else None,
        "differences": _plain(_compared(measured)),
        "agreement": _plain(_agreements(measured)),
    }


def labels_of(given: Sequence[str]) -> list[str]:
    """Shorten paths and names to the last parts that tell them apart; ``given`` are all different."""
    parts = [name.rstrip("/").split("/") for name in given]
    for depth in range(1, max(map(len, parts), default=0)):
        labels = ["/".join(part[-depth:]) for part in parts]
        if len(set(labels)) == len(given) and all(labels):
            return labels
    return list(given)


def _compared(measured: Measured) -> dict[str, dict[str, Figure]]:
    *others, reference = measured
    return {label: differences(measured[label], measured[reference]) for label in others}


def _agreements(measured: Measured) -> dict[str, dict[str, Figure]]:
    *others, reference = measured
    return {label: agreement(measured[label], measured[reference]) for label in others}


def _lines(columns: Mapping[str, Mapping[str, Figure]], changed: Mapping[str, int]) -> list[list[str]]:
    first = next(iter(columns.values()))
    return [
        [
            f"{name} ({changed[name]} of {figure.n} changed)" if name in changed and figure.n else name,
            str(figure.n) if figure.n else "–",
            *(figure_text(column[name]) for column in columns.values()),
        ]
        for name, figure in first.items()
    ]


def _plain(columns: Mapping[str, Mapping[str, Figure]]) -> dict[str, dict[str, object]]:
    return {
        label: {name: figure_json(figure) for name, figure in figures.items()}
        for label, figures in columns.items()
    }
