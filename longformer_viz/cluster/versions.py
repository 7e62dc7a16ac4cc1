"""The versions that a process and its cluster must share, since they exchange Python objects."""

import platform
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from longformer_viz.spec import InputError

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of one process.

    Attributes:
        package: Of this project.
        python: Of Python.
        ray: Of Ray.
    """

    package: str
    python: str
    ray: str


def own_versions() -> Versions:
    """Return the versions of this process."""
    return Versions(own_package_version(), platform.python_version(), version("ray"))


@cache
def own_package_version() -> str:
    """Return the version of this project, of a checkout that is not installed as its `pyproject.toml` has it."""
    try:
        return version("longformer-viz")
    except PackageNotFoundError:
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]
        return f"{project['version']} (a checkout)"


def check_versions(theirs: Versions, ours: Versions | None = None) -> None:
    """Check that a worker has the versions of this process. Of Python, the last number may differ.

    Args:
        theirs: The versions of the worker.
        ours: The versions to compare with. By default those of this process.

    Raises:
        InputError: They differ. The message has both.
    """
    ours = ours or own_versions()
    pairs = {
        "Longformer Viz": (theirs.package, ours.package),
        "Python": (theirs.python, ours.python),
        "Ray": (theirs.ray, ours.ray),
    }
    for name, (their, our) in pairs.items():
        if _compared(name, their) != _compared(name, our):
            raise InputError(
                f"A worker must have the version of {name} that this process has. The worker has {their}; "
                f"this process has {our}. Install the same version on both."
            )


def _compared(name: str, number: str) -> str:
    return number.rpartition(".")[0] if name == "Python" and number.count(".") > 1 else number
