"""Text and Markdown files: their encodings, markup inside, and submissions to EDGAR."""

import pytest

from longformer_viz.documents.limits import LIMITS
from longformer_viz.documents.parsers import edgar
from longformer_viz.documents.parsers.markdown_tags import without_tags
from longformer_viz.documents.reading import ReadOptions, read_document, read_upload

GUESSED = "The file does not name its encoding. It was read as {}, which is a guess."


@pytest.mark.parametrize(
    ("codec", "name", "text"),
    [
        ("cp1251", "Windows-1251", "Аренда мельницы стоит 900 евро в месяц."),
        ("koi8-r", "KOI8-R", "Привет, мир! Это текст в старой кодировке. Он длинный."),
        ("cp1250", "Windows-1250", "Nájemné činí 900 eur měsíčně. Žluťoučký kůň."),
        ("cp1252", "Windows-1252", "“Déjà vu” – it costs 5 € at the café…"),
        ("cp1253", "Windows-1253", "Το ενοίκιο είναι 900 ευρώ το μήνα."),
        ("cp1254", "Windows-1254", "Kira ayda dokuz yüz avrodur, peşin ödenir. Şöyle ki ığdır."),
        ("cp1256", "Windows-1256", "إيجار الطاحونة تسعمائة يورو في الشهر"),
        ("cp932", "Shift JIS", "これは日本語の文書です。賃料は月額九百ユーロとする。"),
        ("gb18030", "GB18030", "本合同租金为每月九百欧元,由承租人支付。"),
        ("big5", "Big5", "本合約租金為每月九百歐元,由承租人支付。"),
        ("cp949", "EUC-KR", "이 계약의 임대료는 월 900유로입니다."),
        ("utf-16-le", "UTF-16", "The rent is 900 euros a month."),
        ("utf-16-be", "UTF-16", "The rent is 900 euros a month."),
    ],
)
def test_an_encoding_that_is_not_named_is_guessed_and_told(codec, name, text):
    document = read_document("a.txt", text.encode(codec))
    assert document.text == text
    assert document.notes == (GUESSED.format(name),)


def test_utf_8_with_a_broken_character_stays_utf_8():
    document = read_document("a.txt", ("Über den Dächern größer, schöner. " * 5).encode() + b"\xfc")
    assert document.text.endswith("schöner. \ufffd")
    assert document.notes == ("1 character could not be decoded as UTF-8 and is shown as �.",)


def test_angle_brackets_in_plain_text_stay():
    text = "if a < b and c > d: <b>not markup</b> <unknown>"
    assert read_upload("a.txt", text.encode()) == text


# Markdown


def test_tags_in_markdown_go_and_their_text_stays():
    data = b'1. <span id="1">Rent</span> The <span class="link">Tenant</span> pays &euro;900.<br>Monthly.'
    document = read_document("a.md", data)
    assert document.text == "1. Rent The Tenant pays €900.\nMonthly."
    assert document.notes == ("HTML tags were left out.",)


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\n*a* < b, c > d, &amp; and <https://example.com> and <name@example.com>\n",
        "```html\n<span>code</span> &amp;\n```\n",
        "~~~\n<p>code</p>\n~~~\n",
        "Use `<b>` or ``a `<i>` b`` and Vec<String>.\n",
    ],
)
def test_markdown_without_tags_and_code_with_tags_stay_as_written(text):
    assert without_tags(text) == text
    assert read_document("a.md", text.encode()).notes == ()


def test_code_stays_where_tags_go_and_scripts_and_comments_go_whole():
    text = "<b>Rent</b> <!-- a <b>note</b> -->\n\n```\n<b>code</b>\n```\n<script>if (a<b) x()</script>`<i>`<p>End</p>"
    assert without_tags(text) == "Rent \n\n```\n<b>code</b>\n```\n`<i>`End"


# EDGAR


def submission(*documents):
    return "<SEC-DOCUMENT>x.txt : 20310415\n<SEC-HEADER>x.hdr.sgml\n</SEC-HEADER>\n" + "".join(
        f"<DOCUMENT>\n<TYPE>{kind}\n<DESCRIPTION>{about}\n<TEXT>\n{text}\n</TEXT>\n</DOCUMENT>\n"
        for kind, about, text in documents
    )


PAGE = (
    '<html><head><title>10-K</title></head><body><p style="margin:0">'
    "Net sales were <b>41&#160;million</b>.</p></body></html>"
)


def test_a_submission_of_one_page_reads_as_the_page():
    document = read_document("x.txt", submission(("10-K", "ANNUAL", PAGE)).encode())
    assert document.text == "10-K\n\nNet sales were 41 million."
    assert document.notes == ()


def test_the_documents_of_a_submission_are_read_in_order_and_binaries_are_named():
    plain = "<PAGE>\nEXHIBIT 21\n<TABLE>\n<CAPTION>\n<S>  <C>\nQuill &amp; Fenn   100%\n</TABLE>"
    data = submission(
        ("10-K", "ANNUAL", PAGE),
        ("EX-21", "SUBSIDIARIES", plain),
        ("GRAPHIC", "a", "begin 644 a.jpg\nM_]C_\n`\nend"),
        ("GRAPHIC", "b", "begin 644 b.jpg\nM_]C_\n`\nend"),
        ("EX-101.INS", "XBRL", "<XBRL>\n<xbrl/>\n</XBRL>"),
    )
    document = read_document("x.txt", data.encode())
    assert document.text.startswith("10-K — ANNUAL\n\n10-K\n\nNet sales were 41 million.\n\nEX-21 — SUBSIDIARIES\n\n")
    assert "Quill & Fenn   100%" in document.text
    assert "<" not in document.text
    assert document.notes == (
        "The submission contains 5 documents; 2 were read.",
        "3 images or data files were left out: EX-101.INS (1), GRAPHIC (2).",
    )


def test_exhibits_that_make_a_submission_too_long_are_named():
    exhibit = "word " * (LIMITS.characters // 5)
    data = submission(("10-K", "ANNUAL", PAGE), ("EX-99", "LONG", exhibit))
    document = edgar.read(data.encode(), LIMITS, ReadOptions())
    assert "Net sales" in document.text
    assert document.notes[-1] == (
        "A document may have at most 2,000,000 characters. These did not fit and were left out: EX-99."
    )
