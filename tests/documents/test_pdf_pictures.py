"""Scanned pages are told from pages with text, and recognized (OCR) only when the reader asks for it."""

import pytest
from pypdf import PdfWriter

from longformer_viz.documents import (
    PicturePagesError,
    ReadOptions,
    ocr_is_available,
    read_document,
    read_upload,
)
from longformer_viz.spec import InputError
from tests.documents.pdf_files import add_page, drawn, picture, words, written

RECOGNIZE = ReadOptions(recognize_pictures=True)
STAMP = words("Case 4:31-cv-00042 Document 27 Filed 02/03/31", y=770)


@pytest.fixture
def no_tesseract(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def tesseract(tmp_path, monkeypatch):
    """A stand-in for the program: it lists one language and finds one sentence in any picture."""
    program = tmp_path / "tesseract"
    program.write_text(
        "#!/bin/sh\n"
        'case "$*" in *--version*) echo "tesseract 5.3.0"; exit;; esac\n'
        'case "$*" in *--list-langs*) echo "List of available languages (1):"; echo eng; exit;; esac\n'
        'echo "The mill is let." > "$2.txt"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


def scan(pages=3, *typed):
    writer = PdfWriter()
    for _ in range(pages):
        add_page(writer, picture(), STAMP)
    for text in typed:
        add_page(writer, words(text))
    return written(writer)


def test_stamped_scans_are_refused_and_say_which_pages_are_pictures(no_tesseract):
    assert not ocr_is_available()
    with pytest.raises(
        PicturePagesError, match="all its 3 pages are images and have only a stamped line of text"
    ) as caught:
        read_upload("a.pdf", scan())
    assert caught.value.picture_pages == (1, 2, 3)
    assert "Install tesseract" in str(caught.value)


def test_recognition_is_offered_where_tesseract_is_installed(tesseract):
    assert ocr_is_available()
    with pytest.raises(PicturePagesError, match=r"Choose text recognition \(OCR\)"):
        read_upload("a.pdf", scan())


def test_pictures_among_pages_with_text_are_named():
    document = read_document("a.pdf", scan(1, "The rent is due.", "It is 900 euros."))
    assert document.picture_pages == (1,)
    assert document.notes == ("Page 1 of 3 is an image; 2 pages have text.",)
    assert "The rent is due." in document.text


def test_recognized_pages_are_named(tesseract):
    document = read_document("a.pdf", scan(2, "The rent is due."), RECOGNIZE)
    assert document.text == "The mill is let.\n\nThe mill is let.\n\nThe rent is due."
    assert document.picture_pages == ()
    assert document.notes == ("Pages 1 and 2 of 3 were recognized from images (OCR).",)


def test_recognition_without_tesseract_is_refused(no_tesseract):
    with pytest.raises(InputError, match="needs the program tesseract"):
        read_document("a.pdf", scan(), RECOGNIZE)


def test_a_text_layer_under_the_picture_is_used():
    data = drawn(words("The text that a scanner recognized.", mode=3), picture(792))
    document = read_document("a.pdf", data)
    assert document.text == "The text that a scanner recognized."
    assert document.picture_pages == ()


def test_a_page_with_a_figure_is_no_scan():
    text = " ".join(["word"] * 60)
    assert read_document("a.pdf", drawn(words(text, size=6), picture(500))).picture_pages == ()
