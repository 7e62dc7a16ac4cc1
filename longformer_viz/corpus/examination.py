"""Examine one document: the rows of its answers, labels and measurements, with errors as values."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from longformer_viz.corpus.content import read_content
from longformer_viz.corpus.judging.causes import Mistake, mistake_of
from longformer_viz.corpus.plan import LONG_TOKENS, SHORT_TOKENS, Asked, CorpusPlan, Setting
from longformer_viz.corpus.result_tables import ANSWER, DOCUMENT, LABEL, MEASURE, Row
from longformer_viz.corpus.sources import Reference
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import run
from longformer_viz.models.store import stored_model
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.tasks.agreement import finds_none, score_against
from longformer_viz.tasks.answering import answer
from longformer_viz.tasks.answers import Answers
from longformer_viz.tasks.chunking import StrategyResult, answer_by_strategies, classify_by_strategies
from longformer_viz.tasks.classifying import classify, uses_embeddings
from longformer_viz.tasks.strategies import STRATEGIES, WHOLE, Strategy
from longformer_viz.tasks.sweep import placed_globals
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.full_attention import full_attention
from longformer_viz.trace.tokens import Tokens

_BY_NAME = {strategy.name: strategy for strategy in STRATEGIES}
_MEASURED_TOKENS = 4096  # Full attention of more takes minutes.
_SPANS = 3


def rows_of_document(plan: CorpusPlan, reference: Reference, key: str) -> list[Row]:
    """Ask a document everything, and return one row for each answer.

    No error leaves this function: what cannot be answered is a row with the reason, whatever it is.

    Args:
        plan: What is asked.
        reference: Where the document is.
        key: Its content's key.
    """
    start = time.perf_counter()
    head: Row = {"document": reference.name, "key": key, "tokens": None, "notes": ""}
    try:
        content = read_content(reference)
        _check_length(len(content.text), plan.max_characters, "characters")
        tokens = _model(plan).tokenize(content.text)
        _check_length(len(tokens), plan.max_tokens, "tokens")
    except Exception as fault:
        return [{**head, "task": DOCUMENT, **_fault_columns(fault, start)}]
    head |= {"tokens": len(tokens), "notes": " ".join(content.notes)}
    rows = []
    for make in _row_makers(plan, reference, tokens):
        start = time.perf_counter()
        try:
            row = make.call()
        except Exception as fault:
            row = _fault_columns(fault, start)
        rows.append({**head, **make.about, **row})
    if not rows:
        rows.append({**head, "task": DOCUMENT, "seconds": time.perf_counter() - start})
    if plan.measure:
        rows[-1] |= _evidence_shares(rows)
    return rows


def _fault_columns(fault: Exception, start: float) -> Row:
    """Return why a row has no result; a refusal in its own words, anything else with its type."""
    is_refusal = isinstance(fault, InputError | ImportError)
    text = str(fault) if is_refusal else f"An unexpected error: {type(fault).__name__}. {shown(str(fault), 300)}"
    return {"error": text, "seconds": time.perf_counter() - start}


def _evidence_shares(rows: Sequence[Row]) -> Row:
    """Return the shares of a document's answers that end past the lengths of common models; none without answers."""
    ends = [row["evidence_token"] for row in rows if row.get("has_answer")]
    return {
        f"share_past_{length}": sum(end > length for end in ends) / len(ends) if ends else None
        for length in (SHORT_TOKENS, LONG_TOKENS)
    }


def _check_length(length: int, most: int | None, unit: str) -> None:
    if most is not None and length > most:
        raise InputError(f"A document may have at most {most:,} {unit}. This one has {length:,}. Split it.")


@dataclass(frozen=True, slots=True)
class _Maker:
    """A call that makes a row, and what the row is about whether or not the call succeeds."""

    about: Row
    call: Callable[[], Row]


def _row_makers(plan: CorpusPlan, reference: Reference, tokens: Tokens) -> Iterator[_Maker]:
    for asked in questions_of(plan, reference):
        for setting in plan.settings:
            about = {"task": ANSWER, "question": asked.question, **_setting_columns(setting)}
            yield _Maker(about, lambda asked=asked, setting=setting: _answered(plan, asked, tokens, setting))
    if plan.asks_labels:
        for setting in plan.label_settings if not uses_embeddings(plan.labels) else (Setting(),):
            about = {"task": LABEL, **_setting_columns(setting)}
            yield _Maker(about, lambda setting=setting: _labelled(plan, tokens, setting, reference.label))
    if plan.measure:
        yield _Maker({"task": MEASURE}, lambda: _measured(plan, tokens))


def _model(plan: CorpusPlan, name: str | None = None, task: str | None = None) -> LoadedModel:
    """Return a model of this process, which the store loads once."""
    return stored_model(name, task=task if name is None else None, device=plan.device, dtype=plan.dtype)


def questions_of(plan: CorpusPlan, reference: Reference) -> tuple[Asked, ...]:
    """Return the questions of a document: its own, and those of the plan with the document's right answers.

    Args:
        plan: The plan.
        reference: The document.
    """
    own = {asked.question: asked for asked in reference.asked}
    shared = own.pop("", None)
    answers = None if shared is None else shared.answers
    planned = tuple(own.pop(question, Asked(question, answers)) for question in plan.questions)
    return (*planned, *own.values())


def _setting_columns(setting: Setting) -> Row:
    return {
        "setting": setting.name,
        "strategy": setting.strategy,
        "window": setting.window,
        "placement": setting.placement,
        "model": setting.model,
    }


def _answered(plan: CorpusPlan, asked: Asked, tokens: Tokens, setting: Setting) -> Row:
    """Return the row of one question with one setting."""
    model = _model(plan, setting.model, "qa")
    strategy = _BY_NAME[setting.strategy]
    if setting.model is not None:
        tokens = model.tokenize(tokens.text)
    if strategy == WHOLE:
        positions, question_global = placed_globals(setting.placement, tokens)
        start = time.perf_counter()
        found = answer(
            model,
            asked.question,
            tokens,
            AttentionSpec(setting.window, 1, positions),
            question_global=question_global,
        )
        seconds, peak_bytes, tokens_read = time.perf_counter() - start, found.peak_bytes, found.tokens_read
    else:
        (result,) = answer_by_strategies(model, asked.question, tokens, [strategy])
        found, seconds, peak_bytes = _answers_of(result), result.elapsed_seconds, result.peak_bytes
        tokens_read = result.tokens_read + result.tokens_indexed
    row = {**_answer_columns(found), "seconds": seconds, "peak_bytes": peak_bytes, "tokens_read": tokens_read}
    if asked.answers is not None:
        row |= _scored(model, asked, tokens, strategy, found)
    return row


def _answers_of(result: StrategyResult) -> Answers:
    assert result.answers is not None
    return result.answers


def _answer_columns(found: Answers) -> Row:
    best, is_none = found[0], finds_none(found)
    others = [
        {"text": each.text, "start": each.start, "end": each.end, "probability": round(each.probability, 6)}
        for each in found.spans[1 : 1 + _SPANS]
    ]
    return {
        "result": "" if is_none else best.text,
        "has_answer": not is_none,
        "is_weak": found.is_weak,
        "probability": best.probability,
        "no_answer_probability": found.none_probability,
        "passage": best.text,
        "start": best.start,
        "end": best.end,
        "evidence_token": best.last + 1,
        "others": others,
    }


def _scored(model: LoadedModel, asked: Asked, tokens: Tokens, strategy: Strategy, found: Answers) -> Row:
    """Return the columns that compare an answer with the right ones."""
    assert asked.answers is not None
    said = "" if finds_none(found) else found[0].text
    if not asked.answers:
        right = not said
        cause = None if right else Mistake.NO_ANSWER_EXISTS.value
        return {"right": [], "f1": float(right), "is_right": right, "cause": cause}
    scores = [score_against(said, right) for right in asked.answers] if said else []
    f1 = max((score.f1 for score in scores), default=0.0)
    is_right = any(score.is_exact for score in scores)
    cause = None if is_right else mistake_of(model, asked, tokens, strategy, found).value
    return {"right": list(asked.answers), "f1": f1, "is_right": is_right, "cause": cause}


def _labelled(plan: CorpusPlan, tokens: Tokens, setting: Setting, right: str | None) -> Row:
    """Return the row of a document's label."""
    if uses_embeddings(plan.labels):
        found = classify(_model(plan), tokens, plan.labels)
        result, probability, seconds = found[0].name, found[0].probability, found.elapsed_seconds
        peak_bytes, tokens_read, is_weak = found.peak_bytes, found.tokens_read, found.is_perhaps_none
    else:
        model = _model(plan, plan.label_model)
        labels = plan.labels if plan.label_model is None else None
        assert labels is None or isinstance(labels, str)
        if plan.label_model is not None:
            tokens = model.tokenize(tokens.text)
        (read,) = classify_by_strategies(model, tokens, labels, [_BY_NAME[setting.strategy]])
        result, probability, seconds = read.outcome, read.probability, read.elapsed_seconds
        peak_bytes, tokens_read = read.peak_bytes, read.tokens_read
        is_weak = read.classification is not None and read.classification.is_unlike_training_data
    row: Row = {"result": result, "probability": probability, "is_weak": is_weak}
    row |= {"seconds": seconds, "peak_bytes": peak_bytes, "tokens_read": tokens_read}
    if right is not None:
        is_right = result.strip().casefold() == right.strip().casefold()
        row |= {"right": [right], "is_right": is_right, "f1": float(is_right)}
    return row


def _measured(plan: CorpusPlan, tokens: Tokens) -> Row:
    """Return the share of full attention that each window keeps; of long documents the beginning is measured."""
    start = time.perf_counter()
    model = _model(plan)
    part = model.tokenize(tokens.text, limit=_MEASURED_TOKENS) if len(tokens) > _MEASURED_TOKENS else tokens
    trace = run(model, part, AttentionSpec())
    full = full_attention(trace)
    row: Row = {}
    for window in plan.windows:
        pattern = LongformerPattern(AttentionSpec(window).layers(trace.own_windows, trace.heads))
        row[f"captured_mass_{window}"] = captured_mass(trace, pattern, full).mean
    return {**row, "measured_tokens": len(part), "seconds": time.perf_counter() - start}
