"""The figures in the evidence for claims: from the cost formulas or the recorded measurements."""

from collections.abc import Callable, Mapping
from functools import cache

from longformer_viz.cost.fit import GIB, needed_bytes, will_it_fit
from longformer_viz.cost.methods import Method
from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.probe.curves import crossing_points, long_growth
from longformer_viz.probe.reference import references
from longformer_viz.probe.results import Results

_CARD_BYTES = 15 * GIB  # what a T4 with 16 GB has available
_OURS, _THEIRS = "longformer-512", "huggingface-512"


def recorded() -> Results:
    """Return the recorded measurements of one base layer on a CPU."""
    kind = ("layer", "base", "cpu")
    return next(each for each in references() if (each.plan.level, each.plan.shape, each.plan.device) == kind)


def _times(value: float) -> str:
    return f"{value:.2f} times"


def _gigabytes(value: float) -> str:
    return f"{value / 1e9:.1f} GB" if value >= 1e9 else f"{value / 1e6:,.0f} MB"


def _seconds(method: str, length: int = 4096) -> str:
    seconds = recorded().seconds(method).get(length)
    if seconds is None:
        return "more than the time limit"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _exponent(values: Mapping[int, float]) -> str:
    line = long_growth(values)
    return "not measured" if line is None else line.power


def _flops(method: str, length: int, shape: str = "base") -> int:
    return predict(Setup(method, length, shape, "model")).flops


def _ratio(one: int, other: int) -> str:
    return _times(one / other)


def _needed(method: str = _THEIRS, length: int = 4096, **options: object) -> str:
    """Predict the memory on a GPU, for training unless the options say otherwise."""
    return _gigabytes(needed_bytes(Setup(method, length, **{"training": True, "device": "cuda", **options})))


def _layer(method: str, length: int) -> str:
    return _gigabytes(predict(Setup(method, length, level="layer")).added_bytes)


def _largest_batch(length: int) -> str:
    setup = Setup(_THEIRS, length, training=True, checkpointing=True, device="cuda")
    return f"{will_it_fit(setup, _CARD_BYTES).largest_batch:,}"


def _crossing() -> str:
    found = {
        frozenset((each.lower_below, each.lower_above)): each for each in crossing_points(recorded().plan, recorded())
    }
    sentences = []
    for longformer in (_OURS, _THEIRS):
        name = Method.named(longformer).label
        each = found.get(frozenset((longformer, "fused")))
        if each is not None and each.lower_below == "fused":
            sentences.append(f"below {each.length:,} tokens, fused full attention is faster than {name}")
    if not sentences:
        return "on the recorded CPU, fused full attention is not faster at any measured length."
    return f"on the recorded CPU, {', and '.join(sentences)}."


_NUMBERS: dict[str, Callable[[], str]] = {
    "ours_time": lambda: _exponent(recorded().seconds(_OURS)),
    "huggingface_time": lambda: _exponent(recorded().seconds(_THEIRS)),
    "ours_memory": lambda: _exponent(recorded().peak_bytes(_OURS)),
    "huggingface_memory": lambda: _exponent(recorded().peak_bytes(_THEIRS)),
    "full_memory": lambda: _exponent(recorded().peak_bytes("full")),
    "bigbird_memory": lambda: _exponent(recorded().peak_bytes("bigbird")),
    "fused_4096": lambda: _seconds("fused"),
    "full_4096_time": lambda: _seconds("full"),
    "huggingface_4096_time": lambda: _seconds(_THEIRS),
    "ours_4096_time": lambda: _seconds(_OURS),
    "chunks_4096_time": lambda: _seconds("chunks"),
    "crossing_sentence": _crossing,
    "pairs_doubling": lambda: _ratio(predict(Setup("full", 8192)).pairs, predict(Setup("full", 4096)).pairs),
    "full_doubling": lambda: _ratio(_flops("full", 2048), _flops("full", 1024)),
    "full_doubling_long": lambda: _ratio(_flops("full", 8192), _flops("full", 4096)),
    "ours_doubling": lambda: _ratio(_flops(_OURS, 8192), _flops(_OURS, 4096)),
    "pairs_share": lambda: f"{predict(Setup(_OURS, 4096)).pairs / predict(Setup(_OURS, 4096)).full_pairs:.0%}",
    "large_over_base": lambda: _ratio(_flops(_THEIRS, 4096, "large"), _flops(_THEIRS, 4096)),
    "padding": lambda: _ratio(_flops(_THEIRS, 4096), _flops(_THEIRS, 512)),
    "train_4096": lambda: _needed(batch=2),
    "train_4096_checkpointed": lambda: _needed(batch=2, checkpointing=True),
    "train_4096_ours": lambda: _needed(_OURS, batch=2),
    "train_4096_bfloat16": lambda: _needed(f"{_THEIRS}-bfloat16", batch=2),
    "train_4096_large": lambda: _needed(batch=2, shape="large"),
    "infer_4096": lambda: _needed(_OURS, training=False, device="cpu"),
    "long_one": lambda: _needed(length=16_384),
    "long_accumulated": lambda: _needed(length=16_384, accumulation=8),
    "long_checkpointed": lambda: _needed(length=16_384, checkpointing=True),
    "long_ours": lambda: _needed(_OURS, 16_384),
    "long_both": lambda: _needed(_OURS, 16_384, checkpointing=True),
    "led_encoder": lambda: _needed("longformer-1024", 16_384, training=False),
    "batch_512": lambda: _largest_batch(512),
    "batch_2048": lambda: _largest_batch(2048),
    "batch_4096": lambda: _largest_batch(4096),
    "full_1024": lambda: _layer("full", 1024),
    "ours_65536": lambda: _layer(_OURS, 65_536),
}
NAMES = frozenset(_NUMBERS)


@cache
def number(name: str) -> str:
    """Return a figure with its unit.

    Args:
        name: One of `NAMES`.
    """
    return _NUMBERS[name]()
