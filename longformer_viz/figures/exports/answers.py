"""Answers to download: rows of tables, and all results of one question as JSON."""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from longformer_viz.spec import AttentionSpec
from longformer_viz.tables import Row
from longformer_viz.tasks.agreement import finds_none, score_against
from longformer_viz.tasks.answers import Answers
from longformer_viz.tasks.chunking import StrategyResult
from longformer_viz.tasks.sweep import Sweep
from longformer_viz.trace.tokens import Tokens

NO_ANSWER = "No answer found"


def answer_rows(answers: Answers) -> list[Row]:
    """Return a row for each ranked answer, with the characters and tokens of its best occurrence."""
    return [
        {
            "rank": number,
            "answer": answer.text,
            "probability": round(answer.probability, 4),
            "places": len(answer.places),
            "from character": answer.start,
            "to character": answer.end,
            "first token": answer.first,
            "last token": answer.last,
        }
        for number, answer in enumerate(answers, start=1)
    ]


def reading_rows(readings: Sequence[StrategyResult], length: int, right: str | None = None) -> list[Row]:
    """Return a row for each strategy.

    Args:
        readings: The results of the strategies.
        length: Number of characters of the document.
        right: The right answer, if it is known. With it each row has a score.

    Returns:
        The rows.
    """
    return [
        {
            "strategy": reading.strategy.name,
            "answer": NO_ANSWER if reading.finds_none else reading.outcome,
            **_scores(reading, right),
            "best passage": reading.outcome,
            "probability": round(reading.probability, 4),
            "no answer, probability": None if reading.answers is None else _rounded(reading.answers.none_probability),
            "seconds (measured)": round(reading.elapsed_seconds, 3),
            "peak memory, MB (measured)": None if reading.peak_bytes is None else round(reading.peak_bytes / 1e6, 1),
            "tokens indexed": reading.tokens_indexed,
            "tokens read": reading.tokens_read,
            "passes": reading.passes,
            "evidence at, % of the document": round(100 * reading.evidence[0][0] / max(1, length), 1),
            "seconds if padded (predicted)": round(reading.padded_seconds, 2),
        }
        for reading in readings
    ]


def _scores(reading: StrategyResult, right: str | None) -> Row:
    if not right or not right.strip():
        return {}
    score = score_against("" if reading.finds_none else reading.outcome, right)
    return {"exact match": score.is_exact, "F1": round(score.f1, 3)}


def sweep_rows(found: Sweep) -> list[Row]:
    """Return a row for each setting of the sweep."""
    return [
        {
            "window": point.setting.shown_window,
            "dilation": point.setting.dilation,
            "global tokens": point.setting.placement,
            "count of global tokens": point.global_count,
            "answer": NO_ANSWER if finds_none(point.answers) else point.answers[0].text,
            "best passage": point.answers[0].text,
            "probability": round(point.answers[0].probability, 4),
            "no answer, probability": _rounded(point.answers.none_probability),
            "seconds (measured)": round(point.answers.elapsed_seconds, 3),
            "same as with the default settings": point.is_same,
        }
        for point in found.points
    ]


def answers_json(model: str, answers: Answers, tokens: Tokens, spec: AttentionSpec) -> str:
    """Write all results of one question as JSON: settings, ranked answers, and the scores of every token.

    Args:
        model: The model's name.
        answers: The answers.
        tokens: The document's tokens.
        spec: The settings of the run.

    Returns:
        The JSON text.
    """
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
        "no_answer_probability": answers.none_probability,
        "weak_evidence": answers.is_weak,
        "answers": [
            {name.replace(" ", "_"): value for name, value in row.items()} | {"places": list(map(list, each.places))}
            for row, each in zip(answer_rows(answers), answers, strict=True)
        ],
        "scores": "logits by which each token beats no answer; null for special tokens",
        "start_scores": _numbers(answers.start_scores),
        "end_scores": _numbers(answers.end_scores),
    }
    return json.dumps(content, indent=1)


def _numbers(scores: np.ndarray) -> list[float | None]:
    return [round(float(score), 4) if np.isfinite(score) else None for score in scores]


def _rounded(value: float | None) -> Any:
    return None if value is None else round(value, 4)
