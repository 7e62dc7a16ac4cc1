"""Compare PDF readers with MuPDF, word by word, and measure their time per page.

`python -m benchmarks.document_reading FOLDER` reads every PDF below the folder with this project's reader and with
pypdfium2, pypdf and pdfminer.six, as far as they are installed. MuPDF (`pip install pymupdf`, AGPL) is the measure
and never a dependency. Words are what white space separates after Unicode's NFKC, without hyphens, so that no
decision about a split word counts. *Words* is the F1 of the two multisets of words, *pairs* the same of words that
follow each other, which falls where the order differs. Times are processor time, in this process.
"""

import re
import sys
import time
import unicodedata
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from pathlib import Path

SPLIT_WORD = re.compile("[-\u2010\u00ad]\\s*\n\\s*")
HYPHEN = re.compile("[-\u2010\u00ad\ufffe]")


@dataclass(frozen=True, slots=True)
class Agreement:
    """How much of the reference a reader found, from 0 to 1, and its processor time."""

    words: float
    pairs: float
    milliseconds_a_page: float


def with_this_project(data: bytes) -> str:
    from longformer_viz.documents.contract import ReadOptions
    from longformer_viz.documents.limits import LIMITS
    from longformer_viz.documents.parsers.pdf import read

    return read(data, LIMITS, ReadOptions()).text


def with_pypdfium2(data: bytes) -> str:
    from pypdfium2 import PdfDocument

    return "\n".join(page.get_textpage().get_text_range() for page in PdfDocument(data))


def with_pypdf(data: bytes) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def with_pdfminer(data: bytes) -> str:
    from pdfminer.high_level import extract_text

    return extract_text(BytesIO(data))


READERS: dict[str, tuple[str, Callable[[bytes], str]]] = {
    "this project": ("pypdfium2", with_this_project),
    "pypdfium2": ("pypdfium2", with_pypdfium2),
    "pypdf": ("pypdf", with_pypdf),
    "pdfminer.six": ("pdfminer", with_pdfminer),
}


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are compared."""
    return HYPHEN.sub("", unicodedata.normalize("NFKC", SPLIT_WORD.sub("", text))).split()


def f1(found: Iterable[object], expected: Iterable[object]) -> float:
    """Return the F1 of two multisets; 1 where both are empty."""
    found, expected = Counter(found), Counter(expected)
    size = found.total() + expected.total()
    return 2 * (found & expected).total() / size if size else 1.0


def agreement(read: Callable[[bytes], str], data: bytes, expected: list[str], pages: int) -> Agreement:
    """Return how a reader's text agrees with the words that MuPDF reads."""
    start = time.process_time()
    text = read(data)
    seconds = time.process_time() - start
    found = words_of(text)
    return Agreement(f1(found, expected), f1(pairwise(found), pairwise(expected)), 1000 * seconds / pages)


def main() -> int:
    """Print a table of files and readers; 2 where MuPDF is not installed."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    if find_spec("pymupdf") is None:
        print("MuPDF is the measure: pip install pymupdf in an environment of its own.", file=sys.stderr)
        return 2
    import pymupdf

    readers = {name: read for name, (module, read) in READERS.items() if find_spec(module)}
    print("| file | pages | reader | words | pairs | ms a page |\n| --- | --- | --- | --- | --- | --- |")
    for file in sorted(folder.rglob("*.pdf")):
        data = file.read_bytes()
        document = pymupdf.open(stream=data)
        expected = words_of("\n".join(page.get_text() for page in document))
        for name, read in readers.items():
            try:
                found = agreement(read, data, expected, len(document))
            except Exception as error:  # every library refuses a file in its own way
                print(f"| {file.name} | {len(document)} | {name} | {type(error).__name__} | | |")
                continue
            figures = f"{found.words:.4f} | {found.pairs:.4f} | {found.milliseconds_a_page:.1f}"
            print(f"| {file.name} | {len(document)} | {name} | {figures} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
