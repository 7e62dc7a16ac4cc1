"""Copy as Python on every page: the lines in the menu Share, run as they are, give what the page shows."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.figures.text import percent
from longformer_viz.figures.text import percent as label_percent
from tests.pages.components import key_figures
from tests.snippets.executed import executed

APP = str(Path(__file__).parents[2] / "app.py")
OWN = "The mill is old. It was sold in 2019 to Ada Moor for nine euros.\n\n" * 9
NOTICE = {"document": "Library notice"}


def opened(page="attention", own="", **address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=200)
    if own:
        address["document"] = "Your text"
        app.session_state["own_text"] = app.session_state["pasted"] = own
    for name, value in address.items():
        app.query_params[name] = value
    app.run()
    app = app if page == "attention" else app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def lines(app) -> str:
    (code,) = app.code
    return code.value


def said(app) -> str:
    return " ".join(each.value.replace("\\", "") for each in app.markdown)


def test_attention(tmp_path, monkeypatch):
    settings = {"window": "64", "dilation": "2", "globals": "Sentence starts", "layer": "1", "head": "3"}
    app = opened(locked="30", **settings, **NOTICE)
    found = executed(lines(app), tmp_path, monkeypatch)
    trace = found["trace"]
    assert f"{len(trace.global_positions)} global tokens" in key_figures(app)
    assert f"{trace.pairs_scored / trace.pairs_full:.0%}" in key_figures(app)
    (table,) = [each.value for each in app.dataframe]
    assert table["query"].tolist() == [query for query, _, _ in found["pairs"]]
    assert table["weight"].tolist() == [round(weight, 4) for _, _, weight in found["pairs"]]
    assert found["attended"].tolist() == pytest.approx(trace.weights(1, 3)[30].tolist(), abs=1e-6)
    app.session_state.other_views = "Static figure"
    assert "strongest" not in lines(app.run())
    assert "attention_figure(trace, layer, head, token=30)" in lines(app)
    app.session_state.other_views = "Attention rollout"
    assert "attention_rollout(trace, token=30)" in lines(app.run())
    app.session_state.other_views = "BertViz"
    assert 'bertviz_page(trace, "head", start=30, count=32, layer=2)' in " ".join(lines(app.run()).split())


def test_attention_of_a_text_of_ones_own(tmp_path, monkeypatch):
    app = opened(own=OWN, globals="Typed positions", positions="0, 3-5")
    assert OWN[:30] not in lines(app)
    assert any("Save your text as document.txt" in each.value for each in app.caption)
    found = executed(lines(app), tmp_path, monkeypatch, OWN)
    assert found["trace"].global_positions == (0, 3, 4, 5)
    assert f"{len(found['trace'].tokens):,} tokens" in key_figures(app)


def test_compare(tmp_path, monkeypatch):
    app = opened("patterns", patterns="Longformer", compare_layer="1", window="32", **NOTICE)
    app.multiselect(key="patterns").set_value(["Longformer", "BigBird", "Reformer"]).run()
    app.session_state.compare_tabs = "Captured mass"
    found = executed(lines(app.run()), tmp_path, monkeypatch)
    assert list(found["panels"]) == ["Longformer", "BigBird", "Reformer"]
    best, panel = max(found["panels"].items(), key=lambda each: each[1].captured_share)
    assert f"{best}, {percent(panel.captured_share)}" in key_figures(app)
    for name, mass in found["masses"].items():
        assert f"{name} **{percent(mass.mean)}**" in said(app)


def test_answers(tmp_path, monkeypatch):
    app = opened("question_answering", window="128", **NOTICE)
    found = executed(lines(app), tmp_path, monkeypatch)
    assert found["question"] == app.text_input(key="question").value
    best = found["answers"][0]
    assert f"**{best.text}**" in said(app)
    assert f"**{best.probability:.0%}** probability" in said(app)
    app.session_state.answer_tabs = "Attention of the question"
    found = executed(lines(app.run()), tmp_path, monkeypatch)
    assert f"they give **{float(found['share']):.1%}** of their attention to the answer" in said(app)


@pytest.mark.parametrize("address", [{}, {"labels": "Your own", "own_labels": 'a "report", a notice'}])
def test_labels(address, tmp_path, monkeypatch):
    app = opened("classification", **NOTICE, **address)
    found = executed(lines(app), tmp_path, monkeypatch)
    best = found["found"][0]
    assert f"**{best.name}**, **{label_percent(best.probability)}** probability" in said(app)
    assert found["evidence"].label == best.name


def test_curves(tmp_path, monkeypatch):
    app = opened("scaling", methods="longformer-512", lengths="2048, 4096", show="Time")
    found = executed(lines(app), tmp_path, monkeypatch)
    assert found["plan"].lengths == (2048, 4096)
    assert "'memory'" not in lines(app)
    (results,) = found["shown"]
    assert any(results.machine.processor in each.value for each in app.caption)
    app.button_group(key="curves").set_value("Will it fit?").run()
    found = executed(lines(app), tmp_path, monkeypatch)
    assert f"The largest batch size at 4,096 tokens is **{found['tried'][0][1].largest_batch:,}**" in said(app)
    app.button_group(key="curves").set_value("Claims").run()
    found = executed(lines(app), tmp_path, monkeypatch)
    assert f"Of **{len(found['found'])}** statements" in said(app)


@pytest.mark.parametrize("page", ["teaching", "terms", "check_yourself"])
def test_a_page_without_a_result_has_no_lines(page):
    assert not opened(page, **NOTICE).code
