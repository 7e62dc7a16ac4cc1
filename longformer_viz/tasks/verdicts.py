"""`verdict`: describe which strategies agree, their cost, and which are right if the right answer is known."""

from collections.abc import Sequence

from longformer_viz.tasks.agreement import same_outcome, score_against
from longformer_viz.tasks.chunking import WHOLE, StrategyResult

CAUTION = "Agreement does not show which answer is right."


def verdict(readings: Sequence[StrategyResult], right: str | None = None) -> str:
    """Describe which strategies agree, as plain sentences without markup.

    Args:
        readings: The result of each strategy on one document.
        right: The right answer. If it is given, the strategies are scored against it.

    Returns:
        Sentences with their figures. No answer is called right unless `right` is given.
    """
    sentences = _scored(readings, right) if right and right.strip() else _compared(readings)
    timing = _timing(readings)
    return f"{sentences} {timing}" if timing else sentences


def groups(readings: Sequence[StrategyResult]) -> list[list[StrategyResult]]:
    """Group the results that agree, the largest group first.

    Args:
        readings: The result of each strategy on one document.
    """
    found: list[list[StrategyResult]] = []
    for reading in readings:
        own = next((group for group in found if agree(group[0], reading)), None)
        if own is None:
            found.append([reading])
        else:
            own.append(reading)
    return sorted(found, key=len, reverse=True)


def agree(one: StrategyResult, other: StrategyResult) -> bool:
    """Return whether two results have the same label, the same answer, or both no answer.

    Args:
        one: The result of a strategy.
        other: The result of another strategy.
    """
    if one.answers is None or other.answers is None:
        return one.outcome == other.outcome
    return same_outcome(one.answers, other.answers)


def _compared(readings: Sequence[StrategyResult]) -> str:
    found = groups(readings)
    total = len(readings)
    is_question = readings[0].answers is not None
    if len(found) == 1:
        if readings[0].finds_none:
            return f"All {total} strategies find no answer in this document."
        return f"All {total} strategies {'find the same answer' if is_question else 'choose the same label'}."
    if len(found) == total:
        lead = f"The {total} strategies find {total} different {'results' if is_question else 'labels'}"
        return f"{lead}: {_listed(readings)}.{f' {CAUTION}' if is_question else ''}"
    first, *others = found
    what = (
        "find no answer"
        if first[0].finds_none
        else "find the same answer"
        if is_question
        else "choose the same label"
    )
    lead = f"{len(first)} of {total} strategies {what}: {_names(first)}."
    rest = _listed([reading for group in others for reading in group])
    return (
        f"{lead} The {'others find' if total - len(first) > 1 else 'other finds'} something else: {rest}. {CAUTION}"
    )


def _scored(readings: Sequence[StrategyResult], right: str) -> str:
    scores = [(reading, score_against("" if reading.finds_none else reading.outcome, right)) for reading in readings]
    exact = [reading for reading, score in scores if score.is_exact]
    if len(exact) == len(readings):
        return f"All {len(readings)} strategies give the right answer (exact match)."
    others = "; ".join(f"{reading.strategy.name} {score.f1:.2f}" for reading, score in scores if not score.is_exact)
    if not exact:
        return f"None of the {len(readings)} strategies gives the right answer. F1: {others}."
    verb = "gives" if len(exact) == 1 else "give"
    lead = f"{len(exact)} of {len(readings)} strategies {verb} the right answer (exact match): {_names(exact)}."
    return f"{lead} F1 of the others: {others}."


def _timing(readings: Sequence[StrategyResult]) -> str:
    """Compare the time for the whole document with the fastest strategy that agrees; empty if none agrees."""
    whole = next((reading for reading in readings if reading.strategy == WHOLE), None)
    if whole is None:
        return ""
    others = [reading for reading in readings if reading is not whole and agree(reading, whole)]
    if not others:
        return ""
    fastest = min(others, key=lambda reading: reading.elapsed_seconds)
    took = f"{whole.strategy.name} took {whole.elapsed_seconds:.2g} s"
    if whole.elapsed_seconds <= fastest.elapsed_seconds:
        return (
            f"{took}, the shortest time of the strategies that agree. The next, {fastest.strategy.name}, took "
            f"{fastest.elapsed_seconds:.2g} s."
        )
    return (
        f"{took}. The fastest strategy that agrees with it, {fastest.strategy.name}, took "
        f"{fastest.elapsed_seconds:.2g} s."
    )


def _listed(readings: Sequence[StrategyResult]) -> str:
    return "; ".join(f"{reading.strategy.name} ({_confidence(reading)})" for reading in readings)


def _confidence(reading: StrategyResult) -> str:
    if reading.finds_none and reading.answers is not None:
        return f"no answer, {reading.answers.none_probability:.0%}"
    return f"{reading.probability:.0%}"


def _names(readings: Sequence[StrategyResult]) -> str:
    names = [reading.strategy.name for reading in readings]
    return "; ".join(names)
