"""Processes that have imported the project and done nothing yet.

They are forked from one server that has the imports, which take longer than most of what is tried here.
"""

import faulthandler
import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path

from longformer_viz.models.disk_cache import SETTING

_PATIENCE_SECONDS = 200
NOTICES = (
    "newly initialized",
    "Loading weights",
    "Writing model shards",
    "Warning",
    "[transformers]",
)
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.first_use.entries"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended, and all that it printed."""

    exit_code: int | None
    printed: str


def first_uses(names: list[str], cache: Path) -> list[Outcome]:
    """Run entries at once, each in a process of its own, over one cache folder.

    A process that does not return ends after 200 seconds and prints where it waits.
    """
    logs = [cache.with_name(f"{cache.name} {number}.log") for number in range(len(names))]
    processes = [
        _CONTEXT.Process(target=_enter, args=(name, cache, log)) for name, log in zip(names, logs, strict=True)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    return [Outcome(process.exitcode, log.read_text()) for process, log in zip(processes, logs, strict=True)]


def _enter(name: str, cache: Path, log: Path) -> None:
    from tests.first_use.entries import ENTRIES  # the server has it already

    os.environ[SETTING] = str(cache)
    file = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.dump_traceback_later(_PATIENCE_SECONDS, exit=True)
    ENTRIES[name]()
    faulthandler.cancel_dump_traceback_later()
