"""The Attention page in Python: the run, the weights in the map, the selected tokens, and compared maps."""

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


def attention_lines(
    trace: Trace,
    model: LoadedModel,
    shown: ShownHead,
    name: str = "",
    compared: Sequence[ComparedHead] = (),
    is_difference: bool = False,
    strongest: int = 0,
) -> str:
    """Return the lines that compute what the Attention page shows.

    Args:
        trace: The run.
        model: The model that ran.
        shown: What the map shows.
        name: The name of the map where it is compared with others.
        compared: The maps beside it.
        is_difference: Whether the map shows the other head minus this one.
        strongest: Number of the strongest pairs to list as well.
    """
    snippet = Snippet()
    spec = chosen_spec(trace)
    add_run(snippet, model, trace, spec)
    snippet.add("", f"layer, head = {shown.layer}, {shown.head}", *_map_lines(trace, shown))
    if shown.selected is not None:
        snippet.add(_selected_line(trace, shown))
    if strongest:
        snippet.add(f"pairs = trace.strongest(layer, head, {strongest})  # (query, key, weight)")
    for number, each in enumerate(compared, start=1):
        _add_compared(snippet, (trace, model, shown), name, each, number, is_difference)
    if not compared:
        chosen = [] if shown.selected is None else [f"selected_token={shown.selected}"]
        snippet.add(f"{call('trace.show', 'layer', 'head', *chosen)}  # the map, in a notebook")
    return snippet.text


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
