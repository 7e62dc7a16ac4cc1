"""A question and a document as one sequence, the way transformers' question answering has it."""

from collections.abc import Collection
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec, InputError
from longformer_viz.trace.tokens import Tokens

_BETWEEN = "\n\n"  # question and document in the text of a pair


@dataclass(frozen=True, slots=True)
class PairTemplate:
    """The special tokens around a pair: `before` question `between` document `after`; `<s> q </s></s> d </s>`."""

    before: tuple[int, ...]
    between: tuple[int, ...]
    after: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerBase) -> "PairTemplate":
        """As the tokenizer builds pairs. Raises InputError where transformers could not find the question's end."""
        encoded = tokenizer("a", "b")
        ids, parts = encoded["input_ids"], encoded.sequence_ids()
        question, document = parts.index(0), parts.index(1)
        question_end, document_end = (len(parts) - parts[::-1].index(part) for part in (0, 1))
        if ids.count(tokenizer.sep_token_id) != 3:
            raise InputError(
                "A tokenizer for questions must put three separators into a pair; this model's puts "
                f"{ids.count(tokenizer.sep_token_id)}. Choose a model for question answering."
            )
        return cls(tuple(ids[:question]), tuple(ids[question_end:document]), tuple(ids[document_end:]))

    @property
    def count(self) -> int:
        """How many special tokens a pair has."""
        return len(self.before) + len(self.between) + len(self.after)

    def prefix(self, question: Collection[int]) -> list[int]:
        """All that stands before the document."""
        return [*self.before, *question, *self.between]

    def global_count(self, question: Collection[int]) -> int:
        """How many tokens from the first on are global: those before the first separator, as in transformers."""
        return len(self.before) + len(question)


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a document (or a stretch of one) as one sequence.

    tokens: of the whole; its text is the question, an empty line, the document; first: where the document's tokens
    begin in it, `count` of them; global_count: how many tokens from the first on are global by the task.
    """

    tokens: Tokens
    first: int
    count: int
    global_count: int

    @property
    def document(self) -> slice:
        """Where the document's own tokens stand in the sequence."""
        return slice(self.first, self.first + self.count)

    def spec(self, spec: AttentionSpec, question_global: bool = True) -> AttentionSpec:
        """The spec for the pair from one whose positions count the document alone (0 is `<s>`).

        The question's tokens are global besides, unless `question_global` is False.
        """
        asked = spec.global_positions or ()
        last = len(self.tokens) - 1
        shifted = {0 if place == 0 else min(self.first + place - 1, last) for place in asked}
        own = set(range(self.global_count)) if question_global else set()
        return AttentionSpec(spec.window, spec.dilation, tuple(sorted(own | shifted)))


def paired(model: LoadedModel, question: Tokens, document: Tokens, start: int = 0, stop: int | None = None) -> Pair:
    """The pair of a question and the document's own tokens `start` to `stop`, both encoded by `model.tokenize`."""
    template = PairTemplate.of(model.tokenizer)
    asked, own = inner(question), inner(document)[start:stop]
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


def inner(tokens: Tokens) -> range:
    """The places of a text's own tokens: those that stand for characters."""
    places = [place for place, (start, stop) in enumerate(tokens.offsets) if start < stop]
    return range(places[0], places[-1] + 1) if places else range(0)
