"""Limits on the size of an upload and on the resources of its parser."""

from dataclasses import dataclass

MEGABYTE = 2**20
MAX_UPLOAD_BYTES = 25 * MEGABYTE
MAX_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the child process that parses one file.

    Attributes:
        seconds: Processor time, and elapsed time, in seconds.
        recognition_seconds: The same if pages are recognized (OCR). Pages that are not reached in time stay images.
        memory_bytes: Address space of the process, in bytes.
        unpacked_bytes: Total size of the parts of a ZIP archive, such as a Word document, in bytes.
        entries: Number of parts of a ZIP archive.
        characters: Length of the text.
    """

    seconds: float = 60
    recognition_seconds: float = 600
    memory_bytes: int = 1024 * MEGABYTE
    unpacked_bytes: int = 200 * MEGABYTE
    entries: int = 5_000
    characters: int = MAX_CHARACTERS


LIMITS = Limits()
