"""The child process that turns one PDF, Word or HTML file into text, under limits of memory and time.

Run as a script, `python -I parser.py KIND LIMITS`: the file on standard input, on standard output one JSON
object, `{"text": ...}` or `{"problem": ...}`. KIND is pdf, docx or html; LIMITS is a JSON object with
seconds, memory_bytes, unpacked_bytes, entries and characters. A file that crashes its parser, or eats the
machine, takes only this process with it. Nothing of the package is imported here: it would load torch.
"""

import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

CHUNK_BYTES = 1 << 16
LIBXML_NO_MEMORY = 2  # the code of lxml's syntax error where libxml2 got no more memory

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, TABLE, ROW, CELL, TEXT = (WORD + tag for tag in ("p", "tbl", "tr", "tc", "t"))
MARKS = {WORD + "tab": "\t", WORD + "br": "\n", WORD + "cr": "\n", WORD + "noBreakHyphen": "-"}
# Settings, which hold tab stops; text moved elsewhere by a tracked change; the older twin of a text box.
SKIPPED = {
    WORD + "pPr",
    WORD + "moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


class ProblemError(Exception):
    """Why a file has no text to give: one word, and figures that go with it."""

    def __init__(self, problem: str, **figures: int | str) -> None:
        super().__init__(problem)
        self.answer = {"problem": problem, **figures}


def restrict(seconds: float, memory_bytes: int) -> None:
    """Bound this process's processor time and memory, where the system can (Windows cannot)."""
    try:
        import resource
    except ImportError:
        return
    whole_seconds = int(seconds) + 1
    for limit, value in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, whole_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # a lower limit is already set, or the system has none
            resource.setrlimit(limit, (value, value))


def pdf_text(data: bytes, limits: dict[str, Any]) -> str:
    """The text of a PDF, its pages apart by a blank line."""
    from pypdf import PdfReader
    from pypdf.errors import LimitReachedError

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ProblemError("encrypted")
    try:
        pages = [page.extract_text().strip() for page in reader.pages]
    except LimitReachedError:
        raise ProblemError("too_big") from None
    if not any(pages):
        raise ProblemError("no_text", pages=len(pages))
    return "\n\n".join(page for page in pages if page)


def docx_text(data: bytes, limits: dict[str, Any]) -> str:
    """The paragraphs and table cells of a Word document's body, in document order."""
    from docx import Document

    document = Document(repacked(data, limits["unpacked_bytes"], limits["entries"]))
    return "\n\n".join(block for block in blocks(document.element.body) if block.strip())


def repacked(data: bytes, unpacked_bytes: int, entries: int) -> BytesIO:
    """The same ZIP archive, uncompressed, so that no entry is larger than it says.

    The sizes an archive declares are checked first; then every entry is unpacked piece by piece and
    counted, because a declared size may be a lie and python-docx unpacks an entry whole.
    """
    plain = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(plain, "w") as copy:
        infos = archive.infolist()
        if len(infos) > entries or sum(info.file_size for info in infos) > unpacked_bytes:
            raise ProblemError("too_big")
        left = unpacked_bytes
        for info in infos:
            if info.flag_bits & 1:
                raise ProblemError("encrypted")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ProblemError("damaged")  # no Word document; the other methods unpack without bound
            with archive.open(info) as source, copy.open(zipfile.ZipInfo(info.filename), "w") as target:
                while chunk := source.read(CHUNK_BYTES):
                    left -= len(chunk)
                    if left < 0:
                        raise ProblemError("too_big")
                    target.write(chunk)
    return plain


def blocks(container: Any) -> Iterator[str]:
    """The text of each paragraph and table in a body or cell, content controls and insertions opened."""
    for child in container:
        if child.tag == PARAGRAPH:
            yield paragraph_text(child)
        elif child.tag == TABLE:
            rows = (nearest(row, CELL) for row in nearest(child, ROW))
            yield "\n".join("\t".join("\n".join(blocks(cell)) for cell in cells) for cells in rows)
        elif child.tag not in SKIPPED:
            yield from blocks(child)


def nearest(element: Any, tag: str) -> Iterator[Any]:
    """The elements of this tag below `element`, none of them inside another."""
    for child in element:
        if child.tag == tag:
            yield child
        else:
            yield from nearest(child, tag)


def paragraph_text(paragraph: Any) -> str:
    """A paragraph's text as it reads with tracked changes accepted, links and text boxes included."""
    from lxml import etree

    parts = []
    walker = etree.iterwalk(paragraph, events=("start", "end"))
    for event, node in walker:
        if event == "end":
            if node.tag == PARAGRAPH and node is not paragraph:  # a text box has paragraphs of its own
                parts.append("\n")
        elif node.tag in SKIPPED:
            walker.skip_subtree()
        elif node.tag == TEXT:
            parts.append(node.text or "")
        else:
            parts.append(MARKS.get(node.tag, ""))
    return "".join(parts)


def html_text(data: bytes, limits: dict[str, Any]) -> str:
    """The title and the visible text of an HTML page."""
    from inscriptis import Inscriptis
    from inscriptis.css_profiles import STRICT_CSS_PROFILE
    from inscriptis.model.config import ParserConfig
    from lxml import etree, html

    # Without huge_tree, libxml2 silently drops a text of more than 10 MB.
    parser = html.HTMLParser(encoding=html_encoding(data), huge_tree=True)
    try:
        tree = html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but comments and spaces
        return ""
    unseen = ("script", "style", "noscript", "template", etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, *unseen, with_tail=False)
    title = " ".join((tree.findtext("head/title") or "").split())
    body = Inscriptis(tree, ParserConfig(css=STRICT_CSS_PROFILE)).get_text().strip()
    return body if body.startswith(title) else f"{title}\n\n{body}"


def html_encoding(data: bytes) -> str | None:
    """The encoding to read a page in; None leaves it to the page's own declaration."""
    with suppress(UnicodeDecodeError):
        data.decode("utf-8")
        return "utf-8"
    return None if re.search(rb"charset|encoding", data[:4096], re.IGNORECASE) else "windows-1252"


READERS: dict[str, Callable[[bytes, dict[str, Any]], str]] = {
    "pdf": pdf_text,
    "docx": docx_text,
    "html": html_text,
}


def answer(kind: str, limits: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The text of `data`, or the problem with it; a parser's own words never leave this process."""
    try:
        text = READERS[kind](data, limits)
        if len(text) > limits["characters"]:
            raise ProblemError("too_long", characters=len(text))
    except ProblemError as error:
        return error.answer
    except ModuleNotFoundError as error:
        return {"problem": "missing", "module": error.name}
    except MemoryError:
        return {"problem": "too_big"}
    except Exception as error:  # each library fails on a damaged file in its own many ways
        out_of_memory = getattr(error, "code", None) == LIBXML_NO_MEMORY
        return {"problem": "too_big" if out_of_memory else "damaged"}
    return {"text": text}


if __name__ == "__main__":
    given_limits = json.loads(sys.argv[2])
    restrict(given_limits["seconds"], given_limits["memory_bytes"])
    json.dump(answer(sys.argv[1], given_limits, sys.stdin.buffer.read()), sys.stdout)
