"""The curves page's script, without a browser: its three views, bad input, a small sweep and a cancelled one."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.probe.reference import references
from longformer_viz.ui.curves import results as curve_results
from longformer_viz.ui.curves.results import kept_here

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def nothing_kept():
    kept_here().clear()
    yield
    kept_here().clear()


def opened(**address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=200)
    for name, value in {"document": "Library notice", **address}.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/scaling.py").run()


def errors(app) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def said(app) -> str:
    return " ".join(element.value for element in [*app.markdown, *app.caption]).replace("\\", "")


def test_the_first_screen_shows_the_recorded_run_and_its_machine():
    app = opened()
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == 1
    assert "tokens**, Longformer (this project) with window 512" in said(app)
    assert "Recorded:" in said(app)
    assert "2 cores" in said(app)


@pytest.mark.parametrize(
    ("lengths", "problem"),
    [
        ("many", "Lengths must be whole numbers"),
        ("512, 10000000", "Lengths must be whole numbers from 16 to 1,048,576; got 10,000,000"),
        ("", "got none"),
        ("3.5", "Lengths must"),
    ],
)
def test_bad_lengths_are_said_and_kept_and_the_picture_stays(lengths, problem):
    app = opened()
    app.text_input(key="lengths").set_value(lengths).run()
    assert not app.exception
    assert problem in errors(app)
    assert app.text_input(key="lengths").value == lengths
    assert len(app.get("plotly_chart")) == 1
    app.text_input(key="lengths").set_value("4096, 1024, 4096").run()
    assert not app.error


def test_no_method_is_refused_and_another_level_says_that_nothing_is_measured():
    app = opened()
    app.multiselect(key="methods").set_value([]).run()
    assert "A plan must have at least one method" in errors(app)
    app.multiselect(key="methods").set_value(["longformer-512"]).run()
    app.selectbox(key="shape").select("large").run()
    assert not app.exception
    assert "Nothing is measured yet" in said(app)


def test_a_link_brings_the_view_and_a_bad_one_is_said():
    app = opened(curves="Will it fit?", lengths="10000000", level="molecule")
    assert not app.exception
    assert "got 10,000,000" in errors(app)
    assert "Scope must be one of layer, model" in errors(app)


def test_a_link_may_name_a_window_that_is_not_offered_and_what_it_cannot_bring_is_said():
    app = opened(methods=["longformer-1024", "fused"], fit_training="maybe", device="cpu:0")
    assert app.multiselect(key="methods").value == ["longformer-1024", "fused"]
    assert "Fine-tuning must be one of true, false; got 'maybe'" in errors(app)
    assert "Device must be one of" in errors(app)


def test_full_attention_is_not_set_beside_itself():
    app = opened()
    app.multiselect(key="methods").set_value(["fused"]).run()
    assert said(app).count("full attention (fused kernel)") == 1


def test_a_fresh_measurement_is_the_newest_though_a_file_was_loaded_before(monkeypatch):
    monkeypatch.setattr(curve_results.st, "session_state", {})
    recorded = references()[0]
    curve_results._add(curve_results._own(), "Loaded: other.json", recorded, 8)
    name = curve_results.keep(recorded)
    assert list(curve_results.all_results())[-1] == name


@pytest.mark.parametrize("tab", ["Growth rates", "Results files", "Measurement method"])
def test_every_tab(tab):
    app = opened()
    app.session_state.curves_tabs = tab
    app.run()
    assert not app.exception
    if tab == "Measurement method":
        assert "On a GPU" in said(app)
    if tab == "Growth rates":
        assert app.dataframe[0].value["time growth"].str.startswith("n^").all()


def test_the_run_recorded_on_a_gpu_comes_with_its_own_methods():
    app = opened(curves_tabs="Results files")
    app.session_state.curves_tabs = "Results files"
    app.run()
    chosen = app.selectbox(key="points_of")
    on_gpu = next(name for name in chosen.options if "NVIDIA" in name)
    chosen.select(on_gpu).run()
    assert not app.exception
    assert "longformer-512-bfloat16" in app.multiselect(key="methods").value
    assert "NVIDIA" in said(app)
    assert "16,384 tokens**, Longformer (this project)" in said(app)
    assert "full attention (fused kernel), bfloat16" in said(app)
    app.selectbox(key="points_of").select("My latest, otherwise recorded").run()
    assert not app.exception
    assert "bigbird" in app.multiselect(key="methods").value, "back to the CPU's run, with its methods"


def test_will_it_fit_says_so_with_the_largest_that_does():
    app = opened()
    app.button_group(key="curves").set_value("Will it fit?").run()
    assert not app.exception
    assert "does not fit" in said(app)
    assert "The largest batch size at 4,096 tokens is **1**" in said(app)
    app.number_input(key="fit_batch").set_value(1).run()
    assert "**fits**" in said(app)
    app.text_input(key="fit_length").set_value("512, 1024").run()
    assert "The document length must be one number; got 2" in errors(app)
    assert len(app.get("plotly_chart")) == 1
    app.text_input(key="fit_length").set_value("512").run()
    app.selectbox(key="fit_memory").select("this machine").run()
    assert not app.exception
    assert any(button.key == "measure_fit" for button in app.button)


def test_claims_are_listed_and_chosen_by_verdict():
    app = opened()
    app.button_group(key="curves").set_value("Claims").run()
    assert not app.exception
    assert "quadruples" in said(app)
    app.button_group(key="verdict").set_value("does not hold").run()
    assert "quadruples" not in said(app)
    assert "attention_mode" in said(app)


def measured(app, lengths, until):
    app.multiselect(key="methods").set_value(["fused"]).run()
    app.selectbox(key="shape").select("default").run()
    app.text_input(key="lengths").set_value(lengths).run()
    app.button(key="measure").click().run()
    for _ in range(400):
        if until(app):
            return
        time.sleep(0.3)
        app.run()
        assert not app.exception
    raise AssertionError("it did not come to that")


def test_a_small_sweep_is_measured_while_the_page_answers():
    app = opened()
    measured(app, "64, 128", lambda app: "Measured here" in said(app))
    assert not app.exception
    assert "At **128 tokens**, full attention (fused kernel) takes" in said(app)
    assert not any(button.key == "cancel_sweep" for button in app.button)


def test_a_sweep_is_cancelled():
    app = opened()
    measured(app, "4096, 8192", lambda app: any(button.key == "cancel_sweep" for button in app.button))
    app.button_group(key="axes").set_value("Linear").run()
    assert len(app.get("plotly_chart")) == 1
    app.button(key="cancel_sweep").click().run()
    assert not app.exception
    assert any("cancelled" in info.value for info in app.info)
    assert not app.button(key="measure").disabled


def test_the_document_of_another_page_is_still_there():
    app = opened()
    app.text_input(key="lengths").set_value("512, 1024").run()
    app.switch_page("pages/attention.py").run()
    assert app.selectbox(key="document").value == "Library notice"
