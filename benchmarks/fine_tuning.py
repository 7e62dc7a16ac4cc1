"""Fine-tune adapters on 200 documents whose evidence stands late, and judge them on sentences that no training saw.

`python -m benchmarks.fine_tuning [--json] [--quick]`. The documents are those of the app's sample set: about 800
tokens, four classes, and a decision after the first 512 tokens. Training uses six sentences of each class, the
held-out documents the other four. Each case is a run as the page Train starts it: on whole documents, and on
documents that are cut at 512 tokens.
"""

import os
import time
from argparse import Namespace
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import harness
from benchmarks.harness import Column, mebibytes
from longformer_viz.models.runs import SETTING
from longformer_viz.training.own_data.sample_set import DECISIONS, sample_set
from longformer_viz.training.runs.card import best_evaluation
from longformer_viz.training.runs.queue import RunQueue, create_run
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_state import read_run
from longformer_viz.training.runs.settings import TrainingSettings

SEEN = 6  # sentences of each class that the training documents use
WHOLE, CUT = 4096, 512
COLUMNS = (
    Column("tokens read", "max_tokens", "{:,}"),
    Column("documents", "documents"),
    Column("epochs", "epochs"),
    Column("accuracy", "accuracy", "{:.3f}"),
    Column("macro F1", "macro_f1", "{:.3f}"),
    Column("time", "seconds", "{:.0f} s"),
    mebibytes("memory", "memory_bytes"),
)


def data(quick: bool) -> RunData:
    """160 documents to train on and 40 held out, without a decision in common; quick: 8 and 4."""
    seen = sample_set(8 if quick else 160, 0, {label: all_[:SEEN] for label, all_ in DECISIONS.items()})
    unseen = sample_set(4 if quick else 40, 1, {label: all_[SEEN:] for label, all_ in DECISIONS.items()})
    assert seen.labelled is not None
    assert unseen.labelled is not None
    return RunData(seen.labelled.labels, seen.labelled.documents, unseen.labelled.documents)


def measure(chosen: Namespace, max_tokens: int) -> dict[str, Any]:
    """One run, from its start to its finished model."""
    name = f"up to {max_tokens}"
    settings = TrainingSettings(epochs=1 if chosen.quick else 2, max_tokens=max_tokens)
    create_run(name, settings, data(chosen.quick), "sample set, other sentences held out")
    queue = RunQueue()
    start = time.perf_counter()
    queue.start(name)
    queue.wait(name)
    seconds = time.perf_counter() - start
    run = read_run(name)
    assert run.is_finished, run.message
    best = best_evaluation(run)
    assert best is not None
    return {
        "max_tokens": max_tokens,
        "documents": run.about["training"],
        "epochs": settings.epochs,
        "accuracy": best["accuracy"],
        "macro_f1": best["macro_f1"],
        "seconds": seconds,
        "memory_bytes": max(line["memory_bytes"] or 0 for line in run.history),
    }


def main() -> None:
    """Train both cases and print a table."""
    chosen = harness.options(__doc__ or "")
    found = harness.machine()
    print(harness.machine_line(found))
    harness.print_head(COLUMNS)
    cases = []
    with TemporaryDirectory() as folder:
        os.environ[SETTING] = folder
        for max_tokens in (WHOLE, CUT):
            cases.append(measure(chosen, max_tokens))
            harness.print_row(COLUMNS, cases[-1])
    result = {"benchmark": "fine_tuning", "machine": found, "GPU": "runs on the CPU alone", "cases": cases}
    harness.print_result(result, chosen.json)


if __name__ == "__main__":
    main()
