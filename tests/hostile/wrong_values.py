"""Values of the wrong type or size, for any argument of a public function."""

import math
from decimal import Decimal
from pathlib import Path

import numpy as np
import torch


class Unprintable:
    """A value whose representation fails."""

    def __repr__(self) -> str:
        raise RuntimeError("no representation")


WRONG_VALUES = {
    "none": None,
    "true": True,
    "fraction": 1.5,
    "nan": math.nan,
    "infinity": math.inf,
    "minus one": -1,
    "zero": 0,
    "huge": 10**30,
    "enormous": 10**5_000,
    "digit": "7",
    "empty text": "",
    "control characters": "\x00\x1b[2J\ud800",
    "bytes": b"7",
    "decimal": Decimal("7.5"),
    "list of none": [None],
    "list of pairs": [(5, 2), (-1, 10**9)],
    "empty list": [],
    "nested": [[[1]]],
    "set": {1, "a"},
    "dictionary": {"layer": 0},
    "slice with a step": slice(0, 8, 2),
    "slice backwards": slice(8, 0, -1),
    "slice of fractions": slice(0.5, 2.5),
    "complex": 1j,
    "tensor": torch.zeros(2, 2),
    "array": np.array([1.0, math.nan]),
    "path": Path("/dev/zero"),
    "object": object(),
    "class": dict,
    "unprintable": Unprintable(),
}
