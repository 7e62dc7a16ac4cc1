"""Evaluate answers and labels on documents in files, by length and by strategy.

`python -m benchmarks.quality --qa FILE --topics FILE --sentiment FILE --kinds FILE [--limit N] [--strategies]
[--json]`; with `--held-out` only by the documents that training on these files leaves out: so the shipped adapters
are judged; with `--zero-shot` also by likeness to the labels' names.
Questions in SQuAD's form (version 1 or 2), labelled texts one JSON object a line, `.gz` too; each file is optional.
Every question is put to `answer` and every text to `classify`, one at a time, as the app does it. F1 and exact match
are SQuAD's, over the questions that have an answer; what is refused counts as wrong. Intervals hold 95 % of 1,000
bootstrap samples. The best answer's probability is judged over all questions: right means an F1 of 0.5 or more.
Negatives are of two kinds. Every fourth answerable question is also put to another paragraph (with --whole-articles
to another article) that does not hold its answer. The file's own questions without an answer are adversarial ones.
"""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
import transformers

from benchmarks import harness
from benchmarks.quality_figures import SEED, Case, Figures, figures_of, label_figures, question_figures
from benchmarks.quality_tables import print_table
from longformer_viz import InputError, LoadedModel, Tokens, classify, load
from longformer_viz.models.adapters import TASKS
from longformer_viz.spec import shown
from longformer_viz.tasks.chunking import (
    CHUNKS,
    CUT,
    STRATEGIES,
    WHOLE,
    Strategy,
    StrategyResult,
    answer_by_strategies,
    classify_by_strategies,
)
from longformer_viz.tasks.classifying import KINDS, Classification
from longformer_viz.tasks.labels.kind_head import DOCUMENT_KINDS, NONE
from longformer_viz.tasks.labels.topics import readable
from longformer_viz.tasks.scoring import calibration_error
from longformer_viz.training.datasets import (
    ADVERSARIAL,
    ANSWERABLE,
    OTHER,
    LabelledText,
    Question,
    read_labelled,
    read_questions,
)
from longformer_viz.training.examples import JOIN
from longformer_viz.training.held_out import held_out_articles, held_out_texts

ZERO_SHOT = Strategy("Zero-shot", "compares the whole document with the labels' names, by the base")
LABEL_STRATEGIES = (CUT, CHUNKS, WHOLE)  # the others need a question to retrieve by
_TELL_EVERY_SECONDS = 5.0


def main() -> int:
    """Judge what the command line names; 2 where something in it cannot be used."""
    chosen = options()
    try:
        result = measured(chosen)
    except InputError as fault:
        print(fault, file=sys.stderr)
        return 2
    harness.print_result(result, chosen.json)
    return 0


def options() -> Namespace:
    """The command line."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--qa", metavar="FILE", help="questions in SQuAD's form, .gz too")
    parser.add_argument("--topics", metavar="FILE", help="texts with their topics, one JSON object a line, .gz too")
    parser.add_argument("--sentiment", metavar="FILE", help="texts with their sentiment, likewise")
    parser.add_argument("--kinds", metavar="FILE", help="texts with their kinds of document, likewise")
    parser.add_argument("--limit", type=int, metavar="N", help="a random sample of N questions or texts of each file")
    parser.add_argument(
        "--whole-articles", action="store_true", help="ask of whole articles: the paragraphs of each put together"
    )
    parser.add_argument("--strategies", action="store_true", help="also read by chunks, and by retrieval")
    parser.add_argument("--zero-shot", action="store_true", help="also label by likeness to the labels' names")
    parser.add_argument(
        "--held-out", action="store_true", help="judge only by the documents that training on these files leaves out"
    )
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    parser.add_argument("--device", default="cpu", help="where to run (default: cpu)")
    chosen = parser.parse_args()
    if not (chosen.qa or chosen.topics or chosen.sentiment or chosen.kinds):
        parser.error("there must be a file to judge by; got none. Give --qa, --topics, --sentiment or --kinds.")
    if chosen.limit is not None and chosen.limit < 1:
        parser.error(f"--limit must be 1 or more; got {chosen.limit}. Leave it out to take all.")
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_float32_matmul_precision("highest")
    return chosen


def measured(chosen: Namespace) -> Figures:
    """All figures; each table is printed as soon as it is there."""
    machine = harness.machine()
    result = {"benchmark": "quality", "machine": machine, "limit": chosen.limit, "held_out": chosen.held_out}
    # Every file is read and every model loaded before the first one works, so that what is wrong is told at once.
    tasks = [task for task in (*TASKS, KINDS) if getattr(chosen, task) is not None]
    read = {task: questions_of(chosen) if task == "qa" else texts_of(task, chosen) for task in tasks}
    models = {task: load(task=None if task == KINDS else task, device=chosen.device) for task in tasks}
    for task in tasks:
        if task != "qa":
            check_labels(read[task][0], (*DOCUMENT_KINDS, NONE) if task == KINDS else models[task].labels)
    print(harness.machine_line(machine))
    for task, (items, left_out) in read.items():
        judge = {"qa": judged_questions, KINDS: judged_kinds}.get(task, judged_texts)
        found = judge(items, models[task], chosen)
        result[task] = {"file": getattr(chosen, task), "left_out": left_out, **found}
        print_table(task, result[task])
    dotted = ("f1", "exact_match", "accuracy", "macro_f1", "strategies")
    result |= {f"{task}.{name}": result[task][name] for task in tasks for name in dotted if name in result[task]}
    return result | {"GPU": harness.gpu_line(torch.device(chosen.device))}


# Questions


def questions_of(chosen: Namespace) -> tuple[list[tuple[str, Question, str]], dict[str, int]]:
    """The questions to ask, with context and kind, those on one context together; what had to be left out."""
    found = read_questions(chosen.qa)
    tell(f"qa: {found.report()}")
    articles = held_out_articles(found.items)[1] if chosen.held_out else found.items
    asked = []
    for article in articles:
        whole = JOIN.join(paragraph.context for paragraph in article.paragraphs)
        for paragraph in article.paragraphs:
            context = whole if chosen.whole_articles else paragraph.context
            asked += [
                (context, question, ANSWERABLE if question.answers else ADVERSARIAL)
                for question in paragraph.questions
            ]
    contexts = list(dict.fromkeys(context for context, _, _ in asked))
    asked = sampled(asked, chosen.qa, chosen.limit)
    return asked + put_elsewhere(asked, contexts), dict(found.faults)


def put_elsewhere(
    asked: Sequence[tuple[str, Question, str]], contexts: Sequence[str]
) -> list[tuple[str, Question, str]]:
    """Every fourth answerable question on another context, unless that holds an answer's words."""
    random = np.random.default_rng(SEED)
    found = []
    for own, question, _ in [one for one in asked if one[2] == ANSWERABLE][::4]:
        other = contexts[random.integers(len(contexts))]
        if other != own and not any(answer.text.lower() in other.lower() for answer in question.answers):
            found.append((other, replace(question, answers=()), OTHER))
    return sorted(found, key=lambda one: one[0])


def judged_questions(asked: list[tuple[str, Question, str]], model: LoadedModel, chosen: Namespace) -> Figures:
    """Figures over all questions and by length; if strategies are compared, of each."""
    strategies = STRATEGIES if chosen.strategies else (WHOLE,)
    cases: list[Case] = []
    context = tokens = None
    for text, question, kind in told(asked, "qa"):
        if text != context:
            context, tokens = text, model.tokenize(text)
        references = tuple(reference.text for reference in question.answers)
        read = readings(answer_by_strategies, (model, question.text, tokens), strategies)
        cases.append(Case(len(tokens), references, read, kind))
    return figures_of(cases, strategies, question_figures)


# Labels


def texts_of(task: str, chosen: Namespace) -> tuple[list[LabelledText], dict[str, int]]:
    """The texts to label, and what had to be left out."""
    path = getattr(chosen, task)
    found = read_labelled(path)
    tell(f"{task}: {found.report()}")
    texts = held_out_texts(found.items)[1] if chosen.held_out else list(found.items)
    return sampled(texts, path, chosen.limit), dict(found.faults)


def check_labels(texts: list[LabelledText], labels: Sequence[str]) -> None:
    """Raises InputError for a label that the model cannot give."""
    if unknown := sorted({text.label for text in texts} - set(labels)):
        raise InputError(
            f"A file's labels must be among the model's, {', '.join(labels)}; got {shown(unknown[0])}. "
            "Rename them, or take another file."
        )


def judged_texts(texts: list[LabelledText], model: LoadedModel, chosen: Namespace) -> Figures:
    """Figures over all texts and by length; if strategies are compared, of each."""
    strategies = LABEL_STRATEGIES if chosen.strategies else (WHOLE,)
    cases = []
    for text in told(texts, model.task):
        tokens = model.tokenize(text.text)
        read = readings(classify_by_strategies, (model, tokens), strategies)
        if chosen.zero_shot:
            read |= readings(zero_shot, (model, tokens), (ZERO_SHOT,))
        cases.append(Case(len(tokens), (text.label,), read))
    return figures_of(cases, (*strategies, ZERO_SHOT) if chosen.zero_shot else strategies, label_figures)


def judged_kinds(texts: list[LabelledText], model: LoadedModel, chosen: Namespace) -> Figures:
    """Figures over all texts and by length, and how far the best kind's probability can be trusted."""
    cases = []
    for text in told(texts, KINDS):
        tokens = model.tokenize(text.text)
        cases.append(Case(len(tokens), (text.label,), readings(kind, (model, tokens), (WHOLE,))))
    read = [(case, reading) for case in cases if (reading := case.readings[WHOLE.name]) is not None]
    right = [reading.outcome == case.references[0] for case, reading in read]
    error = calibration_error([reading.probability for _, reading in read], right) if read else None
    return figures_of(cases, (WHOLE,), label_figures) | {"calibration_error": error}


def kind(model: LoadedModel, tokens: Tokens, strategies: Sequence[Strategy]) -> tuple[StrategyResult, ...]:
    """The kind of the document."""
    found = classify(model, tokens, KINDS)
    return tuple(as_result(strategy, found, found[0].name) for strategy in strategies)


def zero_shot(model: LoadedModel, tokens: Tokens, strategies: Sequence[Strategy]) -> tuple[StrategyResult, ...]:
    """The label whose readable name is most like the document."""
    names = {readable(label): label for label in model.labels}
    found = classify(model, tokens, list(names))
    return tuple(as_result(strategy, found, names[found[0].name]) for strategy in strategies)


def as_result(strategy: Strategy, found: Classification, outcome: str) -> StrategyResult:
    """A classification as the result of a strategy."""
    return StrategyResult(
        strategy=strategy,
        outcome=outcome,
        probability=found[0].probability,
        tokens_read=found.tokens_read,
        tokens_indexed=0,
        padded_tokens=found.tokens_read,
        passes=found.passes,
        elapsed_seconds=found.elapsed_seconds,
        peak_bytes=found.peak_bytes,
        evidence=(),
        classification=found,
    )


# Both


def sampled(items: list[Any], path: str, limit: int | None) -> list[Any]:
    """All, or a random sample in their order. Raises InputError where there are none."""
    if not items:
        raise InputError(
            f"There must be something to judge by; of {shown(path)} nothing is held out. Take all of it."
        )
    if limit is None or limit >= len(items):
        return items
    return [items[index] for index in sorted(np.random.default_rng(SEED).permutation(len(items))[:limit])]


def readings(
    read: Callable[..., tuple[StrategyResult, ...]], arguments: tuple[Any, ...], strategies: Sequence[Strategy]
) -> dict[str, StrategyResult | None]:
    """What each strategy makes of a document, by name; None for what it refuses."""
    found: dict[str, StrategyResult | None] = {}
    for strategy in strategies:
        try:
            (found[strategy.name],) = read(*arguments, strategies=[strategy])
        except InputError:
            found[strategy.name] = None
    return found


def tell(line: str) -> None:
    """A line for those who wait, apart from the result."""
    print(line, file=sys.stderr, flush=True)


def told(items: Sequence[Any], what: str) -> Iterator[Any]:
    """The items one after another, with a line now and then on how far that is."""
    start = last = time.perf_counter()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.perf_counter()
        if now - last > _TELL_EVERY_SECONDS or done == len(items):
            last, pace = now, (now - start) / done
            left = pace * (len(items) - done)
            tell(f"{what}: {done:,} of {len(items):,}, {pace:.3f} s each, {left / 60:.1f} min left")


if __name__ == "__main__":
    sys.exit(main())
