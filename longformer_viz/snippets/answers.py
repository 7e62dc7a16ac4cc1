"""The Answers page in Python: the question, its answers, and the attention of its tokens."""

from longformer_viz.models.loading import LoadedModel
from longformer_viz.snippets.recorded_run import add_document
from longformer_viz.snippets.snippet import Snippet, call, quoted
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens


def answers_lines(
    model: LoadedModel,
    question: str,
    tokens: Tokens,
    spec: AttentionSpec,
    question_head: tuple[int, int] | None = None,
) -> str:
    """Return the lines that compute what the Answers page shows.

    Args:
        model: The model.
        question: The question.
        tokens: The document's tokens.
        spec: The attention pattern.
        question_head: Layer and head whose attention of the question is shown; None if it is not shown.
    """
    snippet = Snippet()
    document = add_document(snippet, model, tokens, spec)
    snippet.add(f"question = {quoted(question)}")
    snippet.add(f"answers = {snippet.call('answer', 'model', 'question', document, 'spec')}")
    snippet.add(
        "for found in answers:",
        '    print(f"{found.probability:.0%}  {found.text}")',
        'print("No answer:", answers.none_probability)',
    )
    if question_head is not None:
        layer, head = question_head
        encoded = document if document == "tokens" else "model.tokenize(document)"
        around = snippet.call("pair_around_answer", "model", "question", encoded, "spec", "answers[0]")
        snippet.add(
            "",
            "# The question's tokens are global, and attend to the whole document.",
            f"pair, pair_spec, shift = {around}",
            f"trace = {snippet.call('run', 'model', 'pair.tokens', 'pair_spec')}",
            "asked = slice(1, pair.global_count)",
            "found = slice(answers[0].first + shift, answers[0].last + shift + 1)",
            f"attention = {call('trace.weights', str(layer), str(head), 'asked')}  # [question, key]",
            "share = attention[:, found].sum(1).mean()  # what the question's tokens give to the answer",
        )
    return snippet.text
