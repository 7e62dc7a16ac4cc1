"""A second check of pages on which PDFium finds nothing."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader


def pages_with_content(data: bytes, numbers: Sequence[int]) -> list[int]:
    """Find the pages that seem empty but draw something, so that they were not read.

    Args:
        data: The PDF's bytes.
        numbers: Page numbers, from 1.

    Returns:
        The numbers of pages whose content is damaged or draws more than white space.
    """
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    return [number for number in numbers if _has_content(reader, number)]


def _has_content(reader: PdfReader, number: int) -> bool:
    try:
        contents = reader.pages[number - 1].get_contents()
        return contents is not None and any(sign in contents.get_data() for sign in (b"Tj", b"TJ", b" Do", b"/"))
    except Exception:  # The library raises many types of error for damaged content.
        return True
