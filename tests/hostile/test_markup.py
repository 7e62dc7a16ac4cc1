"""A visitor's document, question and labels are never markup on a page."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.hostile.test_addresses import MARKUP, assert_no_markup
from tests.pages.test_upload import APP

TEXT = f"{MARKUP} Ada wrote to Bo. {MARKUP}\n\n# {MARKUP}\n\nBo paid 12 euros. [x](javascript:alert(1)) =1+1"


def opened(page):
    app = AppTest.from_file(APP, default_timeout=120)
    app.session_state.own_text = app.session_state.pasted = TEXT
    app.query_params["document"] = "Your text"
    app.run()
    return app if page == "attention" else app.switch_page(f"pages/{page}.py").run()


@pytest.mark.parametrize("page", ["attention", "patterns", "classification", "question_answering"])
def test_a_hostile_document_is_no_markup(page):
    app = opened(page)
    assert not app.exception
    assert app.text_area(key="pasted").value == TEXT
    assert_no_markup(app)


def test_a_hostile_question_is_no_markup():
    app = opened("question_answering")
    app.text_input(key="question").set_value(f"Who wrote? {MARKUP}").run()
    assert not app.exception
    assert_no_markup(app)


def test_hostile_labels_are_no_markup():
    app = opened("classification")
    app.query_params["labels"] = "own"
    areas = [each for each in (*app.text_area, *app.text_input) if each.key == "own_labels"]
    for area in areas:
        area.set_value(f"{MARKUP}, letter").run()
    assert not app.exception
    assert_no_markup(app)


def test_a_hostile_upload_is_no_markup():
    app = opened("attention")
    app.file_uploader(key="upload").set_value(
        (f"{MARKUP.replace('/', '')}.docx", b"PK\x03\x04" + bytes(99), "")
    ).run()
    assert not app.exception
    assert app.error
    assert_no_markup(app)
