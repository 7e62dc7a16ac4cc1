"""The sentences that tell a reader what of a PDF was moved, left out or not read."""

from collections.abc import Sequence

MOST_NAMED = 12


def pages_named(numbers: Sequence[int], total: int) -> str:
    """Return "Page 2 of 3", "Pages 2, 4 and 7 of 9" or, for many, "14 pages of 90", numbers from 1."""
    if len(numbers) == 1:
        return f"Page {numbers[0]:,} of {total:,}"
    if len(numbers) > MOST_NAMED:
        return f"{len(numbers):,} pages of {total:,}"
    *first, last = (f"{number:,}" for number in numbers)
    return f"Pages {', '.join(first)} and {last} of {total:,}"


def picture_note(numbers: Sequence[int], total: int) -> str:
    """Return which pages are pictures, and how many pages have text."""
    is_one, rest = len(numbers) == 1, total - len(numbers)
    are = "is an image" if is_one else "are images"
    return f"{pages_named(numbers, total)} {are}; {rest:,} {'page has' if rest == 1 else 'pages have'} text."


def counted(number: int, singular: str, plural: str) -> str:
    """Return "1 comment was" or "3 comments were", in the words given."""
    return f"{number:,} {singular if number == 1 else plural}"
