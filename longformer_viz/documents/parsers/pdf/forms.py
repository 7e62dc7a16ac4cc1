"""The values of form fields and the text typed onto a page, inserted at their position."""

from collections.abc import Callable
from ctypes import c_ushort
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfDocument, PdfPage

from longformer_viz.documents.parsers.pdf.lines import Box, Line, displayed, in_rows

INVISIBLE = 1 << 1 | 1 << 5  # annotation flags "hidden" and "no view"
PASSWORD = 1 << 13  # field flag
CHOICES = (pdfium_c.FPDF_FORMFIELD_CHECKBOX, pdfium_c.FPDF_FORMFIELD_RADIOBUTTON)
TYPED = (
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD,
    pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    pdfium_c.FPDF_FORMFIELD_LISTBOX,
)


@dataclass(frozen=True, slots=True)
class PageAnnotations:
    """The annotations of a page.

    Attributes:
        values: Filled fields, check boxes and typed text, each as a line with its position.
        comments: Number of reviewers' notes, which are not part of the text.
    """

    values: tuple[Line, ...] = ()
    comments: int = 0


def page_annotations(pdf: PdfDocument, page: PdfPage) -> PageAnnotations:
    """Return the field values, typed text and number of comments of a page.

    Args:
        pdf: The document, with its forms initialized if it has some.
        page: The page.

    Returns:
        Values in the order of their fields. A check box is `[x]` or `[ ]`.
    """
    values, comments = [], 0
    for index in range(pdfium_c.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium_c.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        try:
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            value = _shown_text(pdf, annotation, kind)
            if value:
                values.append(Line(value, _place(page, annotation)))
            elif kind in (pdfium_c.FPDF_ANNOT_TEXT, pdfium_c.FPDF_ANNOT_HIGHLIGHT):
                comments += bool(_string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"Contents"))
        finally:
            pdfium_c.FPDFPage_CloseAnnot(annotation)
    return PageAnnotations(tuple(values), comments)


def with_values(words: list[Line], values: tuple[Line, ...]) -> list[Line]:
    """Insert each value into the page's lines, in the row of its label and between its words.

    Args:
        words: The page's words in reading order, one a line.
        values: The values that `page_annotations` found.

    Returns:
        The lines.
    """
    placed = list(words)
    for value in sorted(values, key=lambda value: (value.box.top, value.box.left)):
        placed.insert(_position(placed, value), value)
    return in_rows(placed)


def _position(words: list[Line], value: Line) -> int:
    middle = (value.box.left + value.box.right) / 2
    row = [index for index, word in enumerate(words) if word.box.shares_row_with(value.box)]
    if row:
        nearest = min(row, key=lambda index: abs(words[index].box.top - value.box.top))
        row = [index for index in row if words[index].box.shares_row_with(words[nearest].box)]
        before = [index for index in row if (words[index].box.left + words[index].box.right) / 2 <= middle]
        return before[-1] + 1 if before else row[0]
    above = [index for index, word in enumerate(words) if word.box.bottom <= value.box.top]
    return above[-1] + 1 if above else 0


def _shown_text(pdf: PdfDocument, annotation: Any, kind: int) -> str:
    if pdfium_c.FPDFAnnot_GetFlags(annotation) & INVISIBLE:
        return ""
    if kind == pdfium_c.FPDF_ANNOT_FREETEXT:
        return " ".join(_string(pdfium_c.FPDFAnnot_GetStringValue, annotation, b"Contents").split())
    if kind != pdfium_c.FPDF_ANNOT_WIDGET or pdf.formenv is None:
        return ""
    field = pdfium_c.FPDFAnnot_GetFormFieldType(pdf.formenv, annotation)
    if field in CHOICES:
        return "[x]" if pdfium_c.FPDFAnnot_IsChecked(pdf.formenv, annotation) else "[ ]"
    if field in TYPED and not pdfium_c.FPDFAnnot_GetFormFieldFlags(pdf.formenv, annotation) & PASSWORD:
        value = _string(pdfium_c.FPDFAnnot_GetFormFieldValue, pdf.formenv, annotation)
        return " ".join(value.split())
    return ""


def _string(get: Callable[..., int], *arguments: object) -> str:
    """Call a PDFium function that fills a buffer with UTF-16, once for its size and once for the text."""
    size = get(*arguments, None, 0)
    if size <= 2:
        return ""
    buffer = (c_ushort * (size // 2))()
    get(*arguments, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _place(page: PdfPage, annotation: Any) -> Box:
    rectangle = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, rectangle)
    sides = (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top)
    return displayed(sides, page.get_rotation())
