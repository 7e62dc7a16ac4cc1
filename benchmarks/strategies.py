"""Choose the strategies' settings: evaluate each strategy with several settings, on held-out questions only.

`python -m benchmarks.strategies --qa FILE [--limit N] [--json]` reads the questions that training on the file leaves
out. The setting with the highest F1 is marked; ties go to the one that reads fewer tokens.
"""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
import transformers

from benchmarks import harness
from benchmarks.harness import Column
from benchmarks.quality import questions_of, told
from longformer_viz import InputError, load
from longformer_viz.tasks.chunking import (
    CHUNKS,
    RETRIEVE,
    RETRIEVE_LONG,
    Strategy,
    StrategySettings,
    answer_by_strategies,
)
from longformer_viz.tasks.scoring import f1

GRID: dict[Strategy, tuple[StrategySettings, ...]] = {
    CHUNKS: tuple(StrategySettings(overlap=overlap) for overlap in (64, 128, 256)),
    RETRIEVE: tuple(StrategySettings(read_pieces=count) for count in (2, 4, 8)),
    RETRIEVE_LONG: tuple(StrategySettings(joined_pieces=count) for count in (6, 12, 24)),
}
_TUNED = {CHUNKS: "overlap", RETRIEVE: "read_pieces", RETRIEVE_LONG: "joined_pieces"}


def main() -> int:
    """Judge every setting; 2 where the file cannot be used."""
    chosen = options()
    try:
        asked, left_out = questions_of(chosen)
        model = load(task="qa")
    except InputError as fault:
        print(fault, file=sys.stderr)
        return 2
    cases = [(strategy, settings) for strategy, several in GRID.items() for settings in several]
    scores: dict[tuple[Strategy, StrategySettings], list[tuple[float, int]]] = {case: [] for case in cases}
    context = tokens = None
    for text, question in told([(text, question) for text, question, _ in asked if question.answers], "qa"):
        if text != context:
            context, tokens = text, model.tokenize(text)
        references = [reference.text for reference in question.answers]
        for strategy, settings in cases:
            (reading,) = answer_by_strategies(model, question.text, tokens, (strategy,), settings=settings)
            scores[strategy, settings].append((f1(reading.outcome, references), reading.tokens_read))
    rows = [row(strategy, settings, scores[strategy, settings]) for strategy, settings in cases]
    for strategy in GRID:
        own = [each for each in rows if each["strategy"] == strategy.name]
        max(own, key=lambda each: (each["f1"], -each["tokens_read"]))["best"] = True
    columns = [
        Column("strategy", "strategy", least_width=28),
        Column("setting", "setting", least_width=22),
        Column("F1", "f1", "{:.3f}"),
        Column("tokens read", "tokens_read", "{:,.0f}"),
        Column("best", "best"),
    ]
    harness.print_head(columns)
    for each in rows:
        harness.print_row(columns, each)
    gpu = harness.gpu_line(torch.device("cpu"))
    harness.print_result({"benchmark": "strategies", "left_out": left_out, "cases": rows, "GPU": gpu}, chosen.json)
    return 0


def options() -> Namespace:
    """The command line."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--qa", metavar="FILE", required=True, help="questions in SQuAD's form, .gz too")
    parser.add_argument("--limit", type=int, metavar="N", help="a random sample of N questions")
    parser.add_argument(
        "--whole-articles", action="store_true", help="ask of whole articles: the paragraphs of each put together"
    )
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    chosen = parser.parse_args()
    chosen.held_out = True
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.set_float32_matmul_precision("highest")
    return chosen


def row(strategy: Strategy, settings: StrategySettings, found: list[tuple[float, int]]) -> dict[str, Any]:
    """One line of the table: mean F1 and mean tokens read of a strategy at one setting."""
    name = _TUNED[strategy]
    means = np.mean(found, axis=0)
    setting = f"{name.replace('_', ' ')} {asdict(settings)[name]}"
    return {
        "strategy": strategy.name,
        "setting": setting,
        "f1": float(means[0]),
        "tokens_read": float(means[1]),
        "best": False,
    }


if __name__ == "__main__":
    raise SystemExit(main())
