"""The versions that a process and its cluster must share, since they exchange Python objects."""

import hashlib
import platform
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from longformer_viz.spec import InputError

_PACKAGE = Path(__file__).parents[1]


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
    """Return the version of this project. A checkout that is not installed has a digest of its sources instead."""
    try:
        return version("longformer-viz")
    except PackageNotFoundError:
        digest = hashlib.sha256()
        for file in sorted(_PACKAGE.rglob("*.py")):
            digest.update(file.relative_to(_PACKAGE).as_posix().encode() + file.read_bytes())
        return f"checkout {digest.hexdigest()[:10]}"


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
