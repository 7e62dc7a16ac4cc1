"""The text of a Word document."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from lxml import etree

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.limits import Limits

CHUNK_BYTES = 1 << 16

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARAGRAPH, TABLE, ROW, CELL, TEXT = (WORD + tag for tag in ("p", "tbl", "tr", "tc", "t"))
MARKS = {WORD + "tab": "\t", WORD + "br": "\n", WORD + "cr": "\n", WORD + "noBreakHyphen": "-"}
# Settings, which hold tab stops; text moved elsewhere by a tracked change; the older twin of a text box.
SKIPPED = {
    WORD + "pPr",
    WORD + "moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Return the paragraphs and table cells of a Word document's body, in document order."""
    document = Document(repacked(data, limits.unpacked_bytes, limits.entries))
    return ReadDocument("\n\n".join(block for block in blocks(document.element.body) if block.strip()))


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
