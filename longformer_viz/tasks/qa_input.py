"""Join a question and a document into one sequence, as transformers' question answering does."""

from collections.abc import Collection
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.tokens import Tokens

_BETWEEN = "\n\n"  # Between question and document in the text of a pair.


@dataclass(frozen=True, slots=True)
class PairTemplate:
    """The special tokens around a pair: `before` question `between` document `after`, as in `<s> q </s></s> d </s>`.

    Attributes:
        before: Ids before the question.
        between: Ids between question and document.
        after: Ids after the document.
    """

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase) -> "PairTemplate":
        """Return the template by which a tokenizer joins pairs.

        Args:
            tokenizer: The tokenizer of a model for questions.

        Raises:
            InputError: If transformers could not find the question's end in such a pair.
        """
        encoded = tokenizer("a", "b")
        ids, parts = encoded["input_ids"], encoded.sequence_ids()
        question, document = parts.index(0), parts.index(1)
        question_end, document_end = (len(parts) - parts[::-1].index(part) for part in (0, 1))
        if ids.count(tokenizer.sep_token_id) != 3:
            raise InputError(
                "A tokenizer for questions must use three separators in a pair; this model's uses "
                f"{ids.count(tokenizer.sep_token_id)}. Choose a model for question answering."
            )
        return cls(tuple(ids[:question]), tuple(ids[question_end:document]), tuple(ids[document_end:]))

    @property
    def count(self) -> int:
        """Number of special tokens in a pair."""
        return len(self.before) + len(self.between) + len(self.after)

    def prefix(self, question: Collection[int]) -> list[int]:
        """Return the ids before the document: the question and its special tokens.

        Args:
            question: Token ids of the question.
        """
        return [*self.before, *question, *self.between]

    def global_count(self, question: Collection[int]) -> int:
        """Return the number of tokens before the first separator, which are global as in transformers.

        Args:
            question: Token ids of the question.
        """
        return len(self.before) + len(question)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a document, or a part of it, as one sequence.

    Attributes:
        tokens: The sequence; its text is the question, an empty line and the document.
        first: Index of the document's first token in it.
        count: Number of the document's tokens.
        global_count: Number of tokens, from the first on, that are global for this task.
    """

    tokens: Tokens
    first: int
    count: int
    global_count: int

    @property
    def document(self) -> slice:
        """The document's own tokens in the sequence."""
        return slice(self.first, self.first + self.count)

    def spec(
        self, spec: AttentionSpec, question_global: bool = True, pair_globals: tuple[int, ...] = ()
    ) -> AttentionSpec:
        """Return the spec for the pair.

        Args:
            spec: A spec whose positions count the document alone; 0 is `<s>`.
            question_global: Whether the question's tokens are global as well.
            pair_globals: Further global tokens, as positions in the pair.

        Raises:
            InputError: If one of them is outside the pair.
        """
        asked = spec.global_positions or ()
        last = len(self.tokens) - 1
        shifted = {0 if position == 0 else min(self.first + position - 1, last) for position in asked}
        own = set(range(self.global_count)) if question_global else set()
        chosen = AttentionSpec(spec.window, spec.dilation, tuple(sorted(own | shifted | set(pair_globals))))
        chosen.positions_in(len(self.tokens))
        return chosen


def joined_pair(
    model: LoadedModel, question: Tokens, document: Tokens, start: int = 0, stop: int | None = None
) -> Pair:
    """Join a question and the document's own tokens `start` to `stop`.

    Args:
        model: The model that encoded both.
        question: The encoded question.
        document: The encoded document.
        start: First own token of the document, counted without special tokens.
        stop: The token after the last. By default all.

    Raises:
        InputError: If the model's tokenizer is not made for questions.
    """
    template = PairTemplate.of(model.tokenizer)
    asked, own = own_tokens(question), own_tokens(document)[start:stop]
    shift = len(question.text) + len(_BETWEEN)
    ids = [*template.prefix([question.ids[at] for at in asked]), *(document.ids[at] for at in own), *template.after]
    offsets = [
        *[(0, 0)] * len(template.before),
        *(question.offsets[at] for at in asked),
        *[(0, 0)] * len(template.between),
        *((document.offsets[at][0] + shift, document.offsets[at][1] + shift) for at in own),
        *[(0, 0)] * len(template.after),
    ]
    tokens = Tokens(
        ids=tuple(ids),
        offsets=tuple(offsets),
        pieces=tuple(model.tokenizer.convert_ids_to_tokens(ids)),
        text=question.text + _BETWEEN + document.text,
    )
    return Pair(tokens, len(ids) - len(own) - len(template.after), len(own), template.global_count(asked))


def own_tokens(tokens: Tokens) -> range:
    """Return the indices of a text's own tokens: those that have characters, unlike special tokens.

    Args:
        tokens: An encoded text.
    """
    indices = [index for index, (start, stop) in enumerate(tokens.offsets) if start < stop]
    return range(indices[0], indices[-1] + 1) if indices else range(0)
