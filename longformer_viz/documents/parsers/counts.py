"""Full sentences, with counts, about what a parser moved or left out."""

from collections.abc import Mapping


def counted(count: int, one: str, many: str) -> list[str]:
    """Return a sentence for a count, as a list that is empty for 0.

    Args:
        count: The number of things.
        one: The sentence for 1, without its number: " footnote was moved."
        many: The sentence for 2 and more, without its number.

    Returns:
        A list of one sentence or none.
    """
    if count == 0:
        return []
    return [f"1 {one}" if count == 1 else f"{count:,} {many}"]


def left_out(count: int, one: str, many: str) -> list[str]:
    """Return a sentence such as "3 comments were left out.", as a list that is empty for 0.

    Args:
        count: The number of things.
        one: Their name in the singular.
        many: Their name in the plural.

    Returns:
        A list of one sentence or none.
    """
    return counted(count, f"{one} was left out.", f"{many} were left out.")


def running_notes(headers: int, footers: int, are_left_out: bool) -> list[str]:
    """Return sentences about headers and footers.

    Args:
        headers: Number of headers.
        footers: Number of footers.
        are_left_out: Whether they are left out. Otherwise each is shown once.

    Returns:
        Up to two sentences.
    """
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
    """Return sentences about the footnotes and endnotes that were moved to the end of their paragraphs.

    Args:
        tally: Counts, with the keys "footnotes" and "endnotes".

    Returns:
        Up to two sentences.
    """
    return [
        sentence
        for kind in ("footnote", "endnote")
        for sentence in counted(
            tally[f"{kind}s"],
            f"{kind} was moved to the end of its paragraph.",
            f"{kind}s were moved to the end of their paragraph.",
        )
    ]
