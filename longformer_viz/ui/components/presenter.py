"""The presenter view: a button in the sidebar, and the key P, show any page to an audience."""

from streamlit.components.v2 import component

from longformer_viz.widget.bundles import script, style

_component = component("longformer_viz_presenter", js=script("presenter"), css=style("presenter"))


def presenter() -> None:
    """Show the button of the presenter view."""
    _component(key="presenter", height=36)
