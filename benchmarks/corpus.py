"""A corpus by a plain loop, by one worker and by two, each with one core to a process.

`python -m benchmarks.corpus [--documents 300] [--level-documents 2000] [--json]`. The documents have 400 to 6,000
tokens and are asked one question each. Each case is the command in a process of its own; the cases take turns. Times
are those of the run: a Ray that it starts and the loading of the models count. `memory` follows the driver and its
workers over many short documents.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import torch

from benchmarks import harness
from benchmarks.harness import Column
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.documents.sentences import sentences

QUESTION = "When does the agreement end?"
LEAST_TOKENS, MOST_TOKENS, SHORT_TOKENS = 400, 6_000, 400
_CHARACTERS_PER_TOKEN = 4.3
_SAMPLE_SECONDS = 1.0
CASES = {"loop": 0, "Ray, 1 worker": 1, "Ray, 2 workers": 2}
COLUMNS = (
    Column("case", "case", least_width=16),
    Column("documents/s", "documents_per_second", "{:.2f}"),
    Column("seconds", "seconds", "{:.1f}"),
)


def write_documents(folder: Path, count: int, least: int, most: int) -> None:
    """Write documents of evenly spread lengths, each of sentences of the samples in an order of its own."""
    chance = random.Random(0)
    pool = [
        text[part.start : part.stop]
        for name in sample_names()
        for text in [sample(name).text]
        for part in sentences(text)
    ]
    for number in range(count):
        tokens = least + (most - least) * number / max(1, count - 1)
        parts: list[str] = [f"Document {number}."]
        while sum(map(len, parts)) < tokens * _CHARACTERS_PER_TOKEN:
            parts.append(chance.choice(pool))
        (folder / f"{number:05}.txt").write_text(" ".join(parts), encoding="utf-8")


def timed(source: Path, workers: int, follow: list[int] | None = None) -> dict[str, Any]:
    """Run the command, one thread to a process, and return what it prints."""
    with TemporaryDirectory() as output:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "longformer_viz", "corpus", str(source), "--output", output),
                *("--ask", QUESTION, "--workers", str(workers), "--json"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "OMP_NUM_THREADS": "1", "RAY_worker_niceness": "0"},
        )
        if follow is not None:
            threading.Thread(target=_follow, args=(process, follow), daemon=True).start()
        printed, errors = process.communicate()
        assert process.returncode == 0, errors.decode()
        return json.loads(printed)


def _follow(process: subprocess.Popen[bytes], resident_bytes: list[int]) -> None:
    """Add the memory of a process and of all below it, once a second."""
    while process.poll() is None:
        total = 0
        try:
            parent = psutil.Process(process.pid)
            for each in (parent, *parent.children(recursive=True)):
                try:
                    memory = each.memory_full_info()
                    total += getattr(memory, "pss", memory.rss)
                except psutil.Error:
                    continue
        except psutil.Error:
            return
        resident_bytes.append(total)
        time.sleep(_SAMPLE_SECONDS)


def growth_second_half(resident_bytes: list[int]) -> float:
    """The mean of the last quarter over the mean of the third one, minus one: 0 is level."""
    quarter = len(resident_bytes) // 4
    third, last = resident_bytes[-2 * quarter : -quarter], resident_bytes[-quarter:]
    return statistics.mean(last) / statistics.mean(third) - 1


def main() -> int:
    """Measure the cases in turns, then the memory over many documents."""
    chosen = options()
    seconds: dict[str, list[float]] = {case: [] for case in CASES}
    memory: dict[str, Any] | None = None
    with TemporaryDirectory() as folder:
        write_documents(Path(folder), chosen.documents, LEAST_TOKENS, MOST_TOKENS)
        for turn in range(chosen.rounds):
            order = list(CASES) if turn % 2 == 0 else list(CASES)[::-1]
            for case in order:
                result = timed(Path(folder), CASES[case])
                assert result["examined"] == chosen.documents
                seconds[case].append(result["elapsed_seconds"])
    if chosen.level_documents:
        with TemporaryDirectory() as folder:
            write_documents(Path(folder), chosen.level_documents, SHORT_TOKENS, SHORT_TOKENS)
            followed: list[int] = []
            timed(Path(folder), 2, followed)
            memory = {"documents": chosen.level_documents, "peak_bytes": max(followed)}
            memory["growth_second_half"] = growth_second_half(followed)
    medians = {case: statistics.median(values) for case, values in seconds.items()}
    cases = [
        {"case": case, "seconds": value, "documents_per_second": chosen.documents / value}
        for case, value in medians.items()
    ]
    harness.print_head(COLUMNS)
    for each in cases:
        harness.print_row(COLUMNS, each)
    result = {
        "benchmark": "corpus",
        "documents": chosen.documents,
        "documents_per_second": {str(CASES[each["case"]]): each["documents_per_second"] for each in cases},
        "overhead_ratio": medians["Ray, 1 worker"] / medians["loop"],
        "scaling": medians["Ray, 1 worker"] / medians["Ray, 2 workers"],
        "cases": cases,
        "memory": memory,
        "GPU": harness.gpu_line(torch.device("cpu")),
    }
    print(f"Ray over the loop: {result['overhead_ratio']:.2f}; two workers over one: {result['scaling']:.2f}")
    if memory is not None:
        growth, peak = memory["growth_second_half"], memory["peak_bytes"] / 1e6
        print(f"memory: at most {peak:,.0f} MB, {growth:+.1%} in the second half")
    harness.print_result(result, chosen.json)
    return 0


def options() -> Namespace:
    """The command line."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--documents", type=int, default=300, metavar="N", help="documents of each case")
    parser.add_argument("--rounds", type=int, default=1, metavar="N", help="runs of each case; medians are shown")
    parser.add_argument(
        "--level-documents", type=int, default=2000, metavar="N", help="documents for the memory; or 0"
    )
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
