"""How large an upload may be, and what its reading may take."""

from dataclasses import dataclass

MEGABYTE = 2**20
MAX_UPLOAD_BYTES = 25 * MEGABYTE
MAX_CHARACTERS = 2_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child process that parses one file may take.

    Attributes:
        seconds: Processor time and elapsed time.
        recognition_seconds: The same where pictures are recognized (OCR); pages past it stay pictures.
        memory_bytes: Address space of the process.
        unpacked_bytes: Total size of the parts of a ZIP archive, such as a Word document.
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
