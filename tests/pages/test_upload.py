"""Uploads without a browser: the text as it was read, its notes and options, and messages that go with their file."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.documents import PicturePagesError, ReadDocument
from longformer_viz.documents.formats import NAME_ENDINGS
from longformer_viz.spec import InputError
from longformer_viz.ui.shared import upload
from tests.pages.components import key_figures

APP = str(Path(__file__).parents[2] / "app.py")
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(99)


def opened() -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["document"] = "Library notice"
    return app.run()


def give(app, name, data) -> AppTest:
    return app.file_uploader(key="upload").set_value((name, data, "")).run()


def errors(app) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def text_area(app):
    return next((area for area in app.text_area if area.key.startswith("read_text_")), None)


def press(app, key) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def test_the_uploader_takes_what_the_readers_read():
    allowed = {ending.lstrip(".") for ending in opened().file_uploader(key="upload").allowed_type}
    assert allowed == {ending.lstrip(".") for ending in NAME_ENDINGS}


def test_a_file_is_seen_and_corrected_before_it_is_used():
    app = opened()
    before = key_figures(app)
    give(app, "note.txt", b"A short nofe. ![x](http://example.invalid/x.png)")
    assert not app.exception
    assert text_area(app).value == "A short nofe. ![x](http://example.invalid/x.png)"
    assert key_figures(app) == before, "nothing is used yet"
    text_area(app).set_value("A short note.").run()
    press(app, "use_read_text")
    assert not app.exception
    assert app.selectbox(key="document").value == "Your text"
    assert app.text_area(key="pasted").value == "A short note."
    assert text_area(app) is None
    assert "6 tokens" in key_figures(app)
    assert any("note" in each.value for each in app.sidebar.caption)


def test_a_file_that_is_not_used_changes_nothing():
    app = opened()
    before = key_figures(app)
    give(app, "note.txt", b"A short note.")
    press(app, "leave_read_text")
    assert text_area(app) is None
    assert key_figures(app) == before
    assert app.selectbox(key="document").value == "Library notice"
    app.run()
    assert text_area(app) is None, "the same file does not come again"


def test_a_correction_to_nothing_is_refused_in_the_dialog():
    app = give(opened(), "note.txt", b"A short note.")
    text_area(app).set_value(" \n").run()
    press(app, "use_read_text")
    assert not app.exception
    assert "empty" in errors(app)
    assert text_area(app) is not None


@pytest.mark.parametrize("leave", ["another sample", "a paste", "another file", "no file", "another page"])
def test_a_failed_uploads_message_goes_with_what_caused_it(leave):
    app = give(opened(), "scan.txt", PICTURE)
    assert not app.exception
    assert "scan.txt" in errors(app)
    assert text_area(app) is None
    assert key_figures(app), "the document before it stays"
    app.run()
    assert "scan.txt" in errors(app), "nothing has changed yet"
    if leave == "another sample":
        app.selectbox(key="document").select("Support thread").run()
    elif leave == "a paste":
        app.text_area(key="pasted").set_value("A short note.").run()
    elif leave == "another file":
        give(app, "note.txt", b"A short note.")
    elif leave == "no file":
        app.file_uploader(key="upload").set_value(None).run()
    else:
        app.switch_page("pages/patterns.py").run()
    assert not app.exception
    assert not app.error


def reader_of(document, seen):
    """A reader that finds `document`, and with OCR or without headers says so in its text."""

    def read(name, data, options, most_seconds):
        seen.append(options)
        changed = options.leave_out_running_headers or options.recognize_pictures
        text = "Without headers." if changed else document.text
        return ReadDocument(text, document.notes, document.picture_pages, document.running_headers)

    return read


def test_notes_are_shown_before_use_and_stay_with_the_document(monkeypatch):
    notes = ("12 footnotes were moved to the end of their *paragraph*.", "1 equation could not be read.")
    monkeypatch.setattr(upload, "read_document", reader_of(ReadDocument("Some words.", notes), []))
    app = give(opened(), "paper.docx", b"PK")
    shown = " ".join(each.value for each in app.markdown)
    assert "12 footnotes" in shown
    assert "\\*paragraph\\*" in shown, "a note is never markup"
    assert not app.toggle(key="grid_small").label.startswith("Leave out")
    assert not [each for each in app.toggle if each.key in ("leave_out_headers", "recognize_pictures")]
    press(app, "use_read_text")
    assert any("2 notes" in each.label for each in app.expander)
    assert "1 equation" in " ".join(each.value for each in app.sidebar.markdown)
    app.text_area(key="pasted").set_value("Other words.").run()
    assert not any("notes on" in each.label for each in app.expander)


def test_options_are_offered_where_they_make_a_difference(monkeypatch):
    seen = []
    found = ReadDocument("Page 1. Words.", picture_pages=(3,), running_headers=2)
    monkeypatch.setattr(upload, "read_document", reader_of(found, seen))
    monkeypatch.setattr(upload, "ocr_is_available", lambda: True)
    app = give(opened(), "scan.pdf", b"%PDF-")
    app.toggle(key="leave_out_headers").set_value(True).run()
    assert not app.exception
    assert text_area(app).value == "Without headers."
    app.toggle(key="recognize_pictures").set_value(True).run()
    assert len(seen) == 3, "each choice is read once"
    press(app, "use_read_text")
    assert app.text_area(key="pasted").value == "Without headers."


def test_recognition_is_not_offered_where_it_is_not_installed(monkeypatch):
    monkeypatch.setattr(upload, "read_document", reader_of(ReadDocument("Words.", picture_pages=(3,)), []))
    monkeypatch.setattr(upload, "ocr_is_available", lambda: False)
    app = give(opened(), "scan.pdf", b"%PDF-")
    assert not [each for each in app.toggle if each.key == "recognize_pictures"]


def test_an_option_that_fails_leaves_the_text_that_was_read(monkeypatch):
    def read(name, data, options, most_seconds):
        if options.recognize_pictures:
            raise InputError("Reading a document may take at most 60 seconds; scan.pdf took longer. Split it.")
        return ReadDocument("Words.", picture_pages=(3,))

    monkeypatch.setattr(upload, "read_document", read)
    monkeypatch.setattr(upload, "ocr_is_available", lambda: True)
    app = give(opened(), "scan.pdf", b"%PDF-")
    app.toggle(key="recognize_pictures").set_value(True).run()
    assert not app.exception
    assert "60 seconds" in errors(app)
    assert text_area(app).value == "Words."


def test_a_file_of_pictures_is_recognized_on_a_click(monkeypatch):
    def read(name, data, options, most_seconds):
        if not options.recognize_pictures:
            raise PicturePagesError("A PDF must contain text; scan.pdf has none.", (1, 2))
        return ReadDocument("Recognized words.", ("Pages 1 and 2 of 2 were recognized from images (OCR).",))

    monkeypatch.setattr(upload, "read_document", read)
    monkeypatch.setattr(upload, "ocr_is_available", lambda: True)
    app = give(opened(), "scan.pdf", b"%PDF-")
    assert "has none" in errors(app)
    press(app, "recognize_all")
    assert not app.exception
    assert text_area(app).value == "Recognized words."
    press(app, "use_read_text")
    assert app.text_area(key="pasted").value == "Recognized words."


def test_a_file_of_pictures_is_refused_where_recognition_is_not_installed(monkeypatch):
    def read(name, data, options, most_seconds):
        raise PicturePagesError("A PDF must contain text; scan.pdf has none. Install tesseract.", (1, 2))

    monkeypatch.setattr(upload, "read_document", read)
    monkeypatch.setattr(upload, "ocr_is_available", lambda: False)
    app = give(opened(), "scan.pdf", b"%PDF-")
    assert "Install tesseract" in errors(app)
    assert not [button for button in app.button if button.key == "recognize_all"]
