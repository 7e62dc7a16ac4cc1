"""A document as the model reads it: token ids, and the position of each token in the text."""

from dataclasses import dataclass

from longformer_viz.spec import InputError


@dataclass(frozen=True, slots=True)
class Tokens:
    """An encoded document of n tokens, including special tokens.

    Attributes:
        ids: Vocabulary ids, `[n]`.
        offsets: `(start, stop)` of each token in characters of `text`; `(0, 0)` for special tokens.
        pieces: The text to show for each token.
        text: The document.

    Raises:
        InputError: There are no tokens, or the numbers of ids, offsets and pieces differ.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    pieces: tuple[str, ...]
    text: str

    def __post_init__(self) -> None:
        if not len(self.ids) == len(self.offsets) == len(self.pieces) >= 1:
            raise InputError(
                "Tokens must have one offset and one piece for each id, and at least one id; "
                f"got {len(self.ids)} ids, {len(self.offsets)} offsets and {len(self.pieces)} pieces. "
                "Make them with model.tokenize(text)."
            )

    def __len__(self) -> int:
        return len(self.ids)
