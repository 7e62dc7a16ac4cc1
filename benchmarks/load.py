"""Measure the app under load: visitors who read, think and click, with every answer checked.

`python -m benchmarks.load --sessions N --minutes M [--json] [--url URL [--pid PID]]`. Starts the app, or measures the
server at URL. Each visitor is a websocket client that speaks Streamlit's protocol as a browser does. Visitors come
spread over the first 15 seconds, see the sample, paste a text of about 1,000 tokens, and then draw cards: of twenty
actions in a row, 12 change the head, 5 the window, 2 paste a new text and 1 asks a question on the Answers page.
Before each they think for 5 to 15 seconds.

A new text, the first one too, counts from sending the message to the payload of the new run's map, as does a new
window. A head change counts to the map of the new head, a question to the marked answers. `generator_cpu_share` is
the visitors' share of the time of all cores. Every text has a word that only its visitor has. Document, head and
window of an answer are checked at once. After the load, its weights or answers are compared with the library's own,
for which every run is done again.
"""

import asyncio
import json
import os
import random
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import psutil

from benchmarks import harness
from benchmarks.load_clients import server
from benchmarks.load_clients.checking import SeenMap, are_answers_right, in_runs, is_map_right
from benchmarks.load_clients.texts import ForeignWords, session_words
from benchmarks.load_clients.visitor import Event, Visitor

SPREAD_SECONDS = 15.0
THINK_SECONDS = (5.0, 15.0)
TOKENS = 1000
PATIENCE_SECONDS = 180.0
FORWARD = ("first_text", "new_text", "new_spec")
_ERRORS_SHOWN = 5


def main() -> None:
    """Run the load, check the answers and print the result."""
    chosen = options()
    found = harness.machine()
    print(harness.machine_line(found))
    with ExitStack() as stack:
        if chosen.url is None:
            url, process = stack.enter_context(server.started())
        else:
            url, process = chosen.url.rstrip("/") + "/", chosen.pid and psutil.Process(chosen.pid)
        visitors = make_visitors(chosen, url)
        cpu, start = _cpu_seconds(), time.perf_counter()
        memory = asyncio.run(under_load(visitors, chosen, process))
        share = (_cpu_seconds() - cpu) / (time.perf_counter() - start) / found["cores"]
        waited = server.queue_seconds(url)
    events = [event for visitor in visitors for event in visitor.events]
    check(events)
    result = {
        "benchmark": "load",
        "sessions": chosen.sessions,
        "minutes": chosen.minutes,
        "seed": chosen.seed,
        **summary(events),
        "foreign_results": sum(visitor.foreign_messages for visitor in visitors),
        "queue_p95_seconds": waited,
        "peak_rss_bytes": max(memory, default=None),
        "rss_growth_second_half": server.second_half_growth(memory),
        "generator_cpu_share": share,
        "machine": found,
    }
    print_result(result, [event.error for event in events if event.error])
    if chosen.json:
        print(json.dumps(result, allow_nan=False), flush=True)


def options() -> Namespace:
    """Return what the command line says."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sessions", type=int, default=10, help="visitors at once (default: 10)")
    parser.add_argument("--minutes", type=float, default=2.0, help="how long they stay (default: 2)")
    parser.add_argument("--json", action="store_true", help="print all figures as one JSON object on the last line")
    parser.add_argument("--url", help="a server that runs already (default: start one)")
    parser.add_argument("--pid", type=int, help="its process, whose memory is measured")
    parser.add_argument("--tokens", type=int, default=TOKENS, help="about how long a text is (default: 1000)")
    parser.add_argument(
        "--think",
        type=float,
        nargs=2,
        default=THINK_SECONDS,
        metavar=("LEAST", "MOST"),
        help="default: 5 15",
    )
    parser.add_argument(
        "--seed",
        type=int,
        help="of all choices; a server that has seen it has cached its texts (default: random)",
    )
    chosen = parser.parse_args()
    if chosen.sessions < 1 or chosen.minutes <= 0:
        parser.error("--sessions must be 1 or more and --minutes above 0. Try --sessions 10 --minutes 2.")
    if chosen.pid is not None and not psutil.pid_exists(chosen.pid):
        parser.error(f"--pid must be a process of this machine. You entered {chosen.pid}. Leave it out.")
    if chosen.seed is None:
        chosen.seed = int.from_bytes(os.urandom(4), "big")
    return chosen


def make_visitors(chosen: Namespace, url: str) -> list[Visitor]:
    """Return the visitors, each with random numbers of its own.

    Args:
        chosen: The command line.
        url: The address of the app.
    """
    chance = random.Random(chosen.seed)
    words = session_words(chosen.sessions, chance)
    foreign = ForeignWords(words)
    return [
        Visitor(url, word, foreign, chosen.tokens, random.Random(chance.getrandbits(64)), PATIENCE_SECONDS)
        for word in words
    ]


async def under_load(visitors: Sequence[Visitor], chosen: Namespace, process: psutil.Process | None) -> list[int]:
    """Let the visitors come, act and go.

    Args:
        visitors: The visitors.
        chosen: The command line.
        process: The server; None where it is not known.

    Returns:
        The server's memory in bytes, once a second.
    """
    memory: list[int] = []
    watching = None if process is None else asyncio.create_task(server.watch_memory(process, memory))
    start = time.perf_counter()
    until, spread = start + 60 * chosen.minutes, min(SPREAD_SECONDS, 15 * chosen.minutes)
    await asyncio.gather(
        *(
            visitor.stay(start + spread * number / len(visitors), until, tuple(chosen.think))
            for number, visitor in enumerate(visitors)
        )
    )
    if watching is not None:
        watching.cancel()
    return memory


def check(events: Iterable[Event]) -> None:
    """Compare what was seen with the library's own results, and note it in the `events`."""
    for event in in_runs(event for event in events if event.seen is not None and not event.error):
        if isinstance(event.seen, SeenMap):
            is_right = is_map_right(event.seen, event.settings)
        else:
            is_right = are_answers_right(event.seen, event.settings, event.question)
        event.is_checked, event.is_wrong = True, event.is_wrong or not is_right


def summary(events: Sequence[Event]) -> dict[str, Any]:
    """Return counts and times.

    Args:
        events: All that was done, after `check`.
    """

    def percentile(share: int, *kinds: str) -> float | None:
        taken = [
            each.seconds for each in events if each.kind in kinds and each.seconds is not None and not each.error
        ]
        return float(np.percentile(taken, share)) if taken else None

    tokens = [each.seen.tokens for each in events if each.kind in FORWARD and isinstance(each.seen, SeenMap)]
    return {
        "errors": sum(bool(each.error) for each in events),
        "wrong_results": sum(each.is_wrong for each in events),
        "checked_results": sum(each.is_checked for each in events),
        "forward_p50_seconds": percentile(50, *FORWARD),
        "forward_p95_seconds": percentile(95, *FORWARD),
        "head_change_p50_seconds": percentile(50, "head_change"),
        "head_change_p95_seconds": percentile(95, "head_change"),
        "question_p95_seconds": percentile(95, "question"),
        "answers_page_p95_seconds": percentile(95, "answers_page"),
        "arrival_p95_seconds": percentile(95, "arrival"),
        "median_tokens": int(np.median(tokens)) if tokens else None,
        "counts": dict(sorted(Counter(each.kind for each in events).items())),
    }


def print_result(result: dict[str, Any], errors: Sequence[str]) -> None:
    """Print the figures, one a line, and the most frequent errors.

    Args:
        result: The result.
        errors: What went wrong, once each time.
    """
    for key, value in result.items():
        if key not in ("benchmark", "machine"):
            print(f"{key:26}{'-' if value is None else f'{value:.3f}' if isinstance(value, float) else value}")
    for error, times in Counter(errors).most_common(_ERRORS_SHOWN):
        print(f"    {times} × {error}")
    sys.stdout.flush()


def _cpu_seconds() -> float:
    return sum(os.times()[:2])


if __name__ == "__main__":
    main()
