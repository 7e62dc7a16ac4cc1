"""Each chapter's link opens its page in the state that the chapter discusses, and the page leads back to the step."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.lesson.contents import make_chapter
from longformer_viz.lesson.entries import SLUGS
from longformer_viz.ui.page_entries import TOOLS
from longformer_viz.ui.shared import tabs
from longformer_viz.widget.payload import decode
from tests.lesson.default_models import default_for
from tests.pages.components import shown_components

pytestmark = pytest.mark.slow
APP = str(Path(__file__).parents[2] / "app.py")
PAGES = {"": TOOLS[0].stem} | {entry.address: entry.stem for entry in TOOLS}
SHOWN = {"": "attention_map", "compare": "pattern_panels", "answers": "marked_text"}


def shown_state(app: AppTest, names: list[str]) -> dict[str, object]:
    """What the page's controls show; layer, head and selected token are the map's own."""
    maps = [one.proto.bytes for one in app.get("bidi_component") if "attention_map" in one.proto.component_name]
    of_map = decode(maps[0]).header["controls"] if maps else {}
    return {name: of_map[name] if name in of_map else app.session_state[name] for name in names}


@pytest.mark.parametrize("slug", SLUGS)
def test_try_it_opens_the_page_in_the_promised_state(slug, monkeypatch):
    monkeypatch.setattr(tabs, "is_reached", lambda key: True)  # A browser would say when they come into sight.
    link = urlsplit(make_chapter(slug, default_for).try_it.address)
    address, promised = link.path.removeprefix("./"), dict(parse_qsl(link.query))
    app = AppTest.from_file(APP, default_timeout=200)
    for name, value in {**promised, "lesson": f"{slug}.2"}.items():
        app.query_params[name] = value
    app.run()
    if address:
        app.switch_page(f"pages/{PAGES[address]}.py").run()
    assert not app.exception
    assert not app.error
    shown = shown_state(app, list(promised))
    # A control of several values shows a list, a switch True or False.
    told = {name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in shown.items()}
    assert {name: value.lower() for name, value in told.items()} == {
        name: value.lower() for name, value in promised.items()
    }
    assert SHOWN.get(address, "") in ["", *shown_components(app)]
    if address == "curves":
        assert len(app.get("plotly_chart")) == 1
    (back,) = [each.proto for each in app.get("page_link") if each.proto.label == "Back to the lesson"]
    assert (back.page, back.query_string) == ("lesson", f"chapter={slug}&at=2")
