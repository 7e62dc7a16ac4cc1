"""The share of full attention that each pattern keeps, the tokens that lose most, and the pairs it forbids."""

from collections.abc import Sequence

import streamlit as st

from longformer_viz.figures.exports.comparison import mass_rows, pair_rows, token_rows
from longformer_viz.figures.mass import describe_mass, mass_figure
from longformer_viz.figures.text import percent
from longformer_viz.snippets.compare import MassShown, PairsShown, TokensShown
from longformer_viz.trace.captured_mass import CapturedMass, captured_mass, forbidden_pairs
from longformer_viz.trace.full_attention import FullAttention, full_attention
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.compare.view import Built
from longformer_viz.ui.components.marked_text import marked_text
from longformer_viz.ui.shared.background import computed, should_start, trace_key
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.table import show_table
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

_SECONDS_A_PAIR = 2.5e-9  # of full attention, every layer and head; measured on two cores
_LOSING = 40
_NUMBERED = 9
_FORBIDDEN = 50


def mass_tab(trace: Trace, layer: int, head: int, built: Sequence[Built]) -> MassShown | None:
    """Show the captured mass of every head under every pattern.

    Args:
        trace: The run.
        layer: Index of the layer whose head is framed.
        head: Index of the head to frame.
        built: The patterns over the run.

    Returns:
        What is shown; None while it waits.
    """
    masses = _masses(trace, built)
    if not masses:
        return None
    kept = ", ".join(f"{name} **{percent(mass.mean)}**" for name, mass in sorted(masses, key=_by_mean))
    st.markdown(f"Over all {trace.heads * len(trace.layers)} heads: {kept} :gray-badge[computed]")
    figure = mass_figure(masses, layer, head, current_theme())
    show_figure(figure, "mass_figure", alt=describe_mass(masses), png="captured_mass")
    st.caption(
        "Captured mass: the share of full attention on pairs that the pattern allows, averaged over tokens. A head "
        "that attends to near tokens keeps almost all of it. A head that attends to far tokens loses more. The frame "
        "marks the head shown above." + _untrained(trace)
    )
    rows = mass_rows(masses)
    with st.expander("All heads, largest loss first"):
        show_table(rows, height=260)
    csv_button("Download all heads (CSV)", rows, "captured_mass.csv", "take_mass")
    return MassShown()


def tokens_tab(trace: Trace, built: Sequence[Built]) -> TokensShown | None:
    """Show the document with the tokens marked that lose most.

    Args:
        trace: The run.
        built: The patterns over the run.

    Returns:
        What is shown; None while it waits.
    """
    one = _look_into(built)
    masses = _masses(trace, [one])
    if not masses:
        return None
    mass = masses[0][1]
    losing = mass.tokens_with_smallest_share(_LOSING)
    words = [
        (place, share) for place, share in losing if trace.tokens.offsets[place][1] > trace.tokens.offsets[place][0]
    ]
    if not words:
        st.info("Every token of this document is global in this run. Rows of global tokens are left out.")
        return None
    st.markdown(
        f"With **{one.name}** ({one.chosen.words}) these tokens keep the smallest share of their full "
        "attention, averaged over all layers and heads. :gray-badge[computed]"
    )
    marked_text(
        _marked(trace, words),
        [
            Row(
                trace.tokens.pieces[place],
                percent(share),
                share,
                str(rank),
                f"token {place:,}",
                kind="passage",
                mark=rank,
            )
            for rank, (place, share) in enumerate(words, start=1)
        ],
        key="losing_text",
        height=360,
        label="The document with the tokens that lose most marked",
        numbered=_NUMBERED,
    )
    st.caption(
        f"The {len(words)} marked tokens lose the most. The bar shows the share that each keeps. In full attention "
        "they attend to tokens that the pattern forbids." + _untrained(trace)
    )
    csv_button("Download these tokens (CSV)", token_rows(losing, trace.tokens), "tokens_that_lose.csv", "take_losing")
    return TokensShown(one.name, _LOSING)


def pairs_tab(trace: Trace, layer: int, head: int, built: Sequence[Built]) -> PairsShown | None:
    """Show the strongest pairs of full attention that the pattern forbids.

    Args:
        trace: The run.
        layer: Index of the layer of the shown head.
        head: Index of the shown head, to which the visitor can limit the pairs.
        built: The patterns over the run.

    Returns:
        What is shown; None while it waits.
    """
    one = _look_into(built)
    is_one = st.toggle(f"Only layer {layer}, head {head}", key="pairs_of_head", persist_state="session")
    where = (layer, head) if is_one else (None, None)
    full = _full(trace)
    if full is None:
        return None
    pairs = computed(
        ("forbidden", *one.key, where),
        lambda progress, pattern=one.pattern: forbidden_pairs(
            trace, pattern, full, _FORBIDDEN, *where, progress=progress
        ),
        "Finding the pairs",
        size_of=lambda pairs: 200 * len(pairs) + 100,
        may_leave=True,
    )
    if pairs is None:
        return None
    shown = PairsShown(one.name, _FORBIDDEN, is_one)
    if not pairs:
        st.success(f"{one.name} ({one.chosen.words}) forbids no pair here.", icon=":material/check:")
        return shown
    first = pairs[0]
    st.markdown(
        f"**{one.name}** ({one.chosen.words}) forbids a pair {abs(first.key - first.query):,} tokens apart to which "
        f"full attention gives **{percent(first.weight)}** of the query's attention, in layer {first.layer}, "
        f"head {first.head}. :gray-badge[computed]"
    )
    rows = pair_rows(pairs, trace.tokens)
    show_table(rows, height=320)
    whose = "this head" if is_one else "all layers and heads"
    distances = sorted(abs(pair.key - pair.query) for pair in pairs)
    st.caption(
        f"The table lists the {len(pairs)} strongest forbidden pairs of {whose}. Their tokens are "
        f"{distances[0]:,} to {distances[-1]:,} tokens apart. "
        "Attention alone does not show whether the model needs them." + _untrained(trace)
    )
    csv_button("Download these pairs (CSV)", rows, "forbidden_pairs.csv", "take_forbidden")
    return shown


def _by_mean(named: tuple[str, CapturedMass]) -> float:
    mean = named[1].mean
    return -mean if mean == mean else 1.0


def _look_into(built: Sequence[Built]) -> Built:
    """Show the choice of one of the patterns that forbid pairs."""
    names = [one.name for one in built if one.name != "Full"] or [one.name for one in built]
    if st.session_state.get("looked_into") not in names:
        st.session_state.looked_into = names[0]
    name = st.segmented_control("Pattern", names, key="looked_into", required=True, persist_state="session")
    return next(one for one in built if one.name == name)


def _full(trace: Trace) -> FullAttention | None:
    """Return full attention over the run. For a long document it starts after a click."""
    run = trace_key(trace)
    seconds = _SECONDS_A_PAIR * trace.pairs_full
    if not should_start("mass", run, "Compare with full attention", seconds):
        return None
    return computed(
        ("full attention", run),
        lambda progress: full_attention(trace, progress),
        "Computing full attention",
        predicted_seconds=seconds,
        size_of=lambda found: found.size_bytes,
        may_leave=True,
    )


def _masses(trace: Trace, built: Sequence[Built]) -> list[tuple[str, CapturedMass]]:
    """Return name and captured mass of each pattern; empty if the work waits for a click or was cancelled."""
    full = _full(trace)
    if full is None:
        return []
    masses = []
    for one in built:
        mass = computed(
            ("mass", *one.key),
            lambda progress, pattern=one.pattern: captured_mass(trace, pattern, full, progress),
            f"Captured mass of {one.name}",
            size_of=lambda found: found.share.nbytes,
            may_leave=True,
        )
        if mass is not None:
            masses.append((one.name, mass))
    return masses


def _untrained(trace: Trace) -> str:
    if len(trace.tokens) <= trace.trained_tokens:
        return ""
    return (
        f" The model was trained on {trace.trained_tokens:,} tokens, so it did not learn full attention over this "
        "document. Distant pairs may score high only because position embeddings repeat."
    )


def _marked(trace: Trace, losing: Sequence[tuple[int, float]]) -> list[Part]:
    """Return the text in parts, in order, with each losing token marked with its rank."""
    text, offsets = trace.tokens.text, trace.tokens.offsets
    marks = []
    for rank, (token, share) in enumerate(losing, start=1):
        start, end = offsets[token]
        level = 3 if rank <= _NUMBERED else 2 if rank <= _LOSING // 2 else 1
        marks.append((start, Part(text[start:end], rank, level, f"keeps {percent(share)}")))
    return marked_parts(text, marks)
