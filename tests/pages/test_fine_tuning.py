"""The Train page's script, without a browser: data, settings, runs, and what is refused."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.training.own_data.sample_set import SAMPLE_NAME, sample_set
from longformer_viz.training.runs.queue import create_run
from longformer_viz.training.runs.run_data import RunData
from longformer_viz.training.runs.run_state import append_line, run_names, write_status
from longformer_viz.training.runs.settings import TrainingSettings
from longformer_viz.ui.training.run_queue import run_queue

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGFORMER_VIZ_RUNS", str(tmp_path))
    return tmp_path


def opened(**params) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for key, value in params.items():
        app.query_params[key] = value
    return checked(app.switch_page("pages/fine_tuning.py").run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, app.exception[0].value
    return app


def text(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.main.markdown, *app.main.caption))


def made(name="one", state="done", **settings):
    run = create_run(name, TrainingSettings(**settings), RunData.of(sample_set(40), 0.2, 0), SAMPLE_NAME)
    for step in (1, 2, 3):
        append_line(
            run.folder / "steps.jsonl", {"step": step, "epoch": step / 3, "loss": 1 / step, "learning_rate": 1e-3}
        )
    figures = {
        "accuracy": 0.75,
        "macro_f1": 0.7,
        "confusion": [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 0], [0, 2, 0, 0]],
    }
    mistake = {"row": 4, "label": "repair", "predicted": "moving", "probability": 0.9, "text": "*A* <b>case</b>"}
    append_line(
        run.folder / "evaluations.jsonl", {"epoch": 1, "step": 3, "documents": 8, **figures, "mistakes": [mistake]}
    )
    write_status(run.folder, state, step=3, steps=3)
    return run


def test_the_sample_set_is_described_and_a_time_predicted():
    app = opened()
    shown = text(app)
    assert "**200 documents** with 4 labels: **160** to train on, **40** held out" in shown
    assert "**100%** have more than 512" in shown
    assert "of memory" in shown
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["data"]


def test_start_makes_a_run_and_shows_it(monkeypatch):
    started = []
    monkeypatch.setattr(type(run_queue()), "start", lambda self, name: started.append(name))
    app = opened()
    app.text_input(key="train_name").set_value("My run")
    app.number_input(key="train_epochs").set_value(2)
    checked(app.button(key="start_training").click().run())
    assert started == ["My run"]
    assert run_names() == ("My run",)
    assert app.multiselect(key="train_runs").value == ["My run"]


@pytest.mark.parametrize("name", ["../x", "a/b", ".."])
def test_a_path_as_a_name_is_refused_and_kept(name, runs):
    app = opened()
    app.text_input(key="train_name").set_value(name)
    checked(app.button(key="start_training").click().run())
    assert "s name must have 1 to 60 letters" in app.error[0].value
    assert app.text_input(key="train_name").value == name
    assert list(runs.iterdir()) == []


def test_a_window_that_is_odd_is_refused():
    app = opened()
    app.number_input(key="train_window").set_value(7)
    checked(app.run())
    assert "even number" in app.error[0].value


def test_a_decoder_as_base_is_refused(tmp_path):
    import transformers

    from tests.models import small

    words = small.tokenizer("Roberta")
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    transformers.LlamaModel(transformers.LlamaConfig(vocab_size=len(words), **sizes)).save_pretrained(
        tmp_path / "base"
    )
    words.save_pretrained(tmp_path / "base")
    app = opened()
    app.selectbox(key="train_base").set_value("From the hub or a folder")
    checked(app.run())
    app.text_input(key="train_base_name").set_value(str(tmp_path / "base"))
    checked(app.run())
    assert "must be an encoder" in app.error[0].value


def test_one_run_shows_results_and_mistakes_as_text():
    made()
    app = opened(train_view="Runs")
    assert "75.0%" in [each.value for each in app.metric]
    app.session_state["run_tabs_Course_Results_Mistakes_Settings"] = "Mistakes"
    checked(app.run())
    assert "\\*A\\* \\<b\\>case\\<\\/b\\>" in text(app)
    assert app.query_params["run"] == "one"


def test_two_runs_are_compared_by_what_differs():
    made("one", epochs=1)
    made("two", epochs=5)
    app = opened(train_view="Runs")
    app.multiselect(key="train_runs").set_value(["one", "two"])
    checked(app.run())
    table = app.dataframe[0].value
    assert list(table["setting"]) == ["epochs"]
    assert list(table["one"]) == ["1"]


def test_a_run_is_renamed_and_deleted():
    made()
    app = opened(train_view="Runs")
    app.text_input(key="rename one").set_value("other")
    checked(app.run())
    checked(app.button(key="rename_run").click().run())
    assert run_names() == ("other",)
    checked(app.button(key="delete_run").click().run())
    assert run_names() == ()
    assert "no runs yet" in app.info[0].value


def test_an_interrupted_run_offers_to_continue(monkeypatch):
    made(state="interrupted")
    started = []
    monkeypatch.setattr(type(run_queue()), "start", lambda self, name: started.append(name))
    app = opened(train_view="Runs", run="one")
    checked(app.button(key="continue_run").click().run())
    assert started == ["one"]


def test_links_to_no_run_are_refused_or_ignored():
    made()
    assert "s name must have 1 to 60 letters" in opened(train_view="Runs", run="../x").error[0].value
    assert not opened(train_view="Runs", run="unknown").error


def test_a_finished_run_is_offered_by_name_on_the_other_pages(tmp_path):
    folder = tmp_path / "contracts" / "model"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["document"] = "Library notice"
    checked(app.switch_page("pages/classification.py").run())
    source = app.selectbox(key="model_source")
    assert "Your run: contracts" in source.options
    checked(source.set_value("Your run: contracts").run())
    assert app.text_input(key="model").value == "run:contracts"
    assert app.selectbox(key="model_source").value == "Your run: contracts"
    assert "run:contracts" in app.error[0].value.replace("\\", "")
