"""The map in a notebook: values shared with Python, bad values, and the static page without widgets."""

import html
import json
import subprocess
import sys

import pytest

from longformer_viz import AttentionSpec, InputError, compare, rollout, run, show
from longformer_viz.notebook import show as show_module
from longformer_viz.notebook.static_map import StaticMap

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. " * 8


@pytest.fixture(scope="module")
def trace(default_model):
    return run(default_model, TEXT, AttentionSpec(16, 1, (0,)))


@pytest.fixture(scope="module")
def wide(default_model):
    return run(default_model, TEXT, AttentionSpec(32, 1, (0,)))


def header(payload: bytes) -> dict:
    """The JSON header of a payload, which begins after its fixed part."""
    start = payload.index(b"{")
    return json.JSONDecoder().raw_decode(payload[start:].decode("utf-8", "replace"))[0]


def told(widget, **choice) -> dict:
    """What the browser reports, as the map's script does."""
    controls = header(widget.payload)["controls"]
    names = ("layer", "head", "locked", "unit", "mode", "scale", "percent", "place", "generation")
    return {name: controls[name] for name in names} | choice


def test_what_a_reader_chooses_reaches_python(trace):
    widget = show(trace)
    seen = []
    widget.observe(lambda change: seen.append((change["name"], change["new"])), names=["head", "selected_token"])
    widget.shown = told(widget, head=7, locked=12)
    assert (widget.layer, widget.head, widget.selected_token) == (2, 7, 12)
    assert seen == [("head", 7), ("selected_token", 12)]
    assert header(widget.payload)["views"][0]["head"] == 7


def test_what_python_sets_reaches_the_map_and_an_older_report_does_not_undo_it(trace):
    widget = trace.show(layer=1, head=3)
    late = told(widget, head=9)
    widget.layer, widget.selected_token = 4, 20
    controls = header(widget.payload)["controls"]
    assert (controls["layer"], controls["head"], controls["locked"]) == (4, 3, 20)
    assert controls["generation"] != late["generation"], "the map takes the values as new ones"
    widget.shown = late
    assert (widget.layer, widget.head, widget.selected_token) == (4, 3, 20)


@pytest.mark.parametrize("choice", [{"layer": 99}, {"head": "<b>"}, {"locked": 10**9}, {"place": "x"}, {"mode": 5}])
def test_a_report_that_makes_no_sense_changes_nothing(trace, choice):
    widget = show(trace)
    widget.shown = told(widget, **choice)
    assert (widget.layer, widget.head, widget.selected_token) == (2, 0, None)


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"layer": 6}, "Layer must be a number from 0 to 5. You entered 6"),
        ({"head": -1}, "Head must be"),
        ({"selected_token": 10**6}, "Selected token must be"),
        ({"theme": "sepia"}, "Theme must be light or dark"),
        ({"height": 5}, "Height must be a whole number from 200 to 4,000"),
    ],
)
def test_bad_values_are_refused(trace, options, problem):
    with pytest.raises(InputError, match=problem):
        show(trace, **options)


def test_a_bad_value_set_later_is_refused_and_the_map_stays(trace):
    widget = show(trace)
    with pytest.raises(InputError, match="Head must be"):
        widget.head = 12
    assert widget.head == 0


def test_two_runs_are_compared_or_subtracted(trace, wide, default_model):
    both = compare(trace, wide, names=("narrow", "wide"))
    assert [view["label"] for view in header(both.payload)["views"]] == ["narrow", "wide"]
    (view,) = header(compare(trace, wide, difference=True).payload)["views"]
    assert view["difference"]
    assert header(both.payload)["controls"]["height"] == show_module.HEIGHT
    with pytest.raises(InputError):
        compare(trace, run(default_model, "Another text.", AttentionSpec(16)))


def test_the_rollout_follows_the_selected_token(trace):
    assert rollout(trace, 5, layer=1).data[0].z.shape == (6, len(trace.tokens))
    with pytest.raises(InputError, match="Token must be"):
        rollout(trace, len(trace.tokens))


def test_an_exported_notebook_gets_the_static_page_beside_the_widget(trace):
    bundle, _ = show(trace, head=4)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    page = html.unescape(bundle["text/html"])
    assert "sandbox=" in page
    assert "Layer 2, head 4" in page
    assert "https://" not in page.replace("https://www.w3.org", "")


def test_without_anywidget_the_page_says_what_to_install(trace, monkeypatch, tmp_path):
    monkeypatch.setattr(show_module, "find_spec", lambda name: None)
    made = show(trace)
    assert isinstance(made, StaticMap)
    assert 'pip install "longformer-viz[notebook]"' in html.unescape(made._repr_html_())
    made.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_bytes().startswith(b"<!DOCTYPE html>")
    with pytest.raises(InputError, match="must be writable"):
        made.save(tmp_path)


def test_a_document_with_markup_stays_text(default_model):
    trace = run(default_model, '</iframe><script>alert(1)</script> "quoted" ' * 5, AttentionSpec(16))
    page = show(trace, static=True)._repr_html_()
    assert page.count("<") == 2, "the frame's own tags"


def test_the_library_shows_maps_without_streamlit_and_imports_no_widgets():
    code = (
        "import sys, longformer_viz; longformer_viz.show; "
        "assert not {'streamlit', 'anywidget', 'ipywidgets'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
