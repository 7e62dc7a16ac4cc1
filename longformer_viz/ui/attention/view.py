"""A run on the Attention page: the map with text and head grid, a second map, and other views."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.attention import attention_figure, describe
from longformer_viz.figures.position_note import position_note
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.support import predicts_tokens
from longformer_viz.snippets.attention import (
    ComparedHead,
    FigureShown,
    ShownHead,
    StrongestShown,
    TabShown,
    attention_lines,
)
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.heads import HeadGrid
from longformer_viz.trace.reach_trace import ReachTrace
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.address_echo import is_history_navigation
from longformer_viz.ui.attention.all_heads import all_heads
from longformer_viz.ui.attention.bertviz import bertviz_view
from longformer_viz.ui.attention.compare import choose_comparison
from longformer_viz.ui.attention.compare_table import show_compared_runs
from longformer_viz.ui.attention.downloads import downloads
from longformer_viz.ui.attention.map_address import linked_view, remember_view
from longformer_viz.ui.attention.map_pattern import choose_pattern, pattern_payload
from longformer_viz.ui.attention.next_tokens.view import next_token_view
from longformer_viz.ui.attention.rollout import rollout_view
from longformer_viz.ui.components.map.attention_map import attention_map, map_change
from longformer_viz.ui.components.map.payload import Comparison, heads_of
from longformer_viz.ui.components.map.view import MapView
from longformer_viz.ui.python_lines import show_python
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import count, show_problem, size, span
from longformer_viz.ui.shared.key_figures import KeyFigure, document_figure, run_figures, show_key_figures
from longformer_viz.ui.shared.pattern_controls import LINKED_POSITIONS
from longformer_viz.ui.shared.settings_badge import settings_badge
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs
from longformer_viz.widget.map_choices import MODES
from longformer_viz.widget.map_grid import grid_payload

_GRID_AT_ONCE_TOKENS = 4096  # the head grid of a longer document is computed only when asked for
_STRONGEST = 50
_MAP = "map"  # the component's key


def show_summary(trace: Trace, model: LoadedModel) -> None:
    """Show what a run read and cost: length, pairs scored, time and memory.

    Args:
        trace: The run.
        model: The model that ran.
    """
    layers = trace.pattern.layers
    windows = [layer.window for layer in layers]
    dilations = [dilation for layer in layers for dilation in layer.dilations]
    globals_ = len(trace.global_positions)
    pattern = f"window {span(windows)}, dilation {span(dilations)}, {globals_:,} global token{'s' * (globals_ != 1)}"
    if isinstance(trace, ReachTrace):
        pattern = f"{trace.pattern.name.lower()} in {len(layers)} layers"
    share = trace.pairs_scored / trace.pairs_full
    pairs = KeyFigure(
        "Pairs scored",
        f"{share:.0%}" if share >= 0.01 else f"{share:.2%}",
        "A pair is a query token and a key token that it may attend to. Full attention scores every pair (100%). "
        "In a causal model, these are the pairs whose key is not later than the query. "
        f"This run: {pattern}, {count(trace.pairs_scored)} pairs over all layers and heads.",
        "computed",
    )
    show_key_figures(
        (document_figure(len(trace.tokens)), pairs, *run_figures(trace.elapsed_seconds, trace.peak_bytes)),
        settings_badge(model, layers, trace.global_positions),
    )


@st.fragment
def attention_view(trace: Trace, model: LoadedModel, spec: AttentionSpec, python: DeltaGenerator) -> None:
    """Show the map of a run with text and head grid, above it comparisons, and under it downloads and other views.

    Args:
        trace: The run to show.
        model: The model that ran.
        spec: The attention pattern of the run.
        python: Place of the lines that reproduce the map.
    """
    _take_change(trace)
    comparison = choose_comparison(trace, model, spec)
    map_container = st.container(key="map_room")  # above its controls, which are read first
    table_container = st.container()
    grid_column, download_column = st.columns([1, 1], vertical_alignment="center")
    grid = _grid(grid_column, trace)
    with map_container:
        view = _map(trace, model, comparison, grid)
    remember_view(view, trace)
    with download_column:
        downloads(trace, view.layer, view.head, _visible(trace, view))
    st.caption(_map_caption(trace))
    if comparison is not None:
        with table_container:
            show_compared_runs(trace, comparison)
    opened = _other_views(trace, model, view)
    show_python(python, _lines(trace, model, view, comparison, opened))


def _take_change(trace: Trace) -> None:
    """Run again with the pattern or the global token that was just chosen in the map."""
    change = map_change(_MAP, trace)
    if change.pattern is not None:
        choose_pattern(change.pattern)
    if change.global_toggled is not None and not isinstance(trace, ReachTrace):
        _toggle_global(trace, change.global_toggled)


def _map(trace: Trace, model: LoadedModel, comparison: Comparison | None, grid: HeadGrid | None) -> MapView:
    """Show the map; without a comparison that cannot be shown, with a sentence."""
    view = linked_view(trace, _MAP)

    def shown(compared: Comparison | None) -> MapView:
        return attention_map(
            trace,
            view,
            is_command=is_history_navigation(),
            comparison=compared,
            theme=current_theme(),
            grid=None if grid is None else grid_payload(grid),
            pattern=None if isinstance(trace, ReachTrace) else pattern_payload(trace, model),
            key=_MAP,
        )

    try:
        return shown(comparison)
    except InputError as problem:  # such as a difference that is too large
        show_problem(problem)
        return shown(None)


def _grid(column: DeltaGenerator, trace: Trace) -> HeadGrid | None:
    small = len(trace.tokens) <= _GRID_AT_ONCE_TOKENS
    is_wanted = column.toggle(
        "All layers and heads",
        small,
        key=f"grid_{'small' if small else 'large'}",
        help="Shows a small map of every head in every layer. Click one to open it.",
    )
    return all_heads(trace) if is_wanted else None


def _visible(trace: Trace, view: MapView) -> tuple[slice, slice] | None:
    """Return roughly the rows and columns that the map shows; None for the whole document."""
    if view.place is None:
        return None
    column, row, zoom = view.place
    half = len(trace.tokens) / zoom / 2
    rows = slice(max(0, int(row - half)), max(1, int(row + half) + 1))
    if view.mode == "straight":  # columns are offsets here, so every key of these rows is visible
        return rows, slice(None)
    return rows, slice(max(0, int(column - half)), max(1, int(column + half) + 1))


def _lines(
    trace: Trace, model: LoadedModel, view: MapView, comparison: Comparison | None, tab: TabShown | None
) -> str:
    """Return the lines that reproduce the map and the open tab."""
    rows, columns = (_span(part, trace) for part in _visible(trace, view) or (slice(None), slice(None)))
    is_straight = view.mode != MODES[0]
    shown = ShownHead(view.layer, view.head, view.locked, view.unit, rows, columns, is_straight)
    compared = heads_of(trace, view, comparison)[1:] if comparison is not None else []
    return attention_lines(
        trace,
        model,
        shown,
        "" if comparison is None else comparison.label,
        [ComparedHead(each.label or "", each.trace, each.layer, each.head) for each in compared],
        comparison is not None and comparison.is_difference,
        tab,
    )


def _span(part: slice, trace: Trace) -> tuple[int, int]:
    start, stop, _ = part.indices(len(trace.tokens))
    return start, stop


def _toggle_global(trace: Trace, position: int) -> None:
    """Make a local token global, or a global token local, and run again."""
    positions = sorted(set(trace.global_positions) ^ {position})
    if len(positions) > LINKED_POSITIONS:
        show_problem(
            f"At most {LINKED_POSITIONS} tokens can be made global one by one. This would be token {len(positions)}. "
            "Choose a preset with fewer global tokens first."
        )
        return
    st.session_state.new_positions = ", ".join(map(str, positions))
    st.rerun(scope="app")


def _map_caption(trace: Trace) -> str:
    full_bytes = 4 * len(trace.tokens) ** 2 * trace.heads
    return (
        "Attention map. Row = the token that attends (query), column = the token it attends to (key). The pattern "
        f"does not allow the grey pairs. Click a token to select it. {position_note(trace)} This run scored "
        f"{count(trace.pairs_scored)} pairs over all layers and heads. Full attention would score "
        f"{count(trace.pairs_full)}, and its weights would take {size(full_bytes)} for one layer."
    )


def _other_views(trace: Trace, model: LoadedModel, view: MapView) -> TabShown | None:
    """Show the tabs under the map, each computed only while it is open, and return what the open one shows."""
    token = 0 if view.locked is None else view.locked
    return show_tabs(
        {
            "Strongest pairs": lambda: _strongest_table(trace, view),
            "Attention rollout": lambda: rollout_view(trace, view.locked),
            "BertViz": lambda: bertviz_view(trace, token),
            "Static figure": lambda: _static_figure(trace, view, token),
            **({"Next tokens": lambda: next_token_view(trace, model)} if predicts_tokens(model) else {}),
        },
        key="other_views",
    )


def _strongest_table(trace: Trace, view: MapView) -> StrongestShown:
    show_table(_strongest(trace, view.layer, view.head), height=240)
    return StrongestShown(_STRONGEST)


def _static_figure(trace: Trace, view: MapView, token: int) -> FigureShown:
    figure = attention_figure(trace, view.layer, view.head, token, current_theme())
    show_figure(figure, "attention_figure", alt=describe(trace, view.layer, view.head))
    return FigureShown(token)


def _strongest(trace: Trace, layer: int, head: int) -> list[dict[str, str | int | float]]:
    pieces, sink = trace.tokens.pieces, trace.sink_weights(layer, head)
    return [
        {
            "query": query,
            "query token": pieces[query],
            "key": key,
            "key token": pieces[key],
            "distance": key - query,
            "weight": round(weight, 4),
            **({} if sink is None else {"weight of the query on the sink": round(float(sink[query]), 4)}),
        }
        for query, key, weight in trace.strongest(layer, head, _STRONGEST)
    ]
