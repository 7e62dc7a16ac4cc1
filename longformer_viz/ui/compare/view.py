"""The patterns to compare: a summary, and one panel for each pattern."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import streamlit as st

from longformer_viz.figures.text import percent
from longformer_viz.patterns.causal import CausalPattern, full_pairs
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError
from longformer_viz.trace.panel import full_attention_log_sum_exp, pattern_panel
from longformer_viz.trace.pattern_run import pattern_over
from longformer_viz.trace.reach_trace import ReachTrace
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.compare.chosen_pattern import Chosen
from longformer_viz.ui.components.pattern_panels import pattern_panels
from longformer_viz.ui.shared.background import computed, trace_key
from longformer_viz.ui.shared.formatting import show_problem, span
from longformer_viz.ui.shared.key_figures import KeyFigure, document_figure, show_key_figures
from longformer_viz.widget.panel_payload import Shown

_SECONDS_A_PAIR = 1.2e-8  # one head, every pair scored once and counted, on two cores


@dataclass(frozen=True, slots=True)
class Built:
    """A chosen pattern, made for the run.

    Attributes:
        run: The key of the run.
        chosen: The visitor's choice.
        pattern: The pattern over the run.
    """

    run: str
    chosen: Chosen
    pattern: Pattern

    @property
    def name(self) -> str:
        """Name of the pattern."""
        return self.chosen.name

    @property
    def key(self) -> tuple[str, str, Hashable]:
        """A key that is equal for an equal pattern over an equal run."""
        return self.run, self.chosen.name, self.chosen.key


def build(trace: Trace, chosen: Sequence[Chosen]) -> list[Built]:
    """Make the patterns over a run, or take them from the cache. An error is shown for each that cannot be made.

    Args:
        trace: The run.
        chosen: The visitor's choices.

    Returns:
        The patterns that could be made.
    """
    run, found = trace_key(trace), []
    for one in chosen:
        try:
            pattern = computed(
                ("pattern", run, one.name, one.key),
                lambda progress, one=one: pattern_over(trace, one.make(trace)),
                f"Making {one.name}",
                size_of=_pattern_bytes,
                in_sidebar=True,
            )
        except InputError as problem:
            show_problem(problem)
            continue
        if pattern is not None:
            found.append(Built(run, one, pattern))
    return found


def _pattern_bytes(pattern: Pattern) -> int:
    if isinstance(pattern, CausalPattern):
        return _pattern_bytes(pattern.pattern)
    if isinstance(pattern, ReformerPattern):
        return pattern.buckets.nbytes + pattern.order.nbytes + pattern.chunk.nbytes
    return 10_000


def panels(trace: Trace, layer: int, head: int, built: Sequence[Built]) -> list[Shown]:
    """Compute the panels. Those whose work the visitor cancelled are missing.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        built: The patterns over the run.

    Returns:
        The panels.
    """
    run, pairs = trace_key(trace), full_pairs(len(trace.tokens), trace.causal_layers[layer])
    full = computed(
        ("full row", run, layer, head),
        lambda progress: full_attention_log_sum_exp(trace, layer, head),
        "Full attention of this head",
        predicted_seconds=_SECONDS_A_PAIR * pairs / 4,
        size_of=lambda found: found.nbytes,
        in_sidebar=True,
    )
    if full is None:
        return []
    shown = []
    for one in built:
        panel = computed(
            ("panel", layer, head, *one.key),
            lambda progress, one=one: pattern_panel(trace, one.pattern, layer, head, full),
            f"Drawing {one.name}",
            predicted_seconds=_SECONDS_A_PAIR * pairs * (one.name == "Full"),
            size_of=lambda panel: panel.size_bytes,
            in_sidebar=True,
        )
        if panel is not None:
            shown.append(Shown(panel, one.name, one.chosen.words, one.chosen.own))
    return shown


def show_comparison(trace: Trace, shown: Sequence[Shown]) -> None:
    """Show which patterns keep the most and the least of full attention in this head, and the number of pairs.

    Args:
        trace: The run.
        shown: The panels.
    """
    figures = [document_figure(len(trace.tokens))]
    rivals = [one for one in shown if one.name != "Full" and one.panel.captured_share == one.panel.captured_share]
    if rivals:
        best, tie = _best(rivals)
        figures += [
            KeyFigure(
                "Most captured mass",
                f"{best.name}, {percent(best.panel.captured_share)}{' (tie)' * bool(tie)}",
                "Of the selected patterns without Full, the one that allows the pairs with the largest share of this "
                f"head's full attention weight.{tie}",
                "computed",
            ),
            KeyFigure(
                f"Scored by {best.name}",
                f"{percent(best.panel.pairs / best.panel.full_pairs)} of the pairs",
                f"How many pairs {best.name} scores. A pair is a query token and a key token. Full attention scores "
                "all of them, or in a causal model those without later keys.",
                "computed",
            ),
        ]
    if len(rivals) > 1:
        least = min(rivals, key=lambda one: one.panel.captured_share)
        figures.append(
            KeyFigure(
                "Least captured mass",
                f"{least.name}, {percent(least.panel.captured_share)}",
                "Of the selected patterns without Full, the one that allows the pairs with the smallest share of "
                "this head's full attention weight.",
                "computed",
            )
        )
    show_key_figures(figures)


def _best(rivals: Sequence[Shown]) -> tuple[Shown, str]:
    """Return the pattern that keeps the most, with the fewest pairs among equals, and a sentence about these."""
    share = percent(max(one.panel.captured_share for one in rivals))
    equal = [one for one in rivals if percent(one.panel.captured_share) == share]
    best = min(equal, key=lambda one: one.panel.pairs)
    others = " and ".join(one.name for one in equal if one is not best)
    if not others:
        return best, ""
    return best, f" The same share is kept by {others}. {best.name} scores the fewest pairs of them."


def show_panels(trace: Trace, layer: int, head: int, shown: Sequence[Shown]) -> None:
    """Show the panels and their caption.

    Args:
        trace: The run.
        layer: Index of the layer, from 0.
        head: Index of the head, from 0.
        shown: The panels.
    """
    pattern_panels(trace, layer, head, shown, key="panels")
    st.caption(panels_caption(trace))


def panels_caption(trace: Trace) -> str:
    """Return the caption of the panels over a run `trace`: their content, and the source of the numbers."""
    own = f"window {span([layer.window for layer in trace.pattern.layers])}, the model's default"
    if isinstance(trace, ReachTrace):
        own = f"the model's own pattern: {trace.pattern.name.lower()}"
    left_out = len(trace.global_positions)
    globals_ = ""
    if left_out:
        rows = "row of its global token is" if left_out == 1 else f"rows of its {left_out:,} global tokens are"
        globals_ = f" The {rows} left out of the average."
    beyond = ""
    if len(trace.tokens) > trace.trained_tokens:
        beyond = (
            f" This model was trained on {trace.trained_tokens:,} tokens, so it did not learn full "
            "attention over longer documents."
        )
    return (
        "Attention of one head under each pattern, from the queries and keys of one run "
        f"({own}). The weight of forbidden pairs is redistributed over the allowed "
        "ones. Captured mass is the share of full attention that lies on allowed pairs, averaged over tokens."
        f"{globals_}{beyond}"
    )
