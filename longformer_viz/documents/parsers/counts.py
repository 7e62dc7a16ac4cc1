"""Whole sentences about what a reader moved or left out, with counts."""

from collections.abc import Mapping


def counted(count: int, one: str, many: str) -> list[str]:
    """Return a sentence for a count, in a list that is empty for 0.

    Args:
        count: How many there are.
        one: The sentence for 1, without its number: " footnote was moved."
        many: The sentence for 2 and more, without its number.

    Returns:
        One sentence or none.
    """
    if count == 0:
        return []
    return [f"1 {one}" if count == 1 else f"{count:,} {many}"]


def left_out(count: int, one: str, many: str) -> list[str]:
    """Return "3 comments were left out." for the count of a thing, in a list that is empty for 0."""
    return counted(count, f"{one} was left out.", f"{many} were left out.")


def running_notes(headers: int, footers: int, are_left_out: bool) -> list[str]:
    """Return sentences about headers and footers, which are either left out or shown once."""
    if are_left_out:
        return [*left_out(headers, "header", "headers"), *left_out(footers, "footer", "footers")]
    return [
        *counted(
            headers,
            "header is shown once, at the start of the text.",
            "headers are shown once, at the start of the text.",
        ),
        *counted(
            footers,
            "footer is shown once, at the end of the text.",
            "footers are shown once, at the end of the text.",
        ),
    ]


def moved_notes(tally: Mapping[str, int]) -> list[str]:
    """Return sentences about the footnotes and endnotes that were moved behind their paragraphs."""
    return [
        sentence
        for kind in ("footnote", "endnote")
        for sentence in counted(
            tally[f"{kind}s"],
            f"{kind} was moved to the end of its paragraph.",
            f"{kind}s were moved to the end of their paragraph.",
        )
    ]
