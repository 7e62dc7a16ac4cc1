"""The curves page's script, without a browser: its three views, bad input, a small sweep and a cancelled one."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.patterns.works import ARTICLES
from longformer_viz.probe.reference import references
from longformer_viz.probe.saved_sweep import SavedSweep
from longformer_viz.ui.components.sweep_storage import KeptSweeps
from longformer_viz.ui.curves.own_sweeps import NO_ROOM, OwnSweeps

APP = str(Path(__file__).parents[2] / "app.py")


def slower(name: str, factor: float = 2.0, **plan) -> SavedSweep:
    """A sweep like the reference of the CPU, on a machine that takes `factor` times as long."""
    recorded = references()[0]
    times = tuple(
        replace(
            point,
            median_seconds=factor * point.median_seconds,
            low_seconds=factor * point.low_seconds,
            high_seconds=factor * point.high_seconds,
        )
        if point.status == "measured"
        else point
        for point in recorded.times
    )
    machine = replace(recorded.machine, processor=f"{name} machine")
    changed = replace(recorded, times=times, machine=machine, plan=replace(recorded.plan, **plan))
    return SavedSweep(name, changed)


def with_sweeps(app: AppTest, *sweeps: SavedSweep) -> AppTest:
    """The app in a browser that keeps these sweeps."""
    own = OwnSweeps()
    own.take(KeptSweeps({sweep.id: sweep.to_json() for sweep in sweeps}, "kept", ()))
    app.session_state.own_sweeps = own
    return app.run()


def chart(app: AppTest) -> dict:
    return json.loads(app.get("plotly_chart")[0].proto.spec)


def solid_lines(app: AppTest) -> list:
    """What is drawn as the main results: x and y of every solid line with points."""
    return [
        (trace["x"], trace["y"])
        for trace in chart(app)["data"]
        if trace["mode"] == "lines+markers" and "dash" not in trace["line"]
    ]


def lines(app: AppTest, dash: str) -> list:
    return [trace for trace in chart(app)["data"] if trace["mode"] != "markers" and trace["line"].get("dash") == dash]


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
    assert "tokens**, one attention layer of Longformer (this project) with window 512" in said(app)
    assert "Recorded reference" in said(app)
    assert "2 cores" in said(app)


@pytest.mark.parametrize(
    ("lengths", "problem"),
    [
        ("many", "Lengths must be whole numbers"),
        ("512, 10000000", "Lengths must be whole numbers from 16 to 1,048,576. You entered 10,000,000"),
        ("", "You entered none"),
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
    app.multiselect(key="methods").set_value(["Longformer 512"]).run()
    app.selectbox(key="shape").select("large").run()
    assert not app.exception
    assert "Nothing is measured yet" in said(app)


def test_a_link_brings_the_view_and_a_bad_one_is_said():
    app = opened(curves="Will it fit?", lengths="10000000", level="molecule")
    assert not app.exception
    assert "You entered 10,000,000" in errors(app)
    assert "Scope must be one of layer, model" in errors(app)


def test_a_link_may_name_a_window_that_is_not_offered_and_what_it_cannot_bring_is_said():
    app = opened(methods=["longformer-1024", "fused"], fit_training="maybe", device="cpu:0")
    assert app.multiselect(key="methods").value == ["Longformer 1,024", "Full (fused)"]
    assert "Fine-tuning must be one of true, false. The link has 'maybe'" in errors(app)
    assert "Device must be one of" in errors(app)


def test_full_attention_is_not_set_beside_itself():
    app = opened()
    app.multiselect(key="methods").set_value(["Full (fused)"]).run()
    assert said(app).count("full attention (fused kernel)") == 1


def test_own_sweeps_are_drawn_beside_the_reference_and_never_instead_of_it():
    app = opened()
    reference = solid_lines(app)
    sweep = slower("<b>mine</b>")
    with_sweeps(app, sweep)
    assert solid_lines(app) == reference
    assert not lines(app, "dot"), "a measurement of an earlier session is shown when it is selected"
    app.multiselect(key="own_shown").set_value([sweep.id]).run()
    assert not app.exception
    assert solid_lines(app) == reference
    assert len(lines(app, "dot")) == len(reference)
    assert "&lt;b&gt;mine" in lines(app, "dot")[0]["customdata"][0]
    assert "Recorded reference" in said(app)
    assert "2.00 times the time of the solid line" in said(app)
    assert app.query_params["own"] == sweep.id
    app.switch_page("pages/attention.py").run()
    app.switch_page("pages/scaling.py").run()
    assert len(lines(app, "dot")) == len(reference), "still shown after a visit to another page"


def test_a_link_shows_a_sweep_of_this_browser_and_says_where_another_one_is():
    sweep = slower("mine")
    app = with_sweeps(opened(own=sweep.id), sweep)
    assert app.multiselect(key="own_shown").value == [sweep.id]
    elsewhere = with_sweeps(opened(own="0123456789abcdef"))
    assert any("is not in this browser" in info.value for info in elsewhere.info)
    assert "own" not in elsewhere.query_params
    assert "Your measurements must be ids" in errors(opened(own="<b>"))


def test_twenty_sweeps_are_listed_and_at_most_three_are_drawn():
    app = with_sweeps(opened(), *(slower(f"measurement {number}", 1 + number / 10) for number in range(20)))
    app.session_state.curves_tabs = "Your measurements"
    app.run()
    assert not app.exception
    assert len(app.dataframe[0].value) == 20
    shown = app.multiselect(key="own_shown")
    assert len(shown.options) == 20
    shown.set_value(
        [app.session_state.own_sweeps.add(slower(f"measurement {number}", 1 + number / 10)) for number in (3, 5, 8)]
    )
    app.run()
    assert [bool(lines(app, dash)) for dash in ("dot", "dashdot", "longdashdot")] == [True] * 3


def test_a_sweep_is_renamed_shown_and_deleted():
    app = with_sweeps(opened(), slower("mine", shape="large"), slower("other"))
    app.session_state.curves_tabs = "Your measurements"
    app.run()
    own = app.session_state.own_sweeps
    mine = next(key for key, sweep in own.all().items() if sweep.name == "mine")
    app.selectbox(key="own_selected").set_value(mine).run()
    app.text_input(key="own_name").set_value("<img src=x>").run()
    assert own.all()[mine].name == "<img src=x>"
    assert json.loads(own.changes[mine])["name"] == "<img src=x>"
    app.text_input(key="own_name").set_value(" ").run()
    assert "A name must have 1 to 80 characters" in errors(app)
    assert app.text_input(key="own_name").value == "<img src=x>"
    app.button(key="show_sweep").click().run()
    assert app.selectbox(key="shape").value == "large", "the controls follow the measurement"
    assert "No reference is recorded for this plan" in said(app)
    assert "<img src=x>" in said(app)
    app.button(key="delete_sweep").click().run()
    assert mine not in own.all()
    assert own.changes[mine] is None
    assert "Nothing is measured yet" in said(app)


def test_a_full_storage_and_unreadable_sweeps_are_said():
    app = with_sweeps(opened(), slower("mine"))
    own = app.session_state.own_sweeps
    key = own.add(slower("late", 3.0))
    kept = {each: sweep.to_json() for each, sweep in own.kept.items()}
    own.take(KeptSweeps(kept | {"0123456789abcdef": '{"longformer_viz_sweep": 2}'}, "full", (key,)))
    app.session_state.curves_tabs = "Your measurements"
    app.run()
    warnings = " ".join(each.value for each in app.warning).replace("\\", "")
    assert NO_ROOM in warnings
    assert "must have version 1; this one has version 2" in warnings
    assert sorted(app.dataframe[0].value["Kept"]) == ["this browser", "this session only"]
    app.button(key="delete_unreadable").click().run()
    assert own.changes["0123456789abcdef"] is None
    assert not own.unreadable


@pytest.mark.parametrize("tab", ["Growth rates", "Your measurements", "Measurement method"])
def test_every_tab(tab):
    app = opened()
    app.session_state.curves_tabs = tab
    app.run()
    assert not app.exception
    if tab == "Measurement method":
        assert "On a GPU" in said(app)
    if tab == "Growth rates":
        assert app.dataframe[0].value["time growth"].str.fullmatch("n[⁰¹²]·[⁰¹²³⁴⁵⁶⁷⁸⁹]{2}").all()


def test_the_run_recorded_on_a_gpu_comes_with_its_own_methods():
    app = opened()
    chosen = app.selectbox(key="reference")
    on_gpu = next(name for name in chosen.options if "NVIDIA" in name)
    chosen.select(on_gpu).run()
    assert not app.exception
    assert "Longformer 512 bf16" in app.multiselect(key="methods").value
    assert "NVIDIA" in said(app)
    assert "16,384 tokens**, one attention layer of Longformer (this project)" in said(app)
    assert "full attention (fused kernel), bfloat16" in said(app)
    app.selectbox(key="reference").select("Recorded for this device").run()
    assert not app.exception
    assert "BigBird" in app.multiselect(key="methods").value, "back to the CPU's run, with its methods"


def test_will_it_fit_says_so_with_the_largest_that_does():
    app = opened()
    app.button_group(key="curves").set_value("Will it fit?").run()
    assert not app.exception
    assert "does not fit" in said(app)
    assert "The largest batch size at 4,096 tokens is **1**" in said(app)
    app.number_input(key="fit_batch").set_value(1).run()
    assert "**fits**" in said(app)
    app.text_input(key="fit_length").set_value("512, 1024").run()
    assert "The document length must be one number. You entered 2" in errors(app)
    assert len(app.get("plotly_chart")) == 1
    app.text_input(key="fit_length").set_value("512").run()
    app.selectbox(key="fit_memory").select("this server").run()
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
    first, second = ARTICLES.values()
    sidebar = " ".join(each.value for each in app.sidebar.markdown)
    assert first.url in sidebar
    assert second.url in sidebar
    app.selectbox(key="article").select(second.title).run()
    assert f"]({second.url})" in said(app)
    statements = " ".join(each.value for each in app.main.markdown)
    assert first.url not in statements
    app.button_group(key="verdict").set_value(None).run()
    assert "https://arxiv.org/abs/2004.05150" in said(app)


def measured(app, lengths, until):
    app.multiselect(key="methods").set_value(["Full (fused)"]).run()
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


def test_a_small_sweep_is_measured_while_the_page_answers_and_is_seen_by_nobody_else():
    app = opened()
    measured(app, "64, 128", lambda app: app.session_state.own_sweeps.all())
    assert not app.exception
    assert "At **128 tokens**, one attention layer of full attention (fused kernel) takes" in said(app)
    assert not any(button.key == "cancel_sweep" for button in app.button)
    (sweep,) = app.session_state.own_sweeps.all().values()
    assert sweep.name in said(app)
    other = opened(methods=["fused"], lengths="64, 128", shape="default")
    assert "Nothing is measured yet" in said(other)
    assert sweep.name not in said(other)
    assert not any(each.key == "own_shown" for each in other.multiselect)


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
