"""Read a PDF page by page. A page that cannot be read is skipped and named in a note."""

import time
from dataclasses import dataclass, field

from pypdfium2 import PdfDocument, PdfiumError
from pypdfium2.raw import FORMTYPE_NONE, FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from longformer_viz.documents.contract import ProblemError, ReadDocument, ReadOptions
from longformer_viz.documents.limits import Limits
from longformer_viz.documents.parsers.pdf.forms import page_annotations, with_values
from longformer_viz.documents.parsers.pdf.hyphens import Hyphens
from longformer_viz.documents.parsers.pdf.lines import Line, page_lines
from longformer_viz.documents.parsers.pdf.notes import counted, pages_named, picture_note
from longformer_viz.documents.parsers.pdf.paragraphs import page_text
from longformer_viz.documents.parsers.pdf.pictures import is_picture, recognized_text
from longformer_viz.documents.parsers.pdf.running import running_lines
from longformer_viz.documents.parsers.pdf.second import pages_with_content


@dataclass(slots=True)
class _Pages:
    """The lines and counts of the pages read so far. Page numbers count from 1."""

    lines: list[list[Line]] = field(default_factory=list)
    recognized: dict[int, str] = field(default_factory=dict)
    unread: list[int] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    values: int = 0
    comments: int = 0


def read(data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
    """Read a PDF as paragraphs, with pages separated by blank lines and notes about pages, form values and comments.

    Recognition (OCR) stops before the time limit. The parameters are those of `contract.Parser`.
    """
    stop_at = time.monotonic() + limits.seconds * 0.9
    pdf = _opened(data)
    pages = _Pages()
    for number in range(1, len(pdf) + 1):
        _read_page(pdf, number, pages, options.recognize_pictures and time.monotonic() < stop_at)
    if pages.empty:
        lost = pages_with_content(data, pages.empty)
        pages.unread = sorted([*pages.unread, *lost])
    return _document(pages, len(pdf), options)


def _opened(data: bytes) -> PdfDocument:
    try:
        pdf = PdfDocument(data)
    except PdfiumError as error:
        if error.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise ProblemError("encrypted") from None
        raise ProblemError("damaged") from None
    if pdf.get_formtype() != FORMTYPE_NONE:
        pdf.init_forms()
    return pdf


def _read_page(pdf: PdfDocument, number: int, pages: _Pages, may_recognize: bool) -> None:
    lines: list[Line] = []
    pages.lines.append(lines)
    try:
        page = pdf[number - 1]
        text_page = page.get_textpage()
    except PdfiumError:
        pages.unread.append(number)
        return
    annotations = page_annotations(pdf, page)
    if annotations.values:
        lines.extend(with_values(page_lines(page, text_page, by_word=True), annotations.values))
    else:
        lines.extend(page_lines(page, text_page))
    pages.values += len(annotations.values)
    pages.comments += annotations.comments
    if is_picture(page, text_page, sum(len(line.text.split()) for line in lines)):
        text = recognized_text(page) if may_recognize else ""
        if text:
            pages.recognized[number] = text
        else:
            pages.pictures.append(number)
    elif not lines and not any(page.get_objects(max_depth=1)):
        pages.empty.append(number)
    text_page.close()
    page.close()


def _document(pages: _Pages, total: int, options: ReadOptions) -> ReadDocument:
    running = running_lines(pages.lines)
    hyphens = Hyphens(line for lines in pages.lines for line in lines)
    texts = []
    for index, (lines, repeated) in enumerate(zip(pages.lines, running, strict=True)):
        left_out = repeated if options.leave_out_running_headers else ()
        kept = [line for position, line in enumerate(lines) if position not in left_out]
        texts.append(pages.recognized.get(index + 1) or page_text(kept, hyphens))
    _check(pages, total, options)
    return ReadDocument(
        "\n\n".join(text for text in texts if text),
        tuple(_notes(pages, total, sum(map(len, running)), options)),
        tuple(pages.pictures),
        sum(map(len, running)),
    )


def _check(pages: _Pages, total: int, options: ReadOptions) -> None:
    if len(pages.unread) == total:
        raise ProblemError("no_page_read", pages=total)
    has_text = any(lines for number, lines in enumerate(pages.lines, 1) if number not in pages.pictures)
    if not has_text and not pages.recognized:
        if not pages.pictures:
            raise ProblemError("no_text", pages=total)
        raise ProblemError(
            "pictures",
            pages=total,
            picture_pages=pages.pictures,
            stamped=any(pages.lines[number - 1] for number in pages.pictures),
            tried=options.recognize_pictures,
        )


def _notes(pages: _Pages, total: int, running: int, options: ReadOptions) -> list[str]:
    notes = []
    if pages.unread:
        notes.append(f"{pages_named(pages.unread, total)} could not be read.")
    if pages.pictures:
        notes.append(picture_note(pages.pictures, total))
    if pages.recognized:
        were = "was" if len(pages.recognized) == 1 else "were"
        notes.append(f"{pages_named(list(pages.recognized), total)} {were} recognized from images (OCR).")
    if pages.values:
        put = counted(pages.values, "form value was", "form values were")
        notes.append(f"{put} put in the place of the fields on the page.")
    if pages.comments:
        notes.append(f"{counted(pages.comments, 'comment was', 'comments were')} left out.")
    if running and options.leave_out_running_headers:
        kinds = ("running header, footer or page number was", "running headers, footers and page numbers were")
        notes.append(f"{counted(running, *kinds)} left out.")
    return notes
