"""The tables that `benchmarks.quality` prints."""

from benchmarks import harness
from benchmarks.harness import Column
from benchmarks.quality_figures import Figures
from longformer_viz.tasks.chunking import WHOLE

_ROW = (Column("strategy", "strategy", least_width=26), Column("tokens", "length", least_width=12))
_COSTS = (
    Column("s/document", "seconds_per_document", "{:.3f}"),
    Column("tokens read", "tokens_read_per_document", "{:,.0f}"),
    Column("indexed", "tokens_indexed_per_document", "{:,.0f}"),
    Column("refused", "refused", "{:,}"),
)
QUESTION_COLUMNS = (
    *_ROW,
    Column("questions", "questions", "{:,}"),
    Column("F1", "f1", "{:.3f}"),
    Column("95 % of it", "f1_range", least_width=14),
    Column("exact match", "exact_match", "{:.3f}"),
    Column("95 % of it", "exact_match_range", least_width=14),
    *_COSTS,
)
LABEL_COLUMNS = (
    *_ROW,
    Column("texts", "texts", "{:,}"),
    Column("accuracy", "accuracy", "{:.3f}"),
    Column("95 % of it", "accuracy_range", least_width=14),
    Column("macro F1", "macro_f1", "{:.3f}"),
    Column("95 % of it", "macro_f1_range", least_width=14),
    *_COSTS,
)


def print_table(task: str, figures: Figures) -> None:
    """One row for each strategy and length; for questions, what the probabilities are worth."""
    columns = QUESTION_COLUMNS if task == "qa" else LABEL_COLUMNS
    print(f"\n{task}: {figures['file']}")
    harness.print_head(columns)
    for strategy, found in figures.get("strategies", {WHOLE.name: figures}).items():
        for length, part in {"all": found, **found["by_length"]}.items():
            if part is not None:
                ranges = {
                    name.replace("_interval", "_range"): "{:.3f} to {:.3f}".format(*value)
                    for name, value in part.items()
                    if name.endswith("_interval") and value is not None
                }
                harness.print_row(columns, part | ranges | {"strategy": strategy, "length": length})
    if task == "qa":
        print_probabilities(figures)
    elif (error := figures.get("calibration_error")) is not None:
        print(f"Expected calibration error of the best label: {error:.3f}")


def print_probabilities(figures: Figures) -> None:
    """What the probabilities are worth, the whole document read at once."""
    error = "-" if figures["calibration_error"] is None else f"{figures['calibration_error']:.3f}"
    print(f"Expected calibration error of the best answer, {WHOLE.name}: {error}")
    print(f"Answerable questions answered above 50%: {_share(figures['answerable_answered'])}")
    for kind, found in figures["unanswerable"].items():
        separated = "-" if found["none_auroc"] is None else f"{found['none_auroc']:.3f}"
        print(
            f'{found["questions"]:,} questions without an answer, {kind}: AUROC of "not in this document" '
            f"{separated}, answered above 50%: {_share(found['answered'])}"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
