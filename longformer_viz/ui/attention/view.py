"""A trace on the page: the map with text and head grid, a second run beside it, and what else to look at."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from longformer_viz.figures.attention import attention_figure, describe
from longformer_viz.figures.position_note import position_note
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.heads import HeadGrid, head_grid
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.attention.bertviz import bertviz_view
from longformer_viz.ui.attention.downloads import take_away
from longformer_viz.ui.attention.map_address import linked_place, remember
from longformer_viz.ui.attention.rollout import rollout_view
from longformer_viz.ui.components.attention_map import MapResult, attention_map
from longformer_viz.ui.shared.background import computed, run_key, trace_key, traced
from longformer_viz.ui.shared.formatting import count, show_problem, size
from longformer_viz.ui.shared.link_params import LINKED_POSITIONS
from longformer_viz.ui.shared.settings_badge import settings_badge
from longformer_viz.widget.map_grid import grid_payload

_GRID_AT_ONCE_TOKENS = 4096  # the head grid of a longer document is computed only when asked for
_GRID_SECONDS_A_TOKEN = 4e-4
_BESIDE = ("One map", "Another head beside it", "The pinned run beside it", "Difference to the pinned run")
_STRONGEST = 50
_MAP = "map"  # the component's key


def summary(trace: Trace, model: LoadedModel) -> str:
    """One sentence of live numbers about a model's run, each with the way it came about."""
    layers, length = trace.pattern.layers, len(trace.tokens)
    windows = sorted({layer.window for layer in layers})
    dilations = sorted({dilation for layer in layers for dilation in layer.dilations})
    globals_ = len(trace.global_positions)
    parts = [f"**{length:,} tokens**", f"window {_span(windows)}"]
    if dilations != [1]:
        parts.append(f"dilation {_span(dilations)}")
    parts.append(f"{globals_:,} global token{'s' if globals_ != 1 else ''}")
    peak = "" if trace.peak_bytes is None else f" and **{size(trace.peak_bytes)}**"
    parts.append(f"**{trace.elapsed_seconds:.2g} s**{peak} :gray-badge[measured]")
    share = trace.pairs_scored / trace.pairs_full
    percent = f"{share:.0%}" if share >= 0.01 else f"{share:.2%}"
    parts.append(f"**{percent}** of the pairs that full attention scores :gray-badge[computed]")
    parts.append(settings_badge(model, layers, trace.global_positions))
    return " · ".join(parts)


def _span(values: list[int]) -> str:
    return f"{values[0]:,}" if len(values) == 1 else f"{values[0]:,} to {values[-1]:,}"


@st.fragment
def attention_view(trace: Trace, model: LoadedModel, spec: AttentionSpec) -> None:
    """The map of a model's run by a spec, linked to text and head grid; under it what else can be done with it."""
    map_place = st.container()  # the picture first, though what stands beside it is chosen below
    beside_place, pin_place, grid_place, take_place = st.columns([3, 1.6, 1.5, 1.6], vertical_alignment="center")
    other, difference = _beside(beside_place, pin_place, trace, model, spec)
    grid = _grid(grid_place, trace)
    start = linked_place(trace, _MAP)
    with map_place:
        result = attention_map(
            trace,
            start.layer,
            start.head,
            other=other,
            difference=difference,
            locked=start.locked,
            place=start.place,
            mode=start.mode,
            scale=start.scale,
            theme=st.context.theme.type or "light",
            grid=None if grid is None else grid_payload(grid),
            labels=("this run", "the pinned run") if isinstance(other, Trace) else None,
            key=_MAP,
        )
    remember(result, trace)
    if result.global_toggled is not None:
        _toggle_global(trace, result.global_toggled)
    with take_place:
        take_away(trace, result.layer, result.head, _in_sight(trace, result))
    st.caption(_what_to_see(trace))
    _more(trace, result)


def _beside(
    place: DeltaGenerator, pin: DeltaGenerator, trace: Trace, model: LoadedModel, spec: AttentionSpec
) -> tuple[tuple[int, int] | Trace | None, bool]:
    """What stands beside the run: None, another head (layer, head), or the pinned run; and whether its difference.

    What is pinned is how to run it, not the run: that lies in the cache that all share, or is made again.
    """
    key = run_key(model, trace.tokens)
    pinned_key, pinned = st.session_state.get("pinned_run", (None, None))
    fits = pinned_key == key
    options = _BESIDE if fits else _BESIDE[:2]
    chosen = place.selectbox("Compare", options, key="beside", label_visibility="collapsed", persist_state="page")
    pin.button(
        "Pin this run",
        icon=":material/push_pin:",
        on_click=lambda: st.session_state.update(pinned_run=(key, spec)),
        help="Keep this run to compare another window, dilation or set of global tokens with it.",
        width="stretch",
    )
    if chosen == _BESIDE[1]:
        left, right = place.columns(2)
        layer = left.number_input("Its layer", 0, len(trace.layers) - 1, len(trace.layers) - 1, key="other_layer")
        return (layer, right.number_input("Its head", 0, trace.heads - 1, 0, key="other_head")), False
    shown = None
    if fits and chosen in _BESIDE[2:]:
        try:
            shown = traced(model, trace.tokens, pinned, "Running the pinned run again")
        except InputError as problem:  # no memory for it at the moment
            show_problem(problem)
    return shown, shown is not None and chosen == _BESIDE[3]


def _grid(place: DeltaGenerator, trace: Trace) -> HeadGrid | None:
    small = len(trace.tokens) <= _GRID_AT_ONCE_TOKENS
    if not place.toggle("All heads", small, key=f"grid_{'small' if small else 'large'}", help="The head grid."):
        return None
    return computed(
        ("head grid", trace_key(trace)),
        lambda progress: head_grid(trace, progress),
        "Looking at every head",
        predicted_seconds=_GRID_SECONDS_A_TOKEN * len(trace.tokens),
        size_of=lambda grid: grid.thumbnails.nbytes,
    )


def _in_sight(trace: Trace, result: MapResult) -> tuple[slice, slice] | None:
    """About the rows and columns that the map shows; None for the whole document."""
    if result.place is None:
        return None
    column, row, zoom = result.place
    half = len(trace.tokens) / zoom / 2
    rows = slice(max(0, int(row - half)), max(1, int(row + half) + 1))
    if result.mode == "straight":  # there columns are offsets: every key of these rows is in sight
        return rows, slice(None)
    return rows, slice(max(0, int(column - half)), max(1, int(column + half) + 1))


def _toggle_global(trace: Trace, position: int) -> None:
    """Make a token global, or local again, and run anew."""
    positions = sorted(set(trace.global_positions) ^ {position})
    if len(positions) > LINKED_POSITIONS:
        show_problem(
            f"At most {LINKED_POSITIONS} tokens can be made global one by one; this would be the {len(positions)}th. "
            "Choose a preset of few tokens first."
        )
        return
    st.session_state.new_positions = ", ".join(map(str, positions))
    st.rerun(scope="app")


def _what_to_see(trace: Trace) -> str:
    full_bytes = 4 * len(trace.tokens) ** 2 * trace.heads
    return (
        "Each point is how much one token (row) attends to another (column); grey pairs cannot attend. Click a token "
        f"to select it. {position_note(trace)} Full attention would score {count(trace.pairs_full)} pairs instead of "
        f"{count(trace.pairs_scored)}, and written out would hold {size(full_bytes)} of weights for one layer."
    )


def _more(trace: Trace, result: MapResult) -> None:
    """What is computed only when its tab is opened."""
    token = 0 if result.locked is None else result.locked
    names = ["Strongest pairs", "Follow a token", "BertViz", "Static picture"]
    strongest, follow, bertviz, static = st.tabs(names, key="looks", on_change="rerun")
    if strongest.open:
        with strongest:
            st.dataframe(_strongest(trace, result.layer, result.head), hide_index=True, height=240)
    if follow.open:
        with follow:
            rollout_view(trace, token)
    if bertviz.open:
        with bertviz:
            bertviz_view(trace, token)
    if static.open:
        with static:
            st.plotly_chart(
                attention_figure(trace, result.layer, result.head, token, st.context.theme.type or "light"),
                theme="streamlit",
                key="attention_figure",
                config={"displayModeBar": False},
                alt=describe(trace, result.layer, result.head),
            )


def _strongest(trace: Trace, layer: int, head: int) -> list[dict[str, str | int | float]]:
    pieces = trace.tokens.pieces
    return [
        {
            "query": query,
            "attending token": pieces[query],
            "key": key,
            "attended token": pieces[key],
            "distance": key - query,
            "weight": round(weight, 4),
        }
        for query, key, weight in trace.strongest(layer, head, _STRONGEST)
    ]
