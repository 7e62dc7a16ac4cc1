"""A reader's own sweep: measured results with an id and a name, as a browser and files keep them."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime

from longformer_viz.probe.results import MOST_FILE_BYTES, Results
from longformer_viz.spec import InputError, shown

VERSION = 1
MOST_NAME = 80
_ONE, _MANY = "longformer_viz_sweep", "longformer_viz_sweeps"
SCOPES = {"layer": "one layer", "model": "whole model"}
"""What was measured, in words, by the level of a plan."""


@dataclass(frozen=True, slots=True)
class SavedSweep:
    """Measured results that a visitor keeps.

    Attributes:
        name: The visitor's name for them, at most 80 characters.
        results: The results.

    Raises:
        InputError: If the name is empty or too long.
    """

    name: str
    results: Results

    def __post_init__(self) -> None:
        name = " ".join(self.name.split())
        if not 0 < len(name) <= MOST_NAME:
            raise InputError(
                f"A name must have 1 to {MOST_NAME} characters. This one has {len(name)}. Choose another name."
            )
        object.__setattr__(self, "name", name)

    @property
    def id(self) -> str:
        """16 hexadecimal digits, the same for the same results."""
        return hashlib.sha256(self.results.to_json().encode()).hexdigest()[:16]

    def renamed(self, name: str) -> "SavedSweep":
        """Return the same results under another name.

        Args:
            name: The name.

        Raises:
            InputError: The name is empty or too long.
        """
        return replace(self, name=name)

    def to_json(self) -> str:
        """Return the sweep as a JSON object with a version number."""
        return json.dumps({_ONE: VERSION, "name": self.name, "results": json.loads(self.results.to_json())})


def named_sweep(results: Results) -> SavedSweep:
    """Name results by machine, size, unit and date.

    Args:
        results: The results.
    """
    plan = results.plan
    name = f"{machine_name(results)}, {plan.shape}, {SCOPES[plan.level]}, {measured_on(results)}"
    return SavedSweep(name[:MOST_NAME], results)


def machine_name(results: Results) -> str:
    """Return the short name of the processor or GPU that measured.

    Args:
        results: The results.
    """
    name = results.machine.processor if results.plan.device == "cpu" else results.machine.device
    short = re.sub(r"\((?:R|TM)\)|\b(?:CPU|Processor)\b|@.*", " ", name)
    return " ".join(short.split())[:40] or "unknown machine"


def measured_on(results: Results) -> str:
    """Return date and time of a measurement, such as "28 Nov 2026, 23:57 UTC".

    Args:
        results: The results.
    """
    try:
        return f"{datetime.fromisoformat(results.measured_at):%d %b %Y, %H:%M} UTC"
    except ValueError:
        return results.measured_at[:16] or "no date"


def sweeps_json(sweeps: tuple[SavedSweep, ...]) -> str:
    """Return several sweeps as one JSON object, which `read_sweeps` reads.

    Args:
        sweeps: The sweeps.
    """
    return json.dumps({_MANY: VERSION, "sweeps": [json.loads(sweep.to_json()) for sweep in sweeps]}, indent=1)


def read_sweeps(text: str | bytes) -> tuple[SavedSweep, ...]:
    """Read one sweep, several sweeps, or results without a name.

    Args:
        text: What `SavedSweep.to_json`, `sweeps_json` or `Results.to_json` wrote.

    Returns:
        The sweeps; results without a name are named by `named_sweep`.

    Raises:
        InputError: The text is too long or damaged, or has another version or format.
    """
    if not isinstance(text, str | bytes):
        raise InputError(f"A results file must be read as text or bytes. You entered {shown(text)}. Open the file.")
    if len(text) > MOST_FILE_BYTES:
        raise InputError(
            f"A results file must have at most {MOST_FILE_BYTES:,} bytes; this one has {len(text):,}. "
            "Choose another file."
        )
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not found.keys() & {_ONE, _MANY}:
        return (named_sweep(Results.from_json(text)),)  # which says what is wrong with every other text
    if _ONE in found:
        return (_read(found),)
    _check_version(found[_MANY])
    many = found.get("sweeps")
    if not isinstance(many, list) or not many:
        raise _damaged("it holds no list of measurements")
    return tuple(_read(each) for each in many)


def _read(found: object) -> SavedSweep:
    if not isinstance(found, dict) or _ONE not in found:
        raise _damaged("a measurement in it has no version number")
    _check_version(found[_ONE])
    name, results = found.get("name"), found.get("results")
    if not isinstance(name, str):
        raise _damaged("a measurement in it has no name")
    return SavedSweep(name, Results.from_json(json.dumps(results)))


def _check_version(version: object) -> None:
    if version != VERSION or isinstance(version, bool):
        raise InputError(
            f"A saved measurement must have version {VERSION}; this one has version {shown(version)}. "
            "Measure again, or open it with the version of the app that saved it."
        )


def _damaged(why: str) -> InputError:
    return InputError(
        f"A saved measurement must be complete; this one is damaged or has another format: {why}. "
        "Choose another file, or measure again."
    )
