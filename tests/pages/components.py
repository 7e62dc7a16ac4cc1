"""The project's own components on a page that runs without a browser."""

from streamlit.testing.v1 import AppTest

_ON_EVERY_PAGE = ("longformer_viz_presenter", "longformer_viz_tab_memory", "longformer_viz_session")


def shown_components(app: AppTest) -> list[str]:
    """Return the names of the components that show something of this page."""
    names = [each.proto.component_name.rsplit(".", 1)[-1] for each in app.get("bidi_component")]
    return [name.removeprefix("longformer_viz_") for name in names if name not in _ON_EVERY_PAGE]
