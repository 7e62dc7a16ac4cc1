"""Answers to take away: rows of tables, and all there is about one question as JSON."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from longformer_viz.spec import AttentionSpec
from longformer_viz.tables import Row
from longformer_viz.tasks.answering import Answers
from longformer_viz.tasks.chunking import Reading
from longformer_viz.tasks.sweep import Sweep
from longformer_viz.trace.tokens import Tokens


def answer_rows(answers: Answers) -> list[Row]:
    """The ranked answers: rank, answer, probability, first and last character and token."""
    return [
        {
            "rank": number,
            "answer": answer.text,
            "probability": round(answer.probability, 4),
            "from character": answer.start,
            "to character": answer.end,
            "first token": answer.first,
            "last token": answer.last,
        }
        for number, answer in enumerate(answers, start=1)
    ]


def reading_rows(readings: Sequence[Reading], length: int) -> list[Row]:
    """One row a strategy; length: of the document, in characters."""
    return [
        {
            "strategy": reading.strategy.name,
            "answer": reading.outcome,
            "probability": round(reading.probability, 4),
            "seconds (measured)": round(reading.elapsed_seconds, 3),
            "peak memory, MB (measured)": None if reading.peak_bytes is None else round(reading.peak_bytes / 1e6, 1),
            "tokens read": reading.tokens_read,
            "passes": reading.passes,
            "evidence at, % of the document": round(100 * reading.evidence[0][0] / max(1, length), 1),
            "seconds if padded (predicted)": round(reading.padded_seconds, 2),
        }
        for reading in readings
    ]


def sweep_rows(found: Sweep) -> list[Row]:
    """One row a setting of the sweep."""
    return [
        {
            "window": point.setting.shown_window,
            "dilation": point.setting.dilation,
            "global tokens": point.setting.placement,
            "count of global tokens": point.global_count,
            "answer": point.answers[0].text,
            "probability": round(point.answers[0].probability, 4),
            "not in this document": _rounded(point.answers.none_probability),
            "seconds (measured)": round(point.answers.elapsed_seconds, 3),
            "the trained setting's answer": point.is_same,
        }
        for point in found.points
    ]


def answers_json(model: str, answers: Answers, tokens: Tokens, spec: AttentionSpec) -> str:
    """All there is about one question: settings, ranked answers, and the scores of every token."""
    content = {
        "model": model,
        "question": answers.question,
        "window": spec.window,
        "dilation": spec.dilation,
        "global_positions_in_document": spec.global_positions,
        "tokens": len(tokens),
        "tokens_read": answers.tokens_read,
        "passes": answers.passes,
        "elapsed_seconds": answers.elapsed_seconds,
        "peak_bytes": answers.peak_bytes,
        "not_in_document_probability": answers.none_probability,
        "answers": [{name.replace(" ", "_"): value for name, value in row.items()} for row in answer_rows(answers)],
        "scores": "logits by which each token beats no answer; null for special tokens",
        "start_scores": _numbers(answers.start_scores),
        "end_scores": _numbers(answers.end_scores),
    }
    return json.dumps(content, indent=1)


def _numbers(scores: np.ndarray) -> list[float | None]:
    return [round(float(score), 4) if np.isfinite(score) else None for score in scores]


def _rounded(value: float | None) -> Any:
    return None if value is None else round(value, 4)
