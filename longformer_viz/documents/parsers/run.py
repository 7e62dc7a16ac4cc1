"""The child process that parses one file: `python -I run.py ORDER`, a script.

ORDER is a JSON object with the parser's name, its limits and its options. The file is read from standard input. One
JSON object is written to standard output: a `ReadDocument` or `{"problem": ...}`. A file that crashes its parser, or
exhausts its memory, ends only this process.
"""

import ctypes
import importlib
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

DIE_WITH_PARENT = 1  # option of prctl
LIBXML_NO_MEMORY = 2  # code of lxml's syntax error if libxml2 runs out of memory


def answer(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Parse a file, and return its text or the problem. A parser's own message never leaves this process.

    Args:
        order: The parser's name, its limits and its options.
        data: The file's bytes.

    Returns:
        The fields of a `ReadDocument`, or `problem` with its figures.
    """
    from longformer_viz.documents.contract import ProblemError, ReadOptions
    from longformer_viz.documents.limits import Limits

    limits = Limits(**order["limits"])
    try:
        parser = importlib.import_module(f"longformer_viz.documents.parsers.{order['parser']}")
        document = parser.read(data, limits, ReadOptions(**order["options"]))
        if len(document.text) > limits.characters:
            raise ProblemError("too_long", characters=len(document.text))
    except ProblemError as error:
        return error.answer
    except ModuleNotFoundError as error:
        return {"problem": "missing", "module": error.name}
    except MemoryError:
        return {"problem": "too_big"}
    except Exception as error:  # Each library raises its own types of error for a damaged file.
        out_of_memory = getattr(error, "code", None) == LIBXML_NO_MEMORY
        return {"problem": "too_big" if out_of_memory else "damaged"}
    return asdict(document)


def restrict(seconds: float, memory_bytes: int) -> None:
    """Limit this process's processor time and memory, if the system supports it (Windows does not).

    Args:
        seconds: Processor time, in seconds.
        memory_bytes: Address space, in bytes.
    """
    try:
        import resource
    except ImportError:
        return
    whole_seconds = int(seconds) + 1
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, whole_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # A lower limit is already set, or the system has none.
            resource.setrlimit(limit, (value, value))


def end_with_parent() -> None:
    """Let Linux end this process when the app ends, so that no parser goes on alone."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(DIE_WITH_PARENT, 9, 0, 0, 0)


def make_importable() -> None:
    """Make `longformer_viz.documents.parsers` importable without the package's `__init__`, which loads torch."""
    documents = Path(__file__).parents[1]
    for name, folder in (("longformer_viz", documents.parent), ("longformer_viz.documents", documents)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


if __name__ == "__main__":
    end_with_parent()
    given = json.loads(sys.argv[1])
    restrict(given["limits"]["seconds"], given["limits"]["memory_bytes"])
    make_importable()
    json.dump(answer(given, sys.stdin.buffer.read()), sys.stdout)
