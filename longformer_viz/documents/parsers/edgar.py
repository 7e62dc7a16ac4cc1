"""Submissions to the SEC's EDGAR system: several documents in one text file, in HTML, plain text or binary form."""

import html
import re
from collections import Counter
from dataclasses import dataclass

from longformer_viz.documents.contract import ReadDocument, ReadOptions
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.counts import counted
from longformer_viz.documents.parsers.html import page_notes, page_text

_DOCUMENT = re.compile(r"^<DOCUMENT>[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^<(TYPE|DESCRIPTION|FILENAME)>([^\n<]*)", re.MULTILINE)
_TEXT = re.compile(r"^<TEXT>[ \t]*\n?", re.MULTILINE)
_TEXT_END = re.compile(r"^</TEXT>", re.MULTILINE)
_BINARY = re.compile(r"\s*(?:<PDF>|<XBRL>|<XML>|<JSON>|<EXCEL>|<ZIP>|begin [0-7]{3} )", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype html|html|body|div|p|font|tr|td)\b", re.IGNORECASE)
_LAYOUT_TAG = re.compile(r"</?(?:PAGE|TABLE|CAPTION|S|C|FN|F\d+|R|TEXT)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Filed:
    """One document of a submission. Its `text` is None for an image, a data file or another binary format."""

    kind: str
    title: str
    text: str | None


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read the texts of a submission's documents in order, with notes that name those left out.

    The parameters are those of `contract.Parser`.
    """
    found = decode(data)
    assert found is not None  # The content was detected from the text.
    tally: Counter[str] = Counter()
    filed = [_filed(part, tally) for part in _DOCUMENT.split(found.text)[1:]]
    readable = [each for each in filed if each.text]
    parts: list[str] = []
    size = 0
    too_long = []
    for each in readable:
        part = f"{each.title}\n\n{each.text}" if len(readable) > 1 else each.text or ""
        if parts and size + len(part) > limits.characters:
            too_long.append(each.kind)
            continue
        parts.append(part)
        size += len(part) + 2
    notes = [*found.notes, *_notes(filed, too_long, limits), *page_notes(tally)]
    return ReadDocument("\n\n".join(parts), tuple(notes))


def _filed(part: str, tally: Counter[str]) -> _Filed:
    start = _TEXT.search(part)
    head = part[: start.start()] if start else part
    fields = {name: value.strip() for name, value in _FIELD.findall(head)}
    kind = fields.get("TYPE") or "a document without a type"
    title = " — ".join(filter(None, (fields.get("TYPE"), fields.get("DESCRIPTION"))))
    end = _TEXT_END.search(part, start.end()) if start else None
    body = part[start.end() : end.start() if end else len(part)] if start else ""
    if not body.strip() or _BINARY.match(body):
        return _Filed(kind, title, None)
    if _PAGE.search(body[:5000]):
        text, found = page_text(body)
        tally.update(found)
        return _Filed(kind, title, text)
    return _Filed(kind, title, html.unescape(_LAYOUT_TAG.sub("", body)).strip("\n"))


def _notes(filed: list[_Filed], too_long: list[str], limits: Limits) -> list[str]:
    notes = []
    if len(filed) > 1:
        read_count = sum(each.text is not None for each in filed) - len(too_long)
        were_read = "1 was read" if read_count == 1 else f"{read_count:,} were read"
        notes.append(f"The submission contains {len(filed):,} documents; {were_read}.")
    left_out = Counter(each.kind for each in filed if each.text is None)
    total = sum(left_out.values())
    kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(left_out.items()))
    notes += counted(
        total, f"image or data file was left out: {kinds}.", f"images or data files were left out: {kinds}."
    )
    if too_long:
        notes.append(
            f"A document may have at most {limits.characters:,} characters. These did not fit and were left out: "
            f"{', '.join(too_long)}."
        )
    return notes
