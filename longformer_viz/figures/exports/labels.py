"""Labels and their evidence to download: rows for tables and CSV, and all results of one decision as JSON."""

import json
from collections.abc import Mapping, Sequence

from longformer_viz.spec import AttentionSpec
from longformer_viz.tables import Row
from longformer_viz.tasks.chunking import StrategyResult
from longformer_viz.tasks.classifying import Classification
from longformer_viz.tasks.labels.evidence import Evidence


def label_rows(found: Classification, names: Mapping[str, str]) -> list[Row]:
    """Return a row for each label, in descending order of probability.

    Args:
        found: The classification.
        names: Readable names of the labels.

    Returns:
        The rows.
    """
    return [
        {
            "rank": number,
            "label": names.get(label.name, label.name),
            "original label": label.name,
            "probability": round(label.probability, 6),
        }
        for number, label in enumerate(found, start=1)
    ]


def evidence_rows(evidence: Evidence, text: str) -> list[Row]:
    """Return a row for each sentence with a weight, the one that supports the label most first.

    Args:
        evidence: The weights of the sentences.
        text: The document.

    Returns:
        The rows.
    """
    return [
        {
            "rank": number,
            "sentence": " ".join(text[each.start : each.stop].split()),
            "log-odds": round(each.known_weight, 6),
            "from character": each.start,
            "to character": each.stop,
            "first token": each.first,
            "last token": each.last,
        }
        for number, each in enumerate(evidence.ranked, start=1)
    ]


def label_reading_rows(readings: Sequence[StrategyResult], names: Mapping[str, str], length: int) -> list[Row]:
    """Return a row for each strategy.

    Args:
        readings: The results of the strategies.
        names: Readable names of the labels.
        length: Number of characters of the document.

    Returns:
        The rows.
    """
    return [
        {
            "strategy": reading.strategy.name,
            "label": names.get(reading.outcome, reading.outcome),
            "probability": round(reading.probability, 4),
            "seconds (measured)": round(reading.elapsed_seconds, 3),
            "peak memory, MB (measured)": None if reading.peak_bytes is None else round(reading.peak_bytes / 1e6, 1),
            "tokens read": reading.tokens_read,
            "passes": reading.passes,
            "read, % of the document": round(100 * _covered(reading) / max(1, length), 1),
            "seconds if padded (predicted)": round(reading.padded_seconds, 2),
        }
        for reading in readings
    ]


def _covered(reading: StrategyResult) -> int:
    return sum(stop - start for start, stop in reading.evidence)


def labels_json(
    model: str,
    found: Classification,
    names: Mapping[str, str],
    evidence: Evidence | None,
    text: str,
    spec: AttentionSpec | None,
) -> str:
    """Write all results of one decision as JSON.

    Args:
        model: The model's name.
        found: The classification.
        names: Readable names of the labels.
        evidence: The weights of the sentences, or None if they were not computed.
        text: The document.
        spec: The settings of the run. None for labels typed by the visitor, which do not use them.

    Returns:
        The JSON text.
    """
    content = {
        "model": model,
        "zero_shot": found.zero_shot,
        "training_distance": None if found.training is None else found.training.distance,
        "training_distance_limit": None if found.training is None else found.training.limit,
        "is_unlike_training_data": found.is_unlike_training_data,
        "is_perhaps_none": found.is_perhaps_none,
        "window": None if spec is None else spec.window,
        "dilation": None if spec is None else spec.dilation,
        "global_positions": None if spec is None else spec.global_positions,
        "tokens_read": found.tokens_read,
        "passes": found.passes,
        "elapsed_seconds": found.elapsed_seconds,
        "peak_bytes": found.peak_bytes,
        "labels": _snake(label_rows(found, names)),
        "evidence": None
        if evidence is None
        else {
            "label": evidence.label,
            "method": evidence.method,
            "log_odds": evidence.log_odds,
            "characters_read": evidence.read,
            "is_whole_document": evidence.is_whole,
            "runs": evidence.runs,
            "elapsed_seconds": evidence.elapsed_seconds,
            "sentences": _snake(evidence_rows(evidence, text)),
        },
    }
    return json.dumps(content, indent=1)


def _snake(rows: Sequence[Row]) -> list[Row]:
    return [{name.replace(" ", "_").replace("-", "_"): value for name, value in row.items()} for row in rows]
