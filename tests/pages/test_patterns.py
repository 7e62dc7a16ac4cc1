"""The compare page's script, without a browser: panels, settings, presets, links, and what each tab says."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz import run
from longformer_viz.documents.samples import sample
from longformer_viz.figures.text import percent
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.longformer import sliding_window
from longformer_viz.patterns.reach import unreachable_pairs
from longformer_viz.trace.captured_mass import captured_mass
from longformer_viz.trace.panel import pattern_panel
from longformer_viz.widget.payload import decode
from tests.models import small
from tests.pages.components import key_figures, shown_components

TABS = ("Receptive field", "Captured mass", "Most affected tokens", "Forbidden pairs", "Systems", "Table")
APP = str(Path(__file__).parents[2] / "app.py")


def opened(**address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=200)
    for name, value in {"document": "Library notice", **address}.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/patterns.py").run()


def payload(app):
    """What the panels were sent."""
    return next(decode(one.proto.bytes) for one in app.get("bidi_component") if "panels" in one.proto.component_name)


def panels(app) -> dict[str, dict]:
    return {panel["name"]: panel for panel in payload(app).header["grid"]["panels"]}


def said(app) -> str:
    return " ".join(element.value for element in app.markdown)


def errors(app) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def open_tab(app, tab) -> AppTest:
    app.session_state.compare_tabs = tab
    return app.run()


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, sample("library_notice").text)


def test_the_first_screen_shows_six_patterns_with_their_badges():
    app = opened()
    assert not app.exception
    assert not app.error
    found = panels(app)
    assert list(found) == ["Longformer", "Dilated", "BigBird", "Reformer", "Chunks", "Full"]
    assert [panel["own"] for panel in found.values()] == [True] + [False] * 5
    assert found["Full"]["pairs"] == 318**2
    assert found["Full"]["kept"] == pytest.approx(1, abs=1e-5)
    assert "318 tokens" in key_figures(app)
    assert "Least captured mass" in key_figures(app)
    assert any("left out" in caption.value for caption in app.caption)


def test_sliders_set_what_the_library_computes(trace):
    app = opened(patterns="Chunks")
    app.multiselect(key="patterns").set_value(["Sliding", "BigBird", "Chunks"]).run()
    app.select_slider(key="sliding").set_value(32).run()
    app.select_slider(key="bigbird_block").set_value(16).run()
    app.select_slider(key="bigbird_random").set_value(2).run()
    app.select_slider(key="bigbird_seed").set_value(7).run()
    app.select_slider(key="chunk").set_value(64).run()
    app.select_slider(key="overlap").set_value(16).run()
    app.slider(key="compare_layer").set_value(1).run()
    app.slider(key="compare_head").set_value(5).run()
    assert not app.exception
    patterns = {
        "Sliding": sliding_window(32, 6, 12),
        "BigBird": BigBirdPattern(318, 6, 12, 16, random_blocks=2, seed=7),
        "Chunks": ChunkedPattern(6, 12, 64, 16),
    }
    found = panels(app)
    assert list(found) == list(patterns)
    for name, pattern in patterns.items():
        ours = pattern_panel(trace, pattern, 1, 5)
        assert found[name]["pairs"] == ours.pairs
        assert found[name]["kept"] == pytest.approx(ours.captured_share, abs=1e-5)
    assert payload(app).header["grid"]["layer"] == 1
    open_tab(app, "Captured mass")
    for name, pattern in patterns.items():
        assert f"{name} **{percent(captured_mass(trace, pattern).mean)}**" in said(app)
    open_tab(app, "Receptive field")
    row = next(frame.value for frame in app.dataframe).set_index("pattern").loc["Chunks"]
    assert row["pairs never connected"] == unreachable_pairs(patterns["Chunks"], 318).count > 0
    app.toggle(key="reach_mend").set_value(True).run()
    assert "every pair is connected" in said(app)
    frame = next(frame.value for frame in app.dataframe)
    assert (frame["pairs never connected"] == 0).all()


def test_the_longformer_is_that_of_all_pages():
    app = opened()
    app.select_slider(key="window").set_value(16).run()
    assert panels(app)["Longformer"]["words"] == "window 16, 1 global token"
    assert not panels(app)["Longformer"]["own"]
    app.switch_page("pages/attention.py").run()
    assert app.select_slider(key="window").value == 16
    app.switch_page("pages/patterns.py").run()
    assert panels(app)["Longformer"]["words"].startswith("window 16")


@pytest.mark.parametrize(
    ("preset", "names", "words"),
    [
        ("The papers' own settings", {"ModernBERT", "BigBird"}, "window 128, one layer in 3 full"),
        (
            "Longformer's Table 12, rescaled",
            {"Sliding", "Dilated"},
            "Table 12 rescaled to 6 layers; heads 0 and 1 dilated",
        ),
        ("Transformers' BigBird", {"BigBird", "Full"}, "blocks of 64: 3 window, 2 global, 3 random"),
        ("About 128 keys per token", {"Chunks", "Reformer"}, "chunks of 128, no overlap"),
    ],
)
def test_a_preset_sets_patterns_and_sliders(preset, names, words):
    app = opened()
    app.selectbox(key="preset").set_value(preset).run()
    assert not app.exception
    assert not app.error
    found = panels(app)
    assert names <= set(found)
    assert words in [panel["words"] for panel in found.values()]
    assert app.selectbox(key="preset").value is None, "the sliders go on from there"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ({"bigbird_seed": "many"}, "BigBird seed must be a whole number from 0 to 2,147,483,647. You entered 'many'"),
        ({"reformer_seed": "1.5"}, "Reformer seed must be a whole number"),
        ({"patterns": "Performer"}, "Patterns must be some of"),
        ({"bigbird_window": "2"}, "must be an odd number"),
        ({"compare_layer": "top"}, "Layer must be a whole number"),
    ],
)
def test_a_bad_value_in_a_link_is_said_and_left_out(address, words):
    app = opened(**address)
    assert not app.exception
    assert words in errors(app)
    assert len(panels(app)) == 6


def test_a_good_value_in_a_link_holds_though_no_step_of_the_slider():
    app = opened(bigbird_block="48", bigbird_seed="123456", reformer_bucket="50")
    assert not app.error
    assert panels(app)["BigBird"]["words"].startswith("blocks of 48")
    assert app.select_slider(key="bigbird_seed").value == 123456
    assert panels(app)["Reformer"]["words"].endswith("buckets of 50")


def test_what_cannot_stand_side_by_side_is_said():
    app = opened()
    app.multiselect(key="patterns").set_value(["Full"]).run()
    assert not app.exception
    assert "Choose 2 to 6 patterns. 1 is selected. Add another one." in errors(app)
    app.multiselect(key="patterns").set_value(["Full", "Chunks"]).run()
    assert not app.error
    app.select_slider(key="chunk").set_value(64).run()
    app.select_slider(key="overlap").set_value(128).run()
    assert "Overlap must be a whole number from 0 to 63" in errors(app)
    assert list(panels(app)) == ["Full"], "the other stays in sight"


@pytest.mark.parametrize("text", ["word", "<script>alert(1)</script> ![x](http://example.invalid/x.png) again"])
def test_any_document_has_every_tab(text):
    app = opened()
    app.text_area(key="pasted").set_value(text).run()
    for tab in TABS:
        open_tab(app, tab)
        assert not app.exception, tab
        assert not app.error, tab
        assert "![x]" not in said(app)
    assert len(panels(app)) == 6


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_its_result(tab):
    app = open_tab(opened(), tab)
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == (tab == "Captured mass")
    assert len(shown_components(app)) == 1 + (tab in ("Receptive field", "Most affected tokens"))
    assert app.get("download_button")


def test_past_the_trained_length_full_attention_is_said_to_be_untrained():
    app = open_tab(opened(document="Support thread", patterns="Full"), "Forbidden pairs")
    app.multiselect(key="patterns").set_value(["Longformer", "Full"]).run()
    assert not app.exception
    captions = " ".join(caption.value for caption in app.caption)
    assert "it did not learn full attention over longer documents" in captions
    assert "position embeddings repeat" in captions
    assert "forbids a pair" in said(app)


def test_a_token_of_a_longer_document_is_forgotten():
    app = opened(document="Support thread", patterns="Full")
    app.multiselect(key="patterns").set_value(["Chunks", "Full"]).run()
    app.number_input(key="reach_from").set_value(900).run()
    app.selectbox(key="document").select("Library notice").run()
    assert not app.exception
    assert app.number_input(key="reach_from").value < 318


def test_another_models_layers_and_heads(tmp_path):
    small.save(tmp_path, "Roberta")
    app = opened(compare_layer="5", compare_head="11")
    app.text_input(key="model").set_value(str(tmp_path)).run()
    assert not app.exception
    assert not app.error
    assert panels(app)


def test_an_input_that_fails_leaves_the_last_comparison_and_says_so():
    app = opened()
    before, names = key_figures(app), list(panels(app))
    app.text_input(key="model").set_value("no/such-model").run()
    assert not app.exception
    assert any("Download it first" in each.value for each in app.info)
    assert any("last comparison" in each.value for each in app.warning)
    assert (key_figures(app), list(panels(app))) == (before, names)
    app.text_input(key="model").set_value("").run()
    assert not app.warning
    app.text_area(key="pasted").set_value(" \u200b\n").run()
    assert any("last comparison" in each.value for each in app.warning)
    assert (key_figures(app), list(panels(app))) == (before, names)
