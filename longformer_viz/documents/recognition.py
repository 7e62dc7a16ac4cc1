"""Whether the text of scanned pages can be recognized (OCR) on this machine."""

import shutil


def ocr_is_available() -> bool:
    """Return whether the program tesseract is installed."""
    return shutil.which("tesseract") is not None
