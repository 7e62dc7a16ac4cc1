"""`run_corpus`: examine every document of a corpus once, on this machine or on a cluster, and keep the rows."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from longformer_viz.checks import check_callable, check_text, check_type, check_whole
from longformer_viz.corpus.batches import Batch, Work, batches_of
from longformer_viz.corpus.content import content_key
from longformer_viz.corpus.examination import Row, questions_of, rows_of_document
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.results import ResultsFolder
from longformer_viz.corpus.sources import Listing, Reference
from longformer_viz.models.devices import check_device
from longformer_viz.paths import checked_path
from longformer_viz.probe.machine import cores
from longformer_viz.spec import InputError

MAX_WORKERS = 10_000
HASHING_THREADS = 16
_REPORT_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        done: Documents that have rows.
        total: All documents.
        errors: Documents with an error in a row of this run.
        seconds_left: An estimate; None before the first document is examined.
    """

    done: int
    total: int
    errors: int
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class CorpusJob:
    """A finished run.

    Attributes:
        folder: The results folder.
        documents: Number of documents.
        examined: Documents that this run examined.
        continued: Documents that had rows from an earlier run.
        repeated: Documents with the content of another one, whose rows they share.
        elapsed_seconds: Time of this run.
        workers: Processes that examined them; 0 for this process, None for as many as the cluster had room for.
    """

    folder: Path
    documents: int
    examined: int
    continued: int
    repeated: int
    elapsed_seconds: float
    workers: int | None


def run_corpus(
    listing: Listing,
    plan: CorpusPlan,
    output: str | Path,
    *,
    workers: int | None = 0,
    address: str | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> CorpusJob:
    """Examine all documents, and write their rows to a folder as they come.

    A run that was interrupted goes on where it stopped: documents with rows are not read again. Documents with equal
    content are examined once.

    Args:
        listing: The documents.
        plan: What is asked of each.
        output: The results folder.
        workers: 0 examines in this process; a number starts that many processes with Ray; None takes one per core of
            this machine or of the cluster.
        address: A running Ray cluster, such as "ray://head:10001"; None for this machine.
        progress: Called with the progress; it may raise to stop.

    Raises:
        InputError: If the plan asks nothing, the folder cannot be used, or the cluster cannot be reached.
    """
    check_type(listing, Listing, "The documents", "Make them with list_documents().")
    check_type(plan, CorpusPlan, "A plan", "Make it with CorpusPlan().")
    check_callable(progress)
    if not listing.references:
        raise InputError("A corpus must have at least one document. You entered none. Check the path.")
    if address is None:
        check_device(plan.device)
    else:
        check_text(address, "address")
    output = checked_path(output, "A results folder")
    if workers is not None:
        workers = check_whole(workers, "workers", 0, MAX_WORKERS, 2)
    elif address is None:
        workers = cores()
    check_asks(plan, listing.references)
    start = time.perf_counter()
    with ResultsFolder(output, plan, len(listing.references)) as folder:
        work = _Work(listing.references, folder, progress)
        batches = batches_of(work.left)
        is_here = address is None and not workers
        work.keep(_examined_here(batches, plan) if is_here else _examined_by_workers(batches, plan, workers, address))
        folder.finish()
    return CorpusJob(
        folder=folder.folder,
        documents=len(listing.references),
        examined=len(work.left),
        continued=work.continued,
        repeated=work.repeated,
        elapsed_seconds=time.perf_counter() - start,
        workers=workers,
    )


def check_asks(plan: CorpusPlan, references: Sequence[Reference]) -> None:
    """Check that something is asked of the documents.

    Args:
        plan: The plan.
        references: The documents.

    Raises:
        InputError: If there is no question, no label and no measurement.
    """
    asks = plan.asks_labels or plan.measure or any(questions_of(plan, each) for each in references)
    if not asks:
        raise InputError(
            "A corpus must be asked something. You gave no question, no labels and no measurement. "
            'Try --ask "Who signed it?".'
        )


def _examined_here(batches: Sequence[Batch], plan: CorpusPlan) -> Iterator[list[Row]]:
    """Examine documents in this process one after another, the shortest first: the first rows come soon."""
    for batch in reversed(batches):
        for work in reversed(batch):
            yield rows_of_document(plan, work.reference, work.key)


def _examined_by_workers(
    batches: Sequence[Batch], plan: CorpusPlan, workers: int | None, address: str | None
) -> Iterator[list[Row]]:
    """Examine documents in worker processes; none are started for nothing."""
    from longformer_viz.corpus.on_ray import examined_on_ray

    if batches:
        yield from examined_on_ray(batches, plan, workers or None, address)


def _content_keys(references: Sequence[Reference]) -> list[str]:
    """Return the key of each document's content, read by several threads: files of a network come slowly."""
    with ThreadPoolExecutor(HASHING_THREADS) as threads:
        return list(threads.map(content_key, references))


class _Work:
    """What is left to examine, and what is done with the rows that come."""

    def __init__(
        self,
        references: Sequence[Reference],
        folder: ResultsFolder,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._folder, self._progress, self._total = folder, progress, len(references)
        self._names: dict[str, list[str]] = defaultdict(list)
        self.left: list[Work] = []
        self.continued = self.repeated = self._errors = 0
        for reference, key in zip(references, _content_keys(references), strict=True):
            self._names[key].append(reference.name)
            if len(self._names[key]) == 1 and key not in folder.names_by_key:
                self.left.append(Work(reference, key))
        missing: dict[str, list[str]] = {}  # New names of contents that have rows.
        for key, names in self._names.items():
            self.repeated += len(names) - 1
            if known := folder.names_by_key.get(key):
                self.continued += sum(name in known for name in names)
                if new := [name for name in names if name not in known]:
                    missing[key] = new
        for key, rows in folder.rows_by_key(missing).items():
            self._repeat(rows, missing[key])
        self._done = self._total - sum(len(self._names[work.key]) for work in self.left)

    def keep(self, found: Iterator[list[Row]]) -> None:
        """Write rows as they come, and report the progress."""
        start, told = time.perf_counter(), 0.0
        sizes = {work.key: work.cost for work in self.left}
        left = whole = sum(sizes.values())
        self._report(None)
        for rows in found:
            key = rows[0]["key"]
            if key not in sizes:  # A worker that was lost after it had answered was asked again.
                continue
            left -= sizes.pop(key)
            self._folder.append(rows)
            self._repeat(rows, self._names[key][1:])
            self._done += len(self._names[key])
            self._errors += any("error" in row for row in rows)
            now = time.perf_counter() - start
            if now - told > _REPORT_SECONDS or not sizes:
                told = now
                self._report(now * left / max(whole - left, 1))

    def _repeat(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        for name in names:
            self._folder.append([{**row, "document": name, "same_as": rows[0]["document"]} for row in rows])

    def _report(self, seconds_left: float | None) -> None:
        if self._progress is not None:
            self._progress(Progress(self._done, self._total, self._errors, seconds_left))
