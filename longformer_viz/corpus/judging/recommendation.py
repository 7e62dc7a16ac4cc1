"""Score settings against right answers, and recommend one with its reason."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from longformer_viz.checks import check_choice, check_number
from longformer_viz.corpus.result_tables import ANSWER, LABEL, Row, check_rows
from longformer_viz.spec import InputError, counted, shown
from longformer_viz.tasks.scoring import interval

_DOCUMENTS_OF_COST = 10_000
_FEW = 30
_SMALL_DIFFERENCE = 0.05
_TIE_SHARE = 0.8  # A setting is called cheaper if it takes at most this share of the time.


@dataclass(frozen=True, slots=True)
class SettingScore:
    """The score of one setting over the documents with right answers.

    Attributes:
        setting: Its name.
        task: "answer" or "label".
        questions: Number of scored questions, or documents for labels.
        score: Mean F1 of answers, or accuracy of labels, 0 to 1.
        low: Lower end of the 95% interval of the score, by resampling documents.
        high: Its upper end.
        difference_low: Lower end of the 95% interval of the difference from the best setting, which is at most 0.
        difference_high: Its upper end.
        exact: Share of exactly right answers.
        seconds: Mean time for one document, all its questions together.
        peak_bytes: Largest memory that a document added; None where it is unknown.
        cost: Cost of 10,000 documents at the price of an hour; None without a price.
        errors: Rows that could not be scored; they count as wrong.
    """

    setting: str
    task: str
    questions: int
    score: float
    low: float
    high: float
    difference_low: float
    difference_high: float
    exact: float
    seconds: float
    peak_bytes: int | None
    cost: float | None
    errors: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a corpus with right answers shows.

    Attributes:
        scores: The settings, the best first.
        recommended: The recommended setting.
        reason: Why, in plain sentences.
        mistakes: Rows with wrong results of all settings.
        causes: Number of mistakes of each setting by cause.
    """

    scores: tuple[SettingScore, ...]
    recommended: SettingScore
    reason: str
    mistakes: tuple[Row, ...]
    causes: dict[str, dict[str, int]]


def judge(rows: Sequence[Row], task: str | None = None, price_per_hour: float | None = None) -> Judgement:
    """Score the settings of a corpus by the right answers that its rows have.

    Args:
        rows: The rows.
        task: "answer" or "label"; by default that of the first row with a right answer.
        price_per_hour: Price of one worker's hour, in any currency.

    Raises:
        InputError: If no row has a right answer, a row is wrong or the price is.
    """
    check_price(price_per_hour)
    rows = check_rows(rows)
    if task is not None:
        check_choice(task, (ANSWER, LABEL), "task")
    task = next((row["task"] for row in rows if row.get("right") is not None), None) if task is None else task
    if task is None:
        raise InputError("A judgement needs right answers; these rows have none. Add a column with right answers.")
    known = {(row["document"], row.get("question")) for row in rows if row.get("right") is not None}
    scored = [row for row in rows if row["task"] == task and (row["document"], row.get("question")) in known]
    if not scored:
        raise InputError("A judgement needs right answers; these rows have none. Add a column with right answers.")
    tables = {setting: _by_document(scored, setting) for setting in dict.fromkeys(row["setting"] for row in scored)}
    means = {setting: _mean(table) for setting, table in tables.items()}
    best = max(means, key=lambda setting: means[setting])
    scores = sorted(
        (_score(scored, setting, task, tables, best, price_per_hour) for setting in tables),
        key=lambda each: (-each.score, each.seconds),
    )
    chosen = _recommended(scores)
    return Judgement(
        scores=tuple(scores),
        recommended=chosen,
        reason=_reason(scores, chosen, documents=len(tables[best])),
        mistakes=tuple(row for row in scored if not row.get("is_right")),
        causes=_causes(scored),
    )


def check_price(price_per_hour: float | None) -> None:
    """Check the price of a worker's hour.

    Args:
        price_per_hour: The price; None if it is unknown.

    Raises:
        InputError: If it is negative or not finite.
    """
    if price_per_hour is not None and not 0 <= check_number(price_per_hour, "price_per_hour") < math.inf:
        raise InputError(
            f"The price of an hour must be a number of 0 or more. You entered {shown(price_per_hour)}. Try 0.10."
        )


def _by_document(rows: Sequence[Row], setting: str) -> dict[str, list[float]]:
    """Return the scores of each document's questions; what has an error scores 0."""
    found: dict[str, list[float]] = {}
    for row in rows:
        if row["setting"] == setting:
            f1 = float(row.get("f1") or 0.0)
            found.setdefault(row["document"], []).append(f1 if math.isfinite(f1) else 0.0)
    return found


def _mean(table: dict[str, list[float]]) -> float:
    values = [value for scores in table.values() for value in scores]
    return float(np.mean(values))


def _score(
    rows: Sequence[Row],
    setting: str,
    task: str,
    tables: dict[str, dict[str, list[float]]],
    best: str,
    price_per_hour: float | None,
) -> SettingScore:
    table = tables[setting]
    own = [row for row in rows if row["setting"] == setting]
    by_document = [float(np.mean(scores)) for scores in table.values()]
    shared = [name for name in table if name in tables[best]]
    differences = [float(np.mean(table[name])) - float(np.mean(tables[best][name])) for name in shared]
    low, high = interval(by_document)
    difference_low, difference_high = interval(differences)
    seconds = sum(row.get("seconds") or 0.0 for row in own) / len(table)
    peaks = [row["peak_bytes"] for row in own if row.get("peak_bytes") is not None]
    return SettingScore(
        setting=setting,
        task=task,
        questions=len(own),
        score=_mean(table),
        low=low,
        high=high,
        difference_low=difference_low,
        difference_high=difference_high,
        exact=sum(bool(row.get("is_right")) for row in own) / len(own),
        seconds=seconds,
        peak_bytes=max(peaks, default=None),
        cost=None if price_per_hour is None else seconds * _DOCUMENTS_OF_COST / 3600 * price_per_hour,
        errors=sum(bool(row.get("error")) for row in own),
    )


def _recommended(scores: Sequence[SettingScore]) -> SettingScore:
    """Return the fastest setting that is as good as the best; the best itself if none is clearly faster.

    As good is a setting whose difference from the best may be chance and is small. Of a few documents, any difference
    may be chance.
    """
    best = scores[0]
    equal = [each for each in scores if each.difference_high >= 0 and best.score - each.score <= _SMALL_DIFFERENCE]
    fastest = min(equal, key=lambda each: each.seconds)
    return fastest if fastest.seconds <= _TIE_SHARE * best.seconds else best


def _reason(scores: Sequence[SettingScore], chosen: SettingScore, documents: int) -> str:
    """Return the recommendation as plain sentences."""
    best, unit = scores[0], "F1" if chosen.task == ANSWER else "accuracy"
    worse = [each for each in scores if each is not chosen and each.difference_high < 0]
    if len(scores) == 1:
        lead = f"{chosen.setting}: {unit} {chosen.score:.2f} ({chosen.low:.2f} to {chosen.high:.2f})."
    elif chosen is best:
        rival = max((each for each in scores if each is not chosen), key=lambda each: each.score)
        verdict = "better than every other setting" if len(worse) == len(scores) - 1 else "the best score"
        lead = (
            f"{chosen.setting}: {verdict}, {unit} {chosen.score:.2f} ({chosen.low:.2f} to {chosen.high:.2f}). "
            f"The next, {rival.setting}, has {rival.score:.2f} at {_times(rival.seconds, chosen.seconds)} the time."
        )
    else:
        lead = (
            f"{chosen.setting}: as good within the interval ({unit} {chosen.score:.2f}; {best.setting} has "
            f"{best.score:.2f}), at {_times(chosen.seconds, best.seconds)} the time."
        )
    if documents < _FEW:
        lead += (
            f" With {counted(documents, 'document')} the intervals are wide. Give right answers "
            f"for at least {_FEW} before you rely on it."
        )
    return lead


def _times(seconds: float, other: float) -> str:
    ratio = seconds / other if other else 1.0
    return f"{ratio:.1f} times" if ratio >= 0.95 else f"{ratio:.0%} of"


def _causes(rows: Sequence[Row]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        if not row.get("is_right"):
            cause = row.get("cause") or ("could not be read" if row.get("error") else "another label")
            causes = found.setdefault(row["setting"], {})
            causes[cause] = causes.get(cause, 0) + 1
    return found
