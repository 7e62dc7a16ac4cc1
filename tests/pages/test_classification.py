"""The labels page's script, without a browser: kinds of labels, evidence, what cannot be labelled, and its tabs."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.models.adapters import adapter_folder
from longformer_viz.models.store import clear_store
from longformer_viz.tasks.labels.training_distance import FIGURES, STATISTICS
from tests.models import small
from tests.pages.components import key_figures, shown_components
from tests.tasks.adapters import TOPICS, shipping, untrained

SHIPPED = adapter_folder("topics").parent
APP = str(Path(__file__).parents[2] / "app.py")
TABS = ("Sentences", "Attention of the first token", "Longformer or chunking", "All labels")


@pytest.fixture(scope="module", autouse=True)
def shipped(tmp_path_factory):
    """Heads for topics and sentiment whose labels are known here."""
    folder = tmp_path_factory.mktemp("adapters")
    untrained(folder / "topics", TOPICS, "topics")
    untrained(folder / "sentiment", ("neg", "pos"), "sentiment", seed=1)
    clear_store()
    with shipping(folder):
        yield
    clear_store()


def opened(**address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=200)
    for name, value in {"document": "Library notice", "labels": "Topics", **address}.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/classification.py").run()


def choose(app, kind) -> AppTest:
    return app.button_group(key="labels").select(kind).run()


def type_labels(app, text) -> AppTest:
    return app.text_input(key="own_labels").set_value(text).run()


def caption(app) -> str:
    return next((each.value for each in app.caption if "Gradient times input" in each.value), "") or next(
        (each.value for each in app.caption if "Leave one out" in each.value), ""
    )


def errors(app) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def test_the_first_screen_names_the_samples_topic_and_its_evidence():
    app = opened()
    assert not app.exception
    assert not app.error
    assert any(topic in key_figures(app) for topic in TOPICS)
    assert "318 tokens" in key_figures(app), "the document of the page before"
    assert "measured" in key_figures(app)
    assert "trained with this pattern" in key_figures(app)
    assert "one backward pass" in caption(app)
    assert shown_components(app) == ["marked_text"]
    assert len(app.get("plotly_chart")) == 1


def test_the_page_opens_with_the_kind_of_document():
    app = opened(labels="Kind of document")
    assert not app.exception
    assert not app.error
    assert key_figures(app).startswith(r"**letter or e\-mail**")
    assert "a classifier trained on documents of these kinds" in key_figures(app)
    assert any("collections that training did not see" in each.value for each in app.caption)
    assert not app.select_slider, "the window does not count here"
    assert app.button_group(key="labels").options[0] == "Kind of document"


def test_a_document_of_another_kind_is_unlike_the_training_data(tmp_path):
    with shipping(tmp_path):
        for task, labels in (("topics", TOPICS), ("sentiment", ("neg", "pos"))):
            untrained(tmp_path / task, labels, task)
            for name in (STATISTICS, FIGURES):
                (tmp_path / task / name).write_bytes((SHIPPED / task / name).read_bytes())
        clear_store()
        app = opened()
        assert not app.exception
        assert "unlike the training data" in key_figures(app)
        assert any("Unlike the training data" in each.value for each in app.warning)
        assert any("A higher score means that the document is less like" in each.value for each in app.markdown)
        choose(app, "Kind of document")
        assert not app.warning
    clear_store()


def test_sentiment_has_readable_names():
    app = choose(opened(), "Sentiment")
    assert not app.exception
    assert "**Negative**" in key_figures(app) or "**Positive**" in key_figures(app)


def test_typed_labels_are_compared_and_never_lost():
    app = opened(window="64")
    assert "same weights, other pattern" in key_figures(app)
    choose(app, "Your own")
    assert not app.exception
    assert "zero-shot: compared with your labels" in key_figures(app)
    assert not app.select_slider, "the window does not count here"
    type_labels(app, "a public notice; a recipe, football")
    assert key_figures(app).startswith("**a public notice**")
    choose(app, "Topics")
    assert app.select_slider(key="window").value == 64
    choose(app, "Your own")
    assert app.text_input(key="own_labels").value == "a public notice; a recipe, football"
    app.switch_page("pages/attention.py").run()
    app.switch_page("pages/classification.py").run()
    assert app.text_input(key="own_labels").value == "a public notice; a recipe, football"
    assert key_figures(app).startswith("**a public notice**")


@pytest.mark.parametrize("kind", ["Your own", "Kind of document"])
def test_other_labels_keep_every_setting_of_the_pattern(kind):
    pattern = {
        "globals": "Typed positions",
        "positions": "0, 5",
        "dilations": "Layer by layer",
        "dilation_list": "1, 1, 1, 2, 2, 2",
    }
    app = opened(**pattern)
    assert not app.error
    choose(app, kind)
    assert "globals" not in [each.key for each in app.selectbox], "the pattern does not count here"
    choose(app, "Topics")
    found = {each.key: each.value for each in (*app.selectbox, *app.text_input)}
    assert {name: found[name] for name in pattern} == pattern


def test_a_link_brings_kind_labels_and_method():
    app = opened(labels="Your own", own_labels="cats, notices", method="Leave one out")
    assert not app.exception
    assert app.text_input(key="own_labels").value == "cats, notices"
    assert "9 runs" in caption(app)
    app = opened(labels="Everything", method="By heart")
    assert "Labels must be one of" in errors(app)
    assert "Method must be one of" in errors(app)
    assert key_figures(app).startswith(r"**letter or e\-mail**"), "the page's own first kind of labels"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "2 to 100 labels to choose from. You entered 0"),
        ("only one", "2 to 100 labels to choose from. You entered 1"),
        ("cats, dogs, Cats", "Each label must be unique"),
        (", ".join(f"label {number}" for number in range(200)), "You entered 200"),
        ("x" * 101 + ", y", "may have at most 100 characters"),
    ],
)
def test_labels_that_cannot_be_chosen_from_are_said_and_not_lost(typed, said):
    app = type_labels(opened(labels="Your own"), typed)
    assert not app.exception
    assert said in errors(app)
    assert app.text_input(key="own_labels").value == typed
    assert shown_components(app) == ["marked_text"], "the document stays in sight"
    type_labels(app, "cats, dogs")
    assert not app.error
    assert key_figures(app)


def test_an_input_that_fails_leaves_the_last_result_and_says_so():
    app = opened(labels="Your own", own_labels="cats, notices")
    assert not app.warning
    before, evidence = key_figures(app), caption(app)
    type_labels(app, "cats")
    assert "You entered 1" in errors(app)
    assert any("the last labels, of The Upper Reading Room" in each.value for each in app.warning)
    assert (key_figures(app), caption(app)) == (before, evidence)
    app.text_input(key="model").set_value("no/such-model").run()
    assert not app.exception
    assert any("the last labels" in each.value for each in app.warning)
    assert (key_figures(app), caption(app)) == (before, evidence)
    app.text_input(key="model").set_value("").run()
    type_labels(app, "cats, notices")
    assert not app.error
    assert not app.warning
    assert key_figures(app) == before


def test_words_are_never_markup():
    app = opened(labels="Your own")
    app.text_area(key="pasted").set_value("<script>alert(1)</script> ![x](http://example.invalid/x.png)").run()
    type_labels(app, "![x](http://example.invalid/x.png), <b>bold</b>, *stars*")
    assert not app.exception
    for shown in [key_figures(app), caption(app)]:
        assert shown
        assert "![" not in shown
        assert "<b>" not in shown
        assert "**stars" not in shown


def test_a_document_without_letters_is_refused_and_one_word_is_not():
    app = opened()
    for text, said in (("... !", "must contain a word"), (" \n", "empty")):
        app.text_area(key="pasted").set_value(text).run()
        assert not app.exception
        assert said in errors(app)
    app.text_area(key="pasted").set_value("word").run()
    assert not app.exception
    assert not app.error
    assert "3 tokens" in key_figures(app)
    app.button_group(key="method").select("Leave one out").run()
    assert "two sentences" in errors(app)
    assert key_figures(app), "the label stands all the same"


def test_another_language_is_labelled_with_a_word_of_caution():
    app = opened()
    app.text_area(key="pasted").set_value(
        "Der Hafenmeister führt zwei Bücher; das eine ist für die Schiffe, das andere liest niemand. Im Frühjahr war "
        "das Wasser so hoch, dass der Kai überflutet wurde."
    ).run()
    assert key_figures(app)
    assert any("English" in info.value for info in app.info)


def test_another_label_can_be_explained():
    app = opened()
    named = caption(app)
    other = next(topic for topic in TOPICS if topic not in key_figures(app))
    app.session_state.explained_label = other
    app.run()
    assert not app.exception
    assert other in caption(app) != named
    assert app.query_params["explained"] == other
    app.session_state.explained_label = "no such label"
    app.run()
    assert caption(app) == named


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("kind", ["Topics", "Your own"])
def test_every_tab_shows_its_result_on_any_document(tab, kind):
    app = opened(labels=kind)
    app.session_state.labels_tabs = tab
    app.run()
    assert not app.exception
    assert not app.error
    if kind == "Your own" and tab in TABS[1:3]:
        assert any("These labels are compared" in info.value for info in app.info)
    app.text_area(key="pasted").set_value("Yes").run()
    app.session_state.labels_tabs = tab
    app.run()
    assert not app.exception
    assert not app.error


def test_a_model_without_a_head_for_labels_is_refused_with_a_cure(tmp_path):
    small.save(tmp_path, "Roberta")
    app = opened()
    app.text_input(key="model").set_value(str(tmp_path)).run()
    assert not app.exception
    assert "must have a head for labels" in errors(app)
    assert shown_components(app) == ["marked_text"]
    choose(app, "Your own")
    assert not app.error, "labels of one's own need no head"
    assert key_figures(app)


def test_a_models_own_labels_in_stretches(tmp_path):
    small.save(tmp_path, "Longformer", "ForSequenceClassification", id2label={0: "<b>", 1: "*x*", 2: "grey"})
    app = opened(labels="Topics")
    app.text_input(key="model").set_value(str(tmp_path)).run()
    assert not app.exception
    assert not app.error
    assert "chunks" in key_figures(app)
    assert "first part" in caption(app)
    for tab in TABS:
        app.session_state.labels_tabs = tab
        app.run()
        assert not app.exception
        assert not app.error
    app.text_input(key="model").set_value("").run()
    assert key_figures(app).startswith(r"**letter or e\-mail**")


def test_a_head_that_is_not_there_leaves_the_document_in_sight(monkeypatch, tmp_path):
    from longformer_viz.models import adapters

    monkeypatch.setattr(adapters, "adapter_folder", lambda task: tmp_path / task)
    clear_store()
    app = opened()
    assert not app.exception
    assert "adapter" in errors(app)
    assert shown_components(app) == ["marked_text"]
    clear_store()
