"""Whole sentences about what a reader moved or left out, with counts."""


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
