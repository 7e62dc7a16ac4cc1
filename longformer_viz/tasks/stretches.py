"""Overlapping stretches of a document that is longer than what is read at once."""

from longformer_viz.spec import InputError


def stretches(length: int, room: int, overlap: int) -> list[tuple[int, int]]:
    """(start, stop) of as few stretches of at most `room` tokens as cover `length`, each `overlap` into the next.

    The last ones share what is too much between them, so that none is a mere rest.
    """
    if room < 1 or not 0 <= overlap < room:
        raise InputError(
            f"An overlap must be at least 0 and less than the {room} tokens that are read at once; got {overlap}. "
            f"Try {max(0, room // 4)}."
        )
    if length <= room:
        return [(0, length)]
    count = -(-(length - overlap) // (room - overlap))
    starts = [round(number * (length - room) / (count - 1)) for number in range(count)]
    return [(start, start + room) for start in starts]
