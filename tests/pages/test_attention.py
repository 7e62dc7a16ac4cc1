"""The attention page's script, without a browser: controls, bad values in the address, and the navigation trap."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.ui.page_entries import LESSON, MORE, TOOLS
from tests.pages.components import key_figures, shown_components

APP = str(Path(__file__).parents[2] / "app.py")


def opened(**address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def shows_map(app) -> bool:
    return shown_components(app) == ["attention_map"]


def shows_last_run(app) -> bool:
    return any("the last run" in warning.value for warning in app.warning)


def test_the_first_screen_shows_the_default_sample_without_a_click():
    app = opened()
    assert not app.exception
    assert not app.error
    assert "2,041 tokens" in key_figures(app)
    assert shows_map(app)


def test_a_page_reached_by_its_file_name_still_comes_with_the_navigation():
    """Streamlit runs a page in `pages/` without the router where its address is the file's stem."""
    app = opened()
    app.switch_page("pages/attention.py").run()
    assert not app.exception
    assert "2,041 tokens" in key_figures(app)
    entries = (*TOOLS, LESSON, *MORE)
    stems = {page.stem for page in (Path(APP).parent / "pages").glob("*.py")}
    assert {entry.stem for entry in entries} == stems
    assert stems & {entry.address for entry in entries} == {"corpus"}, "tests/browser/test_corpus.py visits it first"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("window", "255", "even number"),
        ("window", "-4", "even number"),
        ("window", "99999999999", "even number"),
        ("window", "wide", "even number"),
        ("dilation", "0", "whole number from 1"),
        ("dilation", "x", "whole number from 1"),
        ("positions", "one", "Global positions"),
        ("globals", "all of them", "Global tokens"),
        ("document", "nothing", "Document"),
        ("device", "tpu", "Device"),
        ("dtype", "int8", "Number format"),
        ("layer", "-1", "Layer"),
        ("locked", "<b>", "selected token"),
        ("mode", "round", "Mode"),
        ("scale", "9", "Scale"),
        ("step", "1.5", "step"),
    ],
)
def test_a_bad_value_in_the_address_is_said_and_left_out(name, value, said):
    app = opened(**{name: value})
    assert not app.exception
    assert any(said in error.value.replace("\\", "") for error in app.error)
    assert "tokens" in key_figures(app)


def test_a_good_value_in_the_address_holds_even_off_the_sliders_steps():
    app = opened(window="250", dilation="5", document="Support thread", globals="None", layer="1", head="3")
    assert not app.exception
    assert not app.error
    assert "window 250" in key_figures(app)
    assert "dilation 5" in key_figures(app)
    assert "0 global tokens" in key_figures(app)


def test_numbers_beyond_the_model_and_the_document_do_no_harm():
    assert not opened(place="0,0,0", document="Library notice").exception
    app = opened(layer="99", head="99", locked="999999", place="1,2,x", document="Library notice")
    assert not app.exception
    assert "tokens" in key_figures(app)


def test_a_global_position_outside_the_document_is_refused_with_a_cure():
    app = opened(document="Library notice", globals="Typed positions", positions="0, 5000")
    assert not app.exception
    assert any("must lie in the document" in error.value for error in app.error)
    app.text_input(key="positions").set_value("0, 100").run()
    assert not app.error
    assert "2 global tokens" in key_figures(app)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda app: app.text_input(key="positions").set_value("0, many"), "Global positions"),
        (lambda app: app.text_input(key="positions").set_value("0, 5000"), "must lie in the document"),
        (lambda app: app.text_input(key="window_list").set_value("16, 32"), "must be 6 numbers"),
        (lambda app: app.text_input(key="model").set_value("someone/some-longformer"), "Download it first"),
        (lambda app: app.text_input(key="model").set_value("/no/such/folder"), "folder"),
        (lambda app: app.text_area(key="pasted").set_value(" \u200b\n"), "empty"),
    ],
)
def test_what_cannot_be_run_leaves_the_last_picture_and_every_setting(change, said):
    app = opened(
        document="Library notice", globals="Typed positions", positions="0, 7", windows="Layer by layer", dilation="2"
    )
    app.text_input(key="window_list").set_value("16, 32, 64, 64, 128, 256").run()
    before = key_figures(app)
    change(app).run()
    assert not app.exception
    assert said in " ".join(each.value.replace("\\", "") for each in [*app.error, *app.info])
    assert shows_map(app)
    assert shows_last_run(app)
    assert key_figures(app) == before
    app.text_input(key="model").set_value("")
    app.selectbox(key="document").select("Library notice").run()
    if "Global" in said or "must lie" in said:
        assert app.text_input(key="window_list").value == "16, 32, 64, 64, 128, 256"
        app.text_input(key="positions").set_value("0, 7").run()
    if "numbers" in said:
        app.text_input(key="window_list").set_value("16, 32, 64, 64, 128, 256").run()
    assert not app.error
    assert not shows_last_run(app)
    for part in ("window 16 to 256", "dilation 2", "2 global tokens"):
        assert part in key_figures(app)


def test_a_link_to_a_text_of_another_browser_says_so():
    app = opened()
    app.session_state.document = "Your text"
    from longformer_viz.ui.shared import state

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "remembered_text", lambda own_text, wanted: "")  # as a tab that kept nothing tells
        app.run()
    assert not app.exception
    assert any("only in the browser where it was pasted" in info.value for info in app.info)
    assert not app.error


def test_a_links_problem_goes_with_its_control_or_when_it_is_dismissed():
    app = opened(document="Library notice", window="255", dilation="x")
    assert len(app.error) == 2
    app.run()
    assert len(app.error) == 2, "nothing has changed yet"
    app.query_params["window"] = "64"  # as the browser does when the slider is moved
    app.select_slider(key="window").set_value(64).run()
    assert len(app.error) == 1
    assert "whole number from 1" in app.error[0].value
    next(button for button in app.button if button.label == "Dismiss").click().run()
    assert not app.error


def test_layer_and_head_run_no_forward_pass(monkeypatch):
    app = opened(document="Library notice")
    from longformer_viz.ui.shared import background as heavy

    def fail(*_, **__):
        raise AssertionError("a forward pass was run")

    monkeypatch.setattr(heavy, "run", fail)
    app.query_params["layer"], app.query_params["head"] = "4", "7"
    app.run()
    assert not app.exception
    assert shows_map(app)


def button(app, label):
    return next(found for found in app.button if found.label == label)


def linked(app, name) -> str | None:
    value = app.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def compared(app) -> list[str]:
    """Return the names of the runs in the table of compared runs."""
    (table,) = (frame for frame in app.dataframe if "origin" in frame.value)
    return [column["label"] for name, column in json.loads(table.proto.columns).items() if name.isdecimal()]


def told(app) -> str:
    return " ".join(each.value.replace("\\", "") for each in [*app.error, *app.caption, *app.toast])


def test_runs_are_pinned_by_name_and_stand_beside_the_shown_one():
    app = opened(document="Library notice")
    assert "Pin" not in [found.label for found in app.button]
    button(app, "Compare runs").click().run()
    button(app, "Pin").click().run()
    assert "Pinned: window 512" in told(app)
    assert linked(app, "pins") == "512.1.0"
    assert button(app, "Pin").disabled, "the same run is not pinned twice"
    app.select_slider(key="window").set_value(64).run()
    app.button_group(key="maps_layout").set_value("Side by side").run()
    assert not app.exception
    assert linked(app, "maps") == "side_1"
    assert compared(app) == ["this run (window 64)", "window 512"]
    assert "points" in next(frame.value for frame in app.dataframe if "origin" in frame.value)["1"][0]
    app.button_group(key="maps_others").set_value([0, 1]).run()
    assert linked(app, "maps") == "side_1_h5-0"
    app.button_group(key="maps_layout").set_value("Difference").run()
    assert linked(app, "maps") == "difference_h5-0", "the difference from the latest choice"
    app.button_group(key="maps_others").set_value([]).run()
    assert linked(app, "maps") is None
    app.text_input(key="pin_name_0").set_value("wide *one*").run()
    assert linked(app, "pins") == "512.1.0.nwide%20%2Aone%2A"
    app.selectbox(key="document").select("Support thread").run()
    assert "Pinned for another document or tokenizer: wide *one*." in told(app)
    assert linked(app, "pins").startswith("512.1.0.d")
    app.selectbox(key="document").select("Library notice").run()
    assert linked(app, "pins") == "512.1.0.nwide%20%2Aone%2A"
    app.button(key="unpin_0").click().run()
    assert linked(app, "pins") is None
    assert shows_map(app)


def test_a_link_brings_its_pins_and_its_comparison():
    app = opened(document="Library notice", window="64", pins="512.1.none~128.2.0_7-9.nmine", maps="side_2_1")
    assert not app.exception
    assert not app.error
    assert compared(app) == ["this run (window 64)", "mine", "window 512, no global tokens"]


@pytest.mark.parametrize(
    ("address", "said", "kept"),
    [
        ({"pins": "512.1.0~511.1.0"}, "even number", "512.1.0"),
        ({"pins": "512.1~<b>.1.0"}, "such as 512.1.0", None),
        ({"pins": "~".join(f"{2 * window}.1.0" for window in range(1, 11))}, "At most 8 runs", None),
        ({"pins": "512.1.0_5000", "maps": "side_1"}, "must lie in the document", "512.1.0_5000"),
        ({"pins": "512.1.~512.1.1,2", "maps": "side_1_2"}, None, "512.1.none~512.1.1-2"),
        ({"pins": "512.1.0", "maps": "beside_1"}, "Compared maps", "512.1.0"),
        ({"maps": "side_3"}, None, None),
        ({"maps": "difference_h99-99"}, None, None),
    ],
)
def test_damaged_pins_of_a_link_say_what_is_wrong(address, said, kept):
    app = opened(document="Library notice", **address)
    assert not app.exception
    assert shows_map(app)
    assert said is None or said in told(app)
    if kept:
        assert linked(app, "pins") == kept


def test_a_token_made_global_in_the_map_is_run_anew():
    app = opened(document="Library notice")
    app.session_state.new_positions = "0, 7"
    app.run()
    assert not app.exception
    assert "2 global tokens" in key_figures(app)


@pytest.mark.parametrize(
    ("text", "said"),
    [(" \u200b\n", "empty"), ("word", None), ("🙂", None)],
)
def test_odd_texts_are_shown_or_refused_in_a_sentence(text, said):
    app = opened(document="Library notice")
    app.text_area(key="pasted").set_value(text).run()
    assert not app.exception
    if said:
        assert any(said in error.value for error in app.error)
        assert app.text_area(key="pasted").value == text
    else:
        assert "tokens" in key_figures(app)


def test_a_text_longer_than_the_model_offers_the_part_that_fits():
    app = opened(document="Library notice")
    app.text_area(key="pasted").set_value("A long report on tides. " * 4000).run()
    assert not app.exception
    assert any("24,002 tokens" in warning.value for warning in app.warning)
    assert "16,384 tokens" in key_figures(app)
    app.slider(key="part").set_value(512).run()
    assert not app.exception


def test_schedules_by_layer():
    app = opened(document="Library notice")
    app.selectbox(key="dilations").select("The paper's, by depth").run()
    assert "dilation 1 to 4" in key_figures(app)
    app.selectbox(key="windows").select("Layer by layer").run()
    app.text_input(key="window_list").set_value("16, 32, 64, 64, 128, 256").run()
    assert "window 16 to 256" in key_figures(app)
    app.text_input(key="window_list").set_value("16, 32").run()
    assert any("must be 6 numbers" in error.value for error in app.error)
    app.text_input(key="window_list").set_value("16, 32, 64, 64, 128, 255").run()
    assert any("Window of layer 5" in error.value for error in app.error)


def test_a_model_that_is_not_here_is_never_downloaded_without_a_click():
    app = opened(model="someone/some-longformer")
    assert not app.exception
    assert any("Download it first" in info.value for info in app.info)
    assert any("Download" in button.label for button in app.button)


def test_a_cancelled_run_can_be_started_again(monkeypatch):
    from longformer_viz.ui.shared import background as heavy

    tickets = []
    submit = heavy.job_queue().submit

    def remember(key, *arguments, **settings):
        tickets.append(key)
        return submit(key, *arguments, **settings)

    monkeypatch.setattr(heavy.job_queue(), "submit", remember)
    app = opened(document="Library notice")
    first = len(tickets)
    app.select_slider(key="window").set_value(64).run()
    app.select_slider(key="window").set_value(256).run()
    app.session_state.cancelled_work = tickets[first]
    app.select_slider(key="window").set_value(64).run()
    assert any("cancelled" in info.value for info in app.info)
    assert shows_last_run(app)
    assert "window 256" in key_figures(app)
    next(button for button in app.button if "again" in button.label).click().run()
    assert shows_map(app)
    assert not shows_last_run(app)
    assert "window 64" in key_figures(app)
