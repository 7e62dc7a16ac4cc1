"""The pages of a public server: what is refused, what is hidden, and that everything else works."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.models.embedded import NAME as BUILT_IN
from longformer_viz.models.gguf import smollm2
from longformer_viz.server.policy import allowance
from longformer_viz.server.settings import app_settings
from longformer_viz.ui.page_entries import LESSON, MORE, TOOLS, TRAIN
from longformer_viz.ui.shared import background
from tests.pages.components import key_figures

APP = str(Path(__file__).parents[2] / "app.py")
MODELS = ("/etc/passwd", "/", "~", ".", "pages", "run:contracts", "allenai/longformer-base-4096", "x" * 5_000, "<b>")

TOO_LONG = "word " * 40_001


@pytest.fixture(autouse=True)
def set_public(monkeypatch):
    """Make this process a public server; settings that a test gives are those of its environment."""

    def set_to(**variables):
        monkeypatch.setenv("LONGFORMER_VIZ_MODE", "public")
        for key, value in variables.items():
            monkeypatch.setenv(f"LONGFORMER_VIZ_{key.upper()}", value)
        app_settings.cache_clear()

    set_to()
    yield set_to
    app_settings.cache_clear()


@pytest.fixture(autouse=True)
def loaded(monkeypatch):
    """The names of the models that the pages load."""
    names = []
    load = background.stored_model

    def note(name=None, **options):
        assert not options.get("download")
        names.append(name)
        return load(name, **options)

    monkeypatch.setattr(background, "stored_model", note)
    return names


def opened(page="attention", **address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=240)
    address.setdefault("document", "Library notice")
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


def errors(app) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def captions(app) -> str:
    return " ".join(each.value.replace("\\", "") for each in app.caption)


def button(app, key):
    return next((one for one in app.button if one.key == key), None)


@pytest.mark.parametrize("entry", [*TOOLS, LESSON, *MORE], ids=lambda entry: entry.stem)
def test_every_page_opens(entry):
    app = opened(entry.stem)
    assert errors(app) == ("" if entry != TRAIN else errors(app))


@pytest.mark.parametrize("page", ["attention", "patterns", "classification", "question_answering"])
def test_only_the_built_in_models_are_offered_and_the_limits_are_said_once(page):
    app = opened(page)
    language = [smollm2.NAME] if smollm2.can_be_loaded(download=False) else []
    assert app.selectbox(key="model").options == [BUILT_IN, *language]
    assert not [one for one in app.text_input if one.key == "model"]
    assert not [one for one in app.selectbox if one.key == "model_source"]
    told = [each.value for each in app.caption if each.value == allowance(app_settings())]
    assert len(told) == 1


@pytest.mark.parametrize("name", MODELS, ids=lambda name: name[:12])
@pytest.mark.parametrize("page", ["attention", "classification"])
def test_another_model_in_the_address_is_refused_and_not_looked_for(name, page, loaded, monkeypatch):
    def touched(self, *_, **__):
        if str(self) in (name, str(Path(name))):
            raise AssertionError(f"looked for {self}")
        return real(self)

    real = Path.exists
    monkeypatch.setattr(Path, "exists", touched)
    app = opened(page, model=name)
    assert "This server offers" in errors(app)
    assert len(app.error) == 1
    assert set(loaded) == {None}
    assert app.selectbox(key="model").value == ""
    assert "model" not in app.query_params
    assert key_figures(app)


def test_a_pinned_run_of_another_model_is_refused(loaded):
    app = opened(pins="64.1.0.m-%2Fetc", maps="side_1")
    assert "This server offers only these models" in errors(app)
    assert set(loaded) == {None}


def test_a_pinned_run_of_the_same_model_is_shown():
    app = opened(pins="64.1.0", maps="side_1")
    assert not app.error


@pytest.mark.parametrize(("key", "value"), [("device", "cuda:7"), ("device", "tpu"), ("dtype", "int8")])
def test_a_device_that_is_not_there_is_refused(key, value):
    app = opened(**{key: value})
    assert errors(app)
    assert app.selectbox(key=key).value in ("cpu", "float32")


def test_the_operator_names_models_that_are_then_offered_but_not_downloaded(set_public, loaded):
    set_public(models="allenai/longformer-base-4096, run:x")
    app = opened(model="allenai/longformer-base-4096")
    assert "allenai/longformer-base-4096" in app.selectbox(key="model").options
    assert "has not downloaded this model" in errors(app)
    assert not [one for one in app.button if "Download" in one.label]
    assert app.query_params["model"] == "allenai/longformer-base-4096"
    app.selectbox(key="model").set_value("").run()
    assert not app.error
    assert key_figures(app)


def test_a_server_without_folders_offers_neither_folders_nor_runs(set_public):
    set_public(models="any")
    app = opened(model="/etc")
    assert "no models from folders" in errors(app)
    labels = app.selectbox(key="model_source").options
    assert "From the hub" in labels
    assert not [label for label in labels if "folder" in label or "run" in label.split(":")[0]]
    field = app.text_input(key="model")
    assert field.label == "Name"
    assert not [word for word in ("folder", "GGUF", "run:") if word in field.help]


def test_a_paste_that_is_too_long_is_refused_beside_its_field_and_stays_in_it():
    app = opened()
    app.session_state.own_popover = True
    app.text_area(key="pasted").set_value(TOO_LONG).run()
    (error,) = app.error
    assert "at most 200,000 characters. This one has 200,005." in error.value.replace("\\", "")
    assert app.session_state["own_popover"], "it stays open"
    (popover,) = [each for each in app.get("popover") if each.text_area]
    assert [each.value for each in popover.error] == [error.value], "the error is beside the field"
    assert app.text_area(key="pasted").value == TOO_LONG
    assert "own_text" not in app.session_state
    assert app.selectbox(key="document").value == "Library notice"
    app.session_state.own_popover = False
    app.run()
    assert [app.text_area(key="pasted").value, len(app.error)] == [TOO_LONG, 2], "the page shows it as well"
    app.selectbox(key="document").set_value("Story").run()
    assert len(app.error) == 1
    app.text_area(key="pasted").set_value("A short text.").run()
    assert not app.error
    assert not app.session_state["own_popover"]
    assert app.selectbox(key="document").value == "Your text"


def test_a_paste_that_is_too_long_leaves_the_earlier_text_of_the_visitor_as_the_document():
    app = opened()
    app.text_area(key="pasted").set_value("A short text of their own.").run()
    app.text_area(key="pasted").set_value(TOO_LONG).run()
    assert app.session_state["own_text"] == "A short text of their own."
    assert app.text_area(key="pasted").value == TOO_LONG
    assert "at most 200,000 characters" in errors(app)
    assert key_figures(app)


def test_a_question_that_is_too_long_is_refused_and_stays_in_its_field(set_public):
    set_public(max_text_characters="400")
    app = opened("question_answering")
    app.text_area(key="pasted").set_value("A short text about a tower.").run()
    app.text_input(key="question").set_value("why " * 101).run()
    assert "at most 400 characters. This one has 404." in errors(app)
    assert app.text_input(key="question").value == "why " * 101


def test_labels_that_are_refused_stay_in_their_field():
    app = opened("classification", labels="Your own")
    typed = ", ".join(f"label {number}" for number in range(2_000))
    app.text_input(key="own_labels").set_value(typed).run()
    assert errors(app)
    assert app.text_input(key="own_labels").value == typed


def test_a_corrected_text_of_a_file_that_is_too_long_stays_in_its_field():
    app = opened()
    app.file_uploader(key="upload").set_value(("note.txt", b"A short text.", "")).run()
    field = next(one for one in app.text_area if (one.key or "").startswith("read_text_"))
    field.set_value(TOO_LONG).run()
    button(app, "use_read_text").click().run()
    assert "at most 200,000 characters" in errors(app)
    assert next(one for one in app.text_area if one.key == field.key).value == TOO_LONG


def test_a_kept_text_that_is_too_long_is_refused():
    app = AppTest.from_file(APP, default_timeout=240)
    app.query_params["document"] = "Your text"
    app.session_state["own_text"] = TOO_LONG
    app.run()
    assert not app.exception
    assert "at most 200,000 characters" in errors(app)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"x" * (5 * 2**20 + 1), "a file of at most 5 MB"), (b"word " * 40_001, "a text of at most 200,000")],
    ids=["file", "text"],
)
def test_an_upload_that_is_too_long_is_refused_and_not_kept(data, said, monkeypatch):
    from longformer_viz.ui.shared import upload

    read = upload.read_document

    def note(name, data, options, most_seconds):
        assert len(data) <= 5 * 2**20
        assert most_seconds == 60
        return read(name, data, options, most_seconds)

    monkeypatch.setattr(upload, "read_document", note)
    app = opened()
    app.file_uploader(key="upload").set_value(("note.txt", data, "")).run()
    assert not app.exception
    assert said in errors(app)
    assert app.session_state["upload_review"] is None


def test_a_file_of_sweeps_that_is_too_large_is_refused():
    app = opened("scaling")
    app.session_state.curves_tabs = "Your measurements"
    app.run()
    app.file_uploader(key="sweep_file").set_value(("a.json", b" " * (5 * 2**20 + 1), "")).run()
    assert not app.exception
    assert "a file of at most 5 MB" in errors(app)


@pytest.mark.parametrize("page", ["attention", "patterns", "classification", "question_answering"])
def test_a_document_of_too_many_tokens_is_shown_in_parts(page, set_public):
    set_public(max_tokens="512")
    app = opened(page, document="Support thread")
    assert not app.error
    assert "at most 5" in " ".join(each.value for each in app.warning)
    assert key_figures(app)
    app.slider(key="part").set_value(256).run()
    assert not app.exception
    assert not app.error


def test_training_is_refused():
    app = opened("fine_tuning", train_view="Runs", run="contracts")
    assert "This server offers no training." in errors(app)
    assert "pip install longformer-viz" in errors(app)
    assert button(app, "start_training") is None
    assert not app.sidebar.selectbox
    assert not app.sidebar.file_uploader


def test_a_measurement_that_takes_too_long_is_not_offered_and_the_page_says_why():
    app = opened("scaling", lengths="65536")
    assert button(app, "measure").disabled
    assert "This server measures for at most 60 s." in captions(app)


def test_a_short_measurement_is_offered():
    app = opened("scaling", lengths="64", methods="Longformer 256", level="layer")
    assert not button(app, "measure").disabled
    assert "This server measures for at most 60 s." in captions(app)


@pytest.mark.parametrize("seconds", ["60", "30", "150"])
def test_the_first_plan_can_be_measured_and_the_page_says_what_the_limit_is(seconds, set_public):
    set_public(max_sweep_seconds=seconds)
    app = opened("scaling")
    assert not button(app, "measure").disabled
    assert "Longformer 512" in app.multiselect(key="methods").value
    assert app.text_input(key="lengths").value.startswith("512, 1024")
    assert "This server measures for at most" in captions(app)
    assert not {"methods", "lengths"} & set(app.query_params)


def test_a_server_without_a_limit_begins_with_the_whole_plan(set_public):
    set_public(max_sweep_seconds="none")
    app = opened("scaling")
    assert app.text_input(key="lengths").value == "512, 1024, 2048, 4096, 8192"
    assert len(app.multiselect(key="methods").value) == 5
    assert "This server measures" not in captions(app)


def test_a_setup_that_takes_too_long_is_not_measured_and_the_page_says_why():
    app = opened("scaling", curves="Will it fit?", fit_memory="this server", fit_length="65536", fit_shape="large")
    assert button(app, "measure_fit").disabled
    assert "This server measures for at most 60 s." in captions(app)


def started_measurement():
    from longformer_viz.probe.plan import Plan
    from longformer_viz.ui.curves.measuring import NOTICE, start
    from longformer_viz.ui.shared.notices import show_notices

    start(Plan(lengths=(65_536,)))
    show_notices(NOTICE)


def test_a_measurement_that_takes_too_long_is_refused_where_it_would_start():
    app = AppTest.from_function(started_measurement).run()
    assert not app.exception
    assert "This server measures for at most 60 s." in errors(app)
    assert "sweep" not in app.session_state
