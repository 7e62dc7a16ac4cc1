"""The Answers page in Python: the question, its answers, and the attention of its tokens."""

from dataclasses import dataclass

from longformer_viz.models.loading import LoadedModel
from longformer_viz.snippets.recorded_run import PRINTED_STRATEGIES, add_document
from longformer_viz.snippets.snippet import Snippet, call, quoted
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """What the tab Attention of the question shows.

    Attributes:
        layer: The layer.
        head: The head.
    """

    layer: int
    head: int


@dataclass(frozen=True, slots=True)
class StrategiesShown:
    """What the tab Longformer or chunking shows: the answer of every strategy."""


@dataclass(frozen=True, slots=True)
class SettingsShown:
    """What the tab What changes the answer shows: the answer with every setting."""


TabShown = QuestionShown | StrategiesShown | SettingsShown


def answers_lines(
    model: LoadedModel,
    question: str,
    tokens: Tokens,
    spec: AttentionSpec,
    tab: TabShown | None = None,
) -> str:
    """Return the lines that compute what the Answers page shows.

    Args:
        model: The model.
        question: The question.
        tokens: The document's tokens.
        spec: The attention pattern.
        tab: What the open tab shows, where it computes something.
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
    if tab is not None:
        snippet.add("", *_tab_lines(snippet, tab, document))
    return snippet.text


def _tab_lines(snippet: Snippet, tab: TabShown, document: str) -> list[str]:
    if isinstance(tab, StrategiesShown):
        results = snippet.call("answer_by_strategies", "model", "question", document)
        return [f"results = {results}", *PRINTED_STRATEGIES]
    if isinstance(tab, SettingsShown):
        found = snippet.call("answer_by_settings", "model", "question", document)
        return [
            f"found = {found}",
            "for point in found.points:",
            "    print(point.setting, [each.text for each in point.answers[:1]], point.is_same)",
            f"print({snippet.call('what_changes', 'found')})",
        ]
    encoded = document if document == "tokens" else "model.tokenize(document)"
    around = snippet.call("pair_around_answer", "model", "question", encoded, "spec", "answers[0]")
    return [
        "# The question's tokens are global, and attend to the whole document.",
        f"pair, pair_spec, shift = {around}",
        f"trace = {snippet.call('run', 'model', 'pair.tokens', 'pair_spec')}",
        "asked = slice(1, pair.global_count)",
        "found = slice(answers[0].first + shift, answers[0].last + shift + 1)",
        f"attention = {call('trace.weights', str(tab.layer), str(tab.head), 'asked')}  # [question, key]",
        "share = attention[:, found].sum(1).mean()  # what the question's tokens give to the answer",
    ]
