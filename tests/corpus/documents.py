"""Documents whose right answers are known, because a sentence with a fact of their own is put into a filler text."""

from collections.abc import Iterable
from pathlib import Path

QUESTION = "Who repairs the lighthouse?"
NAMES = ("Ada Lindqvist", "Tom Okafor", "Mei Tanaka", "Rosa Duarte", "Ivan Petrov", "Nora Haddad", "Sam Whitlock")
_FILLER = (
    "The ferry leaves the harbour at seven and returns before noon. "
    "In winter the market moves into the old hall beside the river. "
    "Most visitors walk along the wall and buy bread on their way back. "
)


def text_with_answer(name: str, sentences_before: int, sentences: int) -> str:
    """A text of about 14 tokens a sentence in which one sentence answers `QUESTION`."""
    filler = [part.strip() + "." for part in (_FILLER * (sentences // 3 + 1)).split(".") if part.strip()][:sentences]
    return " ".join([*filler[:sentences_before], f"{name} repairs the lighthouse.", *filler[sentences_before:]])


def written(folder: Path, texts: Iterable[tuple[str, str]]) -> Path:
    """A folder with text files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def few(folder: Path, count: int = 4, sentences: int = 12) -> Path:
    """A folder with short documents that all answer `QUESTION`, each with another name."""
    return written(
        folder,
        (
            (f"letter {number}.txt", text_with_answer(NAMES[number % 7], number % 5, sentences + number))
            for number in range(count)
        ),
    )
