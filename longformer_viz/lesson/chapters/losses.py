"""Chapter 10: what a window loses, measured on a recorded run of the built-in language model."""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from longformer_viz.documents.samples import sample
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import Bar, Bars
from longformer_viz.lesson.predictions import Estimate, Trap
from longformer_viz.lesson.wording import share_text
from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import run
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.full_attention import FullAttention, full_attention
from longformer_viz.trace.pattern_run import pattern_over
from longformer_viz.trace.trace import Trace

SAMPLE = "library_notice"
WINDOWS = (16, 32, 64, 128, 256)
ASKED = 64
_RUN = 0.5  # Part of the work that is the run.


def losing(model: LoadedModel, progress: Callable[[float], None] | None = None) -> Chapter:
    """Return chapter 10: captured mass and attention sinks.

    Args:
        model: The built-in language model, or another model where that is not on this machine.
        progress: Called with the fraction done.
    """
    found = _measured(model, progress or (lambda done: None))
    kept, first = found.kept, found.first
    by_window = Bars(
        f"Captured mass grows with the window, from {share_text(kept[WINDOWS[0]])} at {WINDOWS[0]} to "
        f"{share_text(kept[WINDOWS[-1]])} at {WINDOWS[-1]}.",
        "Captured mass by window, mean of all layers and heads",
        tuple(Bar(f"window {window}", kept[window], share_text(kept[window])) for window in WINDOWS),
    )
    sinks = Bars(
        f"With {first} as a global token, captured mass rises from {share_text(kept[ASKED])} to "
        f"{share_text(found.with_first)}.",
        f"Captured mass of a window of {ASKED}, mean of all layers and heads",
        (
            Bar("window only", kept[ASKED], share_text(kept[ASKED])),
            Bar(f"{first} global", found.with_first, share_text(found.with_first), "global"),
        ),
    )
    return Chapter(
        "losses",
        "Captured mass is the share of full attention’s weight that a pattern keeps.",
        (
            Step(
                f"{_model_text(model)} A window of {ASKED} keeps {share_text(kept[ASKED])} of the weight, with "
                f"{share_text(found.pairs)} of the pairs.",
                by_window,
                _share_estimate(found),
            ),
            Step(
                f"In some heads, the first token, {first}, is an attention sink. In layer {found.layer}, head "
                f"{found.head}, it gets {share_text(found.sink)} of the weight.",
                _sink_bars(found),
            ),
            Step(
                f"Most windows do not contain {first}. If {first} is global, captured mass rises to "
                f"{share_text(found.with_first)}.",
                sinks,
            ),
            Step(
                "Lost weight is not always lost meaning, so check the answer. Weights "
                "alone do not explain a prediction.",
                by_window,
            ),
        ),
        try_it=TryIt(
            "See captured mass of each head",
            "compare",
            {"document": "Library notice", "window": ASKED} | ({"model": SMOLLM2} if model.name == SMOLLM2 else {}),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one run shows.

    Attributes:
        length: Number of tokens.
        first: The first token as the text names it.
        kept: Captured mass of each window.
        with_first: That of the window asked for, with the first token as a global token.
        pairs: Share of the pairs that this window scores.
        sink: The largest mean weight of a head on the first token.
        layer: Of this head.
        head: This head.
    """

    length: int
    first: str
    kept: dict[int, float]
    with_first: float
    pairs: float
    sink: float
    layer: int
    head: int


def _measured(model: LoadedModel, progress: Callable[[float], None]) -> _Measured:
    # Models of other families have their own pattern, which a spec cannot change.
    spec = AttentionSpec(model.windows[0], 1, ()) if model.reaches is None else None
    trace = run(model, sample(SAMPLE).text, spec, progress=lambda done: progress(_RUN * done))
    full = full_attention(trace)
    parts = len(WINDOWS) + 1
    kept = {}
    for number, window in enumerate(WINDOWS, 1):
        kept[window] = kept_mass(trace, full, window)
        progress(_RUN + (1 - _RUN) * number / parts)
    length = len(trace.tokens)
    every_pair = pattern_over(trace, FullPattern(len(trace.layers), trace.heads)).count_pairs(length)
    pairs = pattern_over(trace, _window_pattern(trace, ASKED)).count_pairs(length) / every_pair
    piece, (start, stop) = trace.tokens.pieces[0].strip(), trace.tokens.offsets[0]
    sink, layer, head = strongest_sink(trace)
    return _Measured(
        length,
        piece if start == stop else f"“{piece}”",
        kept,
        kept_mass(trace, full, ASKED, (0,)),
        pairs,
        sink,
        layer,
        head,
    )


def _model_text(model: LoadedModel) -> str:
    if model.name == SMOLLM2:
        return f"{SMOLLM2} is a language model, so no token attends to a later one."
    return f"The default model reads the text, because {SMOLLM2} is not on this machine."


def _window_pattern(trace: Trace, window: int, positions: tuple[int, ...] = ()) -> LongformerPattern:
    return LongformerPattern(AttentionSpec(window).layers(trace.own_windows, trace.heads), positions)


def kept_mass(trace: Trace, full: FullAttention, window: int, positions: tuple[int, ...] = ()) -> float:
    """Return the mean captured mass of a window over a run.

    Args:
        trace: The run.
        full: Its full attention.
        window: The full window.
        positions: Positions of global tokens.
    """
    return captured_mass(trace, _window_pattern(trace, window, positions), full).mean


def strongest_sink(trace: Trace) -> tuple[float, int, int]:
    """Return the largest mean weight on the first token over all heads, and the head's layer and number."""
    everything = slice(0, len(trace.tokens))
    shares = torch.tensor(
        [
            [
                float(trace.weights(layer=layer, head=head, rows=everything, columns=slice(0, 1)).mean())
                for head in range(trace.heads)
            ]
            for layer in range(len(trace.layers))
        ]
    )
    place = int(shares.argmax())
    return float(shares.max()), place // trace.heads, place % trace.heads


def _share_estimate(found: _Measured) -> Estimate:
    kept, pairs = found.kept[ASKED], found.pairs
    return Estimate(
        f"In a text of {found.length} tokens, a window of {ASKED} keeps {share_text(pairs)} of the pairs. How much "
        "of full attention’s weight do they hold?",
        "%",
        1,
        100,
        100 * kept,
        share_text(kept),
        1.2,
        "Too low. Heads give much of their weight to nearby tokens.",
        "Too high. Some heads give much of their weight to distant tokens.",
        (
            Trap(
                100 * pairs,
                "This is the share of the pairs. Nearby tokens get more weight than distant ones.",
            ),
        ),
    )


def _sink_bars(found: _Measured) -> Bars:
    sink, first = found.sink, found.first
    rest = (1 - sink) / (found.length - 1)
    return Bars(
        f"In layer {found.layer}, head {found.head}, tokens give {share_text(sink)} of their weight to {first}.",
        f"Mean weight in layer {found.layer}, head {found.head}",
        (
            Bar(f"on {first}", sink, share_text(sink), "global"),
            Bar("on each other token", rest, share_text(rest), "full"),
        ),
    )
