"""Sentences about what was moved, left out or not read of a PDF."""

from collections.abc import Sequence

MOST_NAMED = 12


def pages_named(numbers: Sequence[int], total: int) -> str:
    """Name pages: "Page 2 of 3", "Pages 2, 4 and 7 of 9", or "14 pages of 90" if there are many.

    Args:
        numbers: Page numbers, from 1.
        total: Number of pages of the document.

    Returns:
        The name.
    """
    if len(numbers) == 1:
        return f"Page {numbers[0]:,} of {total:,}"
    if len(numbers) > MOST_NAMED:
        return f"{len(numbers):,} pages of {total:,}"
    *first, last = (f"{number:,}" for number in numbers)
    return f"Pages {', '.join(first)} and {last} of {total:,}"


def picture_note(numbers: Sequence[int], total: int) -> str:
    """Return a sentence that says which pages are images, and how many pages have text.

    Args:
        numbers: Numbers, from 1, of the pages that are images.
        total: Number of pages of the document.

    Returns:
        The sentence.
    """
    is_one, rest = len(numbers) == 1, total - len(numbers)
    are = "is an image" if is_one else "are images"
    return f"{pages_named(numbers, total)} {are}; {rest:,} {'page has' if rest == 1 else 'pages have'} text."


def counted(number: int, singular: str, plural: str) -> str:
    """Return a count with its noun and verb, such as "1 comment was" or "3 comments were".

    Args:
        number: The count.
        singular: The words after 1.
        plural: The words after any other number.

    Returns:
        The phrase.
    """
    return f"{number:,} {singular if number == 1 else plural}"
