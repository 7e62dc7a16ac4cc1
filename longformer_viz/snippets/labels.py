"""The Labels page in Python: the labels of a document, and the sentences that decide."""

from longformer_viz.models.loading import LoadedModel
from longformer_viz.snippets.recorded_run import add_document
from longformer_viz.snippets.snippet import Snippet, quoted
from longformer_viz.spec import AttentionSpec
from longformer_viz.trace.tokens import Tokens


def labels_lines(
    model: LoadedModel,
    tokens: Tokens,
    labels: tuple[str, ...] | str | None,
    spec: AttentionSpec,
    explained: str | None = None,
    method: str = "",
) -> str:
    """Return the lines that compute what the Labels page shows.

    Args:
        model: The model.
        tokens: The document's tokens.
        labels: The visitor's labels, "kinds", or None for those of the model's head.
        spec: The attention pattern of the model's head.
        explained: The label whose sentences are shown; None if they are not shown.
        method: The method that finds them.
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
    return snippet.text
