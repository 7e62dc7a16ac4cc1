"""Split a long document into overlapping parts, and report progress over parts."""

from collections.abc import Callable, Sequence

from longformer_viz.spec import AttentionSpec, InputError, is_whole, shown
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.trace.tokens import Tokens

Progress = Callable[[float], None] | None


def overlapping_parts(length: int, room: int, overlap: int) -> list[tuple[int, int]]:
    """Split tokens into as few overlapping parts as possible, of equal length.

    Args:
        length: Number of tokens.
        room: Tokens per part at most.
        overlap: Tokens that neighbouring parts share at least.

    Returns:
        (start, stop) of each part.

    Raises:
        InputError: If the overlap is negative or not less than `room`.
    """
    if room < 1 or not 0 <= overlap < room:
        raise InputError(
            f"An overlap must be at least 0 and less than the {room} tokens of a part. You entered {overlap}. "
            f"Try {max(0, room // 4)}."
        )
    if length <= room:
        return [(0, length)]
    count = -(-(length - overlap) // (room - overlap))
    starts = [round(number * (length - room) / (count - 1)) for number in range(count)]
    return [(start, start + room) for start in starts]


def shared_tokens(overlap: int | None, room: int) -> int:
    """Return the number of tokens that neighbouring parts share.

    Args:
        overlap: The requested number; None for a quarter of a part.
        room: Tokens per part at most.

    Raises:
        InputError: If it is not a whole number of 0 or more.
    """
    if overlap is None:
        return max(0, min(room - 1, room // 4))
    if not is_whole(overlap) or overlap < 0:
        raise InputError(
            f"An overlap must be at least 0, in whole tokens. You entered {shown(overlap)}. Try {max(0, room // 4)}."
        )
    return max(0, min(room - 1, int(overlap)))


def spec_of_part(spec: AttentionSpec, first: int, stop: int, length: int) -> AttentionSpec:
    """Return the spec for one part of a document.

    Args:
        spec: The spec of the whole document; position 0 is `<s>`, `length + 1` is `</s>`.
        first: First own token of the part.
        stop: The token after its last.
        length: Own tokens of the document, without special tokens.
    """
    if spec.global_positions is None:
        return spec
    last = length + 1 if stop == length else stop
    inside = {position - first for position in spec.global_positions if first < position <= last}
    return AttentionSpec(spec.window, spec.dilation, tuple(sorted(inside | ({0} & set(spec.global_positions)))))


def progress_of_part(progress: Progress, number: int, count: int) -> Progress:
    """Return the progress callback for one of several equal parts; it reports the progress of the whole.

    Args:
        progress: Called with the share of the whole that is done; None reports nothing.
        number: Index of the part.
        count: Number of parts.
    """
    return None if progress is None else lambda fraction: progress((number + fraction) / count)


def own_indices(tokens: Tokens, parts: Sequence[tuple[int, int]]) -> list[int]:
    """Return the indices of parts of a document in it, with its special tokens; each index once.

    Args:
        tokens: The encoded document.
        parts: (start, stop) of each part in the document's own tokens.
    """
    own = own_tokens(tokens)
    inside = sorted({own.start + at for first, stop in parts for at in range(first, min(stop, len(own)))})
    return [*range(own.start), *inside, *range(own.stop, len(tokens))]


def tokens_at(tokens: Tokens, chosen: Sequence[int]) -> Tokens:
    """Return some tokens of a document as one document with the same text.

    Args:
        tokens: The encoded document.
        chosen: Indices of the tokens.
    """
    return Tokens(
        ids=tuple(tokens.ids[at] for at in chosen),
        offsets=tuple(tokens.offsets[at] for at in chosen),
        pieces=tuple(tokens.pieces[at] for at in chosen),
        text=tokens.text,
    )
