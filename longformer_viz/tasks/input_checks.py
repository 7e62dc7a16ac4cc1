"""Checks of the model, question, document and length that the tasks are given."""

from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import tokens_of
from longformer_viz.models.support import check_is_encoder
from longformer_viz.spec import InputError, is_whole, named_type, shown
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.trace.tokens import Tokens


def check_answers(model: LoadedModel) -> None:
    """Check that a model has a head for questions.

    Args:
        model: The model.

    Raises:
        InputError: If it has none, or is a decoder.
    """
    check_is_encoder(model, "Answers")
    if not model.answers_questions:
        raise InputError(
            f"A model must have a head for questions; {shown(model.name)} has none. "
            'Use load(task="qa"), or a checkpoint fine-tuned on SQuAD or TriviaQA.'
        )


def tokenized_question(model: LoadedModel, question: str) -> Tokens:
    """Tokenize a question.

    Args:
        model: The model whose tokenizer and windows are used.
        question: The question.

    Returns:
        Its tokens, special tokens included.

    Raises:
        InputError: If the question has no word, or more tokens than the smallest window.
    """
    if not isinstance(question, str) or not any(character.isalnum() for character in question):
        raise InputError(f"A question must contain a word. You entered {shown(question)}. Try: What is this about?")
    tokens = model.tokenize(question.strip())
    window = min(model.windows)
    if len(own_tokens(tokens)) > window:
        raise InputError(
            f"A question may have at most as many tokens as the window, {window}; this one has "
            f"{len(own_tokens(tokens)):,}. Shorten the question, or choose a larger window."
        )
    return tokens


def document_with_words(model: LoadedModel, document: str | Tokens) -> Tokens:
    """Return a document's tokens, of which one or more are a word or a number.

    Args:
        model: The model that reads it.
        document: A text, or Tokens made by `model.tokenize`.

    Raises:
        InputError: If the document is anything else, has no word, or is too long to tokenize.
    """
    tokens = tokens_of(model, document)
    check_words(tokens)
    return tokens


def check_words(tokens: Tokens) -> None:
    """Check that a document has a word or a number, which an answer or a reason needs.

    Args:
        tokens: The tokenized document.

    Raises:
        InputError: If it has none, or is not `Tokens`.
    """
    if not isinstance(tokens, Tokens):
        raise InputError(
            f"A document must be a str or Tokens made from one. You entered {named_type(tokens)}. Pass a str."
        )
    own = own_tokens(tokens)
    text = tokens.text[tokens.offsets[own[0]][0] : tokens.offsets[own[-1]][1]] if own else ""
    if not any(character.isalnum() for character in text):
        raise InputError(
            f"A document must contain a word or a number. You entered {shown(text[:40])}. Paste some text."
        )


def read_at_once(model: LoadedModel, max_tokens: int | None) -> int:
    """Return the largest number of tokens of one forward pass.

    Args:
        model: The model.
        max_tokens: The number to check; None for the most that the model can read.

    Returns:
        The number of tokens, special tokens included.

    Raises:
        InputError: If the number is less than 8 or more than the model can read.
    """
    if max_tokens is None:
        return model.max_tokens
    if not is_whole(max_tokens) or not 8 <= max_tokens <= model.max_tokens:
        raise InputError(
            f"max_tokens must be a whole number from 8 to {model.max_tokens:,}. "
            f"You entered {shown(max_tokens)}. Try 512."
        )
    return max_tokens
