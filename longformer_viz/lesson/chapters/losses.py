"""Chapter 10: what a window loses, measured on a recorded run of the built-in model."""

import torch

from longformer_viz.documents.samples import sample
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import Bar, Bars
from longformer_viz.lesson.predictions import Estimate, Trap
from longformer_viz.lesson.wording import share_text
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import run
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.full_attention import FullAttention, full_attention
from longformer_viz.trace.trace import Trace

SAMPLE = "library_notice"
WINDOWS = (16, 32, 64, 128, 256)
ASKED = 64


def losing(model: LoadedModel) -> Chapter:
    """Return chapter 10: captured mass and attention sinks.

    Args:
        model: The built-in model.
    """
    trace = run(model, sample(SAMPLE).text, AttentionSpec(model.windows[0], 1, ()))
    full = full_attention(trace)
    length = len(trace.tokens)
    kept = {window: kept_mass(trace, full, window) for window in WINDOWS}
    with_first = kept_mass(trace, full, ASKED, (0,))
    every_pair = FullPattern(len(model.windows), model.heads).count_pairs(length)
    pairs = _window_pattern(trace, ASKED).count_pairs(length) / every_pair
    sink, layer, head = strongest_sink(trace)
    by_window = Bars(
        f"Captured mass grows with the window, from {share_text(kept[WINDOWS[0]])} at {WINDOWS[0]} to "
        f"{share_text(kept[WINDOWS[-1]])} at {WINDOWS[-1]}.",
        "Captured mass by window, mean of all heads",
        tuple(Bar(f"window {window}", kept[window], share_text(kept[window])) for window in WINDOWS),
    )
    sinks = Bars(
        f"With [CLS] as a global token, captured mass rises from {share_text(kept[ASKED])} to "
        f"{share_text(with_first)}.",
        f"Captured mass, window {ASKED}",
        (
            Bar("window only", kept[ASKED], share_text(kept[ASKED])),
            Bar("[CLS] global", with_first, share_text(with_first), "global"),
        ),
    )
    return Chapter(
        "losses",
        "Captured mass is the share of full attention’s weight that a pattern keeps.",
        (
            Step(
                f"The built-in model on a real text: a window of {ASKED} keeps {share_text(kept[ASKED])} of the "
                f"weight, with {share_text(pairs)} of the pairs.",
                by_window,
                _share_estimate(length, pairs, kept[ASKED]),
            ),
            Step(
                f"Some heads use [CLS] as an attention sink. In layer {layer}, head {head}, the average token gives "
                f"it {share_text(sink)} of its weight.",
                _sink_bars(sink, layer, head, length),
            ),
            Step(
                "A window cuts this off. Keeping one token, [CLS], raises captured mass to "
                f"{share_text(with_first)}.",
                sinks,
            ),
            Step(
                "Lost weight is not always lost meaning: what matters is whether the answer changes. Attention "
                "weights alone do not explain a prediction.",
                by_window,
            ),
        ),
        try_it=TryIt("See captured mass of each head", "compare", {"document": "Library notice", "window": ASKED}),
    )


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


def _share_estimate(length: int, pairs: float, kept: float) -> Estimate:
    return Estimate(
        f"In a document of {length} tokens, a window of {ASKED} scores {share_text(pairs)} of the pairs. How much of "
        "full attention’s weight do they hold?",
        "%",
        1,
        100,
        100 * kept,
        share_text(kept),
        1.2,
        "Too low. Heads put much of their weight on nearby tokens.",
        "Too high. Some heads put much of their weight on distant tokens.",
        (
            Trap(
                100 * pairs,
                "This is the share of the pairs. Pairs of nearby tokens hold more weight than their share.",
            ),
        ),
    )


def _sink_bars(sink: float, layer: int, head: int, length: int) -> Bars:
    return Bars(
        f"In layer {layer}, head {head}, the average token gives [CLS] {share_text(sink)} of its weight.",
        f"Layer {layer}, head {head}: mean weight",
        (
            Bar("on [CLS]", sink, share_text(sink), "global"),
            Bar("on each other token", (1 - sink) / (length - 1), share_text((1 - sink) / (length - 1)), "full"),
        ),
    )
