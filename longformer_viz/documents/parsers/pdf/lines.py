"""The printed lines of a PDF page, with their positions on the displayed page."""

import re
from collections.abc import Iterator
from ctypes import c_double
from dataclasses import dataclass

import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfPage, PdfTextPage

# PDFium writes U+FFFE (older versions U+0002) in place of a hyphen and the line break after it.
LINE_HYPHENS = "\ufffe\x02"
BREAK = re.compile(f"\r\n|[\r\n{LINE_HYPHENS}]")
WORD = re.compile(r"\S+")
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | dict.fromkeys("\xa0\u2002\u2003\u2009\t", " ")
    | dict.fromkeys("\0\ufeff\uffff")
)
SOFT_HYPHEN = "\xad"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the displayed page, in points; y grows downward.

    Attributes:
        left: Left edge.
        top: Top edge.
        right: Right edge.
        bottom: Bottom edge.
    """

    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        """The height in points."""
        return self.bottom - self.top

    def shares_row_with(self, other: "Box") -> bool:
        """Return whether this box and the `other` share a row, that is, more than half of the lower one's height."""
        common = min(self.bottom, other.bottom) - max(self.top, other.top)
        return common > 0.5 * min(self.height, other.height)

    def joined(self, other: "Box") -> "Box":
        """Return the smallest box that contains this box and the `other`."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line.

    Attributes:
        text: Its words, separated by single spaces.
        box: Its position.
        is_hyphenated: Whether a hyphen at its end, which `text` leaves out, splits a word.
    """

    text: str
    box: Box
    is_hyphenated: bool = False


def displayed(box: tuple[float, float, float, float], rotation: int) -> Box:
    """Convert a rectangle of the page's own coordinates to a box on the displayed page.

    Args:
        box: Left, bottom, right and top, in points; y grows upward.
        rotation: Rotation of the page: 0, 90, 180 or 270 degrees.

    Returns:
        The box.
    """
    left, bottom, right, top = box
    match rotation:
        case 90:
            return Box(bottom, left, top, right)
        case 180:
            return Box(-right, bottom, -left, top)
        case 270:
            return Box(-top, -right, -bottom, -left)
    return Box(left, -top, right, -bottom)


def page_lines(page: PdfPage, text_page: PdfTextPage, by_word: bool = False) -> list[Line]:
    """Return the lines of a page in reading order.

    Args:
        page: The page.
        text_page: Its text.
        by_word: Return each word as a line of its own, which `in_rows` joins later.

    Returns:
        Lines with letters in place of ligatures, without soft hyphens.
    """
    rotation = page.get_rotation()
    pieces = []
    text = _characters(text_page)
    for start, stop, is_hyphenated in _segments(text, by_word):
        cleaned = " ".join(text[start:stop].translate(LIGATURES).split())
        if cleaned.endswith((SOFT_HYPHEN, "\u2010")) and not is_hyphenated:
            is_hyphenated = True
            cleaned = cleaned[:-1]
        cleaned = cleaned.replace(SOFT_HYPHEN, "")
        if cleaned:
            first, last = _box(text_page, start), _box(text_page, stop - 1)
            pieces.append(Line(cleaned, displayed(_around(first, last), rotation), is_hyphenated))
    return pieces if by_word else in_rows(pieces)


def in_rows(pieces: list[Line]) -> list[Line]:
    """Join the pieces that follow each other in one row, such as the text after a raised footnote number.

    Args:
        pieces: Pieces of lines in reading order.

    Returns:
        The lines.
    """
    lines: list[Line] = []
    for piece in pieces:
        if lines and not lines[-1].is_hyphenated and _continues(lines[-1].box, piece.box):
            before = lines.pop()
            gap = piece.box.left - before.box.right
            space = " " if gap > 0.12 * min(before.box.height, piece.box.height) else ""
            piece = Line(before.text + space + piece.text, before.box.joined(piece.box), piece.is_hyphenated)
        lines.append(piece)
    return lines


def _continues(line: Box, piece: Box) -> bool:
    is_upright = line.height < 3 * piece.height < 9 * line.height and line.right - line.left > 0.3 * line.height
    return is_upright and line.shares_row_with(piece) and piece.left > line.right - 0.5 * piece.height


def _characters(text_page: PdfTextPage) -> str:
    """Return one character of text for each index that PDFium counts."""
    count = text_page.count_chars()
    text = text_page.get_text_range() if count else ""
    if len(text) == count:
        return text
    codes = (pdfium_c.FPDFText_GetUnicode(text_page, index) for index in range(count))
    return "".join(chr(code) if code <= 0x10FFFF else "\ufffd" for code in codes)


def _segments(text: str, by_word: bool) -> Iterator[tuple[int, int, bool]]:
    start = 0
    ends = [(found.start(), found.end(), found.group() in LINE_HYPHENS) for found in BREAK.finditer(text)]
    for stop, following, is_hyphenated in [*ends, (len(text), len(text), False)]:
        words = [(found.start() + start, found.end() + start) for found in WORD.finditer(text[start:stop])]
        if words and by_word:
            yield from ((*word, False) for word in words[:-1])
            yield (*words[-1], is_hyphenated)
        elif words:
            yield words[0][0], words[-1][1], is_hyphenated
        start = following


def _box(text_page: PdfTextPage, index: int) -> tuple[float, float, float, float]:
    rectangle = pdfium_c.FS_RECTF()
    if pdfium_c.FPDFText_GetLooseCharBox(text_page, index, rectangle):
        return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
    sides = [c_double() for _ in range(4)]
    pdfium_c.FPDFText_GetCharBox(text_page, index, *sides)
    left, right, bottom, top = (side.value for side in sides)
    return left, bottom, right, top


def _around(first: tuple[float, ...], last: tuple[float, ...]) -> tuple[float, float, float, float]:
    return min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3])
