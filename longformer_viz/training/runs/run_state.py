"""What a run's folder says about it: settings, state, figures of its steps, and evaluations.

Every file is written whole or as complete lines, so that a reader never sees half of one, and a process that is
killed leaves the last good state.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from longformer_viz.models.runs import MODEL, run_folder, runs_folder
from longformer_viz.models.storage.files import write_whole
from longformer_viz.spec import InputError, shown
from longformer_viz.training.runs.settings import TrainingSettings

ABOUT, STATUS, REQUEST = "run.json", "status.json", "request"
STEPS, EVALUATIONS, ERRORS, REPORT = "steps.jsonl", "evaluations.jsonl", "errors.txt", "conversion.json"
CHECKPOINTS = "checkpoints"
WAITING, RUNNING, PAUSED, CANCELLED, FAILED, DONE = "waiting", "running", "paused", "cancelled", "failed", "done"
INTERRUPTED = "interrupted"
"""The state of a run whose process ended without writing a final state, such as one that was killed."""
LOCK = ".lock"  # Held by the process that trains the run; the system releases it when the process ends.
PAUSE, CANCEL = "pause", "cancel"


@dataclass(frozen=True, slots=True)
class RunState:
    """A training run as its folder describes it.

    Attributes:
        name: The run's name.
        settings: Its settings.
        about: Versions, the hash and size of its data, the name of the data, and the time of creation.
        state: "waiting", "running", "paused", "interrupted", "cancelled", "failed" or "done".
        message: What happened, as a sentence; empty for nothing.
        step: Optimizer steps done.
        steps: Optimizer steps of the whole run; 0 before the process knows.
        seconds_left: Estimated time that remains, in seconds; None if unknown.
        history: Figures of steps: step, epoch, loss, learning_rate, tokens_per_second, memory_bytes, seconds.
        evaluations: Results after each epoch.
    """

    name: str
    settings: TrainingSettings
    about: Mapping[str, Any]
    state: str
    message: str
    step: int
    steps: int
    seconds_left: float | None
    history: tuple[dict[str, Any], ...]
    evaluations: tuple[dict[str, Any], ...]

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return run_folder(self.name)

    @property
    def is_live(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (WAITING, RUNNING)

    @property
    def can_continue(self) -> bool:
        """Whether it stopped before its end, and can be continued."""
        return self.state in (PAUSED, INTERRUPTED, FAILED, CANCELLED)

    @property
    def is_finished(self) -> bool:
        """Whether its model can be used."""
        return (self.folder / MODEL / "config.json").is_file()


def read_run(name: str) -> RunState:
    """Read a run from its folder.

    Args:
        name: The run's name.

    Raises:
        InputError: If there is no such run, or its files are damaged.
    """
    folder = run_folder(name)
    try:
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        settings = TrainingSettings.read(about.pop("settings"))
        status = _json(folder / STATUS) or {"state": WAITING}
        state = str(status["state"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        known = ", ".join(run_names()[:5]) or "none"
        raise InputError(f"The run {shown(name)} does not exist or is damaged. Known runs: {known}.") from fault
    if state == RUNNING and not is_locked(folder):
        state = INTERRUPTED
    history = lines_of(folder / STEPS)
    return RunState(
        name=name,
        settings=settings,
        about=about,
        state=state,
        message=str(status.get("message", "")),
        step=int(status.get("step", 0)),
        steps=int(status.get("steps", 0)),
        seconds_left=status.get("seconds_left"),
        history=_last_of_each(history, "step"),
        evaluations=_last_of_each(lines_of(folder / EVALUATIONS), "epoch"),
    )


def is_locked(folder: Path) -> bool:
    """Return whether a process trains the run in a `folder`."""
    try:
        with FileLock(folder / LOCK, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False  # A folder that cannot be written is trained by nobody.


def _last_of_each(lines: list[dict[str, Any]], key: str) -> tuple[dict[str, Any], ...]:
    """Return the last line for each value of a key: a continued run writes some steps again."""
    return tuple({line[key]: line for line in lines if key in line}.values())


def run_names() -> tuple[str, ...]:
    """Return the names of all runs, the newest first."""
    found = []
    try:
        files = list(runs_folder().glob(f"*/{ABOUT}"))
    except OSError:
        return ()
    for file in files:
        with suppress(OSError):  # Deleted meanwhile.
            found.append((file.stat().st_mtime, file.parent.name))
    return tuple(name for _, name in sorted(found, reverse=True))


def all_runs() -> tuple[RunState, ...]:
    """Return all runs that can be read, the newest first."""
    found = []
    for name in run_names():
        try:
            found.append(read_run(name))
        except InputError:
            continue
    return tuple(found)


def write_status(folder: Path, state: str, **values: Any) -> None:
    """Write the state of a run.

    Args:
        folder: The run's folder.
        state: The state.
        values: Further fields: message, step, steps, seconds_left, pid.
    """
    text = json.dumps({"state": state, **values})
    write_whole(folder / STATUS, lambda path: path.write_text(text, encoding="utf-8"))


def append_line(file: Path, values: Mapping[str, Any]) -> None:
    """Append one JSON object as a line.

    Args:
        file: The file.
        values: The object.
    """
    with file.open("a", encoding="utf-8") as opened:
        opened.write(json.dumps(values) + "\n")


def lines_of(file: Path) -> list[dict[str, Any]]:
    """Return the complete JSON lines of a file; none if it does not exist.

    Args:
        file: The file.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError:
        return []
    found = []
    for line in text.split("\n"):
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # Empty, or cut off by the end of its process.
        if isinstance(entry, dict):
            found.append(entry)
    return found


def _json(file: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
