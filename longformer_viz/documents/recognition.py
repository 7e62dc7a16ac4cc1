"""Whether this machine can recognize the text of scanned pages (OCR)."""

import shutil


def ocr_is_available() -> bool:
    """Return whether the program tesseract is installed."""
    return shutil.which("tesseract") is not None
