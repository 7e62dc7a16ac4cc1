"""Rich Text, OpenDocument texts, EPUB books and e-mails: read as their readers see them, losses named."""

import io
import zipfile
from email.message import EmailMessage

import pytest

from longformer_viz.documents.reading import ReadOptions, read_document, read_upload
from longformer_viz.spec import InputError

# Rich Text


def rtf(body):
    return (r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}" + body + "}").encode("latin-1")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\pard One.\par Two\tab three.\par", "One.\n\nTwo\tthree."),
        (r"Caf\'e9 \u8364? 9 \{x\} \ldblquote a\rdblquote", "Café € 9 {x} “a”"),
        (r"\f1 \'cc\'e8\'f0", "Мир"),
        (r"\uc2\u1052??\u1080??r", "Миr"),
        (r"x{\*\unknown secret}{\info{\title secret}}y", "xy"),
        (r"10{\super 6} and 5{\super th}", "10⁶ and 5th"),
        (
            r"\trowd\intbl Rent\cell 900\cell\row\intbl Due\cell Monday\cell\row\pard End.",
            "Rent\t900\nDue\tMonday\nEnd.",
        ),
        (r'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt link}}', "link"),
        (r"a{\pict\bin4 }{{}}b", "ab"),
    ],
)
def test_rich_text(body, text):
    assert read_upload("a.rtf", rtf(body)) == text


def test_rich_text_notes_changes_and_headers():
    data = rtf(
        r"{\header Lease}\pard The costs.{\super\chftn}{\footnote\pard {\super\chftn} Except the roof.} More."
        r"{\deleted old}{\revised new}{\v secret}{\annotation a remark}{\pict 00ff}\par Next.{\footer Page 1}"
    )
    document = read_document("a.rtf", data)
    assert document.text == "Lease\n\nThe costs.(1) More.new\n(1)  Except the roof.\n\nNext.\n\nPage 1"
    assert document.notes == (
        "1 header is shown once, at the start of the text.",
        "1 footer is shown once, at the end of the text.",
        "1 footnote was moved to the end of its paragraph.",
        "1 tracked insertion was accepted.",
        "1 tracked deletion was accepted.",
        "1 comment was left out.",
        "1 passage of hidden text was left out.",
        "1 picture was left out.",
    )
    short = read_document("a.rtf", data, ReadOptions(leave_out_running_headers=True))
    assert short.text.startswith("The costs.")


def test_rich_text_that_is_cut_short_or_nested_beyond_reading_is_refused():
    for data in (rtf("words")[:-1], b"{\\rtf1" + b"{" * 50_000 + b"}" * 50_001):
        with pytest.raises(InputError, match="damaged or incomplete"):
            read_upload("a.rtf", data)


# OpenDocument and EPUB


def zipped(mimetype, **files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", mimetype)
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_opf", ".opf"), content)
    return stream.getvalue()


NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
    )
)


def odt(body, styles="", master=""):
    return zipped(
        "application/vnd.oasis.opendocument.text",
        content_xml=f"<office:document-content {NAMES}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        styles_xml=f"<office:document-styles {NAMES}>{master}</office:document-styles>",
    )


LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/>'
    '<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="("  style:num-suffix=")"/>'
    "</text:list-style>"
)


def test_open_document_lists_are_counted():
    item = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"
    inner = f"<text:list>{item.format('in', '')}{item.format('in', '')}</text:list>"
    body = f'<text:list text:style-name="L">{item.format("Rent", inner)}{item.format("Term", inner)}</text:list>'
    more = f'<text:list text:style-name="L" text:continue-numbering="true">{item.format("End", "")}</text:list>'
    assert read_upload("a.odt", odt(body + more, LIST)).split("\n\n") == [
        "1. Rent", "(a) in", "(b) in", "2. Term", "(a) in", "(b) in", "3. End",
    ]  # fmt: skip


def test_open_document_notes_tables_hidden_text_and_changes():
    hidden = '<style:style style:name="H"><style:text-properties text:display="none"/></style:style>'
    footer = "<style:footer><text:p>Quill / Fenn</text:p></style:footer>"
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>old</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>The<text:s text:c="2"/>costs.<text:note text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>Except the roof.</text:p></text:note-body></text:note> More."
        "<office:annotation><text:p>remark</text:p></office:annotation></text:p>"
        '<text:p text:style-name="H">secret</text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>Rent</text:p></table:table-cell>"
        "<table:table-cell><text:p>900</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = read_document("a.odt", odt(body, hidden, footer))
    assert document.text == "The  costs.(1) More.\n(1) Except the roof.\n\nRent\t900\n\nQuill / Fenn"
    assert document.notes == (
        "1 footer is shown once, at the end of the text.",
        "1 tracked change was accepted.",
        "1 footnote was moved to the end of its paragraph.",
        "1 comment was left out.",
        "1 passage of hidden text was left out.",
    )


def test_epub_chapters_come_in_reading_order():
    container = '<container xmlns="c"><rootfiles><rootfile full-path="b/p.opf"/></rootfiles></container>'
    package = (
        '<package xmlns="p"><manifest><item id="1" href="one.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="2" href="two.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="2"/><itemref idref="1"/><itemref idref="3"/></spine></package>'
    )
    page = '<?xml version="1.0" encoding="utf-8"?><html><head><title>Book</title></head><body><p>{}</p></body></html>'
    files = {"META-INF__container_xml": container, "b__p_opf": package, "b__one.xhtml": page.format("Zweitens: Öl")}
    document = read_document(
        "a.epub", zipped("application/epub+zip", **files, **{"b__two.xhtml": page.format("First<img/>")})
    )
    assert document.text == "First\n\nZweitens: Öl"
    assert document.notes == ("1 picture was left out.",)
    assert read_document("a.epub", zipped("application/epub+zip", **files)).notes == (
        "1 missing chapter was left out.",
    )


@pytest.mark.parametrize("name", ["a.odt", "a.epub"])
def test_archives_of_another_kind_or_damaged_are_refused(name):
    with pytest.raises(InputError, match="contains a compressed archive"):
        read_upload(name, zipped("application/zip"))
    mimetype = "application/epub+zip" if name == "a.epub" else "application/vnd.oasis.opendocument.text"
    with pytest.raises(InputError, match="damaged or incomplete"):
        read_upload(name, zipped(mimetype, content_xml="<cut"))


# E-mail


def test_an_email_shows_its_headers_its_text_and_names_its_attachments():
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Quill <q@example.com>", "f@example.com", "Müller’s lease"
    message.set_content("The rent is 900 €.\n")
    message.add_alternative("<p>The rent is 900 €, as a page.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="lease.pdf")
    document = read_document("a.eml", message.as_bytes())
    assert document.text == (
        "From: Quill <q@example.com>\nTo: f@example.com\nSubject: Müller’s lease\n\nThe rent is 900 €."
    )
    assert document.notes == ("1 attachment was left out: lease.pdf.",)


def test_an_email_of_a_page_only_reads_as_the_page():
    head = "From: a@b.c\r\nContent-Type: text/html; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    data = head.encode() + "<p>Аренда</p><img>".encode("cp1251")
    document = read_document("a.eml", data)
    assert document.text == "From: a@b.c\n\nАренда"
    assert document.notes == ("1 picture was left out.",)
