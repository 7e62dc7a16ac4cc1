"""A second opinion on pages where PDFium finds nothing at all."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader


def pages_with_content(data: bytes, numbers: Sequence[int]) -> list[int]:
    """Return which of the pages that seem empty draw something after all, so that they were not read.

    Args:
        data: The PDF.
        numbers: Page numbers, from 1.

    Returns:
        Those whose content is damaged or holds more than white space.
    """
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    return [number for number in numbers if _has_content(reader, number)]


def _has_content(reader: PdfReader, number: int) -> bool:
    try:
        contents = reader.pages[number - 1].get_contents()
        return contents is not None and any(sign in contents.get_data() for sign in (b"Tj", b"TJ", b" Do", b"/"))
    except Exception:  # it fails on damaged content in many ways
        return True
