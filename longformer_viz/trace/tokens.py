"""A document as the model sees it: token ids, and where each token stands in the text."""

from dataclasses import dataclass

from longformer_viz.spec import InputError


@dataclass(frozen=True, slots=True)
class Tokens:
    """An encoded document, special tokens included.

    ids: vocabulary ids, n of them; offsets: for each token its [start, stop) in characters of `text`, (0, 0) for
    special tokens; pieces: the tokens as words to show; text: the document the offsets count in.
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
