"""What a reader of a file format is given and what it returns; the child process imports nothing heavier."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the visitor may choose about reading.

    Attributes:
        leave_out_running_headers: Leave out the headers, footers and page numbers that repeat from page to page.
        recognize_pictures: Recognize the text of scanned pages (OCR), where tesseract is installed.
    """

    leave_out_running_headers: bool = False
    recognize_pictures: bool = False


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The text of a file, and what a reader should know about how it was read.

    Attributes:
        text: The document's text.
        notes: Whole sentences about what was moved, left out or could not be read.
        picture_pages: Numbers, from 1, of the pages that are pictures without text.
        running_headers: Number of running headers, footers and page numbers found, whether kept or left out.
    """

    text: str
    notes: tuple[str, ...] = ()
    picture_pages: tuple[int, ...] = ()
    running_headers: int = 0


class ProblemError(Exception):
    """Why a file has no text to give: one word, and the figures that go with it."""

    def __init__(self, problem: str, **figures: int | str | list[int]) -> None:
        super().__init__(problem)
        self.answer = {"problem": problem, **figures}
