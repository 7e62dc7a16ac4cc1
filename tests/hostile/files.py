"""Real documents of every format, and what is made of them: cut, flipped, nested, multiplied and renamed."""

import io
import random
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage

from tests.documents.pdf_files import pdf
from tests.documents.test_other_formats import odt, rtf, zipped
from tests.documents.word_files import paragraph, run, word_file

_PAGE = "<html><head><title>T</title></head><body><h1>Lease</h1><p>The rent is <b>900</b>.</p>{}</body></html>"
_BOMB = '<!DOCTYPE a [<!ENTITY a0 "aaaaaaaaaa">{}]>'.format(
    "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 12))
)
_READ = '<!DOCTYPE a [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'
_FETCH = '<!DOCTYPE a [<!ENTITY % x SYSTEM "http://example.invalid/x.dtd"> %x; <!ENTITY a11 "a">]>'
_FORMS = ("txt", "md", "html", "rtf", "docx", "odt", "epub", "eml", "pdf")


def _mail() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "q@example.com", "f@example.com", "Lease"
    message.set_content("The rent is 900.\n")
    message.add_alternative("<p>The rent is 900.</p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="lease.pdf")
    return message.as_bytes()


def _book(chapter: str) -> bytes:
    return zipped(
        "application/epub+zip",
        META_INF="",
        **{
            "META-INF__container_xml": '<container><rootfiles><rootfile full-path="p.opf"/></rootfiles></container>',
            "p_opf": '<package><manifest><item id="1" href="1.xhtml" media-type="application/xhtml+xml"/></manifest>'
            '<spine><itemref idref="1"/></spine></package>',
            "1.xhtml": chapter,
        },
    )


REAL = {
    "txt": b"The rent is 900.\n\nIt is due on Monday.",
    "md": b"# Lease\n\nThe *rent* is 900.\n\n- one\n- two\n\n```\ncode\n```\n",
    "html": _PAGE.format("<table><tr><td>a</td></tr></table>").encode(),
    "rtf": rtf(r"\b The rent\b0  is 900.\par It is due."),
    "docx": word_file(paragraph(run("The rent is 900.")) + paragraph(run("It is due."))),
    "odt": odt("<text:p>The rent is 900.</text:p>"),
    "epub": _book(_PAGE.format("")),
    "eml": _mail(),
    "pdf": pdf("The rent is 900.", "It is due."),
}


def mutated(count: int = 50) -> Iterator[tuple[str, bytes]]:
    """Yield `count` mutations of each real document, the same in every run."""
    chance = random.Random(7)
    for form, real in REAL.items():
        for number in range(count):
            data = bytearray(real)
            kind = number % 6
            if kind == 0:
                del data[chance.randrange(1, len(data)) :]
            elif kind == 1:
                for _ in range(chance.randint(1, 20)):
                    data[chance.randrange(len(data))] = chance.randrange(256)
            elif kind == 2:
                start = chance.randrange(len(data))
                del data[start : start + chance.randint(1, 40)]
            elif kind == 3:
                start = chance.randrange(len(data))
                data[start:start] = data[start : start + 200] * chance.randint(2, 60)
            elif kind == 4:
                data[chance.randrange(len(data)) :] = bytes(chance.randrange(256) for _ in range(300))
            else:
                start = chance.randrange(len(data))
                data[start:start] = chance.choice((b"\0" * 99, b"<" * 999, b"{" * 999, b"(" * 999, b"999999999999"))
            yield f"{form}-{number}.{form}", bytes(data)


def renamed() -> Iterator[tuple[str, bytes]]:
    """Yield each document under the ending of every other format, and under names that are traps."""
    for form, real in REAL.items():
        for other in (*_FORMS, "exe", "doc", "zip", ""):
            if other != form:
                yield f"lease.{other}", real
        for name in ("../../x", "\0", "\u202e", "a" * 5_000, "CON", "<b>x</b>"):
            yield f"{name}.{form}", real


def _zip(parts: dict[str, bytes], copies: int = 1) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            for number in range(copies if "{}" in name else 1):
                archive.writestr(name.format(number), content)
    return stream.getvalue()


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield files that unpack, nest, refer or repeat without end."""
    many = b"<a>" * 200_000
    for form, real in (("docx", REAL["docx"]), ("odt", REAL["odt"]), ("epub", REAL["epub"])):
        with zipfile.ZipFile(io.BytesIO(real)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        main = next(name for name in parts if name.endswith(("document.xml", "content.xml", "1.xhtml")))
        yield f"zeros.{form}", _zip({**parts, main: b" " * 300_000_000})
        yield f"entries.{form}", _zip({**parts, "{}.xml": b"x"}, 6_000)
        yield f"nested.{form}", _zip({**parts, main: many})
        yield f"slip.{form}", _zip({**parts, "../../../../tmp/hostile": b"x", "/etc/hostile": b"x"})
        yield f"itself.{form}", _zip({**parts, main: real})
        for name, declaration in (("laughs", _BOMB), ("passwd", _READ), ("fetched", _FETCH)):
            text = parts[main].decode().replace("900", "900 &a11;")
            text = text.split("?>", 1)[-1]
            yield f"{name}.{form}", _zip({**parts, main: (declaration + text).encode()})
    for tag in ("div", "b", "table", "ul", "a"):
        yield f"{tag}.html", _PAGE.format(f"<{tag}>" * 100_000).encode()
        yield f"{tag}.md", f"{'<' + tag + '>'}".encode() * 100_000
    for mark in ("> ", "* ", "- ", "#", "[", "![", "`", "|", "_", "<"):
        yield f"marks-{ord(mark[0])}.md", mark.encode() * 100_000 + b"a"
    yield "script.html", _PAGE.format("<script>while(1);</script><img src=http://example.invalid/x>").encode()
    yield "laughs.html", (_BOMB + _PAGE.format("&a11;")).encode()
    yield "groups.rtf", b"{\\rtf1 " + b"{\\b " * 200_000 + b"x"
    yield "number.rtf", b"{\\rtf1 \\u999999999999 x \\bin99999999999 y}"
    yield "pages.pdf", pdf("a").replace(b"/Count 1", b"/Count 999999999")
    yield "loop.pdf", pdf("a").replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]")
    yield "own.pdf", pdf("a").replace(b"/Contents 5 0 R", b"/Contents 4 0 R")
    yield "length.pdf", pdf("a").replace(b"/Length", b"/Length 99999999999 %")
    yield "start.pdf", pdf("a").replace(b"startxref\n", b"startxref\n99999999999")
    yield "parts.eml", b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\n" * 100_000
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(2_000))
    yield "nested.eml", b"From: a@b.c\n" + nested + b"x"
    yield "headers.eml", b"X: y\n" * 100_000 + b"\nx"
    yield "encoded.eml", b"Subject: " + b"=?utf-8?b?" * 50_000 + b"\n\nx"
    yield "charset.eml", b"Content-Type: text/plain; charset=" + b"x" * 9_999 + b"\n\nx"
    yield "empty.txt", b""
    yield "zero.txt", bytes(1_000_000)
    yield "large.txt", b"a" * (25 * 2**20 + 1)
    yield "long.txt", b"a " * 1_500_000
    yield "surrogates.txt", "a\ud800".encode("utf-8", "surrogatepass")
    yield "mixed.txt", b"\xff\xfe\x00\xd8" * 999
    yield "overlong.txt", b"\xc0\xaf" * 999
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"+/v8", b"\x00\x00\xfe\xff"):
        yield f"mark-{mark.hex()}.txt", mark
        yield f"mark-{mark.hex()}.html", mark + REAL["html"]


ALL = (*mutated(), *renamed(), *bombs())
