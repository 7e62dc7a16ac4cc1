"""The child process that parses one file: `python -I run.py ORDER`, a script.

ORDER is a JSON object with the parser's name, its limits and its options. The file comes on standard input;
one JSON object leaves on standard output, a `ReadDocument` or `{"problem": ...}`. A file that crashes its
parser, or exhausts its memory, takes only this process with it.
"""

import importlib
import json
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

LIBXML_NO_MEMORY = 2  # the code of lxml's syntax error where libxml2 got no more memory


def answer(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    """Return the text of `data`, or the problem with it; a parser's own words never leave this process."""
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
    except Exception as error:  # each library fails on a damaged file in its own many ways
        out_of_memory = getattr(error, "code", None) == LIBXML_NO_MEMORY
        return {"problem": "too_big" if out_of_memory else "damaged"}
    return asdict(document)


def restrict(seconds: float, memory_bytes: int) -> None:
    """Bound this process's processor time and memory, where the system can (Windows cannot)."""
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
        with suppress(ValueError, OSError):  # a lower limit is already set, or the system has none
            resource.setrlimit(limit, (value, value))


def make_importable() -> None:
    """Let `longformer_viz.documents.parsers` be imported without the package's `__init__`, which loads torch."""
    documents = Path(__file__).parents[1]
    for name, folder in (("longformer_viz", documents.parent), ("longformer_viz.documents", documents)):
        package = ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    restrict(given["limits"]["seconds"], given["limits"]["memory_bytes"])
    make_importable()
    json.dump(answer(given, sys.stdin.buffer.read()), sys.stdout)
