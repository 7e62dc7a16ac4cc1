"""The text of an OpenDocument text (.odt), as LibreOffice writes it."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.archive import Archive
from longformer_viz.documents.parsers.counts import counted, left_out, moved_notes, running_notes
from longformer_viz.documents.parsers.open_document.lists import Lists

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
TEXT, TABLE, OFFICE, DRAW, STYLE = (_OASIS % name for name in ("text", "table", "office", "drawing", "style"))
_SKIPPED = {
    TEXT + "tracked-changes", OFFICE + "forms", TEXT + "sequence-decls", TEXT + "variable-decls", TEXT + "ruby-text",
    TEXT + "user-field-decls", TABLE + "table-column", _OASIS % "svg-compatible" + "title",
    _OASIS % "svg-compatible" + "desc",
}  # fmt: skip
_MARKS = {TEXT + "tab": "\t", TEXT + "line-break": "\n"}
_COUNTED = {OFFICE + "annotation": "comments", DRAW + "image": "pictures", DRAW + "object-ole": "objects"}
_LONGEST_SPACE = 1_000


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read an OpenDocument text (.odt) as its reader sees it, with tracked changes accepted.

    The parameters are those of `contract.Parser`.
    """
    archive = Archive(data, limits)
    manifest = archive.xml_or_none("META-INF/manifest.xml")
    if manifest is not None and next(manifest.iter("{*}encryption-data"), None) is not None:
        raise ProblemError("encrypted")
    content, styles = archive.xml("content.xml"), archive.xml_or_none("styles.xml")
    roots = [root for root in (content, styles) if root is not None]
    reader = _Reader(Lists(roots), _hidden_styles(roots))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise ProblemError("damaged")
    blocks = reader.part(body)
    headers, footers = (_running(styles, reader, kind) for kind in ("header", "footer"))
    if not options.leave_out_running_headers:
        blocks = [*headers, *blocks, *footers]
    running = running_notes(len(headers), len(footers), options.leave_out_running_headers)
    changes = sum(1 for _ in content.iter(TEXT + "changed-region"))
    running += counted(changes, "tracked change was accepted.", "tracked changes were accepted.")
    return ReadDocument(
        "\n\n".join(blocks), (*running, *_notes(reader.tally)), running_headers=len(headers) + len(footers)
    )


class _Reader:
    """Reads parts of a document in order, and counts what is moved or left out."""

    def __init__(self, lists: Lists, hidden_styles: set[str | None]) -> None:
        self._hidden_styles = hidden_styles
        self.tally: Counter[str] = Counter()
        self._lists = lists
        self._notes: list[str] = []
        self._boxes: list[str] = []

    def part(self, root: etree._Element) -> list[str]:
        return [block for block in self._blocks(root) if block.strip()]

    def _is_hidden(self, element: etree._Element) -> bool:
        is_hidden = element.get(TEXT + "style-name", "") in self._hidden_styles
        self.tally["hidden passages"] += is_hidden
        return is_hidden

    def _blocks(self, container: etree._Element) -> Iterator[str]:
        for child in container:
            if isinstance(child.tag, str) and self._is_hidden(child):
                continue
            if child.tag in (TEXT + "p", TEXT + "h"):
                number = self._lists.heading_number(child) if child.tag == TEXT + "h" else ""
                yield from self._paragraph(child, number)
            elif child.tag == TEXT + "list":
                with self._lists.opened(child):
                    yield from self._blocks(child)
            elif child.tag in (TEXT + "list-item", TEXT + "list-header"):
                yield from self._item(child)
            elif child.tag == TABLE + "table":
                yield "\n".join(self._rows(child))
            elif child.tag in _COUNTED:
                self.tally[_COUNTED[child.tag]] += 1
            elif isinstance(child.tag, str) and child.tag not in _SKIPPED:
                yield from self._blocks(child)

    def _item(self, item: etree._Element) -> Iterator[str]:
        """Yield the blocks of a list item, with the item's number before the first."""
        number = self._lists.item_number(item) if item.tag == TEXT + "list-item" else ""
        if len(item) and item[0].tag not in (TEXT + "p", TEXT + "h"):
            number = ""
        for index, block in enumerate(self._blocks(item)):
            yield (number if index == 0 else "") + block

    def _paragraph(self, element: etree._Element, number: str) -> Iterator[str]:
        outer = self._notes, self._boxes
        self._notes, self._boxes = [], []
        text = self._inline(element)
        notes, boxes = self._notes, self._boxes
        self._notes, self._boxes = outer
        yield number + "".join([text, *(f"\n{note}" for note in notes)])
        yield from boxes

    def _rows(self, table: etree._Element) -> Iterator[str]:
        for row in table.iter(TABLE + "table-row"):
            if next(row.iterancestors(TABLE + "table")) is table:
                cells = row.findall(TABLE + "table-cell")
                yield "\t".join("\n".join(self.part(cell)) for cell in cells)

    def _inline(self, element: etree._Element) -> str:
        parts = [element.text or ""]
        for child in element:
            parts += [self._inline_element(child) if isinstance(child.tag, str) else "", child.tail or ""]
        return "".join(parts)

    def _inline_element(self, child: etree._Element) -> str:
        """Return the text of one inline element."""
        if self._is_hidden(child):
            return ""
        if child.tag == TEXT + "s":
            count = child.get(TEXT + "c", "1")
            return " " * (min(int(count), _LONGEST_SPACE) if count.isdecimal() else 1)
        if child.tag == TEXT + "note":
            return self._note(child)
        if child.tag == DRAW + "text-box":
            self.tally["text boxes"] += 1
            self._boxes += self.part(child)
            return ""
        if child.tag == DRAW + "object":  # LibreOffice stores equations and charts as separate documents.
            self.tally["objects"] += 1
            return ""
        if child.tag in _COUNTED:
            self.tally[_COUNTED[child.tag]] += 1
            return ""
        if child.tag in _SKIPPED:
            return ""
        return _MARKS[child.tag] if child.tag in _MARKS else self._inline(child)

    def _note(self, note: etree._Element) -> str:
        mark = f"({''.join(note.findtext(TEXT + 'note-citation') or '').strip()})"
        body = note.find(TEXT + "note-body")
        lines = [] if body is None else self.part(body)
        self.tally[f"{note.get(TEXT + 'note-class', 'footnote')}s"] += 1
        self._notes.append(f"{mark} " + "\n".join(lines))
        return mark


def _hidden_styles(roots: list[etree._Element]) -> set[str | None]:
    """Return the names of the styles whose text is hidden."""
    properties = (each for root in roots for each in root.iter(STYLE + "text-properties"))
    hidden = (each.getparent() for each in properties if each.get(TEXT + "display") == "none")
    return {style.get(STYLE + "name") for style in hidden if style is not None}


def _running(styles: etree._Element | None, reader: _Reader, kind: str) -> list[str]:
    found = [] if styles is None else list(styles.iter(STYLE + kind))
    shown = (each for each in found if each.get(STYLE + "display", "true") != "false")
    return list(filter(None, dict.fromkeys("\n".join(reader.part(each)) for each in shown)))


def _notes(tally: Counter[str]) -> list[str]:
    notes = moved_notes(tally)
    notes += counted(
        tally["text boxes"], "text box was moved after its paragraph.", "text boxes were moved after their paragraph."
    )
    notes += left_out(tally["comments"], "comment", "comments")
    notes += left_out(tally["hidden passages"], "passage of hidden text", "passages of hidden text")
    notes += left_out(tally["pictures"], "picture", "pictures")
    notes += left_out(tally["objects"], "equation, chart or other object", "equations, charts or other objects")
    return notes
