"""The Labels page in Python: the labels of a document, and the sentences that decide."""

from dataclasses import dataclass

from longformer_viz.models.loading import LoadedModel
from longformer_viz.snippets.recorded_run import PRINTED_STRATEGIES, add_document, spec_code
from longformer_viz.snippets.snippet import Snippet, call, quoted
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens


@dataclass(frozen=True, slots=True)
class FirstTokenShown:
    """What the tab Attention of the first token shows.

    Attributes:
        tokens: The tokens that ran: the document's, or the first ones of a document too long for the model.
        spec: The attention pattern of that run.
        layer: The layer.
        head: The head.
        sentences: Number of the strongest sentences whose share is shown.
    """

    tokens: Tokens
    spec: AttentionSpec
    layer: int
    head: int
    sentences: int


@dataclass(frozen=True, slots=True)
class StrategiesShown:
    """What the tab Longformer or chunking shows: the labels of every strategy."""


TabShown = FirstTokenShown | StrategiesShown


def labels_lines(
    model: LoadedModel,
    tokens: Tokens,
    labels: tuple[str, ...] | str | None,
    spec: AttentionSpec,
    explained: str | None = None,
    method: str = "",
    tab: TabShown | None = None,
) -> str:
    """Return the lines that compute what the Labels page shows.

    Args:
        model: The model.
        tokens: The document's tokens.
        labels: The visitor's labels, "kinds", or None for those of the model's head.
        spec: The attention pattern of the model's head.
        explained: The label whose sentences are shown; None if they are not shown.
        method: The method that finds them.
        tab: What the open tab shows, where it computes something.
    """
    snippet = Snippet()
    document = add_document(snippet, model, tokens, spec if labels is None else None)
    arguments = ["spec=spec"]
    if labels is not None:
        listed = quoted(labels) if isinstance(labels, str) else f"[{', '.join(map(quoted, labels))}]"
        snippet.add(f"labels = {listed}")
        arguments = ["labels=labels"]
    snippet.add(f"found = {snippet.call('classify', 'model', document, *arguments)}")
    snippet.add("for label in found:", '    print(f"{label.probability:.1%}  {label.name}")')
    if explained is not None:
        by = f"method={quoted(method)}"
        evidence = snippet.call("label_evidence", "model", document, quoted(explained), *arguments, by)
        snippet.add(
            "",
            f"evidence = {evidence}",
            "for sentence in evidence.ranked[:5]:  # how much each changes the log-odds of the label",
            '    print(f"{sentence.weight:+.2f}  {document[sentence.start : sentence.stop]}")',
        )
    if tab is not None:
        snippet.add("", *_tab_lines(snippet, tab, model, tokens, document))
    return snippet.text


def _tab_lines(snippet: Snippet, tab: TabShown, model: LoadedModel, tokens: Tokens, document: str) -> list[str]:
    if isinstance(tab, StrategiesShown):
        return [f"results = {snippet.call('classify_by_strategies', 'model', document)}", *PRINTED_STRATEGIES]
    lines, run = [], f"trace = {snippet.call('run', 'model', document, 'spec')}"
    if len(tab.tokens) < len(tokens):
        lines = [
            f"part = {call('model.tokenize', 'document', 'limit=model.max_tokens')}  # as much as fits in the model",
            f"part_spec = {spec_code(snippet, tab.spec, model, tab.tokens, 'part')}",
        ]
        run = f"trace = {snippet.call('run', 'model', 'part', 'part_spec')}"
    weights = call("trace.weights", str(tab.layer), str(tab.head), "rows=slice(0, 1)")
    lines += [run, f"attention = {weights}[0]  # from the first token to each token"]
    if tab.sentences:
        shares = snippet.call("first_token_shares", "trace", "spans")
        lines += [
            f"spans = [(each.first, each.last) for each in evidence.ranked[:{tab.sentences}]]",
            f"shares = {shares}  # [layers, heads]: what it gives to the strongest sentences",
        ]
    return lines
