"""The text of a Word document's paragraphs and tables, as a reader of the finished document sees it."""

from collections import Counter
from collections.abc import Callable, Iterator

from lxml import etree

from longformer_viz.documents.parsers.superscripts import superscript
from longformer_viz.documents.parsers.word.fields import FIELD_MARK, Fields, fields_of
from longformer_viz.documents.parsers.word.notes import NoteSeries
from longformer_viz.documents.parsers.word.numbering import Numbering
from longformer_viz.documents.parsers.word.office_math import MATH, Linearizer
from longformer_viz.documents.parsers.word.package import VALUE, WORD, Package, is_on, value
from longformer_viz.documents.parsers.word.styles import Styles
from longformer_viz.documents.parsers.word.symbols import symbol

_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/picture}pic"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
_MARKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SKIPPED = {"rPr", "pPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "rt", "instrText"}
_COUNTED = {  # left out, with a note
    WORD + "commentReference": "comments",
    WORD + "altChunk": "embedded documents",
    _PICTURE: "pictures",
    _OLD_PICTURE: "pictures",
    _CHART: "charts",
    _DIAGRAM: "diagrams",
}


class BodyReader:
    """Reads the parts of one document in order. `tally` counts what is moved, kept or left out.

    Args:
        package: The document's parts.
    """

    def __init__(self, package: Package) -> None:
        self.tally: Counter[str] = Counter()
        self._styles = Styles(package.of_kind("styles"))
        self._numbering = Numbering(package.of_kind("numbering"), self._styles)
        settings = package.of_kind("settings")
        self._series = {
            WORD + f"{kind}Reference": NoteSeries(kind, package.of_kind(f"{kind}s"), settings)
            for kind in ("footnote", "endnote")
        }
        self._fields = Fields()
        self._carried = ""  # text of a paragraph that continues in the next one
        self._text_boxes: list[etree._Element] = []
        self._notes: list[tuple[str, etree._Element]] = []
        self._hidden_style = False  # whether the paragraph's style hides its text
        self._was_hidden = False  # whether the previous run was hidden; a hidden passage has many runs
        self._handlers: dict[str, Callable[[etree._Element], str]] = self._make_handlers()

    def part(self, root: etree._Element) -> list[str]:
        """Read a part, such as the body or a header.

        Args:
            root: The part's root element.

        Returns:
            The text of its paragraphs and tables, without the empty ones.
        """
        self._fields, self._carried = fields_of(root), ""
        blocks = [block for block in self._blocks(root) if block.strip()]
        return [*blocks, self._carried] if self._carried.strip() else blocks

    def _blocks(self, container: etree._Element) -> Iterator[str]:
        for child in container:
            if child.tag == WORD + "p":
                yield from self._paragraph(child)
            elif child.tag == WORD + "tbl":
                yield "\n".join(self._rows(child))
            elif child.tag == _COMPATIBILITY + "AlternateContent":
                yield from self._blocks(_choice(child))
            elif child.tag in _COUNTED:
                self.tally[_COUNTED[child.tag]] += 1
            elif isinstance(child.tag, str) and not self._is_skipped(child):
                yield from self._blocks(child)

    def _rows(self, table: etree._Element) -> Iterator[str]:
        for row in _nearest(table, WORD + "tr"):
            if row.find(f"{WORD}trPr/{WORD}del") is not None:
                self.tally["deletions"] += 1
                continue
            cells = []
            for cell in _nearest(row, WORD + "tc"):
                merge = cell.find(f"{WORD}tcPr/{WORD}hMerge")
                blocks = [block for block in self._blocks(cell) if block.strip()]
                if merge is None or merge.get(VALUE) == "restart":
                    cells.append("\n".join(blocks))
            yield "\t".join(cells)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        """Yield a paragraph with its number and notes, then its text boxes; nothing if it continues."""
        properties = paragraph.find(WORD + "pPr")
        outer = self._text_boxes, self._notes, self._hidden_style
        self._text_boxes, self._notes = [], []
        self._hidden_style = self._styles.hides_text(value(properties, "pStyle"))
        self._was_hidden = False
        text = self._inline(paragraph)
        mark = None if properties is None else properties.find(WORD + "rPr")
        is_hidden = bool(is_on(mark, "vanish"))
        is_deleted = mark is not None and mark.find(WORD + "del") is not None
        is_drop_cap = _is_drop_cap(properties)
        if not is_deleted and not is_drop_cap and not (is_hidden and not text.strip()):
            text = self._numbering.number_of(properties) + text
        text = self._carried + text + self._moved_notes()
        if is_drop_cap or is_deleted or is_hidden:  # The next paragraph continues this one.
            self.tally["drop caps"] += is_drop_cap
            self._carried = text
        else:
            self._carried = ""
            yield text
        boxes = self._text_boxes
        self._text_boxes, self._notes, self._hidden_style = outer
        for box in boxes:
            self.tally["text boxes"] += 1
            yield from self._text_box(box)

    def _text_box(self, box: etree._Element) -> Iterator[str]:
        fields, carried = self._fields, self._carried
        self._fields, self._carried = Fields(), ""
        yield from self._blocks(box)
        if self._carried:
            yield self._carried
        self._fields, self._carried = fields, carried

    def _moved_notes(self) -> str:
        """Return the notes of the paragraph just read, each on a line of its own."""
        lines = []
        notes, self._notes = self._notes, []
        fields, carried = self._fields, self._carried
        for mark, note in notes:
            self._fields, self._carried = Fields(), ""
            text = "\n".join(block.strip() for block in self._blocks(note) if block.strip())
            lines.append(f"\n{mark}{text}")
        self._fields, self._carried = fields, carried
        return "".join(lines)

    def _inline(self, element: etree._Element) -> str:
        """Return the text of inline content: runs, links, insertions, content controls, equations."""
        parts = []
        for child in element:
            handler = self._handlers.get(child.tag) if isinstance(child.tag, str) else None
            if handler is not None:
                parts.append(handler(child))
            elif child.tag in _COUNTED:
                self.tally[_COUNTED[child.tag]] += 1
            elif isinstance(child.tag, str) and not self._is_skipped(child):
                parts.append(self._inline(child))
        return "".join(parts)

    def _make_handlers(self) -> dict[str, Callable[[etree._Element], str]]:
        handlers: dict[str, Callable[[etree._Element], str]] = {
            WORD + "r": self._run,
            WORD + "t": lambda element: self._shown(element.text or ""),
            WORD + "sym": self._symbol,
            FIELD_MARK: lambda mark: self._fields.pass_mark(mark),
            WORD + "txbxContent": self._remember_text_box,
            WORD + "object": self._object,
            WORD + "ins": lambda element: self._kept_change(element, "insertions"),
            WORD + "moveTo": lambda element: self._kept_change(element, "moves"),
            MATH + "oMath": self._equation,
            _COMPATIBILITY + "AlternateContent": lambda element: self._inline(_choice(element)),
            **dict.fromkeys(self._series, self._note_reference),
        }
        handlers |= {WORD + name: lambda _, mark=mark: self._shown(mark) for name, mark in _MARKS.items()}
        return handlers

    def _is_skipped(self, element: etree._Element) -> bool:
        """Return whether an element is a setting or text that a tracked change deleted. Deletions are counted."""
        if element.tag == WORD + "del" or element.tag == WORD + "moveFrom":
            self.tally["deletions"] += element.tag == WORD + "del" and len(element) > 0
            return True
        return element.tag.startswith(WORD) and element.tag.removeprefix(WORD) in _SKIPPED

    def _run(self, run: etree._Element) -> str:
        properties = run.find(WORD + "rPr")
        hidden = is_on(properties, "vanish")
        if hidden is None:
            style = value(properties, "rStyle")
            hidden = self._hidden_style if style is None else self._styles.hides_text(style) or self._hidden_style
        if not hidden:
            self._was_hidden = False
            text = self._inline(run)
            return superscript(text) if value(properties, "vertAlign") == "superscript" else text
        has_text = any(text.text for text in run.iter(WORD + "t"))
        self.tally["hidden passages"] += has_text and not self._was_hidden
        self._was_hidden = self._was_hidden or has_text
        for mark in run.iter(FIELD_MARK):  # Index entries are hidden fields.
            self._fields.pass_mark(mark)
        return ""

    def _shown(self, text: str) -> str:
        return text if self._fields.shows_text else ""

    def _symbol(self, element: etree._Element) -> str:
        found = symbol(element.get(WORD + "font", ""), element.get(WORD + "char", ""))
        self.tally["symbols"] += found is None
        return self._shown(found or "")

    def _remember_text_box(self, content: etree._Element) -> str:
        self._text_boxes.append(content)
        return ""

    def _object(self, element: etree._Element) -> str:
        """Count an object of another program. Objects of the old equation editors count as equations."""
        program = next((each.get("ProgID", "") for each in element.iter(_OBJECT)), "")
        is_equation = program.startswith(("Equation", "MathType"))
        self.tally["unreadable equations" if is_equation else "objects"] += 1
        return ""

    def _kept_change(self, element: etree._Element, name: str) -> str:
        self.tally[name] += 1
        return self._inline(element)

    def _equation(self, element: etree._Element) -> str:
        writer = Linearizer()
        text = writer.text(element).strip()
        if text:
            self.tally["equations"] += writer.complete
            self.tally["partial equations"] += not writer.complete
        else:
            self.tally["unreadable equations"] += 1
        return self._shown(text)

    def _note_reference(self, reference: etree._Element) -> str:
        series = self._series[reference.tag]
        mark, note = series.next_mark(reference)
        if note is None:
            self.tally["missing notes"] += 1
            return ""
        self.tally[f"{series.kind}s"] += 1
        self._notes.append((f"({mark}) " if mark else "", note))
        return f"({mark})" if mark else ""


def _choice(alternatives: etree._Element) -> etree._Element:
    """Return the branch of equivalent ones that a current Word shows. A shape's older duplicate is skipped."""
    for name in ("Choice", "Fallback"):
        branch = alternatives.find(_COMPATIBILITY + name)
        if branch is not None:
            return branch
    return alternatives


def _nearest(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Return the elements of this tag below `element` that are not inside another one."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag != WORD + "del":
            yield from _nearest(child, tag)


def _is_drop_cap(properties: etree._Element | None) -> bool:
    frame = None if properties is None else properties.find(WORD + "framePr")
    return frame is not None and frame.get(WORD + "dropCap") in ("drop", "margin")
