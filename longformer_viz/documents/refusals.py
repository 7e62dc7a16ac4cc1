"""The errors for files that cannot be read: the rule, what the file has, and what to do."""

from typing import Any

from longformer_viz.documents.cleaning import too_long
from longformer_viz.documents.limits import MEGABYTE, Limits
from longformer_viz.documents.recognition import ocr_is_available
from longformer_viz.spec import InputError, shown


class PicturePagesError(InputError):
    """A file whose pages are images of text, which recognition (OCR) may read.

    Args:
        message: The error's text.
        picture_pages: Numbers of these pages, from 1.
    """

    def __init__(self, message: str, picture_pages: tuple[int, ...]) -> None:
        super().__init__(message)
        self.picture_pages = picture_pages


def refusal(answer: dict[str, Any], name: str, limits: Limits) -> Exception:
    """Return the error for a problem of the child process.

    Args:
        answer: The problem's name and its figures.
        name: The file's name.
        limits: The limits of the child process.

    Returns:
        An `InputError`, or an `ImportError` if a package is missing.
    """
    file = shown(name)
    match answer["problem"]:
        case "encrypted":
            return InputError(
                f"A document must open without a password; {file} needs one. Save a copy without a password and "
                "upload the copy."
            )
        case "no_text":
            return InputError(
                f"A PDF must contain text, not only images; {file} has no text on its {answer['pages']:,} pages. Run "
                "text recognition (OCR) on it, or paste the text."
            )
        case "pictures":
            return _pictures(answer, file)
        case "no_page_read":
            return InputError(
                f"At least one page of a PDF must be readable; none of the {answer['pages']:,} pages of {file} "
                "is. Save it again in the program that made it, or paste the text."
            )
        case "no_tesseract":
            return InputError(
                f"Text recognition (OCR) needs the program tesseract; {file} contains images, and tesseract is not "
                "installed on this machine. Install it, or turn text recognition off."
            )
        case "too_big":
            return InputError(
                f"A document may unpack to at most {limits.unpacked_bytes // MEGABYTE:,} MB in "
                f"{limits.entries:,} parts and take {limits.memory_bytes // MEGABYTE:,} MB of memory; "
                f"{file} exceeds this. Split it, or paste the text."
            )
        case "too_long":
            return too_long(answer["characters"])
        case "slow":
            return InputError(
                f"Reading a document may take at most {limits.seconds:g} seconds; {file} took longer. "
                "Split it, or paste the text."
            )
        case "killed":
            return InputError(
                f"A document is read by a process of its own, which must not be stopped; the system stopped it while "
                f"it read {file}, perhaps because memory is short. Try again, or paste the text."
            )
        case "missing":
            return ImportError(f"Package {answer['module']} is missing; run pip install -r requirements.txt.")
    return InputError(
        f"A document must be readable from start to end; {file} is damaged or incomplete. "
        "Save it again in the program that made it, or paste the text."
    )


def _pictures(answer: dict[str, Any], file: str) -> PicturePagesError:
    pages = "its only page is an image" if answer["pages"] == 1 else f"all its {answer['pages']:,} pages are images"
    stamped = " and have only a stamped line of text" if answer["stamped"] else ""
    if answer["tried"]:
        cure = "Text recognition (OCR) found no text in them. Paste the text."
    elif ocr_is_available():
        cure = "Choose text recognition (OCR), or paste the text."
    else:
        cure = "Install tesseract on this machine for text recognition (OCR), or paste the text."
    return PicturePagesError(
        f"A PDF must contain text, not only images; {file} has no text: {pages}{stamped}. {cure}",
        tuple(answer["picture_pages"]),
    )
