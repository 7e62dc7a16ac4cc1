"""PDFs become text page by page; a page or file that cannot be read is named with what to do."""

import pytest
from pypdf import PdfWriter

from longformer_viz.documents import ReadOptions, read_document, read_upload
from longformer_viz.spec import InputError
from tests.documents.pdf_files import (
    add_field,
    add_page,
    drawn,
    encrypted_pdf,
    lines,
    pdf,
    words,
    written,
)

SECRET = "the-secret-in-a-file"
BAD_OPERAND = b"BT /F1 12 Tf 72 700 Td [628 FR 13674]N)Tj ET"


def refusal(data, options=ReadOptions()):  # noqa: B008
    with pytest.raises(InputError) as caught:
        read_document("a.pdf", data, options)
    return str(caught.value)


def test_pages_are_separated_by_a_blank_line():
    assert read_upload("a.pdf", pdf("The first page.", "", "Café, the third.")) == (
        "The first page.\n\nCafé, the third."
    )


def test_a_few_bytes_before_the_header():
    assert read_upload("a.PDF", b"\n\n" + pdf("Words")) == "Words"


def test_a_file_without_text_is_sent_to_text_recognition():
    message = refusal(pdf("", ""))
    assert "must contain text, not only images; 'a.pdf' has no text on its 2 pages" in message
    assert "OCR" in message


def test_encrypted_files():
    assert "must open without a password; 'a.pdf' needs one" in refusal(encrypted_pdf("x", "y"))
    assert read_upload("a.pdf", encrypted_pdf("", "y")) == "Behind the password"


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6])
def test_a_file_cut_short_before_its_pages_end(kept):
    whole = pdf(SECRET, "second")
    message = refusal(whole[: int(len(whole) * kept)])
    assert "'a.pdf' is damaged or incomplete" in message
    assert SECRET not in message


def test_a_page_that_cannot_be_read_is_skipped_and_named():
    writer = PdfWriter()
    for drawing in (words("The rent is 900 euros."), BAD_OPERAND, words("The lease ends in 2031."), b""):
        add_page(writer, drawing)
    document = read_document("a.pdf", written(writer))
    assert document.text == "The rent is 900 euros.\n\nThe lease ends in 2031."
    assert document.notes == ("Page 2 of 4 could not be read.",)


def test_a_file_with_no_readable_page_is_refused():
    writer = PdfWriter()
    for _ in range(3):
        add_page(writer, BAD_OPERAND)
    assert "none of the 3 pages of 'a.pdf' is. Save it again in the program that made it" in refusal(written(writer))


def test_two_thousand_pages():
    document = read_document("a.pdf", pdf(*(f"Clause {number} is binding." for number in range(2000))))
    assert document.text.count("is binding.") == 2000
    assert "Clause 1999 is" in document.text


# Lines and paragraphs


def test_a_line_in_two_pieces_keeps_its_words_whole():
    first, second = "plea counsel was not in", "effective because"
    wide = 0.6 * len(first) + 0.2 * first.count(" ")
    drawing = b"BT /F1 1 Tf 12 0 0 12 40 700 Tm 0.2 Tw [(%s)]TJ %.3f 0 TD [(%s)]TJ ET"
    assert read_upload("a.pdf", drawn(drawing % (first.encode(), wide, second.encode()))) == first + second


def test_printed_lines_of_a_paragraph_are_joined():
    data = drawn(
        lines(
            "The tenant pays the rent on the first day of",
            "each month, and the landlord confirms it in",
            "writing.",
            "   The lease ends with the calendar year unless",
            "both sides agree otherwise.",
        )
    )
    assert read_upload("a.pdf", data) == (
        "The tenant pays the rent on the first day of each month, and the landlord confirms it in writing.\n\n"
        "The lease ends with the calendar year unless both sides agree otherwise."
    )


def test_short_lines_keep_their_breaks():
    data = drawn(lines("Mara Quill", "12 Mill Lane", "Fenwick under the Hill"))
    assert read_upload("a.pdf", data) == "Mara Quill\n12 Mill Lane\nFenwick under the Hill"


def test_a_split_word_is_joined_and_a_real_hyphen_kept():
    data = drawn(
        lines(
            "The long-term lease of the mill binds the land-",
            "lord and any buyer. A later and equally long-",
            "term lease of the mill needs his signed consent.",
        )
    )
    text = read_upload("a.pdf", data)
    assert "binds the landlord and" in text
    assert "equally long-term lease" in text


def test_two_columns_are_read_one_after_the_other():
    data = drawn(
        lines("The left column goes on", "until the foot of the", y=700),
        lines("page and ends here at", "last.", x=330, y=700),
    )
    assert read_upload("a.pdf", data).startswith("The left column goes on until the foot of the page and ends here")


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_all_words_of_a_rotated_page_are_read(rotation):
    data = drawn(lines("The rent is", "due monthly."), rotation=rotation)
    assert sorted(read_upload("a.pdf", data).split()) == ["The", "due", "is", "monthly.", "rent"]


# Running headers


def book(pages=4):
    writer = PdfWriter()
    for number in range(1, pages + 1):
        add_page(
            writer,
            words("Quill v. Fenn", y=770),
            lines(f"Chapter {'abcdefgh'[number]} of the opinion says more.", f"It is the {'wxyzuvst'[number]} part."),
            words(str(number + 10), x=300, y=20),
        )
    return written(writer)


def test_running_headers_are_counted_and_kept():
    document = read_document("a.pdf", book())
    assert document.running_headers == 8
    assert document.text.count("Quill v. Fenn") == 4
    assert document.notes == ()


def test_running_headers_are_left_out_on_request():
    document = read_document("a.pdf", book(), ReadOptions(leave_out_running_headers=True))
    assert "Quill v. Fenn" not in document.text
    assert "11" not in document.text
    assert document.text.count("of the opinion says more.") == 4
    assert document.notes == ("8 running headers, footers and page numbers were left out.",)


# Forms


def test_values_stand_beside_their_labels():
    writer = PdfWriter()
    page = add_page(
        writer, words("Tenant:", y=700), words("Rent:", x=350, y=700), words("Agreed on all points.", y=660)
    )
    add_field(writer, page, (420, 695, 500, 712), "rent", FT="/Tx", V="900 euros")
    add_field(writer, page, (130, 695, 340, 712), "tenant", FT="/Tx", V="Mara Quill")
    add_field(writer, page, (130, 600, 340, 612), "hidden", FT="/Tx", V=SECRET, F=2)
    document = read_document("a.pdf", written(writer))
    assert document.text == "Tenant: Mara Quill Rent: 900 euros\n\nAgreed on all points."
    assert document.notes == ("2 form values were put in the place of the fields on the page.",)


def test_check_boxes_are_read():
    writer = PdfWriter()
    page = add_page(writer, words("single", x=100), words("married", x=100, y=670))
    add_field(writer, page, (80, 698, 92, 710), "single", FT="/Btn", V="/Yes", AS="/Yes")
    add_field(writer, page, (80, 668, 92, 680), "married", FT="/Btn", V="/Off", AS="/Off")
    assert read_upload("a.pdf", written(writer)).split("\n") == ["[x] single", "[ ] married"]
