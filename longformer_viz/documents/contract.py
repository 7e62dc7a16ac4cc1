"""The inputs and outputs of the parsers. The child process imports nothing larger."""

from dataclasses import dataclass
from typing import Protocol

from longformer_viz.documents.limits import Limits


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """The visitor's choices about reading.

    Attributes:
        leave_out_running_headers: Leave out the headers, footers and page numbers that repeat from page to page.
        recognize_pictures: Recognize the text of scanned pages (OCR), if tesseract is installed.
    """

    leave_out_running_headers: bool = False
    recognize_pictures: bool = False


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """The text of a file, with notes about how it was read.

    Attributes:
        text: The document's text.
        notes: Full sentences about what was moved, left out or could not be read.
        picture_pages: Numbers, from 1, of the pages that are images without text.
        running_headers: Number of running headers, footers and page numbers found, whether kept or left out.
    """

    text: str
    notes: tuple[str, ...] = ()
    picture_pages: tuple[int, ...] = ()
    running_headers: int = 0


class ProblemError(Exception):
    """The reason why a file has no readable text.

    Args:
        problem: Name of the problem, in one word.
        figures: Figures that the message about it quotes.
    """

    def __init__(self, problem: str, **figures: int | str | list[int]) -> None:
        super().__init__(problem)
        self.answer = {"problem": problem, **figures}


class Parser(Protocol):
    """The function `read` of a module of `documents.parsers`."""

    def __call__(self, data: bytes, limits: Limits, options: ReadOptions) -> ReadDocument:
        """Read a file.

        Args:
            data: The file's bytes.
            limits: Limits on time, memory and the size of archives.
            options: What to leave out and what to recognize.

        Returns:
            The text with a blank line between paragraphs, and notes about what was moved or left out.

        Raises:
            ProblemError: If the file is damaged, locked, without text or beyond the limits.
        """
        ...
