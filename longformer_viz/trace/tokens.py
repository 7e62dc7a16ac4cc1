"""A document as the model reads it: token ids, and the position of each token in the text."""

from dataclasses import dataclass

from longformer_viz.checks import check_text, check_values
from longformer_viz.spec import InputError, is_whole, shown


@dataclass(frozen=True, slots=True)
class Tokens:
    """An encoded document of n tokens, including special tokens.

    Attributes:
        ids: Vocabulary ids, `[n]`.
        offsets: `(start, stop)` of each token in characters of `text`; `(0, 0)` for special tokens.
        pieces: The text to show for each token.
        text: The document.

    Raises:
        InputError: There are no tokens, the numbers of ids, offsets and pieces differ, or one is of another type.
    """

    ids: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    pieces: tuple[str, ...]
    text: str

    def __post_init__(self) -> None:
        for name in ("ids", "offsets", "pieces"):
            values = check_values(getattr(self, name), name, "Make them with model.tokenize(text).")
            object.__setattr__(self, name, tuple(values))
        check_text(self.text, "text", "Pass the text that the tokens were made from.")
        if not len(self.ids) == len(self.offsets) == len(self.pieces) >= 1:
            raise InputError(
                "Tokens must have one offset and one piece for each id, and at least one id; "
                f"got {len(self.ids)} ids, {len(self.offsets)} offsets and {len(self.pieces)} pieces. "
                "Make them with model.tokenize(text)."
            )

        whole = all(type(number) is int for number in self.ids) or all(map(is_whole, self.ids))
        pairs = all(isinstance(pair, tuple) and len(pair) == 2 for pair in self.offsets)
        if not whole or not pairs or not all(isinstance(piece, str) for piece in self.pieces):
            raise InputError(
                "Tokens must have whole numbers as ids, pairs of numbers as offsets and texts as pieces. "
                f"You entered {shown(self.ids, 20)}, {shown(self.offsets, 20)} and {shown(self.pieces, 20)}. "
                "Make them with model.tokenize(text)."
            )

    def __len__(self) -> int:
        return len(self.ids)
