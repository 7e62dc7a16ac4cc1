"""Overlapping stretches of a document that is longer than what is read at once."""

from longformer_viz.spec import AttentionSpec, InputError


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


def part_of(spec: AttentionSpec, first: int, stop: int, length: int) -> AttentionSpec:
    """The spec for the own tokens `first` to `stop` of a document that has `length` of them.

    Positions count the document: 0 is `<s>`, the place behind its last own token `</s>`, in a part as in the whole.
    """
    if spec.global_positions is None:
        return spec
    last = length + 1 if stop == length else stop
    inside = {place - first for place in spec.global_positions if first < place <= last}
    return AttentionSpec(spec.window, spec.dilation, tuple(sorted(inside | ({0} & set(spec.global_positions)))))
