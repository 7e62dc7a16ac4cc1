"""What was measured, on which machine and how: kept as JSON with a version, and as CSV for spreadsheets."""

import json
import sys
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from longformer_viz.cost.methods import (
    DEFAULT_LENGTHS,
    DEFAULT_METHODS,
    LEVELS,
    SHAPES,
    Method,
    check_choice,
    check_lengths,
    check_positive,
)
from longformer_viz.cost.setup import DEVICES, OPTIMIZERS, Setup
from longformer_viz.probe.machine import Machine
from longformer_viz.spec import InputError, shown
from longformer_viz.tables import table_csv

VERSION = 1
MOST_FILE_BYTES = 10_000_000
QUANTITIES = ("memory", "time")
Status = Literal["measured", "out of memory", "too slow", "not supported", "killed", "failed"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    methods: as `Method.named` reads them; lengths: whole numbers, in any order; quantities: "memory", "time" or both;
    level, shape, batch, training, checkpointing, accumulation, optimizer: as in `Setup`; device: "cpu" or "cuda";
    threads: None is PyTorch's own choice; point_seconds: the longest that a point may take; point_bytes: the most
    that a point's model and pass may take, None is four fifths of what is free.
    Raises InputError for any other value.
    """

    methods: tuple[str, ...] = tuple(method.key for method in DEFAULT_METHODS)
    lengths: tuple[int, ...] = DEFAULT_LENGTHS
    level: str = "layer"
    shape: str = "base"
    quantities: tuple[str, ...] = QUANTITIES
    device: str = "cpu"
    batch: int = 1
    training: bool = False
    checkpointing: bool = False
    accumulation: int = 1
    optimizer: str = "adamw"
    threads: int | None = None
    point_seconds: float = 60.0
    point_bytes: int | None = None

    def __post_init__(self) -> None:
        methods = [self.methods] if isinstance(self.methods, str | Method) else self.methods
        keys = tuple(dict.fromkeys(Method.named(method).key for method in methods))
        if not keys:
            raise InputError("A plan must have a method or more; got none. Try longformer-512.")
        object.__setattr__(self, "methods", keys)
        object.__setattr__(self, "lengths", check_lengths(self.lengths))
        check_choice(self.level, LEVELS, "Level")
        check_choice(self.shape, tuple(SHAPES), "Shape")
        check_choice(self.device, DEVICES, "Device")
        check_choice(self.optimizer, OPTIMIZERS, "Optimizer")
        quantities = [self.quantities] if isinstance(self.quantities, str) else self.quantities
        chosen = {check_choice(quantity, QUANTITIES, "A quantity") for quantity in quantities}
        if not chosen:
            raise InputError("A plan must measure memory, time or both; got none. Try time.")
        object.__setattr__(self, "quantities", tuple(quantity for quantity in QUANTITIES if quantity in chosen))
        check_positive(self.batch, "Batch", whole=True)
        if self.threads is not None:
            check_positive(self.threads, "Threads", whole=True)
        object.__setattr__(self, "point_seconds", check_positive(self.point_seconds, "Seconds a point"))
        if self.point_bytes is not None:
            check_positive(self.point_bytes, "Bytes a point", whole=True)
        for key in keys:
            self.setup(key, self.lengths[0])

    def setup(self, method: str, length: int) -> Setup:
        """The same for the cost formulas."""
        words = ("shape", "level", "batch", "training", "checkpointing", "accumulation", "optimizer", "device")
        return Setup(method, length, **{word: getattr(self, word) for word in words})


@dataclass(frozen=True, slots=True)
class TimePoint:
    """One method's time at one length: median and quartiles of `rounds` runs; None where it was not measured."""

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
    """One method's memory at one length; None where it was not measured.

    peak_bytes: what a pass adds to weights and input (a training step: to weights and optimizer state); weight_bytes:
    the weights; reserved_bytes: what CUDA's allocator held; meter: what measured it.
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
    """A measurement, whole or as far as it came.

    measured_at: the time of its start, as in ISO 8601; points come in the order in which they were measured.
    """

    machine: Machine
    plan: Plan
    measured_at: str
    times: tuple[TimePoint, ...] = ()
    memory: tuple[MemoryPoint, ...] = ()

    def seconds(self, method: str) -> dict[int, float]:
        """Median seconds of a method by length, as far as they were measured."""
        return {p.length: p.median_seconds for p in self.times if p.method == method and p.median_seconds is not None}

    def peak_bytes(self, method: str) -> dict[int, int]:
        """Peak bytes of a method by length, as far as they were measured."""
        return {p.length: p.peak_bytes for p in self.memory if p.method == method and p.peak_bytes is not None}

    def to_json(self) -> str:
        """The whole as one JSON object, with its version."""
        return json.dumps({"longformer_viz_measurement": VERSION, **asdict(self)}, indent=1, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Results":
        """What `to_json` wrote. Raises InputError where it is damaged, of another version, or something else."""
        try:
            found = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as fault:
            raise _damaged("it is not JSON") from fault
        version = found.pop("longformer_viz_measurement", None) if isinstance(found, dict) else None
        if version is None:
            raise _damaged("it lacks the mark of one")
        if version != VERSION or isinstance(version, bool):
            raise InputError(
                f"A results file must be of version {VERSION}; this one is of version {shown(version)}. "
                "Measure again with this version, or open it with the one that wrote it."
            )
        try:
            results = _read(cls, found, "results")
            for point in (*results.times, *results.memory):
                _check_point(point)
        except InputError as fault:
            raise _damaged(str(fault)) from fault
        return results

    def save(self, path: str | Path) -> None:
        """Write the JSON to a file. Raises InputError where that cannot be done."""
        try:
            Path(path).write_text(self.to_json() + "\n", encoding="utf-8")
        except OSError as fault:
            raise InputError(
                f"Results must go to a file that can be written; {shown(str(path))} cannot. Choose another."
            ) from fault

    @classmethod
    def load(cls, path: str | Path) -> "Results":
        """Read a file that `save` wrote. Raises InputError where it is missing, damaged or of another version."""
        try:
            with Path(path).open("rb") as file:
                content = file.read(MOST_FILE_BYTES + 1)
        except OSError as fault:
            raise InputError(
                f"Results must come from a file that can be read; {shown(str(path))} cannot. Choose another."
            ) from fault
        if len(content) > MOST_FILE_BYTES:
            raise InputError(
                f"A results file must have {MOST_FILE_BYTES:,} bytes or less; this one has more. Choose another."
            )
        return cls.from_json(content)

    def to_csv(self) -> str:
        """A line a point, machine and plan beside it; no cell is one that a spreadsheet would run."""
        return table_csv(list(self.rows())) or "quantity\r\n"

    def rows(self) -> Iterator[dict[str, Any]]:
        """A flat row a point, all with the same keys."""
        empty = dict.fromkeys(field.name for kind in (TimePoint, MemoryPoint) for field in fields(kind))
        plan = {word: getattr(self.plan, word) for word in ("level", "shape", "batch", "training", "device")}
        where = {"processor": self.machine.processor, "gpu_or_cpu": self.machine.device}
        where |= {"threads": self.machine.threads, "torch": self.machine.torch, "measured_at": self.measured_at}
        for quantity, points in (("time", self.times), ("memory", self.memory)):
            for point in points:
                yield {"quantity": quantity} | empty | asdict(point) | plan | where


def _check_point(point: Point) -> None:
    """Raises InputError for a method or length that cannot be measured, or a figure that cannot come of it."""
    Method.named(point.method)
    check_lengths((point.length,))
    of_time = isinstance(point, TimePoint)
    names = ("median_seconds", "low_seconds", "high_seconds") if of_time else ("peak_bytes",)
    for name in names:
        value = getattr(point, name)
        if point.status == "measured" and not value and (of_time or value is not None):  # without a meter: None
            raise InputError(f"{name} of a measured point must be more than 0; got {shown(value)}.")


def _damaged(why: str) -> InputError:
    return InputError(
        f"A results file must be one that this program saved; this one is damaged or something else: {why}. "
        "Choose another, or measure again."
    )


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")


def _read(kind: Any, value: Any, where: str) -> Any:
    """`value` as the annotated type `kind`; dataclasses check themselves. Raises InputError where it is none."""
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
