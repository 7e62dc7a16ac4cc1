"""Processes that a fault is done to: Python without privileges, and servers."""

import ctypes
import os
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).parents[2]
_DROP_CAPABILITY, _OVERRIDE, _READ_SEARCH = 24, 1, 2  # options of prctl, and capabilities by which root ignores modes
PATIENCE_SECONDS = 300  # The tests may share few cores with others.


def obey_modes() -> None:
    """Let a process of root obey the modes of files, as a usual user's does. For `preexec_fn`."""
    library = ctypes.CDLL(None)
    for capability in (_OVERRIDE, _READ_SEARCH):
        library.prctl(_DROP_CAPABILITY, capability, 0, 0, 0)


def python(code: str, **environment: str | None) -> subprocess.Popen[str]:
    """Start Python on some lines of code, without privileges.

    Args:
        code: The lines.
        environment: Variables that differ; None removes one.
    """
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=changed(environment),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=obey_modes,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a process, and return its exit code, output and error output."""
    try:
        output, errors = process.communicate(timeout=PATIENCE_SECONDS)
    finally:
        process.kill()
    return process.returncode, output, errors


def changed(environment: dict[str, str | None]) -> dict[str, str]:
    """Return this process's environment with some variables changed or removed."""
    merged = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1", **environment}
    return {name: value for name, value in merged.items() if value is not None}
