"""Start, pause, cancel, continue, rename and delete runs. One run trains at a time; others wait in order."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from longformer_viz.models.devices import check_device
from longformer_viz.models.runs import SETTING, run_folder, runs_folder
from longformer_viz.models.storage.files import write_whole
from longformer_viz.spec import InputError, shown
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_state import (
    ABOUT,
    CANCEL,
    CANCELLED,
    DONE,
    ERRORS,
    FAILED,
    INTERRUPTED,
    PAUSE,
    PAUSED,
    REQUEST,
    RUNNING,
    WAITING,
    RunState,
    is_locked,
    read_run,
    write_status,
)
from longformer_viz.training.runs.settings import TrainingSettings

_LIBRARIES = ("longformer-viz", "torch", "transformers", "accelerate", "peft", "numpy")


_LONGEST_STEM = 55


def create_run(name: str, settings: TrainingSettings, data: RunData, data_name: str) -> RunState:
    """Make the folder of a new run, without starting it.

    Args:
        name: The run's name.
        settings: Its settings.
        data: Its data, split.
        data_name: Where the data come from, for readers.

    Raises:
        InputError: If the name is taken or no name, or the folder cannot be written.
    """
    folder = run_folder(name)
    about = {
        "settings": settings.values(),
        "created": time.time(),
        "versions": {library: found for library in _LIBRARIES if (found := _version(library))},
        "data_name": data_name,
        "data_sha256": data.sha256,
        "training": len(data.training) or len(data.training_articles),
        "held_out": len(data.held_out) or len(data.held_out_articles),
        "labels": list(data.labels),
    }
    check_device(settings.device)
    if folder.exists():
        raise InputError(f"A run's name must be new. You entered {shown(name)}. Try {free_name(name)}.")
    try:
        folder.mkdir(parents=True)
        data.write(folder)
        text = json.dumps(about, indent=1, ensure_ascii=False) + "\n"
        write_whole(folder / ABOUT, lambda path: path.write_text(text, encoding="utf-8"))
        write_status(folder, WAITING)
    except OSError as fault:
        shutil.rmtree(folder, ignore_errors=True)
        raise InputError(
            f"The folder of runs must be writable. {runs_folder()} is not ({fault.strerror}). Set {SETTING} to "
            "another folder, or free some disk space."
        ) from fault
    return read_run(name)


def free_name(name: str) -> str:
    """Return a name that no run has: the name itself, or with the next number.

    Args:
        name: A run's name.
    """
    if not run_folder(name).exists():
        return name
    name = name[:_LONGEST_STEM].rstrip(" .")
    stem, _, number = name.rpartition(" ")
    stem, start = (stem, int(number) + 1) if stem and number.isdigit() else (name, 2)
    while run_folder(f"{stem} {start}").exists():
        start += 1
    return f"{stem} {start}"


def rename_run(name: str, new_name: str) -> RunState:
    """Rename a run that does not train now.

    Args:
        name: Its name.
        new_name: Its new name.

    Raises:
        InputError: If the new name is taken or no name, or the run trains or waits.
    """
    run, target = read_run(name), run_folder(new_name)
    if run.is_live:
        raise InputError(f"A run can be renamed when it has stopped. {shown(name)} is {run.state}. Pause it first.")
    if target.exists():
        raise InputError(f"A run's name must be new. You entered {shown(new_name)}. Try {free_name(new_name)}.")
    run.folder.rename(target)
    return read_run(new_name)


def delete_run(name: str) -> None:
    """Delete a run that does not train now, with its model.

    Args:
        name: Its name.

    Raises:
        InputError: If there is no such run, or it trains or waits.
    """
    try:
        run = read_run(name)
    except InputError:
        if not (run_folder(name) / ABOUT).is_file():
            raise
        shutil.rmtree(run_folder(name))  # Its files are damaged.
        return
    if run.is_live:
        raise InputError(f"A run can be deleted when it has stopped. {shown(name)} is {run.state}. Cancel it first.")
    shutil.rmtree(run.folder)


def command_of(name: str, processes: int = 1) -> list[str]:
    """Return the command that trains a run, on one process or several.

    Args:
        name: The run's name.
        processes: How many processes train together, for example one for each GPU.
    """
    module = ["-m", "longformer_viz.training.runs.process", str(run_folder(name))]
    if processes == 1:
        return [sys.executable, *module]
    return [sys.executable, "-m", "torch.distributed.run", f"--nproc-per-node={processes}", *module]


class RunQueue:
    """Trains runs one after another, each in a process of its own.

    Args:
        processes: How many processes train a run together.
    """

    def __init__(self, processes: int = 1) -> None:
        self._processes = processes
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._name: str | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def start(self, name: str) -> None:
        """Put a run in the queue: a new one, or one that stopped before its end.

        Args:
            name: The run's name.

        Raises:
            InputError: If there is no such run, it has finished, or it waits or trains already.
        """
        run = read_run(name)
        with self._changed:
            if name == self._name or name in self._waiting:
                raise InputError(
                    f"This run is already in the queue. {shown(name)} is {run.state}. Wait until it ends."
                )
            if run.state == DONE:
                raise InputError(
                    f"A finished run cannot be continued. {shown(name)} is done. Start a new run from it."
                )
            if run.state == RUNNING:
                raise InputError(f"{shown(name)} trains in another process. Pause it there first, or wait for it.")
            (run.folder / REQUEST).unlink(missing_ok=True)
            write_status(run.folder, WAITING, step=run.step, steps=run.steps)
            self._waiting.append(name)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._serve, name="training-runs", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def place(self, name: str) -> int | None:
        """Return the position of a run: 0 while it trains, 1 for the next; None if it is not in the queue.

        Args:
            name: The run's name.
        """
        with self._changed:
            if name == self._name:
                return 0
            return 1 + self._waiting.index(name) if name in self._waiting else None

    def pause(self, name: str) -> None:
        """Ask a run to save its state and stop; it can be continued.

        Args:
            name: The run's name.
        """
        self._ask(name, PAUSE, PAUSED)

    def cancel(self, name: str) -> None:
        """Ask a run to stop without saving; it can be continued from its last saved state.

        Args:
            name: The run's name.
        """
        self._ask(name, CANCEL, CANCELLED)

    def wait(self, name: str, timeout: float | None = None) -> bool:
        """Wait until a run is no longer in the queue, and return whether that is so.

        Args:
            name: The run's name.
            timeout: How long to wait, in seconds; None without limit.
        """
        with self._changed:
            return self._changed.wait_for(lambda: name != self._name and name not in self._waiting, timeout)

    def _ask(self, name: str, request: str, state: str) -> None:
        run = read_run(name)
        with self._changed:
            if name in self._waiting:
                self._waiting.remove(name)
                write_status(run.folder, state, step=run.step, steps=run.steps)
                self._changed.notify_all()
            elif run.is_live:
                if run.state == WAITING and name != self._name:  # Left by a server that has ended.
                    write_status(run.folder, state, step=run.step, steps=run.steps)
                else:
                    write_whole(run.folder / REQUEST, lambda path: path.write_text(request, encoding="utf-8"))

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._name = None
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._waiting)
                self._name = name = self._waiting.popleft()
            try:
                self._train(name)
            except Exception as fault:  # The next runs must be trained whatever happens to this one.
                with suppress(OSError, InputError):
                    write_status(run_folder(name), FAILED, message=f"The training could not start: {fault}")

    def _train(self, name: str) -> None:
        folder = run_folder(name)
        run = read_run(name)
        if is_locked(folder):
            return  # Another process, such as the command line's, was faster.
        write_status(folder, WAITING, step=run.step, steps=run.steps, message="Starting")
        root = str(Path(__file__).parents[3])
        paths = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
        with (folder / ERRORS).open("wb") as errors:
            process = subprocess.Popen(
                command_of(name, self._processes),
                env=os.environ | {"PYTHONPATH": paths},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
            while process.poll() is None:
                time.sleep(0.2)
        ended = read_run(name)
        if ended.state in (WAITING, INTERRUPTED):
            write_status(
                folder,
                INTERRUPTED,
                step=ended.step,
                steps=ended.steps,
                message="The training process ended unexpectedly. Continue it from its last saved state.",
            )


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
