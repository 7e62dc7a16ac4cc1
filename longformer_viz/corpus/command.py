"""`longformer-viz corpus`: ask many documents the same questions, on this machine or on a Ray cluster."""

import io
import json
import sys
import time
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from longformer_viz.cli_options import Device, DeviceOption, DType, DTypeOption, JsonOption
from longformer_viz.spec import InputError, counted, shown

if TYPE_CHECKING:  # torch is loaded by the run, not for the help
    from longformer_viz.corpus.agreement import SettingAgreement
    from longformer_viz.corpus.job import CorpusJob, Progress
    from longformer_viz.corpus.judging.recommendation import Judgement
    from longformer_viz.corpus.plan import CorpusPlan
    from longformer_viz.corpus.sources import Listing

_WORTH_WORKERS = 60  # rows; for fewer, starting workers takes longer than they save
_TOLD_SECONDS = 2.0
_LISTED = 10
_NAMED = 3
_MOST_DIGITS = 9
_COMPARED = (
    *("document", "task", "question", "setting", "result", "has_answer", "start", "end", "seconds", "peak_bytes"),
    *("right", "is_right", "f1", "cause", "error"),
)  # Of millions of rows, only these columns fit in memory.


DocumentsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="DOCUMENTS",
        help="Folders, files, patterns such as 'contracts/*.pdf', zip files, or tables with a document in each "
        "row (JSON lines, Parquet, CSV, or SQuAD's JSON).",
    ),
]
OutputOption = Annotated[
    Path, typer.Option("--output", "-o", help="Folder for the results. A stopped run continues there.")
]
AskOption = Annotated[list[str] | None, typer.Option(help="Question to ask every document. Repeatable.")]
LabelsOption = Annotated[
    str | None,
    typer.Option(
        "--classify",
        help="Labels for every document: 'kinds', 'topics', 'sentiment', your own comma-separated labels, or a "
        "fine-tuned run (run:NAME).",
    ),
]
MeasureOption = Annotated[
    bool, typer.Option("--measure", help="Measure the share of full attention that each window keeps.")
]
StrategiesOption = Annotated[
    bool, typer.Option("--strategies", help="Compare Longformer with truncation, chunks and retrieval.")
]
WindowsOption = Annotated[
    str | None, typer.Option("--windows", help="Windows to compare, comma-separated, such as 128,512.")
]
PlacementsOption = Annotated[
    list[str] | None,
    typer.Option("--globals", help="Global tokens to compare, such as 'First token only'. Repeatable."),
]
ModelsOption = Annotated[
    list[str] | None, typer.Option("--model", help="Another question-answering model to compare. Repeatable.")
]
TextColumnOption = Annotated[str | None, typer.Option(help="Table column with the documents' text.")]
NameColumnOption = Annotated[str | None, typer.Option(help="Table column with the documents' names.")]
QuestionColumnOption = Annotated[str | None, typer.Option(help="Table column with a question for each document.")]
AnswerColumnOption = Annotated[
    str | None, typer.Option(help="Table column with the right answer. Empty: the document has no answer.")
]
LabelColumnOption = Annotated[str | None, typer.Option(help="Table column with the right label.")]
WorkersOption = Annotated[
    int | None,
    typer.Option(min=0, help="Number of worker processes. 0: no workers. Default: one per core for a large corpus."),
]
AddressOption = Annotated[
    str | None, typer.Option(help="Address of a Ray cluster, such as ray://HOST:10001. Default: this machine.")
]
PricePerHourOption = Annotated[
    float | None, typer.Option(min=0, help="Price of one worker for an hour. Gives the cost of 10,000 documents.")
]


def corpus(
    documents: DocumentsArgument,
    output: OutputOption,
    ask: AskOption = None,
    labels: LabelsOption = None,
    measure: MeasureOption = False,
    strategies: StrategiesOption = False,
    windows: WindowsOption = None,
    placements: PlacementsOption = None,
    models: ModelsOption = None,
    text_column: TextColumnOption = None,
    name_column: NameColumnOption = None,
    question_column: QuestionColumnOption = None,
    answer_column: AnswerColumnOption = None,
    label_column: LabelColumnOption = None,
    workers: WorkersOption = None,
    address: AddressOption = None,
    price_per_hour: PricePerHourOption = None,
    device: DeviceOption = Device.CPU,
    dtype: DTypeOption = DType.FLOAT32,
    as_json: JsonOption = False,
) -> None:
    """Ask many documents the same questions, and score the answers where the right ones are known."""
    from longformer_viz.corpus.job import run_corpus
    from longformer_viz.corpus.judging.recommendation import check_price
    from longformer_viz.corpus.plan import PLACEMENTS, CorpusPlan, settings_to_compare
    from longformer_viz.corpus.sources import list_documents
    from longformer_viz.corpus.tables import TruthColumns
    from longformer_viz.tasks.strategies import STRATEGIES, WHOLE

    if placements and (unknown := [each for each in placements if each not in PLACEMENTS]):
        raise InputError(
            f"--globals must be one of {', '.join(PLACEMENTS)}. You entered {shown(unknown[0])}. Try 'None'."
        )
    check_price(price_per_hour)
    settings = settings_to_compare(
        [strategy.name for strategy in STRATEGIES] if strategies else [WHOLE.name],
        _windows(windows),
        placements or (),
        models or (),
    )
    label_model = labels if labels is not None and labels.startswith("run:") else None
    plan = CorpusPlan(
        questions=tuple(ask or ()),
        labels=None if labels is None or label_model is not None else _labels(labels),
        label_model=label_model,
        measure=measure,
        settings=settings,
        device=device.value,
        dtype=dtype.value,
    )
    _quiet()
    listing = list_documents(
        documents, text_column, TruthColumns(name_column, question_column, answer_column, label_column)
    )
    _say(*listing.notes)
    count = len(listing.references)
    _say(f"{counted(count, 'document')}.")
    chosen = _workers(workers, address, count * (len(plan.questions) * len(settings) + plan.asks_labels + measure))
    job = run_corpus(listing, plan, output, workers=chosen, address=address, progress=_Teller())
    _report(job, plan, listing, price_per_hour, as_json)


def _windows(text: str | None) -> list[int]:
    words = (text or "").replace(",", " ").split()
    if any(not word.isdecimal() or len(word) > _MOST_DIGITS for word in words):
        raise InputError(f"--windows must be even numbers, comma-separated. You entered {shown(text)}. Try 128,512.")
    return [int(word) for word in words]


def _labels(text: str) -> str | tuple[str, ...]:
    from longformer_viz.tasks.classifying import KINDS, TRAINED
    from longformer_viz.tasks.labels.own_labels import split_labels

    return text if text in (KINDS, *TRAINED) else split_labels(text)


def _workers(workers: int | None, address: str | None, rows: int) -> int | None:
    """Return the number of worker processes: 0 for this process, None for one per core."""
    if address is not None or workers is not None:
        return workers
    if find_spec("ray") is None:
        _say(
            "Ray is not installed, so this process examines the documents. For one process per core, run: "
            "pip install 'longformer-viz[cluster]'"
        )
        return 0
    return 0 if rows < _WORTH_WORKERS else None


def _quiet() -> None:
    """Keep libraries from printing, and print whatever names files have."""
    from transformers.utils.logging import disable_progress_bar, set_verbosity_error

    set_verbosity_error()
    disable_progress_bar()
    for stream in (sys.stdout, sys.stderr):  # Names of files may have bytes that are no text.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class _Teller:
    """Prints the progress on standard error, every few seconds."""

    def __init__(self) -> None:
        self._told = 0.0

    def __call__(self, progress: "Progress") -> None:
        now = time.monotonic()
        if now - self._told < _TOLD_SECONDS and progress.done < progress.total:
            return
        self._told = now
        errors = f", {progress.errors:,} with an error" if progress.errors else ""
        left = "" if progress.seconds_left is None else f", about {_duration(progress.seconds_left)} left"
        _say(f"{progress.done:,} of {progress.total:,} documents{errors}{left}")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _report(
    job: "CorpusJob", plan: "CorpusPlan", listing: "Listing", price_per_hour: float | None, as_json: bool
) -> None:
    from longformer_viz.corpus.agreement import agreement_sentence, agreements
    from longformer_viz.corpus.journal import JOURNAL, journal_rows
    from longformer_viz.corpus.judging.recommendation import judge
    from longformer_viz.corpus.results import CSV, MISTAKES, PARQUET
    from longformer_viz.corpus.summary import evidence_sentence, summarize

    summary = summarize(journal_rows(job.folder / JOURNAL))
    rows = [{name: row.get(name) for name in _COMPARED} for row in journal_rows(job.folder / JOURNAL)]
    compared = agreements(rows)
    judged = judge(rows, price_per_hour=price_per_hour) if any(row.get("right") is not None for row in rows) else None
    data: dict[str, Any] = {
        **{**asdict(job), "folder": str(job.folder)},
        "summary": {**asdict(summary), "evidence": evidence_sentence(summary)},
        "agreements": [asdict(each) for each in compared],
        "judgement": None if judged is None else _judged(judged),
    }
    lines = []
    if plan.questions or any(reference.asked for reference in listing.references):
        lines.append(evidence_sentence(summary))
    lines += [f"{count:>7,}  {label}" for label, count in summary.labels]
    lines += [f"{mass:7.0%}  of full attention in a window of {window:,}" for window, mass in summary.captured_mass]
    if judged is None and compared:
        lines += ["", agreement_sentence(compared), *(_agreement_line(each) for each in compared)]
    if judged is not None:
        lines += ["", f"Recommended: {judged.reason}", "", *_table(judged)]
    if summary.unreadable or summary.errors:
        lines.append("")
        lines += [f"{row['document']}: {row['error']}" for row in rows if row.get("error")][:_LISTED]
        more = sum(bool(row.get("error")) for row in rows) - _LISTED
        lines += [f"and {more:,} more rows with an error"] * (more > 0)
    lines += ["", f"Results: {job.folder / PARQUET} and {CSV}"]
    if (job.folder / MISTAKES).exists():
        lines.append(f"Mistakes to read: {job.folder / MISTAKES}")
    print(json.dumps(data, indent=1, ensure_ascii=False) if as_json else "\n".join(map(_printable, lines)))


def _agreement_line(each: "SettingAgreement") -> str:
    others = f". Differs on {', '.join(each.differing[:_NAMED])}" if each.differing else ""
    more = len(each.differing) - _NAMED
    others += f" and {more:,} more" if more > 0 else ""
    return f"{each.agreement:6.0%}  {each.seconds:7.2f} s  {each.setting}{others}"


def _judged(judged: "Judgement") -> dict[str, Any]:
    return {
        "recommended": judged.recommended.setting,
        "reason": judged.reason,
        "scores": [asdict(score) for score in judged.scores],
        "causes": judged.causes,
    }


def _table(judged: "Judgement") -> list[str]:
    """Return the settings as lines of a table."""
    lines = [f"{'score':>6}  {'95% interval':>14}  {'s/document':>10}  {'memory':>9}  {'cost/10k':>9}  setting"]
    for score in judged.scores:
        memory = "" if score.peak_bytes is None else f"{score.peak_bytes / 1e6:,.0f} MB"
        cost = "" if score.cost is None else f"{score.cost:,.2f}"
        interval = f"{score.low:.3f} to {score.high:.3f}"
        lines.append(
            f"{score.score:6.3f}  {interval:>14}  {score.seconds:10.2f}  {memory:>9}  {cost:>9}  {score.setting}"
        )
        lines += [
            f"{'':56}{count:,} {cause}"
            for cause, count in sorted(judged.causes.get(score.setting, {}).items(), key=lambda pair: -pair[1])
        ]
    return lines


def _printable(line: str) -> str:
    """Return a line without what a terminal would obey: names of files may have it."""
    return "".join(each if each.isprintable() or "\ud800" <= each <= "\udfff" else "�" for each in line)


def _say(*lines: str) -> None:
    for line in lines:
        print(_printable(line), file=sys.stderr, flush=True)
