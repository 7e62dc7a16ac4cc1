"""An oracle for the pool of questions: n x n matrices of booleans, sets and plain arithmetic, without the library.

Each function takes the drawn numbers of a question and a possible answer, and says whether the answer is right.
"""

import math
import re
from functools import cache

import numpy as np


@cache
def window_mask(length: int, window: int, dilation: int = 1, global_positions: tuple = ()) -> np.ndarray:
    """Whether query (row) may attend to key (column), bool `[n, n]`."""
    query, key = np.indices((length, length))
    distance = np.abs(query - key)
    mask = (distance <= window // 2 * dilation) & (distance % dilation == 0)
    for position in global_positions:
        mask[position] = True
        mask[:, position] = True
    return mask


def causal(mask: np.ndarray) -> np.ndarray:
    query, key = np.indices(mask.shape)
    return mask & (key <= query)


@cache
def chunk_mask(length: int, size: int) -> np.ndarray:
    query, key = np.indices((length, length))
    return query // size == key // size


def field(masks: list[np.ndarray], token: int) -> set[int]:
    """The tokens that can influence a token after these layers; the last mask is the top layer's."""
    found = {token}
    for mask in reversed(masks):
        found |= {int(key) for query in found for key in np.flatnonzero(mask[query])}
    return found


def layers_to_meet(mask: np.ndarray, token: int, other: int, most: int = 100) -> int | None:
    found = {token}
    for layers in range(1, most + 1):
        found |= {int(key) for query in found for key in np.flatnonzero(mask[query])}
        if other in found:
            return layers
    return None


def position(value: str) -> int:
    return int(re.search(r"\d+", value)[0])


def per_cent(share: float) -> str:
    return f"{round(100 * share, 1):g}%"


def factor_of(value: str) -> float:
    return 1 if value == "It does not grow" else float(value.removesuffix(" times").replace(",", ""))


def renormalised(drawn, value):
    shares = [drawn[f"share_{index}"] for index in range(5)]
    exact = 100 * shares[2] / sum(shares[1:4])
    return abs(float(value.rstrip("%")) - exact) <= 0.05 + 1e-9


def near(value: str, exact: float) -> bool:
    return abs(factor_of(value) - exact) <= 0.05 + 1e-9


def globals_of(drawn) -> tuple:
    return tuple(number for name, number in drawn.items() if name.startswith("global_"))


def share_of_pairs(d, value):
    exact = 100 * window_mask(d["length"], d["window"]).mean()
    return abs(float(value.rstrip("%")) - exact) <= 0.05 + 1e-9


def megabytes(d, value):
    exact = d["heads"] * d["length"] * d["length"] * 4 / 1_000_000
    return abs(float(value.removesuffix(" MB").replace(",", "")) - exact) <= 0.05


def in_the_middle(d) -> np.ndarray:
    return window_mask(d["length"], d["window"], d.get("dilation", 1))[d["length"] // 2]


def farthest(masks: list[np.ndarray], token: int) -> int:
    return max(field(masks, token)) - token


def window_needed(d) -> int:
    widths = range(2, 2 * d["length"], 2)
    return next(
        width for width in widths if d["distance"] in field([window_mask(d["length"], width)] * d["depth"], 0)
    )


ORACLE = {
    "equal_scores": lambda d, value: value == f"1/{int(in_the_middle(d).sum())}",
    "renormalised": renormalised,
    "score_difference": lambda d, value: near(value, math.exp(d["difference"])),
    "full_weights": lambda d, value: value == np.ones((d["length"], d["length"])).sum(),
    "head_size": lambda d, value: value * d["heads"] == d["hidden"],
    "rows": lambda d, value: value == np.ones((d["depth"], d["heads"], d["length"])).sum(),
    "keys_inside": lambda d, value: value == in_the_middle(d).sum(),
    "keys_at_border": lambda d, value: value == window_mask(d["length"], d["window"])[d["query"]].sum(),
    "farthest_key": lambda d, value: window_mask(d["length"], d["window"])[d["query"], position(value)],
    "one_sided": lambda d, value: value == sum(0 < abs(key) <= d["side"] for key in range(-2000, 2001)),
    "dilated_key": lambda d, value: window_mask(d["length"], d["window"], d["dilation"])[d["query"], position(value)],
    "dilated_span": lambda d, value: value == np.flatnonzero(in_the_middle(d)).max() - d["length"] // 2,
    "dilated_count": lambda d, value: value == in_the_middle(d).sum(),
    "smallest_window": lambda d, value: (
        value
        == min(
            width
            for width in range(2, 2 * d["length"], 2)
            if window_mask(d["length"], width)[d["query"], d["query"] + d["distance"]]
        )
    ),
    "keys_of_global": lambda d, value: (
        value == window_mask(d["length"], d["window"], 1, (d["position"],))[d["position"]].sum()
    ),
    "keys_with_globals": lambda d, value: (
        value == window_mask(d["length"], d["window"], 1, globals_of(d))[d["query"]].sum()
    ),
    "pair_with_global": lambda d, value: window_mask(d["length"], d["window"], 1, (d["position"],))[
        d["query"], position(value)
    ],
    "pairs_added": lambda d, value: (
        value
        == window_mask(d["length"], d["window"], 1, (d["position"],)).sum()
        - window_mask(d["length"], d["window"]).sum()
    ),
    "one_softmax": lambda d, value: float(value.rstrip("%")) == 100 - d["share"],
    "projections": lambda d, value: value == len("QKV") * len(("local", "global")) * d["depth"],
    "layers_to_meet": lambda d, value: (
        value == layers_to_meet(window_mask(d["length"], d["window"]), d["token"], d["token"] + d["distance"])
    ),
    "field_size": lambda d, value: (
        value == len(field([window_mask(d["length"], d["window"])] * d["depth"], d["length"] // 2))
    ),
    "can_meet": lambda d, value: (
        position(value) in field([window_mask(d["length"], d["window"])] * d["depth"], d["token"])
    ),
    "window_needed": lambda d, value: value == window_needed(d),
    "layers_with_global": lambda d, value: (
        value == layers_to_meet(window_mask(d["length"], d["window"], 1, (0,)), d["token"], d["other"])
    ),
    "dilated_reach": lambda d, value: (
        value == farthest([window_mask(d["length"], d["window"], d["dilation"])] * d["depth"], d["length"] // 2)
    ),
    "mixed_dilation": lambda d, value: (
        value == farthest([window_mask(d["length"], d["window"], dilation) for dilation in (1, d["dilation"])], 100)
    ),
    "longer_full": lambda d, value: factor_of(value) == (d["factor"] * d["length"]) ** 2 / d["length"] ** 2,
    "longer_window": lambda d, value: (
        factor_of(value)
        == round(
            window_mask(d["factor"] * d["length"], d["window"]).sum() / window_mask(d["length"], d["window"]).sum()
        )
    ),
    "wider_window": lambda d, value: (
        factor_of(value)
        == round(
            window_mask(d["length"], d["factor"] * d["window"]).sum() / window_mask(d["length"], d["window"]).sum()
        )
    ),
    "share_of_pairs": share_of_pairs,
    "pairs_scored": lambda d, value: value == window_mask(d["length"], d["window"]).sum(),
    "memory": megabytes,
    "sixteen_bits": lambda d, value: factor_of(value) == d["factor"] ** 2 * 2 / 4,
    "chunk_pair": lambda d, value: chunk_mask(d["length"], d["size"])[d["query"], position(value)],
    "chunk_pairs": lambda d, value: value == chunk_mask(d["length"], d["size"]).sum(),
    "chunk_layers": lambda d, value: (
        (value == "Never")
        == (layers_to_meet(chunk_mask(d["length"], d["size"]), d["token"], d["other"], d["depth"]) is None)
    ),
    "causal_keys": lambda d, value: value == causal(np.ones((d["length"],) * 2, bool))[d["query"]].sum(),
    "causal_pairs": lambda d, value: value == causal(np.ones((d["length"],) * 2, bool)).sum(),
    "causal_window": lambda d, value: value == causal(window_mask(d["length"], d["window"]))[d["query"]].sum(),
    "modern_layers": lambda d, value: value == len(range(0, d["depth"], d["every"])),
    "bigbird_keys": lambda d, value: value == d["size"] * (3 + 2 + d["random_blocks"]),
}
