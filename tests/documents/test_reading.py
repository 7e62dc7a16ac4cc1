"""Uploads and pastes become text, and whatever cannot is refused in one sentence that names the cure."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from dataclasses import asdict, replace

import pytest
from docx import Document

from longformer_viz.documents import ReadOptions, child, clean_text, read_document, read_upload
from longformer_viz.documents.limits import LIMITS, MAX_UPLOAD_BYTES, MEGABYTE
from longformer_viz.spec import InputError
from tests.documents.pdf_files import pdf

SECRET = "the-secret-in-a-file"
WORD_XML = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def refusal(name, data):
    """The message a file is refused with; every one is a single line and quotes the file's name."""
    with pytest.raises(InputError) as caught:
        read_upload(name, data)
    message = str(caught.value)
    assert "\n" not in message
    assert message.endswith(".")
    return message


def docx(document):
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def simple_docx(text="A contract."):
    document = Document()
    document.add_paragraph(text)
    return docx(document)


def with_body(document_xml):
    """A Word document whose main part is `document_xml`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(simple_docx())) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            main = info.filename == "word/document.xml"
            new.writestr(info.filename, document_xml if main else old.read(info), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def lying_docx(declared, megabytes, checksum=None):
    """A Word document whose main part says it has `declared` bytes; it has 4,096 and megabytes of spaces."""
    start = f"<w:document {WORD_XML}><w:body><w:p><w:r><w:t>Short</w:t></w:r></w:p></w:body></w:document>"
    start = start.encode().ljust(4096)
    whole = with_body(start)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        old = archive.getinfo("word/document.xml")
        others = {info.filename: archive.read(info) for info in archive.infolist() if info is not old}
    squeeze = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = squeeze.compress(start)
    packed += b"".join(squeeze.compress(b" " * 2**20) for _ in range(megabytes)) + squeeze.flush()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for filename, content in others.items():
            archive.writestr(filename, content)
        archive.writestr("word/document.xml", packed)  # stored: the bytes are already deflated
    data = stream.getvalue()
    honest = struct.pack("<LLL", zlib.crc32(packed), len(packed), len(packed))
    claimed = struct.pack("<LLL", zlib.crc32(start) if checksum is None else checksum, len(packed), declared)
    name = b"word/document.xml"
    for header, method_at, name_at in ((b"PK\x03\x04", 8, 30), (b"PK\x01\x02", 10, 46)):
        at = data.rindex(name, 0, data.rindex(name) if header == b"PK\x03\x04" else None) - name_at
        assert data[at : at + 4] == header
        entry = bytearray(data[at : at + name_at])
        entry[method_at : method_at + 2] = struct.pack("<H", zipfile.ZIP_DEFLATED)
        sizes_at = entry.index(honest)
        entry[sizes_at : sizes_at + 12] = claimed
        data = data[:at] + bytes(entry) + data[at + name_at :]
    return data


# Plain text


def test_text_files_come_back_as_they_are():
    assert read_upload("one.txt", b"word") == "word"
    assert read_upload("NOTES.MD", b"# Title\n\na < b *markup*\n") == "# Title\n\na < b *markup*\n"
    assert read_upload("page.txt", b"<html><p>source</p></html>") == "<html><p>source</p></html>"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 family 🫩",
        "שלום עולם ‏א‎",
        "zero\u200bwidth\u200djoiner\ufeffmark",
        "ta\tb\n\n  indented  \n",
        "�",
        "a" * 1_999_999 + "z",
    ],
)
def test_what_readers_see_is_kept_to_the_character(text):
    assert clean_text(text) == text
    assert read_upload("text.txt", text.encode()) == text


def test_line_ends_and_control_characters():
    assert clean_text("one\r\ntwo\rthree\n\r\nfour") == "one\ntwo\nthree\n\nfour"
    assert clean_text("page\fpage\vline\x85line") == "page\npage\nline\nline"
    assert clean_text("a\0b\x07c\x1b[31md\x7fe\x9ff") == "abc[31mdef"


def test_lone_surrogates_are_replaced_and_pairs_joined():
    assert clean_text("a\ud83db") == "a\ufffdb"
    assert clean_text("\ude00end\ud83d") == "\ufffdend\ufffd"
    assert clean_text("\ud83d\ude00") == "😀"


@pytest.mark.parametrize("text", ["", "   \n\t ", "\0\x07", "\u200b\ufeff\u2060\u00a0", "\ufe0f"])
def test_a_document_nobody_can_see_is_refused(text):
    with pytest.raises(InputError, match=r"^The document is empty.*visible character.*Paste some text"):
        clean_text(text)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.pdf", "a.docx", "a.html", "a.xyz", "a"])
def test_an_empty_file_is_refused_under_any_name(name):
    assert refusal(name, b"").startswith("The document is empty")


def test_the_longest_document_is_stated_with_the_count():
    text = "word " * 2**20
    with pytest.raises(InputError, match=r"at most 2,000,000 characters\. This one has 5,242,880\. Split it"):
        clean_text(text)
    assert "This one has 5,242,880" in refusal("five-megabytes.txt", text.encode())
    assert len(read_upload("three-bytes-each.txt", "漢".encode() * 1_700_000)) == 1_700_000


def test_the_largest_upload_is_stated_with_the_size():
    message = refusal("big.pdf", b"%PDF-" + b" " * MAX_UPLOAD_BYTES)
    assert "at most 25 MB; 'big.pdf' has 25.0 MB" in message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_encodings(encoding):
    text = "Ünïcode — 漢字 😀\n"
    assert read_upload("text.txt", text.encode(encoding)) == text


def test_big_endian_with_a_mark():
    assert read_upload("text.txt", b"\xfe\xff" + "Übung".encode("utf-16-be")) == "Übung"


def test_windows_1252_is_understood():
    text = "“Déjà vu” – it costs 5 € at the café…\n"
    assert read_upload("old.txt", text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "data",
    [
        b"half text\0half not",
        b"\x01\x02\x03\x04word\x05\x06",
        b"\xff\xfeodd",
        bytes(range(256)) * 40,
    ],
)
def test_bytes_that_are_no_text_are_refused(data):
    assert "'a.txt' contains no text in a known encoding" in refusal("a.txt", data)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x89PNG\r\n\x1a\n plain", "an image"),
        (b"\x1f\x8b plain", "a compressed archive"),
        (b"\x7fELF plain", "a program"),
        (b"PK\x03\x04 plain", "a compressed archive"),
        (pdf("Words"), "a PDF"),
        (simple_docx(), "a Word document"),
        (b"{\\rtf1 plain}", "rich text (RTF)"),
    ],
)
def test_binary_posing_as_text_is_named(data, found):
    assert refusal("a.txt", data).startswith(f"A .txt file must contain plain text; 'a.txt' contains {found}. ")


# Names


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "a.docx",
            pdf("Words"),
            "must contain a Word document; 'a.docx' contains a PDF. Rename it to end in .pdf.",
        ),
        (
            "a.pdf",
            simple_docx(),
            "must contain a PDF; 'a.pdf' contains a Word document. Rename it to end in .docx.",
        ),
        ("a.pdf", b"just words", "must contain a PDF; 'a.pdf' contains plain text. Rename it to end in .txt."),
        ("a.docx", b"<!doctype html><p>x", "contains HTML. Rename it to end in .html."),
        ("a.html", pdf("Words"), "must contain HTML; 'a.html' contains a PDF. Rename it to end in .pdf."),
        ("a.docx", b"PK\x03\x04 other", "contains a compressed archive. Unpack it"),
        (
            "a.csv",
            b"x,y\n",
            ".odt, .epub or .eml; 'a.csv' does not, and the file contains plain",
        ),
        ("a.", b"words", "Rename it to end in .txt."),
        ("README", b"words", "Rename it to end in .txt."),
        ("scan.png", b"\x89PNG\r\n\x1a\n", "contains an image. Run text recognition (OCR)"),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
            "an old Office document, such as .doc. Open it in a word processor",
        ),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
            "a password-protected Office document. Open it in a word processor and save it as .docx without a "
            "password.",
        ),
    ],
)
def test_a_name_that_promises_something_else(name, data, said):
    assert said in refusal(name, data)


def test_a_long_name_is_shortened_and_kept_on_one_line():
    message = refusal("line\nbreak" + "x" * 5000 + ".exe", b"words")
    assert len(message) < 300


# Word


def test_docx_paragraphs_and_tables_in_document_order():
    document = Document()
    document.add_heading("Lease", 1)
    document.add_paragraph("Before\tthe table.")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Rent", "900 €", "Due", ""], strict=True):
        cell.text = text
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "first", "Monday"
    document.add_paragraph()
    document.add_paragraph("After 😀.")
    assert read_upload("a.docx", docx(document)) == (
        "Lease\n\nBefore\tthe table.\n\nRent\t900 €\nDue\tfirst\tMonday\n\nAfter 😀."
    )


def test_docx_reads_as_with_tracked_changes_accepted():
    body = (
        "<w:p><w:pPr><w:tabs><w:tab w:pos='9'/></w:tabs></w:pPr><w:r><w:t>Rent is </w:t></w:r>"
        "<w:del><w:r><w:delText>800</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>900</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>elsewhere</w:t></w:r></w:moveFrom></w:p>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a form field</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    data = with_body(f"<w:document {WORD_XML}><w:body>{body}</w:body></w:document>")
    assert read_upload("a.docx", data) == "Rent is 900\n\nIn a form field"


def test_docx_entities_bring_in_no_file(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    data = with_body(
        f'<!DOCTYPE d [<!ENTITY file SYSTEM "{secret.as_uri()}">'
        f'<!ENTITY % more SYSTEM "{secret.as_uri()}"> %more;]>'
        f"<w:document {WORD_XML}><w:body><w:p><w:r><w:t>Seen</w:t><w:t>&file;</w:t></w:r></w:p></w:body>"
        "</w:document>"
    )
    try:
        outcome = read_upload("a.docx", data)
    except InputError as error:
        outcome = str(error)
    assert SECRET not in outcome


def test_docx_entities_are_not_multiplied():
    levels = "".join(f'<!ENTITY e{level} "{f"&e{level - 1};" * 10}">' for level in range(1, 12))
    data = with_body(
        f'<!DOCTYPE d [<!ENTITY e0 "laugh">{levels}]>'
        f"<w:document {WORD_XML}><w:body><w:p><w:r><w:t>&e11;</w:t></w:r></w:p></w:body></w:document>"
    )
    refusal("a.docx", data)


@pytest.mark.parametrize("megabytes", [0, 300])
def test_docx_that_declares_too_much_is_refused(megabytes):
    message = refusal("bomb.docx", lying_docx(2**31, megabytes))
    assert "may unpack to at most 200 MB in 5,000 parts" in message


def test_docx_that_declares_too_little_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(child, "LIMITS", replace(LIMITS, memory_bytes=256 * MEGABYTE))  # less than the 300 MB inside
    assert read_upload("bomb.docx", lying_docx(4096, megabytes=300)) == "Short"
    assert "damaged" in refusal("bomb.docx", lying_docx(4096, megabytes=300, checksum=1))


def test_docx_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(child, "LIMITS", replace(LIMITS, unpacked_bytes=MEGABYTE))
    assert "exceeds this" in refusal("a.docx", with_body(b" " * 2 * MEGABYTE))


def test_docx_of_too_many_parts_is_refused():
    stream = io.BytesIO(simple_docx())
    with zipfile.ZipFile(stream, "a") as archive:
        for part in range(LIMITS.entries):
            archive.writestr(f"word/media/{part}", b"")
    assert "in 5,000 parts" in refusal("a.docx", stream.getvalue())


def test_truncated_docx():
    data = simple_docx()
    assert "is damaged or incomplete" in refusal("a.docx", data[: len(data) // 2] + b"[Content_Types].xml word/")
    assert "is damaged or incomplete" in refusal("a.docx", with_body("<w:document"))


def test_docx_without_text_is_empty():
    assert refusal("a.docx", docx(Document())).startswith("The document is empty")


# HTML

PAGE = """<!DOCTYPE html><html><head><title>The  title</title><style>p {color: red}</style>
<script>var inHead = 1;</script></head><body><h1>Heading</h1><p>One &amp; two<!-- remark --> three.</p>
<script>var inBody = "</p>";</script><noscript>Switch on JavaScript</noscript>
<ul><li>first</li><li>second</li></ul><p>Café 😀 &lt;b&gt;</p></body></html>"""


def test_html_keeps_the_title_and_what_is_seen():
    text = read_upload("a.html", PAGE.encode())
    assert text.startswith("The title\n\nHeading\n\nOne & two three.\n")
    assert "first" in text
    assert "second" in text
    assert text.endswith("Café 😀 <b>")
    for unseen in ("color", "inHead", "inBody", "JavaScript", "remark"):
        assert unseen not in text


def test_html_title_is_not_said_twice():
    page = "<html><head><title>Lease</title></head><body><h1>Lease</h1><p>Rent</p></body></html>"
    assert read_upload("a.htm", page.encode()) == "Lease\n\nRent"


@pytest.mark.parametrize(
    ("charset", "declaration"),
    [
        ("utf-8", ""),
        ("utf-16", ""),
        ("cp1252", ""),
        ("cp1252", "<meta charset=windows-1252>"),
        ("latin-1", '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'),
        ("utf-8", "<meta charset=iso-8859-1>"),  # a page saved again, its declaration left as it was
    ],
)
def test_html_encodings(charset, declaration):
    page = f"<html><head>{declaration}</head><body><p>Über den Dächern</p></body></html>"
    assert read_upload("a.html", page.encode(charset)) == "Über den Dächern"


def test_html_in_an_encoding_only_the_page_declares():
    page = "<html><head><meta charset=windows-1251></head><body>Привет, мир и все остальные</body></html>"
    assert read_upload("a.html", page.encode("cp1251")) == "Привет, мир и все остальные"


def test_html_fragments_and_long_lines_are_whole():
    assert read_upload("a.html", b"no tags at all") == "no tags at all"
    assert "This one has 11,999,999" in refusal("a.html", b"<p>" + b"word " * 2_400_000 + b"</p>")
    assert refusal("a.html", b"<html><script>only()</script></html>").startswith("The document is empty")


def test_html_nested_beyond_reading():
    assert "is damaged" in refusal("a.html", b"<div>" * 100_000 + SECRET.encode())


# The child process


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import time; time.sleep(600)", "may take at most 0.5 seconds; 'a.pdf' took longer"),
        ("import os; os._exit(1)", "'a.pdf' is damaged"),
        ("import os; os.kill(os.getpid(), 9)", "the system stopped it while it read 'a.pdf'"),
        ("", "'a.pdf' is damaged"),
        ('print(\'{"text": "half\')', "'a.pdf' is damaged"),
    ],
)
def test_a_parser_that_hangs_or_dies(script, said, tmp_path, monkeypatch):
    parser = tmp_path / "parser.py"
    parser.write_text(script)
    monkeypatch.setattr(child, "SCRIPT", parser)
    if "sleep" in script:
        monkeypatch.setattr(child, "LIMITS", replace(LIMITS, seconds=0.5))
    assert said in refusal("a.pdf", pdf("Words"))


@pytest.mark.parametrize("recognize_pictures", [False, True])
def test_a_caller_may_allow_less_time(recognize_pictures, tmp_path, monkeypatch):
    parser = tmp_path / "parser.py"
    parser.write_text("import time; time.sleep(9)")
    monkeypatch.setattr(child, "SCRIPT", parser)
    options = ReadOptions(recognize_pictures=recognize_pictures)
    with pytest.raises(InputError, match=r"at most 0\.5 seconds"):
        read_document("a.pdf", pdf("Words"), options, most_seconds=0.5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to its memory limit")
def test_a_file_that_needs_too_much_memory(monkeypatch):
    monkeypatch.setattr(child, "LIMITS", replace(LIMITS, memory_bytes=200 * MEGABYTE))
    assert "take 200 MB of memory; 'a.html' exceeds this" in refusal("a.html", b"<p>x</p>" * 1_000_000)
    paragraph = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"
    data = with_body(f"<w:document {WORD_XML}><w:body>{paragraph * 500_000}</w:body></w:document>")
    assert "'a.docx' exceeds this" in refusal("a.docx", data)


@pytest.mark.parametrize(
    ("parser", "data"),
    [("pdf", pdf("Words")), ("word", simple_docx("Words")), ("html", b"<p>Words")],
)
def test_the_child_loads_only_what_its_format_needs(parser, data):
    order = json.dumps({"parser": parser, "limits": asdict(LIMITS), "options": asdict(ReadOptions())})
    command = [sys.executable, "-I", "-X", "importtime", str(child.SCRIPT), order]
    ended = subprocess.run(command, input=data, capture_output=True, check=True)
    assert json.loads(ended.stdout)["text"] == "Words"
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in ended.stderr.decode().splitlines()}
    assert "re" in imported  # the list is one of imports
    assert imported.isdisjoint({"torch", "transformers", "streamlit", "numpy"})
