"""The welcome of a first visit, the tour of the Attention page, and its button; all in the browser."""

from streamlit.components.v2 import component

from longformer_viz.ui.components.kept_state import keep_state
from longformer_viz.ui.shared.figure import current_theme
from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_guide", js=script("guide"), css=style("guide"))


def guide(has_tour: bool) -> None:
    """Show the button of the tour, and on the first visit of a browser the welcome.

    When the browser changes to light or dark, the page runs again, because charts and logo are drawn for one of them.

    Args:
        has_tour: Whether this is the page that the tour shows; from another one the button leads there.
    """
    _component(
        key="guide",
        data={"hasTour": has_tour, "theme": current_theme()},
        on_theme_change=keep_state,
        width=64,
        height=40,
    )
