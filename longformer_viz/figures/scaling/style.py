"""How the attention methods look in the curves: colours, symbols and short names."""

from collections.abc import Sequence

from longformer_viz.cost.methods import Method
from longformer_viz.figures.palette import FULL, HASHED, INK, LOCAL, NEUTRAL, RANDOM

_COLOURS = {
    "longformer": LOCAL,
    "huggingface": LOCAL,
    "full": FULL,
    "fused": FULL,
    "bigbird": RANDOM,
    "reformer": HASHED,
    "chunks": NEUTRAL,
}
_SYMBOLS = {
    "longformer": "circle",
    "huggingface": "square-open",
    "full": "diamond",
    "fused": "triangle-up-open",
    "bigbird": "star",
    "reformer": "hexagon-open",
    "chunks": "cross",
    "modernbert": "pentagon-open",
}
_OTHER_WINDOWS = ("circle-open", "circle-cross-open", "circle-x-open", "circle-dot")
_NAMES = {
    "longformer": "Longformer",
    "huggingface": "Longformer HF",
    "full": "Full (eager)",
    "fused": "Full (fused)",
    "bigbird": "BigBird",
    "reformer": "Reformer",
    "chunks": "BERT chunks",
    "modernbert": "ModernBERT",
}
_TYPES = {"float32": "", "bfloat16": " bf16", "float16": " fp16"}


def short_name(method: Method, methods: Sequence[Method]) -> str:
    """Return a method's name for the end of its line.

    Args:
        method: The method.
        methods: All methods of the chart. The window is named only if they have several.

    Returns:
        The name.
    """
    windows = {each.window for each in methods if each.family == method.family}
    window = f" {method.window}" if len(windows) > 1 else ""
    return _NAMES[method.family] + window + _TYPES[method.dtype]


def style(method: Method, methods: Sequence[Method], theme: str) -> tuple[str, str]:
    """Return a method's colour and symbol: the colour shows the pattern, the symbol the implementation.

    Args:
        method: The method.
        methods: All methods of the chart.
        theme: "light" or "dark".

    Returns:
        Colour and symbol.
    """
    colour = _COLOURS.get(method.family, INK[theme])
    same = [each for each in methods if each.family == method.family]
    number = same.index(method) if method in same else 0
    return colour, _SYMBOLS[method.family] if not number else _OTHER_WINDOWS[(number - 1) % len(_OTHER_WINDOWS)]
