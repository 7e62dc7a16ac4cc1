"""Detect pages that are images of text, and recognize them (OCR)."""

import pypdfium2.raw as pdfium_c
from pypdfium2 import PdfPage, PdfTextPage

from longformer_viz.documents.contract import ProblemError

STAMP_WORDS = 40  # more words than a court's or scanner's stamp has
SCAN_SHARE = 0.5  # share of a scanned page that pictures cover
LONE_PICTURE_SHARE = 0.1  # the same for a page without any text
MANY_PATHS = 100  # number of paths of a page whose letters are outlines
INVISIBLE = 3  # render mode of recognized text under its image
RECOGNITION_DPI = 300
MAX_RECOGNITION_PIXELS = 40_000_000


def is_picture(page: PdfPage, text_page: PdfTextPage, words: int) -> bool:
    """Return whether a page is an image of its text, with no more text than a stamp.

    A page that was recognized before, with its text invisible under the image, counts as a page with text.

    Args:
        page: The page.
        text_page: Its text.
        words: Number of words of its text.

    Returns:
        True for a scan.
    """
    if words > STAMP_WORDS or (words and _is_recognized(text_page)):
        return False
    width, height = page.get_size()
    area, paths = 0.0, 0
    for item in page.get_objects(max_depth=4):
        kind = item.type  # pyright: ignore[reportAttributeAccessIssue]
        if kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            area += (right - left) * (top - bottom)
        elif kind == pdfium_c.FPDF_PAGEOBJ_PATH:
            paths += 1
    share = area / max(1.0, width * height)
    return share >= SCAN_SHARE or (not words and (share >= LONE_PICTURE_SHARE or paths >= MANY_PATHS))


def _is_recognized(text_page: PdfTextPage) -> bool:
    for index in range(text_page.count_chars()):
        item = pdfium_c.FPDFText_GetTextObject(text_page, index)
        if item and pdfium_c.FPDFTextObj_GetTextRenderMode(item) == INVISIBLE:
            return True
    return False


def recognized_text(page: PdfPage) -> str:
    """Recognize the text of a page with tesseract.

    Args:
        page: The page.

    Returns:
        Paragraphs, separated by blank lines; empty if nothing is recognized.

    Raises:
        ProblemError: If tesseract is not installed.
    """
    import pytesseract

    width, height = page.get_size()
    scale = min(RECOGNITION_DPI / 72, (MAX_RECOGNITION_PIXELS / max(1.0, width * height)) ** 0.5)
    picture = page.render(scale=scale, grayscale=True, may_draw_forms=True)  # pyright: ignore[reportArgumentType]
    image = picture.to_pil()
    try:
        return pytesseract.image_to_string(image, lang=_languages()).strip()
    except pytesseract.TesseractNotFoundError:
        raise ProblemError("no_tesseract") from None


def _languages() -> str:
    import pytesseract

    installed = [name for name in pytesseract.get_languages() if name not in ("osd", "equ")]
    return "+".join(sorted(installed, key=lambda name: name != "eng")) or "eng"
