"""Saved web pages: their encodings, what a browser hides, and filings with data inside."""

import pytest

from longformer_viz.documents.reading import read_document

RUSSIAN = "Аренда мельницы стоит 900 евро в месяц."


def page(data):
    return read_document("a.html", data)


@pytest.mark.parametrize("script_bytes", [0, 5_500, 200_000])
def test_a_charset_is_found_however_late_it_is_named(script_bytes):
    data = (
        b"<html><head><script>" + b"x=1;" * (script_bytes // 4) + b'</script><meta http-equiv="Content-Type" '
        b'content="text/html; charset=windows-1251"></head><body>' + RUSSIAN.encode("cp1251") + b"</body></html>"
    )
    assert page(data).text == RUSSIAN
    assert page(data).notes == ()


@pytest.mark.parametrize(
    ("declaration", "codec", "text"),
    [
        ('<?xml version="1.0" encoding="koi8-r"?><html><body>', "koi8-r", RUSSIAN),
        ("<meta charset=shift_jis>", "cp932", "賃料は月額九百ユーロとする。①"),
        ("<meta charset='gb2312'>", "gb18030", "本合同租金为每月九百欧元。"),
        ("<meta charset=iso-8859-1>", "cp1252", "Der Preis – 9 €"),
    ],
)
def test_declared_encodings_are_taken_as_browsers_take_them(declaration, codec, text):
    assert page(declaration.encode() + text.encode(codec)).text == text


def test_an_encoding_that_does_not_fit_is_replaced_by_a_guess_and_told():
    text = "إيجار الطاحونة تسعمائة يورو في الشهر"
    document = page(b'<html><head><meta charset="utf-8"></head><body>' + text.encode("cp1256") + b"</body></html>")
    assert document.text == text
    assert document.notes == (
        "The file says its encoding is UTF-8, which does not fit. It was read as Windows-1256, which is a guess.",
    )


def test_a_few_broken_characters_are_counted():
    data = b"<meta charset=utf-8><p>" + RUSSIAN.encode() * 3 + b"\xff and \xfe"
    document = page(data)
    assert document.text == RUSSIAN * 3 + "\ufffd and \ufffd"
    assert document.notes == ("2 characters could not be decoded as UTF-8 and are shown as �.",)


@pytest.mark.parametrize("name", [b"base64", b"idna", b"nonsense", b"rot13"])
def test_a_charset_that_is_none_does_no_harm(name):
    data = b"<meta charset=" + name + b"><p>" + RUSSIAN.encode("cp1251") * 4
    assert page(data).text == RUSSIAN * 4


@pytest.mark.parametrize(
    "data",
    [
        b"<html><head><style>p{}</style></head></html><div>Lease of the mill: 900 euros.</div>",
        b"<html><body></body></html><p>Lease of the mill: 900 euros.",
        b"<html><body><p>Lease of the mill:</body></html> 900 euros.",
    ],
)
def test_text_after_the_end_of_the_page_is_read(data):
    assert " ".join(page(data).text.split()) == "Lease of the mill: 900 euros."


def test_inline_xbrl_keeps_the_facts_and_drops_the_hidden_header():
    document = page(
        b'<html xmlns:ix="http://www.xbrl.org/2013/inlineXBRL"><body><div style="display: none">'
        b"<ix:header><ix:hidden>"
        b'<ix:nonNumeric name="a">0000320193</ix:nonNumeric></ix:hidden></ix:header></div>'
        b'<p>Net sales were <ix:nonFraction name="s" scale="6">41</ix:nonFraction> million.</p></body></html>'
    )
    assert document.text == "Net sales were 41 million."
    assert document.notes == ()


def test_what_is_hidden_or_no_text_is_left_out_and_counted():
    document = page(
        b"<html><body><p>Seen</p><div hidden>one <b hidden>still one</b></div><p style='Display : none'>two</p>"
        b"<span style='visibility:hidden'>three</span><img alt='a mill'><img><iframe src='x'></iframe></body></html>"
    )
    assert document.text == "Seen"
    assert document.notes == (
        "3 hidden parts were left out.",
        "2 pictures were left out.",
        "1 embedded page or object was left out.",
    )


def test_raised_numbers_and_tables():
    document = page(
        b"<table><tr><td>Sales in 10<sup>6</sup> euros</td><td>41</td></tr>"
        b"<tr><td>Rent</td><td>900</td></tr></table><p>On the 5<sup>th</sup></p>"
    )
    assert document.text.startswith("Sales in 10⁶ euros")
    assert "Rent\t900" in document.text
    assert document.text.endswith("On the 5th")


def test_the_spaces_that_draw_wide_tables_do_not_fill_the_text():
    row = b"<tr><td>" + b"wide " * 40 + b"</td><td>1</td></tr>"
    narrow = b"<tr><td>x</td><td>2</td></tr>" * 200
    assert len(page(b"<table>" + row + narrow + b"</table>").text) < 2_000
