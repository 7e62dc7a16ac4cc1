"""The Attention page in Python: the run, the weights in the map, compared maps, and what the open tab shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from longformer_viz.models.embedded import NAME as EMBEDDED_NAME
from longformer_viz.models.loading import LoadedModel
from longformer_viz.snippets.recorded_run import add_run, chosen_spec, placement, spec_code, spec_of
from longformer_viz.snippets.snippet import Snippet, call, part, quoted
from longformer_viz.trace.reach_trace import ReachTrace
from longformer_viz.trace.trace import Trace
from longformer_viz.widget.text_parts import unit_span

_MOST_TOKENS = 4096  # The whole matrix of a longer document is returned reduced.


@dataclass(frozen=True, slots=True)
class ShownHead:
    """What the map shows of a run.

    Attributes:
        layer: The layer.
        head: The head.
        selected: The selected token, or None.
        unit: What is selected around it: "token", "sentence" or "paragraph".
        rows: Visible queries, first and the one after the last; None for all.
        columns: Visible keys in the same way.
        is_straight: Whether columns are offsets from the query.
    """

    layer: int
    head: int
    selected: int | None = None
    unit: str = "token"
    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None
    is_straight: bool = False


@dataclass(frozen=True, slots=True)
class ComparedHead:
    """A map beside the first one.

    Attributes:
        name: Its name.
        trace: Its run, over the same document.
        layer: Its layer.
        head: Its head.
    """

    name: str
    trace: Trace
    layer: int
    head: int


@dataclass(frozen=True, slots=True)
class StrongestShown:
    """What the tab Strongest pairs shows.

    Attributes:
        count: Number of pairs.
    """

    count: int


@dataclass(frozen=True, slots=True)
class RolloutShown:
    """What the tab Attention rollout shows.

    Attributes:
        token: The followed token.
    """

    token: int


@dataclass(frozen=True, slots=True)
class BertvizShown:
    """What the tab BertViz shows.

    Attributes:
        view: "head" or "model".
        start: The first token.
        count: Number of tokens.
        layer: The layer of the head view.
    """

    view: str
    start: int
    count: int
    layer: int


@dataclass(frozen=True, slots=True)
class FigureShown:
    """What the tab Static figure shows.

    Attributes:
        token: The token in the middle of the detail.
    """

    token: int


@dataclass(frozen=True, slots=True)
class NextTokensShown:
    """What the tab Next tokens shows.

    Attributes:
        window: Most tokens attended to; None for the model's own pattern.
        first_tokens: Number of first tokens that every token attends to as well.
    """

    window: int | None
    first_tokens: int


TabShown = StrongestShown | RolloutShown | BertvizShown | FigureShown | NextTokensShown


def attention_lines(
    trace: Trace,
    model: LoadedModel,
    shown: ShownHead,
    name: str = "",
    compared: Sequence[ComparedHead] = (),
    is_difference: bool = False,
    tab: TabShown | None = None,
) -> str:
    """Return the lines that compute what the Attention page shows.

    Args:
        trace: The run.
        model: The model that ran.
        shown: What the map shows.
        name: The name of the map where it is compared with others.
        compared: The maps beside it.
        is_difference: Whether the map shows the other head minus this one.
        tab: What the open tab shows.
    """
    snippet = Snippet()
    spec = chosen_spec(trace)
    add_run(snippet, model, trace, spec)
    snippet.add("", f"layer, head = {shown.layer}, {shown.head}", *_map_lines(trace, shown))
    if shown.selected is not None:
        snippet.add(_selected_line(trace, shown))
    for number, each in enumerate(compared, start=1):
        _add_compared(snippet, (trace, model, shown), name, each, number, is_difference)
    if not compared:
        chosen = [] if shown.selected is None else [f"selected_token={shown.selected}"]
        snippet.add(f"{call('trace.show', 'layer', 'head', *chosen)}  # the map, in a notebook")
    if tab is not None:
        snippet.add("", *_tab_lines(snippet, tab))
    return snippet.text


def _tab_lines(snippet: Snippet, tab: TabShown) -> list[str]:
    if isinstance(tab, StrongestShown):
        return [f"pairs = trace.strongest(layer, head, {tab.count})  # (query, key, weight)"]
    if isinstance(tab, RolloutShown):
        found = snippet.call("attention_rollout", "trace", f"token={tab.token}")
        return [f"rolled = {found}", "rolled.weights  # [layers, n]: the share of each input token"]
    if isinstance(tab, BertvizShown):
        layer = [f"layer={tab.layer}"] if tab.view == "head" else []
        place = (f"start={tab.start}", f"count={tab.count}")
        made = snippet.call("bertviz_page", "trace", quoted(tab.view), *place, *layer)
        return [f"page = {made}", 'open("bertviz.html", "w", encoding="utf-8").write(page.html)']
    if isinstance(tab, FigureShown):
        drawn = snippet.call("attention_figure", "trace", "layer", "head", f"token={tab.token}")
        return [f"figure = {drawn}  # a Plotly figure"]
    lines = [f"own = {snippet.call('next_tokens', 'model', 'trace.tokens')}  # own.bits: the loss of each token"]
    if tab.window is not None:
        settings = (f"window={tab.window}", f"first_tokens={tab.first_tokens}")
        lines.append(f"narrower = {snippet.call('next_tokens', 'model', 'trace.tokens', *settings)}")
        lines.append("cost = narrower.mean_bits - own.mean_bits  # bits per token")
    return lines


def _map_lines(trace: Trace, shown: ShownHead) -> list[str]:
    length = len(trace.tokens)
    if shown.is_straight:
        if length * (trace.pattern.layers[shown.layer].window + 1) <= _MOST_TOKENS**2:
            return ["band = trace.band(layer, head).band  # [query, window + 1]"]
        return ["band = trace.band_overview(layer, head)  # the largest weight in each cell"]
    bounds = [
        f"{name}={part(span)}"
        for name, span in (("rows", shown.rows), ("columns", shown.columns))
        if span is not None and span != (0, length)
    ]
    if not bounds and length > _MOST_TOKENS:
        return ["weights = trace.overview(layer, head)  # the largest weight in each cell"]
    return [f"weights = {call('trace.weights', 'layer', 'head', *bounds)}  # [query, key]"]


def _selected_line(trace: Trace, shown: ShownHead) -> str:
    assert shown.selected is not None
    rows = unit_span(trace.tokens, shown.selected, shown.unit)
    row = f"trace.weights(layer, head, rows={part(rows)})"
    if rows[1] - rows[0] == 1:
        return f"attended = {row}[0]  # what token {rows[0]} attends to"
    return f"attended = {row}.mean(0)  # what the selected tokens attend to"


def _add_compared(
    snippet: Snippet,
    page: tuple[Trace, LoadedModel, ShownHead],
    name: str,
    other: ComparedHead,
    number: int,
    is_difference: bool,
) -> None:
    """Append the lines of one map beside the first one."""
    trace, model, shown = page
    run_name, weights_name, head = "trace", f"weights_{number}", ("layer", "head")
    snippet.add("")
    if other.trace is not trace:
        run_name = f"trace_{number}"
        _add_other_run(snippet, trace, model, other.trace, number)
    if (other.layer, other.head) != (shown.layer, shown.head):
        head = (str(other.layer), str(other.head))
    weights = call(f"{run_name}.weights", *head)
    if len(trace.tokens) > _MOST_TOKENS:
        weights = call(f"{run_name}.overview", *head)
    snippet.add(f"{weights_name} = {weights}")
    if is_difference:
        before = call("trace.weights" if len(trace.tokens) <= _MOST_TOKENS else "trace.overview", "layer", "head")
        snippet.add(f"difference = {weights_name} - {before}")
    if other.trace is not trace and head == ("layer", "head"):
        names = f"names=({quoted(name)}, {quoted(other.name)})"
        more = ["difference=True"] if is_difference else []
        snippet.add(snippet.call("compare", "trace", run_name, "layer", "head", *more, names))


def _add_other_run(snippet: Snippet, trace: Trace, model: LoadedModel, other: Trace, number: int) -> None:
    name = "model"
    if other.model != trace.model:
        name = f"model_{number}"
        named = [] if other.model == EMBEDDED_NAME else [quoted(other.model)]
        snippet.add(f"{name} = {snippet.call('load', *named, *placement(model))}")
    arguments = [name, "trace.tokens"]
    if not isinstance(other, ReachTrace):
        known = model if other.model == trace.model else None
        arguments.append(spec_code(snippet, spec_of(other), known, other.tokens, "trace.tokens"))
    snippet.add(f"trace_{number} = {snippet.call('run', *arguments)}")
