"""Where a reader's training runs are, and the finished model of a run."""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from longformer_viz.models.storage.folders import named_folder, user_folder
from longformer_viz.spec import InputError, shown

SETTING = "LONGFORMER_VIZ_RUNS"
RUN_PREFIX = "run:"
MODEL = "model"
_NAME = re.compile(r"[^\W_](?:[\w .+-]{0,58}[\w+-])?")


def runs_folder() -> Path:
    """Return the folder of all runs, which the environment variable LONGFORMER_VIZ_RUNS can set."""
    if setting := os.environ.get(SETTING):
        return named_folder(SETTING, setting)
    return user_folder("XDG_DATA_HOME", ".local", "share") / "runs"


def run_folder(name: str) -> Path:
    """Return the folder of a run, whether it exists or not.

    Args:
        name: The run's name.

    Raises:
        InputError: If the name is empty, too long, or contains a path.
    """
    return runs_folder() / check_run_name(name)


def check_run_name(name: Any, of: str = "A run") -> str:
    """Return the name of a run, or of another thing that has a folder, if it can be the folder's name.

    Args:
        name: The name.
        of: What has the name, for the error.

    Raises:
        InputError: If the name is empty, too long, or contains a path.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name) or ".." in name:
        raise InputError(
            f"{of}'s name must have 1 to 60 letters, digits, spaces or . + - _, and start with a letter or digit. "
            f"You entered {shown(name)}. Try contracts 1."
        )
    return name


def name_of_file(file_name: str) -> str:
    """Return a run's name that is like the name of a file.

    Args:
        file_name: The file's name.
    """
    stem = file_name.rsplit(".", 1)[0].split(" (")[0]
    words = "".join(one if one.isalnum() or one in " .+-_" else " " for one in stem).split()
    return re.sub(r"\.{2,}", ".", " ".join(words))[:50].strip(" .-+_") or "run"


def is_run_name(name: str) -> bool:
    """Return whether a model's name means a run, as in "run:contracts".

    Args:
        name: A name for `load`.
    """
    return name.startswith(RUN_PREFIX)


def run_model_folder(name: str) -> Path:
    """Return the folder with the finished model of a run.

    Args:
        name: The run's name, after "run:".

    Raises:
        InputError: If there is no such run, or it has not finished.
    """
    folder = run_folder(name.removeprefix(RUN_PREFIX).strip() if isinstance(name, str) else name)
    if (folder / MODEL / "config.json").is_file():
        return folder / MODEL
    known = ", ".join(finished_runs()[:5]) or "none"
    state = "has not finished" if folder.is_dir() else "does not exist"
    raise InputError(
        f"run: must be followed by the name of a finished run. The run {shown(folder.name)} {state}. Finished runs: "
        f"{known}."
    )


def finished_runs() -> tuple[str, ...]:
    """Return the names of the runs that have a finished model, the newest first."""
    try:
        folders = list(runs_folder().iterdir())
    except OSError:
        return ()
    found = []
    for folder in folders:
        with suppress(OSError):  # It has not finished, or was deleted meanwhile.
            found.append(((folder / MODEL / "config.json").stat().st_mtime, folder.name))
    return tuple(name for _, name in sorted(found, reverse=True))
