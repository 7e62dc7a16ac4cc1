"""Chapter 8: what attention costs, as predicted by the cost formulas."""

from dataclasses import replace

from longformer_viz.cost.prediction import predict
from longformer_viz.cost.setup import Setup
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import LENGTHS, Bar, Bars, Curves, Series
from longformer_viz.lesson.predictions import Estimate, Trap
from longformer_viz.lesson.wording import share_text, size_text
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern

SHORT, LONG = 4_096, 16_384
METHODS = {"full": "full attention", "longformer-512": "Longformer, window 512"}
_DOUBLED = "This is only twice as much, but the text is four times as long."
# By how many times the memory grows from `SHORT` to `LONG`: what is said of each wrong factor.
_TRAPS = {
    16: {
        2: _DOUBLED,
        4: "This is four times as much. A pair has two tokens, so memory grows with the square: 4 × 4.",
        64: "This is 4 × 4 × 4 times as much. A pair has two tokens, so it is only 4 × 4.",
    },
    4: {
        2: _DOUBLED,
        16: "This is 4 × 4 times as much. The window stays as wide, so memory grows with the length: 4 times.",
        64: "This is 4 × 4 × 4 times as much. The window stays as wide, so memory grows with the length: 4 times.",
    },
}


def added_bytes(method: str, length: int) -> int:
    """Return the memory that one layer's attention adds, as predicted.

    Args:
        method: Name of the attention method.
        length: Tokens in the document.
    """
    return predict(Setup(method, length, level="layer")).added_bytes


def growing() -> Chapter:
    """Return chapter 8: pairs and memory of full attention and of Longformer."""
    memory = {method: {length: added_bytes(method, length) for length in LENGTHS} for method in METHODS}
    full, band = memory["full"], memory["longformer-512"]
    pairs = one_head_pattern(512, 1, (0,)).count_pairs(LONG)
    share = pairs / FullPattern(1, 1).count_pairs(LONG)
    stored = predict(Setup("full", SHORT, level="layer")).peak.attention // 2
    lines = Curves(
        f"Full attention rises twice as steeply: {size_text(full[LONG])} at {LONG:,} tokens, "
        f"Longformer {size_text(band[LONG])}.",
        "Memory that one layer’s attention adds, predicted",
        LENGTHS,
        tuple(
            Series(name, tuple(map(float, memory[method].values())), "full" if method == "full" else "local")
            for method, name in METHODS.items()
        ),
        "bytes",
    )
    full_alone = replace(
        lines,
        alt=f"Full attention grows to {size_text(full[LONG])} at {LONG:,} tokens.",
        series=lines.series[:1],
    )
    return Chapter(
        "cost",
        "The cost of full attention grows with the square of the length, that of a window with the length.",
        (
            Step(
                f"Four times as many tokens need 16 times the memory: {size_text(full[LONG])} for one layer. "
                "Chapter 1 counted only the weights.",
                full_alone,
                _estimate(
                    f"At {SHORT:,} tokens, one layer of full attention needs {size_text(full[SHORT])}: "
                    f"{size_text(stored)} for scores and {size_text(stored)} for weights.",
                    full,
                    16,
                ),
            ),
            Step(
                "Longformer’s memory grows in proportion to the length, from "
                f"{size_text(band[SHORT])} to {size_text(band[LONG])}.",
                lines,
                _estimate(
                    f"At {SHORT:,} tokens, one layer of Longformer with a window of 512 needs "
                    f"{size_text(band[SHORT])}.",
                    band,
                    4,
                ),
            ),
            Step(
                f"At {LONG:,} tokens, Longformer scores {share_text(share)} of the pairs. Fewer pairs also take less "
                "time. The Curves page measures it.",
                _longest({method: sizes[LONG] for method, sizes in memory.items()}),
            ),
        ),
        try_it=TryIt(
            "Compare measured time and memory",
            "curves",
            {"methods": "Longformer 512", "lengths": "1024, 2048, 4096, 8192", "show": "Time and memory"},
        ),
    )


def _longest(sizes: dict[str, int]) -> Bars:
    return Bars(
        f"At {LONG:,} tokens full attention needs {size_text(sizes['full'])}, and Longformer "
        f"{size_text(sizes['longformer-512'])}.",
        f"Memory that one layer’s attention adds at {LONG:,} tokens, predicted",
        tuple(
            Bar(name, sizes[method], size_text(sizes[method]), "full" if method == "full" else "local")
            for method, name in METHODS.items()
        ),
    )


def _estimate(known: str, sizes: dict[int, int], growth: int) -> Estimate:
    short, long = sizes[SHORT], sizes[LONG]
    return Estimate(
        f"{known} How much at {LONG:,} tokens?",
        "bytes",
        short / 4,
        short * 256,
        long,
        size_text(long),
        1.35,
        f"Too low. It becomes about {growth} times as much.",
        f"Too high. It becomes about {growth} times as much.",
        tuple(Trap(short * times, reason) for times, reason in _TRAPS[growth].items()),
    )
