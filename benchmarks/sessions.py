"""Measure what sessions leave behind: many visitors come, act and go, and the server's memory and files stay level.

`python -m benchmarks.sessions --sessions N [--json] [--every M] [--at-once K]`. Starts the app with a folder of its
own for temporary files. Each visitor opens the app, pastes a text that nobody else has, changes the head and leaves.
One text in five has about 1,000 tokens, the others about 150. A few visitors are there at once.

After every hundred sessions it notes the server's resident memory and the size of the cache of results, which has a
limit of its own and is no leak. `rss_growth_second_half` compares the end with the middle, and
`rest_growth_second_half` does so without the results. Files are counted in the folder of temporary files and in the
folder of converted models, once after the first visitors and once at the end.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from benchmarks import harness
from benchmarks.load_clients import server
from benchmarks.load_clients.texts import ForeignWords, session_words
from benchmarks.load_clients.visitor import Visitor
from longformer_viz.models.disk_cache import cache_folder

SHORT_TOKENS, LONG_TOKENS = 150, 1000
LONG_EVERY = 5  # sessions
PATIENCE_SECONDS = 180.0
_FIRST = 5  # sessions before the files are counted for the first time
_ERRORS_SHOWN = 5
_LEAVES_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class State:
    """The server after a number of sessions.

    Attributes:
        sessions: Sessions that have ended.
        rss_bytes: Resident memory.
        results_bytes: Of these, results in the cache.
        descriptors: Open files and connections.
        threads: Threads.
    """

    sessions: int
    rss_bytes: int
    results_bytes: int
    descriptors: int
    threads: int


def main() -> None:
    """Let the sessions come and go, and print what they left."""
    chosen = options()
    found = harness.machine()
    print(harness.machine_line(found))
    with tempfile.TemporaryDirectory() as folder:
        temporary = Path(folder)
        with server.started({"TMPDIR": folder, "TEMP": folder, "TMP": folder}) as (url, process):
            errors, states, files_before = asyncio.run(visits(chosen, url, process, temporary))
            files_after = count_files(temporary)
            left = server.metric(url, "sessions")
    result = {
        "benchmark": "sessions",
        "sessions": chosen.sessions,
        "errors": len(errors),
        "rss_bytes_by_hundred": [state.rss_bytes for state in states],
        "rss_growth_second_half": growth([state.rss_bytes for state in states]),
        "rest_growth_second_half": growth([state.rss_bytes - state.results_bytes for state in states]),
        "files_before": files_before,
        "files_after": files_after,
        "sessions_left": None if left is None else int(left),
        "states": [asdict(state) for state in states],
        "machine": found,
    }
    print_result(result, states, errors)
    if chosen.json:
        print(json.dumps(result, allow_nan=False), flush=True)


def options() -> Namespace:
    """Return what the command line says."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=1000, help="sessions, one after another (default: 1000)")
    parser.add_argument("--at-once", type=int, default=3, help="sessions that are open at once (default: 3)")
    parser.add_argument("--every", type=int, default=100, help="sessions from one reading to the next (default: 100)")
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    parser.add_argument("--seed", type=int, default=7, help="of all choices (default: 7)")
    chosen = parser.parse_args()
    if min(chosen.sessions, chosen.at_once, chosen.every) < 1:
        parser.error("--sessions, --at-once and --every must be 1 or more. Try --sessions 1000.")
    return chosen


async def visits(
    chosen: Namespace, url: str, process: psutil.Process, temporary: Path
) -> tuple[list[str], list[State], int]:
    """Let all sessions come and go.

    Args:
        chosen: The command line.
        url: The address of the app.
        process: The server.
        temporary: Its folder of temporary files.

    Returns:
        What went wrong, the states of the server, and the number of files after the first sessions.
    """
    chance = random.Random(chosen.seed)
    words = session_words(chosen.sessions, chance)
    foreign = ForeignWords(words)
    states: list[State] = []
    errors: list[str] = []
    files_before = 0
    marks = {0, min(_FIRST, chosen.sessions), *range(chosen.every, chosen.sessions, chosen.every), chosen.sessions}
    for first, end in zip(sorted(marks), sorted(marks)[1:], strict=False):
        waiting = iter(range(first, end))

        async def one_after_another(waiting: Iterator[int] = waiting) -> None:
            for number in waiting:
                tokens = LONG_TOKENS if number % LONG_EVERY == 0 else SHORT_TOKENS
                own = random.Random(chance.getrandbits(64))
                errors.extend(await visit(Visitor(url, words[number], foreign, tokens, own, PATIENCE_SECONDS)))

        await asyncio.gather(*(one_after_another() for _ in range(chosen.at_once)))
        await all_left(url)
        if end == min(_FIRST, chosen.sessions):
            files_before = count_files(temporary)
        if end % chosen.every == 0 or end == chosen.sessions:
            states.append(state(end, url, process))
            print(shown(states[-1]), flush=True)
    return errors, states, files_before


async def visit(visitor: Visitor) -> list[str]:
    """Let a `visitor` come, act and go. Returns what went wrong."""
    for kind in ("arrival", "first_text", "head_change"):
        await visitor.act(kind)
        if visitor.events[-1].error or visitor.events[-1].is_wrong:
            break
    await visitor.leave()
    foreign = ["another visitor's text was seen"] if visitor.foreign_messages else []
    wrong = [f"{event.kind}: another document or head was shown" for event in visitor.events if event.is_wrong]
    return [*foreign, *wrong, *(event.error for event in visitor.events if event.error)]


async def all_left(url: str) -> None:
    """Wait until the server at a `url` has noticed that nobody is there."""
    for _ in range(_LEAVES_WITHIN_SECONDS):
        if not await asyncio.to_thread(server.metric, url, "sessions"):
            return
        await asyncio.sleep(1)


def state(sessions: int, url: str, process: psutil.Process) -> State:
    """Return the state of the server.

    Args:
        sessions: Sessions that have ended.
        url: The address of the app.
        process: The server.
    """
    results = server.metric(url, "cache_bytes") or 0
    descriptors = process.num_fds() if os.name != "nt" else process.num_handles()
    return State(sessions, server.resident_bytes(process), int(results), descriptors, process.num_threads())


def count_files(temporary: Path) -> int:
    """Return the number of files in the `temporary` folder and in the folder of converted models."""
    return sum(file.is_file() for folder in (temporary, cache_folder()) for file in folder.rglob("*"))


def growth(values: Sequence[int]) -> float | None:
    """Return by which share the last of the `values` exceeds the one in the middle; None for fewer than two."""
    return values[-1] / values[(len(values) - 1) // 2] - 1 if len(values) > 1 else None


def shown(state: State) -> str:
    """Return one line about a `state`."""
    total, results = state.rss_bytes / 1e6, state.results_bytes / 1e6
    return (
        f"{state.sessions:6,} sessions  {total:7,.0f} MB  {results:7,.0f} MB results  {total - results:7,.0f} MB rest"
        f"  {state.descriptors:4} descriptors  {state.threads:3} threads"
    )


def print_result(result: dict[str, object], states: Sequence[State], errors: Sequence[str]) -> None:
    """Print the figures, one a line, and the most frequent errors.

    Args:
        result: The result.
        states: The states of the server.
        errors: What went wrong, once each time.
    """
    for key, value in result.items():
        if key not in ("benchmark", "machine", "states", "rss_bytes_by_hundred"):
            print(f"{key:26}{'-' if value is None else f'{value:.3f}' if isinstance(value, float) else value}")
    for error, times in Counter(errors).most_common(_ERRORS_SHOWN):
        print(f"    {times} × {error}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
