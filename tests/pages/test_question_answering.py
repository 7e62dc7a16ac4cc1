"""The answers page's script, without a browser: questions, suggestions, what cannot be asked, and its tabs."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.documents.samples import sample
from tests.models import small
from tests.pages.components import key_figures, shown_components

APP = str(Path(__file__).parents[2] / "app.py")
TABS = ("Scores", "Attention of the question", "Longformer or chunking", "What changes the answer")


def opened(**address) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=200)
    for name, value in {"document": "Library notice", **address}.items():
        app.query_params[name] = value
    app.run()
    return app.switch_page("pages/question_answering.py").run()


def asked(app) -> str:
    return app.text_input(key="question").value


def ask(app, question) -> AppTest:
    return app.text_input(key="question").set_value(question).run()


def open_tab(app, tab) -> AppTest:
    """A tab with its result, which on a slow machine waits for a click."""
    app.session_state.answer_tabs = tab
    app.run()
    for button in [button for button in app.button if (button.key or "").startswith("start_")]:
        button.click().run()
    return app


def errors(app) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def test_the_first_screen_answers_the_samples_first_question():
    app = opened()
    assert not app.exception
    assert not app.error
    assert asked(app) == "Who decides when the Upper Reading Room reopens?"
    assert "318 tokens" in key_figures(app), "the document of the page before"
    assert "measured" in key_figures(app)
    assert "trained with this pattern" in key_figures(app)
    assert shown_components(app) == ["marked_text"]


def test_one_click_asks_another_of_the_samples_questions():
    app = opened()
    app.radio(key="suggested").set_value(sample("library_notice").questions[2].question).run()
    assert not app.exception
    assert asked(app).startswith("To what date")
    assert key_figures(app)


def test_a_typed_question_stays_and_a_samples_own_goes_with_its_document():
    app = opened()
    app.selectbox(key="document").select("Support thread").run()
    assert asked(app).startswith("What is the cause")
    ask(app, "Who wrote this?")
    app.selectbox(key="document").select("Library notice").run()
    assert asked(app) == "Who wrote this?"
    app.switch_page("pages/attention.py").run()
    app.switch_page("pages/question_answering.py").run()
    assert asked(app) == "Who wrote this?"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", "must contain a word"),
        ("?!", "must contain a word"),
        ("why " * 600, "at most as many tokens as the window"),
    ],
)
def test_what_cannot_be_asked_is_said_and_not_lost(question, said):
    app = ask(opened(), question)
    assert not app.exception
    assert said in errors(app)
    assert asked(app) == question
    assert shown_components(app) == ["marked_text"], "the document stays in sight"
    ask(app, "Who decides?")
    assert not app.error
    assert key_figures(app)


def test_a_document_without_letters_is_refused_and_the_question_kept():
    app = ask(opened(), "Who decides?")
    for text, said in (("... !", "must contain a word"), (" \n", "empty")):
        app.text_area(key="pasted").set_value(text).run()
        assert not app.exception
        assert said in errors(app)
    app.text_area(key="pasted").set_value("word").run()
    assert not app.exception
    assert not app.error
    assert asked(app) == "Who decides?"
    assert "3 tokens" in key_figures(app)


def test_words_are_never_markup():
    app = opened()
    app.text_area(key="pasted").set_value("<script>alert(1)</script> ![x](http://example.invalid/x.png)").run()
    ask(app, "What is ![x](http://example.invalid/x.png) <b>?")
    assert not app.exception
    assert not re.search(r"(?<!\\)<", key_figures(app)), "each is escaped"


def test_another_language_is_answered_with_a_word_of_caution():
    app = opened()
    app.text_area(key="pasted").set_value(
        "Der Hafenmeister führt zwei Bücher; das eine ist für die Schiffe, das andere liest niemand. Im Frühjahr war "
        "das Wasser so hoch, dass der Kai überflutet wurde."
    ).run()
    assert key_figures(app)
    assert any("English" in info.value for info in app.info)
    app.selectbox(key="document").select("Library notice").run()
    assert not app.info


def test_another_pattern_is_said():
    app = opened()
    app.select_slider(key="window").set_value(16).run()
    assert "same weights, other pattern" in key_figures(app)
    app.selectbox(key="globals").select("Typed positions").run()
    app.text_input(key="positions").set_value("0, 9999").run()
    assert "must lie in the document" in errors(app)


def test_more_global_tokens_are_no_longer_the_settings_of_the_training():
    app = opened()
    app.selectbox(key="globals").select("Sentence starts").run()
    assert "default settings: global tokens" in key_figures(app)
    assert ":blue-badge[trained with this pattern]" not in key_figures(app)


def test_the_right_answer_makes_the_verdict_a_score_and_belongs_to_its_question():
    app = open_tab(opened(), TABS[2])
    verdicts = [element.value for element in app.markdown if "strategies" in element.value]
    assert "right answer" not in verdicts[0]
    columns = list(app.dataframe[0].value.columns)
    assert "tokens read" in columns
    assert {"tokens indexed", "passes"} <= set(app.dataframe[1].value.columns)  # all figures, folded
    assert "F1" not in columns
    next(field for field in app.text_input if field.label.startswith("The right answer")).set_value("nobody").run()
    assert any("None of the 5 strategies gives the right answer" in each.value for each in app.markdown)
    assert {"exact match", "F1"} <= set(app.dataframe[0].value.columns)
    ask(app, "Where are the newspapers?")
    assert next(field for field in app.text_input if field.label.startswith("The right answer")).value == ""


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_its_result_on_any_document(tab):
    app = open_tab(opened(), tab)
    assert not app.exception
    assert not app.error
    assert len(app.get("plotly_chart")) == (tab != TABS[2])
    app.text_area(key="pasted").set_value("Yes").run()
    open_tab(app, tab)
    assert not app.exception
    assert not app.error


def test_a_model_without_a_head_for_questions_is_refused_with_a_cure(tmp_path):
    small.save(tmp_path, "Roberta")
    app = opened()
    app.text_input(key="model").set_value(str(tmp_path)).run()
    assert not app.exception
    assert "must have a head for questions" in errors(app)
    assert asked(app)


def test_another_model_reads_in_chunks_what_it_does_not_hold(tmp_path):
    small.save(tmp_path, "Longformer", "ForQuestionAnswering")
    app = opened()
    app.session_state.answer_tabs = TABS[1]
    app.text_input(key="model").set_value(str(tmp_path)).run()
    ask(app, "Who?")
    assert not app.exception
    assert not app.error
    assert "overlapping chunks" in key_figures(app)
    assert "this model cannot tell" in key_figures(app), "it has no calibrated probability that there is no answer"


def test_an_input_that_fails_leaves_the_last_answer_and_says_so():
    app = opened()
    before = key_figures(app)
    first_question = asked(app)
    app = ask(app, "  ")
    assert "must contain a word" in errors(app)
    shown = " ".join(each.value.replace("\\", "") for each in app.warning)
    assert f"to your previous question, “{first_question}”" in shown
    assert key_figures(app) == before
    app = ask(app, first_question)
    assert not app.warning
    app.text_input(key="model").set_value("no/such-model").run()
    assert not app.exception
    assert any("Download it first" in each.value for each in app.info)
    assert any("previous question" in each.value for each in app.warning)
    assert key_figures(app) == before
    app.text_input(key="model").set_value("").run()
    app.text_area(key="pasted").set_value(" \u200b\n").run()
    assert key_figures(app) == before
    assert any("previous question" in each.value for each in app.warning)
