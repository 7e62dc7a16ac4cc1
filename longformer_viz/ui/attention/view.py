"""A run on the Attention page: the map with text and head grid, a second map, and other views."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.attention import attention_figure, describe
from longformer_viz.figures.position_note import position_note
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.heads import HeadGrid, head_grid
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.attention.bertviz import bertviz_view
from longformer_viz.ui.attention.downloads import downloads
from longformer_viz.ui.attention.map_address import linked_view, remember_view
from longformer_viz.ui.attention.map_pattern import choose_pattern, pattern_payload
from longformer_viz.ui.attention.rollout import rollout_view
from longformer_viz.ui.components.attention_map import attention_map
from longformer_viz.ui.components.map_payload import Comparison, OtherMap
from longformer_viz.ui.components.map_view import MapView
from longformer_viz.ui.shared.address_echo import is_history_navigation
from longformer_viz.ui.shared.background import computed, run_key, trace_key, traced
from longformer_viz.ui.shared.figure import current_theme, show_figure
from longformer_viz.ui.shared.formatting import count, show_problem, size
from longformer_viz.ui.shared.key_figures import KeyFigure, document_figure, run_figures, show_key_figures
from longformer_viz.ui.shared.pattern_controls import LINKED_POSITIONS
from longformer_viz.ui.shared.settings_badge import settings_badge
from longformer_viz.ui.shared.table import show_table
from longformer_viz.ui.shared.tabs import show_tabs
from longformer_viz.widget.map_grid import grid_payload

_GRID_AT_ONCE_TOKENS = 4096  # the head grid of a longer document is computed only when asked for
_GRID_SECONDS_A_TOKEN = 4e-4
_COMPARISONS = (
    "One map",
    "Compare with another head",
    "Compare with the pinned run",
    "Difference from the pinned run",
)
_STRONGEST = 50
_MAP = "map"  # the component's key


def show_summary(trace: Trace, model: LoadedModel) -> None:
    """Show what a run read and cost: length, pairs scored, time and memory.

    Args:
        trace: The run.
        model: The model that ran.
    """
    layers = trace.pattern.layers
    windows = sorted({layer.window for layer in layers})
    dilations = sorted({dilation for layer in layers for dilation in layer.dilations})
    globals_ = len(trace.global_positions)
    pattern = (
        f"window {_span(windows)}, dilation {_span(dilations)}, {globals_:,} global token{'s' * (globals_ != 1)}"
    )
    share = trace.pairs_scored / trace.pairs_full
    pairs = KeyFigure(
        "Pairs scored",
        f"{share:.0%}" if share >= 0.01 else f"{share:.2%}",
        "A pair is a query token and a key token that it may attend to. Full attention scores every pair (100%). "
        f"This run: {pattern}, {count(trace.pairs_scored)} pairs over all layers and heads.",
        "computed",
    )
    show_key_figures(
        (document_figure(len(trace.tokens)), pairs, *run_figures(trace.elapsed_seconds, trace.peak_bytes)),
        settings_badge(model, layers, trace.global_positions),
    )


def _span(values: list[int]) -> str:
    return f"{values[0]:,}" if len(values) == 1 else f"{values[0]:,} to {values[-1]:,}"


@st.fragment
def attention_view(trace: Trace, model: LoadedModel, spec: AttentionSpec) -> None:
    """Show the map of a run with text and head grid, and under it comparisons, downloads and other views.

    Args:
        trace: The run to show.
        model: The model that ran.
        spec: The attention pattern of the run.
    """
    map_container = st.container()  # above its controls, which are read first
    compare_column, pin_column, grid_column, download_column = st.columns(
        [3, 1.6, 1.5, 1.6], vertical_alignment="center"
    )
    comparison = _comparison(compare_column, pin_column, trace, model, spec)
    grid = _grid(grid_column, trace)
    with map_container:
        result = attention_map(
            trace,
            linked_view(trace, _MAP),
            is_command=is_history_navigation(),
            comparison=comparison,
            theme=current_theme(),
            grid=None if grid is None else grid_payload(grid),
            pattern=pattern_payload(trace, model),
            key=_MAP,
        )
    view = result.view
    remember_view(view, trace)
    if result.pattern is not None:
        choose_pattern(result.pattern)
    if result.global_toggled is not None:
        _toggle_global(trace, result.global_toggled)
    with download_column:
        downloads(trace, view.layer, view.head, _visible(trace, view))
    st.caption(_map_caption(trace))
    _other_views(trace, view)


def _comparison(
    select_column: DeltaGenerator, pin_column: DeltaGenerator, trace: Trace, model: LoadedModel, spec: AttentionSpec
) -> Comparison | None:
    """Show the comparison's controls and return what to show besides the chosen head.

    Pinning keeps the attention pattern, not the run: the run is in the shared cache or is made again.
    """
    key = run_key(model, trace.tokens)
    pinned_key, pinned = st.session_state.get("pinned_run", (None, None))
    fits = pinned_key == key
    options = _COMPARISONS if fits else _COMPARISONS[:2]
    chosen = select_column.selectbox(
        "Compare", options, key="beside", label_visibility="collapsed", persist_state="page"
    )
    pin_column.button(
        "Pin this run",
        icon=":material/push_pin:",
        on_click=lambda: st.session_state.update(pinned_run=(key, spec)),
        help="Keep this run, then change the window, dilation or global tokens and compare.",
        width="stretch",
    )
    if chosen == _COMPARISONS[1]:
        left, right = select_column.columns(2)
        layer = left.number_input("Second layer", 0, len(trace.layers) - 1, len(trace.layers) - 1, key="other_layer")
        head = right.number_input("Second head", 0, trace.heads - 1, 0, key="other_head")
        return Comparison("the chosen head", (OtherMap(f"Layer {layer}, head {head}", trace, layer, head),))
    shown = None
    if fits and chosen in _COMPARISONS[2:]:
        try:
            shown = traced(model, trace.tokens, pinned, "Running the pinned settings")
        except InputError as problem:  # such as too little free memory
            show_problem(problem)
    if shown is None:
        return None
    return Comparison("this run", (OtherMap("the pinned run", shown),), chosen == _COMPARISONS[3])


def _grid(column: DeltaGenerator, trace: Trace) -> HeadGrid | None:
    small = len(trace.tokens) <= _GRID_AT_ONCE_TOKENS
    if not column.toggle(
        "All heads",
        small,
        key=f"grid_{'small' if small else 'large'}",
        help="Shows a small map of every head in every layer. Click one to open it.",
    ):
        return None
    return computed(
        ("head grid", trace_key(trace)),
        lambda progress: head_grid(trace, progress),
        "Computing the maps of all heads",
        predicted_seconds=_GRID_SECONDS_A_TOKEN * len(trace.tokens),
        size_of=lambda grid: grid.thumbnails.nbytes,
    )


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


def _other_views(trace: Trace, view: MapView) -> None:
    """Show the tabs under the map. Each is computed only while it is open."""
    token = 0 if view.locked is None else view.locked
    show_tabs(
        {
            "Strongest pairs": lambda: _strongest_table(trace, view),
            "Attention rollout": lambda: rollout_view(trace, view.locked),
            "BertViz": lambda: bertviz_view(trace, token),
            "Static figure": lambda: _static_figure(trace, view, token),
        },
        key="other_views",
    )


def _strongest_table(trace: Trace, view: MapView) -> None:
    show_table(_strongest(trace, view.layer, view.head), height=240)


def _static_figure(trace: Trace, view: MapView, token: int) -> None:
    figure = attention_figure(trace, view.layer, view.head, token, current_theme())
    show_figure(figure, "attention_figure", alt=describe(trace, view.layer, view.head))


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
