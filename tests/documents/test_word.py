"""Word files as lawyers, researchers and offices have them: what a reader sees is read, and the rest is named."""

from longformer_viz.documents.reading import ReadOptions, read_document, read_upload
from tests.documents.word_files import (
    CLAUSES,
    in_list,
    level,
    lists,
    math,
    paragraph,
    part,
    run,
    sign,
    strict,
    word_file,
)

TRUE_PAGE = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:titlePg/></w:sectPr>'


def text(body, **parts):
    return read_upload("a.docx", word_file(body, **parts))


def notes(body, **parts):
    return read_document("a.docx", word_file(body, **parts)).notes


# The strict format and the package


def test_the_strict_format_reads_as_the_usual_one():
    body = paragraph(run("The rent is 900 euros.") + '<w:r><w:footnoteReference w:id="2"/></w:r>', in_list(1))
    parts = {
        "numbering": lists(level(0, "%1.")),
        "footnotes": part("footnotes", f'<w:footnote w:id="2">{paragraph("A month.")}</w:footnote>'),
    }
    expected = "1. The rent is 900 euros.(1)\n(1) A month."
    assert text(body, **parts) == expected
    assert read_upload("a.docx", strict(word_file(body, **parts))) == expected


def test_the_main_part_may_have_another_name():
    data = word_file(paragraph("Words."), main="word/document2.xml")
    assert read_upload("a.docx", data) == "Words."


def test_documents_with_macros_are_read_and_the_macros_are_not():
    assert read_upload("a.docm", word_file(paragraph("Words."))) == "Words."


def test_a_damaged_side_part_is_named_and_the_rest_is_read():
    document = read_document("a.docx", word_file(paragraph("The rent."), footnotes="<w:footnotes"))
    assert document.text == "The rent."
    assert document.notes == ("The part footnotes.xml is damaged and was left out.",)


# Footnotes and endnotes

NOTES = part(
    "footnotes",
    f'<w:footnote w:type="separator" w:id="0">{paragraph("_____")}</w:footnote>'
    f'<w:footnote w:id="5">{paragraph("<w:r><w:footnoteRef/></w:r>" + run("Except the roof."))}</w:footnote>'
    f'<w:footnote w:id="6">{paragraph("See above.")}{paragraph("And below.")}</w:footnote>',
)
ENDNOTES = part("endnotes", f'<w:endnote w:id="5">{paragraph("A source.")}</w:endnote>')


def reference(kind, number, more=""):
    return f'<w:r><w:{kind}Reference w:id="{number}"{more}/></w:r>'


def test_notes_stand_at_the_end_of_their_paragraph():
    body = (
        paragraph(run("The tenant pays") + reference("footnote", 5) + run(" the costs.") + reference("footnote", 6))
        + paragraph(run("As said.") + reference("endnote", 5))
        + paragraph("The end.")
    )
    assert text(body, footnotes=NOTES, endnotes=ENDNOTES) == (
        "The tenant pays(1) the costs.(2)\n(1) Except the roof.\n(2) See above.\nAnd below.\n\n"
        "As said.(i)\n(i) A source.\n\nThe end."
    )
    assert notes(body, footnotes=NOTES, endnotes=ENDNOTES) == (
        "2 footnotes were moved to the end of their paragraph.",
        "1 endnote was moved to the end of its paragraph.",
    )


def test_notes_are_numbered_as_the_settings_say_and_typed_marks_stay():
    settings = part("settings", '<w:endnotePr><w:numFmt w:val="decimal"/><w:numStart w:val="4"/></w:endnotePr>')
    assert (
        text(paragraph(run("As said.") + reference("endnote", 5)), endnotes=ENDNOTES, settings=settings)
        == "As said.(4)\n(4) A source."
    )
    typed = run("The costs.") + reference("footnote", 5, ' w:customMarkFollows="1"') + run("*")
    assert text(paragraph(typed), footnotes=NOTES) == "The costs.*\nExcept the roof."


def test_a_note_in_a_table_stays_in_its_cell_and_a_missing_one_is_named():
    cells = "".join(
        f"<w:tc>{paragraph(content)}</w:tc>" for content in (run("Rent") + reference("footnote", 5), run("900 €"))
    )
    body = f"<w:tbl><w:tr>{cells}</w:tr></w:tbl>" + paragraph(run("More.") + reference("footnote", 99))
    assert text(body, footnotes=NOTES) == "Rent(1)\n(1) Except the roof.\t900 €\n\nMore."
    assert "1 footnote or endnote has a mark but no text." in notes(body, footnotes=NOTES)


# What stands beside the text


def test_a_drop_cap_is_joined_with_its_paragraph():
    cap = paragraph("T", '<w:framePr w:dropCap="drop" w:lines="3"/>')
    assert text(cap + paragraph("he mill stands empty.")) == "The mill stands empty."
    assert text(paragraph("First.") + cap) == "First.\n\nT"


def test_headers_and_footers_stand_once_and_can_be_left_out():
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="header1"/>'
        '<w:headerReference w:type="first" r:id="header2"/>'
        '<w:headerReference w:type="even" r:id="header3"/>'
        '<w:footerReference w:type="default" r:id="footer1"/></w:sectPr>'
    )
    data = word_file(
        paragraph("One.", section) + paragraph("Two.") + section,
        header1=part("hdr", paragraph("Lease No. 4711")),
        header2=part("hdr", paragraph("On a title page that is not asked for")),
        header3=part("hdr", paragraph("On even pages that are not asked for")),
        footer1=part("ftr", paragraph("Quill / Fenn")),
    )
    document = read_document("a.docx", data)
    assert document.text == "Lease No. 4711\n\nOne.\n\nTwo.\n\nQuill / Fenn"
    assert document.notes == (
        "1 header is shown once, at the start of the text.",
        "1 footer is shown once, at the end of the text.",
    )
    assert document.running_headers == 2
    without = read_document("a.docx", data, ReadOptions(leave_out_running_headers=True))
    assert without.text == "One.\n\nTwo."
    assert without.notes == ("1 header was left out.", "1 footer was left out.")


def test_the_header_of_a_title_page_is_read_where_it_is_shown():
    section = TRUE_PAGE.replace("default", "first")
    assert text(paragraph("One.") + section, header1=part("hdr", paragraph("Title"))) == "Title\n\nOne."


def test_text_boxes_follow_their_paragraph_and_their_older_twin_is_skipped():
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    shape = (
        f"<w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    body = paragraph(run("Before") + shape + run(" and after.")) + paragraph("Next.")
    assert text(body) == "Before and after.\n\nIn the box.\n\nNext."
    assert notes(body) == ("1 text box was moved after its paragraph.",)


def test_pictures_charts_comments_and_objects_are_counted():
    body = paragraph(
        run("x") + "<w:r><w:drawing><pic:pic/></w:drawing></w:r><w:r><w:pict><v:imagedata/></w:pict></w:r>"
        '<w:r><w:commentReference w:id="1"/></w:r>'
        '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    )
    assert notes(body + '<w:altChunk r:id="nothing"/>') == (
        "1 comment was left out.",
        "2 pictures were left out.",
        "1 object of another program was left out.",
        "1 embedded document was left out.",
    )


# Changes and hidden text


def test_tracked_changes_are_accepted_and_counted():
    body = paragraph(
        run("Rent is ")
        + f"<w:del>{run('800')}</w:del><w:ins>{run('900')}</w:ins><w:moveFrom>{run('away')}</w:moveFrom>"
        f"<w:moveTo>{run(' here')}</w:moveTo>"
    )
    assert text(body) == "Rent is 900 here"
    assert notes(body) == (
        "1 tracked insertion was accepted.",
        "1 tracked deletion was accepted.",
        "1 tracked move was accepted.",
    )


def test_a_deleted_paragraph_end_joins_two_paragraphs_and_a_deleted_row_goes():
    body = paragraph("The rent ", "<w:rPr><w:del/></w:rPr>") + paragraph("is 900 euros.")
    assert text(body) == "The rent is 900 euros."
    row = "<w:tr>{}<w:tc>{}</w:tc></w:tr>"
    table = row.format("<w:trPr><w:del/></w:trPr>", paragraph("old")) + row.format("", paragraph("new"))
    assert text(f"<w:tbl>{table}</w:tbl>") == "new"


def test_hidden_text_is_left_out_and_counted():
    styles = part(
        "styles",
        '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Aside"><w:rPr><w:vanish/></w:rPr></w:style>',
    )
    body = paragraph(
        run("Seen") + run("one", "<w:vanish/>") + run("more", "<w:vanish/>") + run(" and")
        + run("two", '<w:rStyle w:val="Secret"/>') + run(" shown", '<w:vanish w:val="0"/>')
    ) + paragraph(run("three"), '<w:pStyle w:val="Aside"/>')  # fmt: skip
    assert text(body, styles=styles) == "Seen and shown"
    assert notes(body, styles=styles) == ("3 passages of hidden text were left out.",)


def test_a_heading_that_runs_into_its_paragraph_stays_on_its_line():
    heading = paragraph("Rent. ", in_list(1) + "<w:rPr><w:vanish/><w:specVanish/></w:rPr>")
    assert text(heading + paragraph("It is 900 euros."), numbering=lists(*CLAUSES)) == "1. Rent. It is 900 euros."


def test_a_file_that_mixes_all_of_these():
    body = (
        paragraph("T", '<w:framePr w:dropCap="drop"/>')
        + paragraph(run("he lease") + reference("footnote", 5) + run("secret", "<w:vanish/>") + run("."))
        + paragraph(run("Rent: ") + f"<w:ins>{math(sign('900'))}</w:ins><w:del>{run('800')}</w:del>", in_list(1))
        + TRUE_PAGE
    )
    data = word_file(body, footnotes=NOTES, numbering=lists(*CLAUSES), header1=part("hdr", paragraph("Quill / Fenn")))
    for document in (read_document("a.docx", data), read_document("a.docx", strict(data))):
        assert document.text == "Quill / Fenn\n\nThe lease(1).\n(1) Except the roof.\n\n1. Rent: 900"
        assert document.notes == (
            "1 header is shown once, at the start of the text.",
            "1 footnote was moved to the end of its paragraph.",
            "1 equation is written on one line.",
            "1 tracked insertion was accepted.",
            "1 tracked deletion was accepted.",
            "1 passage of hidden text was left out.",
        )
