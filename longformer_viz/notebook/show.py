"""Show runs in a notebook."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Union

from longformer_viz.checks import MAKE_RUN, check_flag, check_type
from longformer_viz.figures.rollout import rollout_figure
from longformer_viz.notebook.shown_heads import ShownHeads
from longformer_viz.notebook.static_map import INSTALL, StaticMap
from longformer_viz.spec import InputError, is_whole, shown
from longformer_viz.trace.rollout import attention_rollout
from longformer_viz.trace.trace import Trace

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from longformer_viz.notebook.widget import MapWidget

HEIGHT = 560
_LEAST_HEIGHT, _MOST_HEIGHT = 200, 4000
_NO_WIDGETS = f"This map is static. To read the selected token in Python, install anywidget: {INSTALL}"


def show(
    trace: Trace,
    layer: int | None = None,
    head: int = 0,
    *,
    selected_token: int | None = None,
    theme: str = "light",
    height: int = HEIGHT,
    static: bool = False,
) -> Union["MapWidget", StaticMap]:
    """Show the attention map of a run in a notebook.

    `trace.show(...)` does the same. As a widget, its `layer`, `head` and `selected_token` can be read, set and
    observed. In an exported notebook, and without the package anywidget, the map is a static page: it can be
    explored, but Python does not learn what is selected.

    Args:
        trace: The run.
        layer: The layer, from 0; None for layer 2, or the last one of a smaller model.
        head: The head, from 0.
        selected_token: The position of the selected token, or None.
        theme: "light" or "dark".
        height: Height of the map in CSS pixels.
        static: Return the static page also where widgets are available.

    Returns:
        The map. A notebook displays it when it is the last value of a cell.

    Raises:
        InputError: There is no such layer, head, token or theme, or the height is out of range.
    """
    return _map(ShownHeads(trace), layer, head, selected_token, theme, height, static)


def compare(
    trace: Trace,
    other: Trace,
    layer: int | None = None,
    head: int = 0,
    *,
    difference: bool = False,
    names: tuple[str, str] = ("first run", "second run"),
    selected_token: int | None = None,
    theme: str = "light",
    height: int = HEIGHT,
    static: bool = False,
) -> Union["MapWidget", StaticMap]:
    """Show two runs over the same document in a notebook: two linked maps, or their difference.

    Args:
        trace: The first run.
        other: The second run, such as one with another window.
        layer: The layer, from 0; None for layer 2, or the last one of a smaller model.
        head: The head, from 0.
        difference: Show one map, the second run minus the first.
        names: The names of the two runs.
        selected_token: The position of the selected token, or None.
        theme: "light" or "dark".
        height: Height of the map in CSS pixels.
        static: Return the static page also where widgets are available.

    Returns:
        The map, as `show` returns it.

    Raises:
        InputError: The runs read different documents, or a value is not valid.
    """
    check_type(other, Trace, "The second run", MAKE_RUN)
    heads = ShownHeads(trace, other, difference, names)
    return _map(heads, layer, head, selected_token, theme, height, static)


def rollout(trace: Trace, token: int, layer: int | None = None, theme: str = "light") -> "Figure":
    """Show where a token's content comes from: its attention rollout, one strip for each layer.

    Attention rollout is not an explanation of the model's output. It ignores values, feed-forward layers and norms.

    Args:
        trace: The run.
        token: The position of the token, such as the `selected_token` of a map.
        layer: The last layer to draw, from 0; None for all.
        theme: "light" or "dark".

    Returns:
        A Plotly figure, which a notebook displays.

    Raises:
        InputError: There is no such token or layer.
    """
    shown_trace = ShownHeads(trace)
    last = shown_trace.check(len(trace.layers) - 1 if layer is None else layer, 0, None, theme)
    return rollout_figure(attention_rollout(trace, token), trace, last, theme)


def _map(
    heads: ShownHeads,
    layer: int | None,
    head: int,
    selected_token: int | None,
    theme: str,
    height: int,
    static: bool,
) -> Union["MapWidget", StaticMap]:
    chosen = int(heads.check(layer, head, selected_token, theme))
    head, selected_token = int(head), None if selected_token is None else int(selected_token)
    if not is_whole(height) or not _LEAST_HEIGHT <= height <= _MOST_HEIGHT:
        raise InputError(
            f"Height must be a whole number from {_LEAST_HEIGHT} to {_MOST_HEIGHT:,} pixels. "
            f"You entered {shown(height)}. "
            f"Try {HEIGHT}."
        )
    has_widgets = find_spec("anywidget") is not None
    if check_flag(static, "static") or not has_widgets:
        note = "" if has_widgets else _NO_WIDGETS
        return StaticMap(heads, chosen, head, selected_token, theme, height, note)
    from longformer_viz.notebook.widget import MapWidget  # anywidget is optional

    return MapWidget(heads, chosen, head, selected_token, theme, height)
