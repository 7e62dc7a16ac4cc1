"""What a page shows when it runs without a browser: the project's components, and its key figures."""

from streamlit.testing.v1 import AppTest

_NOT_SEEN = ("presenter", "guide", "tab_memory", "reached", "session", "sweep_storage")


def shown_components(app: AppTest) -> list[str]:
    """Return the names of the components that show something of this page."""
    names = [each.proto.component_name.rsplit(".", 1)[-1] for each in app.get("bidi_component")]
    names = [name.removeprefix("longformer_viz_") for name in names]
    return [name for name in names if name not in _NOT_SEEN]


def key_figures(app: AppTest) -> str:
    """Return the headline, the badges and every labelled value with its help text, as one text."""
    figures = [f"{each.label} {each.value} {each.proto.help}" for each in app.metric]
    about = [
        f"{each.value} {each.proto.help}"
        for each in app.markdown
        if "badge[" in each.value or "probability" in each.value
    ]
    return " · ".join([*about, *figures]) if figures else ""
