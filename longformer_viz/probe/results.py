"""The results of a measurement, saved as JSON with a version or exported as CSV."""

import json
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from longformer_viz.checks import check_choice, check_text
from longformer_viz.cost.checks import check_lengths
from longformer_viz.cost.methods import Method
from longformer_viz.models.storage.files import save_export
from longformer_viz.paths import checked_path, read_regular
from longformer_viz.probe.machine import Machine
from longformer_viz.probe.plan import Plan
from longformer_viz.spec import InputError, shown
from longformer_viz.tables import table_csv

VERSION = 1
MOST_FILE_BYTES = 10_000_000
Status = Literal["measured", "out of memory", "too slow", "not supported", "killed", "failed"]


@dataclass(frozen=True, slots=True)
class TimePoint:
    """The time of one method at one length.

    Attributes:
        method: Its name.
        length: Tokens.
        status: "measured", or why there is no measurement.
        median_seconds: None where it was not measured, like the quartiles.
        low_seconds: The lower quartile.
        high_seconds: The upper quartile.
        rounds: The number of runs.
        note: What a reader should know about the point.
    """

    method: str
    length: int
    status: Status
    median_seconds: float | None = None
    low_seconds: float | None = None
    high_seconds: float | None = None
    rounds: int = 0
    note: str = ""

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median and upper quartile of a measured point, in seconds."""
        assert self.low_seconds is not None
        assert self.median_seconds is not None
        assert self.high_seconds is not None
        return self.low_seconds, self.median_seconds, self.high_seconds


@dataclass(frozen=True, slots=True)
class MemoryPoint:
    """The memory of one method at one length.

    Attributes:
        method: Its name.
        length: Tokens.
        status: "measured", or why there is no measurement.
        peak_bytes: What a pass adds to weights and input, or a training step to weights and optimizer state.
        weight_bytes: The size of the weights.
        reserved_bytes: What the CUDA allocator reserved; None on a CPU.
        meter: How the peak was measured.
        note: What a reader should know about the point.
    """

    method: str
    length: int
    status: Status
    peak_bytes: int | None = None
    weight_bytes: int | None = None
    reserved_bytes: int | None = None
    meter: str = ""
    note: str = ""


Point = TimePoint | MemoryPoint


@dataclass(frozen=True, slots=True)
class Results:
    """A measurement, complete or in progress.

    Attributes:
        machine: Where it ran.
        plan: What was measured.
        measured_at: When it started, in ISO 8601.
        times: The time points, in the order of measurement.
        memory: The memory points, in the order of measurement.
    """

    machine: Machine
    plan: Plan
    measured_at: str
    times: tuple[TimePoint, ...] = ()
    memory: tuple[MemoryPoint, ...] = ()

    def seconds(self, method: str) -> dict[int, float]:
        """Return the measured median seconds of a `method` by length in tokens."""
        check_text(method, "A method", "Try longformer-512.")
        return {p.length: p.median_seconds for p in self.times if p.method == method and p.median_seconds is not None}

    def peak_bytes(self, method: str) -> dict[int, int]:
        """Return the measured peak bytes of a `method` by length in tokens."""
        check_text(method, "A method", "Try longformer-512.")
        return {p.length: p.peak_bytes for p in self.memory if p.method == method and p.peak_bytes is not None}

    def to_json(self) -> str:
        """Return the measurement as a JSON object with a version number."""
        return json.dumps({"longformer_viz_measurement": VERSION, **asdict(self)}, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Results":
        """Read the text that `to_json` writes.

        Args:
            text: JSON.

        Raises:
            InputError: The text is damaged, or has another version or format.
        """
        try:
            found = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as fault:
            raise _damaged("it is not JSON") from fault
        version = found.pop("longformer_viz_measurement", None) if isinstance(found, dict) else None
        if version is None:
            raise _damaged("it has no version number")
        if version != VERSION or isinstance(version, bool):
            raise InputError(
                f"A results file must have version {VERSION}; this one has version {shown(version)}. "
                "Measure again, or open the file with the version of the app that saved it."
            )
        try:
            results = _read(cls, found, "results")
            for point in (*results.times, *results.memory):
                _check_point(point)
        except InputError as fault:
            raise _damaged(str(fault)) from fault
        return results

    def save(self, path: str | Path) -> None:
        """Write the measurement to a JSON file.

        Args:
            path: The file.

        Raises:
            InputError: The file is not writable, or the disk is full. An earlier file stays as it was.
        """
        save_export(checked_path(path, "The results file"), (self.to_json() + "\n").encode())

    @classmethod
    def load(cls, path: str | Path) -> "Results":
        """Read a file that `save` wrote.

        Args:
            path: The file.

        Raises:
            InputError: The file is missing, damaged, or has another version.
        """
        return cls.from_json(read_regular(path, MOST_FILE_BYTES, "The results file"))

    def to_csv(self) -> str:
        """Return one line per point with machine and plan, safe for spreadsheets."""
        return table_csv(list(self.rows())) or "quantity\r\n"

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one flat row per point. All rows have the same keys."""
        empty = dict.fromkeys(field.name for kind in (TimePoint, MemoryPoint) for field in fields(kind))
        plan = {name: getattr(self.plan, name) for name in ("level", "shape", "batch", "training", "device")}
        where = {"processor": self.machine.processor, "gpu_or_cpu": self.machine.device}
        where |= {"threads": self.machine.threads, "torch": self.machine.torch, "measured_at": self.measured_at}
        for quantity, points in (("time", self.times), ("memory", self.memory)):
            for point in points:
                yield {"quantity": quantity} | empty | asdict(point) | plan | where


def _check_point(point: Point) -> None:
    """Raise InputError for an unknown method, an invalid length or an impossible value."""
    Method.named(point.method)
    check_lengths((point.length,))
    of_time = isinstance(point, TimePoint)
    names = ("median_seconds", "low_seconds", "high_seconds") if of_time else ("peak_bytes",)
    for name in names:
        value = getattr(point, name)
        if (
            point.status == "measured" and not value and (of_time or value is not None)
        ):  # None where the system cannot measure it
            raise InputError(f"{name} of a measured point must be more than 0; got {shown(value)}.")


def _damaged(why: str) -> InputError:
    return InputError(
        f"A results file must be one that this app saved; this one is damaged or has another format: {why}. "
        "Choose another file, or measure again."
    )


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def _read(kind: Any, value: Any, where: str) -> Any:
    """Convert `value` to the annotated type `kind`. Raise InputError where that is not possible."""
    origin = get_origin(kind)
    if kind is Any:
        return value
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in get_args(kind):
            return None
        return _read(next(option for option in get_args(kind) if option is not type(None)), value, where)
    if origin is Literal:
        return check_choice(value, get_args(kind), where)
    if origin is tuple:
        if not isinstance(value, list):
            raise InputError(f"{where} must be a list; got {shown(value)}.")
        return tuple(_read(get_args(kind)[0], item, where) for item in value)
    if hasattr(kind, "__dataclass_fields__"):
        if not isinstance(value, dict):
            raise InputError(f"{where} must be an object; got {shown(value)}.")
        hints = typing.get_type_hints(kind)
        if value.keys() != hints.keys():
            raise InputError(f"{where} must have {_listed(hints)}; got {_listed(value)}.")
        return kind(**{name: _read(hints[name], value[name], name) for name in hints})
    wanted = (int, float) if kind is float else kind
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise InputError(f"{where} must be of type {kind.__name__}; got {shown(value)}.")
    if kind is float and not abs(value) <= sys.float_info.max:
        raise InputError(f"{where} must be finite; got {shown(value)}.")
    if kind in (int, float) and where.endswith(("_bytes", "_seconds", "length", "rounds")) and value < 0:
        raise InputError(f"{where} must be 0 or more; got {value}.")
    return float(value) if kind is float else value


def _listed(names: Iterable[str]) -> str:
    return shown(", ".join(sorted(map(str, names))), 200)
