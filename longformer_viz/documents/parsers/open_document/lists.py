"""The numbers of lists and headings in an OpenDocument text. The file describes them but does not contain them."""

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from longformer_viz.documents.parsers.number_formats import formatted

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_FORMATS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


class Lists:
    """Counts a document's list items and headings. They must be requested in document order."""

    def __init__(self, roots: list[etree._Element]) -> None:
        self._styles = {
            style.get(_STYLE + "name"): _levels(style) for root in roots for style in root.iter(_TEXT + "list-style")
        }
        outline = next((each for root in roots for each in root.iter(_TEXT + "outline-style")), None)
        self._outline = {} if outline is None else _levels(outline)
        self._headings: dict[int, int] = {}
        self._open: list[tuple[str | None, dict[int, int]]] = []  # style and counts of each enclosing list
        self._last_of_style: dict[str | None, dict[int, int]] = {}
        self._by_id: dict[str, dict[int, int]] = {}

    @contextmanager
    def opened(self, element: etree._Element) -> Iterator[None]:
        """Count the items of a list, nested in the lists that are already open.

        Args:
            element: The `text:list` element.

        Yields:
            Nothing; the list is open inside the `with` block.
        """
        style = element.get(_TEXT + "style-name") or (self._open[-1][0] if self._open else None)
        if self._open:
            counts = self._open[-1][1]
            counts.pop(len(self._open), None)
        elif element.get(_TEXT + "continue-list") in self._by_id:
            counts = self._by_id[element.get(_TEXT + "continue-list", "")]
        elif element.get(_TEXT + "continue-numbering") == "true":
            counts = self._last_of_style.get(style, {})
        else:
            counts = {}
        if not self._open:
            self._last_of_style[style] = counts
            self._by_id[element.get(_XML_ID, "")] = counts
        self._open.append((style, counts))
        yield
        self._open.pop()

    def item_number(self, item: etree._Element) -> str:
        """Return the number or bullet before an `item`, with a space after it, or "" if it has none."""
        style, counts = self._open[-1]
        return _number(self._styles.get(style, {}), counts, len(self._open) - 1, item.get(_TEXT + "start-value"))

    def heading_number(self, heading: etree._Element) -> str:
        """Return the number before a `heading` outside lists, or "" if headings have none."""
        level = _whole(heading.get(_TEXT + "outline-level"), 1) - 1
        if self._open or heading.get(_TEXT + "is-list-header") == "true":
            return ""
        return _number(self._outline, self._headings, level, heading.get(_TEXT + "start-value"))


def _levels(style: etree._Element) -> dict[int, etree._Element]:
    return {_whole(each.get(_TEXT + "level"), 1) - 1: each for each in style.iterchildren(etree.Element)}


def _number(levels: dict[int, etree._Element], counts: dict[int, int], index: int, start: str | None) -> str:
    level = levels.get(index)
    if level is None:
        return ""
    if level.tag == _TEXT + "list-level-style-bullet":
        return "• "
    first = _first(level) if start is None else _whole(start, 1)
    counts[index] = first if start is not None or index not in counts else counts[index] + 1
    for deeper in [each for each in counts if each > index]:
        del counts[deeper]
    if _format(level) == "none":
        return ""
    shown = _whole(level.get(_TEXT + "display-levels"), 1)
    places = range(max(0, index - shown + 1), index + 1)
    numbers = [
        formatted(counts.get(place, _first(levels[place])), _format(levels[place]))
        for place in places
        if place in levels
    ]
    text = ".".join(filter(None, numbers))
    return f"{level.get(_STYLE + 'num-prefix', '')}{text}{level.get(_STYLE + 'num-suffix', '')} "


def _first(level: etree._Element) -> int:
    return _whole(level.get(_TEXT + "start-value"), 1)


def _format(level: etree._Element) -> str:
    return _FORMATS.get(level.get(_STYLE + "num-format", ""), "none")


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else default
