"""Tables whose columns all have a title and a help text, the same in every table."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from longformer_viz.tables import Row
from longformer_viz.ui.glossary import explain

_text = st.column_config.TextColumn
_number = st.column_config.NumberColumn
_SHARE: dict[str, Any] = {"format": "percent", "min_value": 0, "max_value": 1}

COLUMNS: Mapping[str, Any] = {
    # Pairs of tokens.
    "query": _number("Query", format="localized", help="Position of the attending token. The first token is 0."),
    "query token": _text("Query token", help=explain("Query", "Word piece")),
    "key": _number("Key", format="localized", help="Position of the token attended to. The first token is 0."),
    "key token": _text("Key token", help=explain("Key", "Word piece")),
    "distance": _number(
        "Relative position",
        format="localized",
        help="Position of the key minus position of the query. Negative: the key is earlier.",
    ),
    "weight": _number("Weight", format="%.4f", help=explain("Attention weight")),
    "weight of the query on the sink": _number(
        "Weight on the sink", format="%.4f", help="The part of the query's weight that this head gives to no token."
    ),
    "weight in full attention": st.column_config.ProgressColumn(
        "Weight in full attention", help=explain("Attention weight", "Full attention"), **_SHARE
    ),
    "layer": _number("Layer", help=explain("Layer")),
    "head": _number("Head", help=explain("Head")),
    # Patterns.
    "pattern": _text("Pattern", help=explain("Pattern")),
    "settings": _text("Settings", help="The settings of the pattern."),
    "compared with the run": _text("Compared with the run", help="Whether the run itself used this pattern."),
    "pairs in this head": _number("Pairs", format="localized", help="Pairs that the pattern allows in this head."),
    "of all pairs": _number("Share of all pairs", format="percent", help=explain("Pair")),
    "captured mass": st.column_config.ProgressColumn("Captured mass", help=explain("Captured mass"), **_SHARE),
    # Answers and labels.
    "rank": _number("Rank", width=50, help="1 is the most probable."),
    "answer": _text("Answer", help="The passage of the document that answers the question."),
    "best passage": _text("Best passage", help="The most probable passage, also where no answer is more probable."),
    "label": _text("Label", help="What the document is called."),
    "original label": _text("Original label", help="The label's name in the data that the model was trained on."),
    "probability": st.column_config.ProgressColumn(
        "Probability", help="How probable the model considers this result.", **_SHARE
    ),
    "no answer, probability": st.column_config.ProgressColumn(
        "No answer", help="The probability that the document has no answer.", **_SHARE
    ),
    "places": _number("Places", help="How often the answer occurs in the document."),
    "sentence": _text("Sentence", help="A sentence of the document."),
    "log-odds": _number(
        "Change in log-odds", format="%+.3f", help="How much the sentence changes the label's log-odds."
    ),
    "from character": _number("From character", format="localized", help="Where it starts in the text."),
    "to character": _number("To character", format="localized", help="Where it ends in the text."),
    "first token": _number("First token", format="localized", help="Position of its first token in the document."),
    "last token": _number("Last token", format="localized", help="Position of its last token in the document."),
    # Training.
    "run": _text("Run", help="The name of the run."),
    "state": _text("State", help="What the run does now, or how it ended."),
    "progress": st.column_config.ProgressColumn("Progress", help="The share of the steps that are done.", **_SHARE),
    "score": st.column_config.ProgressColumn(
        "Score", help="On held-out documents: accuracy, macro F1 for several labels, F1 for questions.", **_SHARE
    ),
    "base": _text("Base", help="The model that the training started from."),
    "data": _text("Data", help="Where the documents come from."),
    "created": _text("Created", help="When the run was made, in universal time."),
    "row": _number("Row", format="localized", help="The number of the row in the file, from 1."),
    "reason": _text("Reason", help="Why the row is left out."),
    "document": _text("Document", help="The beginning of the document."),
    "question": _text("Question", help="The question."),
    "right answer": _text("Right answer", help="The answer in the data."),
    "predicted": _text("Predicted", help="What the model says."),
    "epoch": _number("Epoch", help="Number of passes over the training documents."),
    "accuracy": _number("Accuracy", format="percent", help="The share of held-out documents with the right label."),
    "macro F1": _number("Macro F1", format="percent", help="The mean of the labels' F1."),
    "micro F1": _number("Micro F1", format="percent", help="F1 over all labels of all documents."),
    "mean F1": _number("F1", format="percent", help="The mean share of words in common with the right answer."),
    "exact match share": _number(
        "Exact match", format="percent", help="The share of answers that are exactly right."
    ),
    "perplexity": _number(
        "Perplexity", format="%.2f", help="The number of equally likely tokens with the same loss. Lower is better."
    ),
    "bits per token": _number("Bits per masked token", format="%.3f", help="The mean loss in bits; 0 is perfect."),
    "check": _text("Check", help="What is compared with the model before the conversion."),
    "result": _text("Result", help="✓: as it should be."),
    "what was found": _text("What was found", help="The comparison in words."),
    "setting": _text("Setting", help="The name of the setting."),
    "value": _text("Value", help="Its value in this run."),
    # Many documents.
    "document name": _text("Document", help="The name of the file, with its folders in a zip file."),
    "size, KB": _number("Size, KB", format="%.1f", help="The size of the file."),
    "found": _text("Answer", help="The passage that answers the question, or why there is none."),
    "answer ends at token": _number(
        "Ends at", format="localized", help="The token of the document at which the answer ends. The first one is 1."
    ),
    "tokens in the document": _number("Tokens", format="localized", help="The length of the document in tokens."),
    "remark": _text("Remark", help="Why the document has no result, or which document has the same content."),
    "read how": _text("How it is read", help="The way to read the document."),
    "documents": _number("Documents", format="localized", help="The number of documents."),
    "way to read": _text("Setting", help="How each document is read: strategy, window, global tokens and model."),
    "questions scored": _number("Questions", help="Questions with a right answer that you gave."),
    "mean F1 of the answers": _number(
        "F1", format="%.2f", help="The mean share of words in common with the right answer, from 0 to 1."
    ),
    "95% interval": _text("95% interval", help="Where F1 probably lies, from drawing the documents again and again."),
    "share exactly right": _number("Exact", format="percent", help="The share of answers that are exactly right."),
    "seconds for a document": _number("Seconds", format="%.2f", help="Mean time for one document. Measured."),
    "peak memory, MB": _number("Peak MB", format="%.0f", help=explain("Peak memory") + " Measured."),
    "cost of 10,000 documents": _number(
        "Cost of 10,000", format="%.2f", help="Cost of 10,000 documents at the price of an hour that you entered."
    ),
    # Settings and strategies.
    "window": _text("Window", help=explain("Sliding window")),
    "dilation": _number("Dilation", help=explain("Dilation")),
    "global tokens": _text("Global tokens", help=explain("Global token")),
    "count of global tokens": _number("Number of global tokens", format="localized", help=explain("Global token")),
    "same as with the default settings": st.column_config.CheckboxColumn(
        "Same as default", help="Whether the answer is the one of the default settings."
    ),
    "strategy": _text("Strategy", help="How the document is read."),
    "exact match": st.column_config.CheckboxColumn("Exact", help="Whether the answer is the right one."),
    "F1": _number("F1", format="%.2f", help="The share of words in common with the right answer, from 0 to 1."),
    "seconds (measured)": _number("Seconds", format="%.2f", help="Measured time."),
    "peak memory, MB (measured)": _number("Peak MB", format="%.0f", help=explain("Peak memory") + " Measured."),
    "tokens read": _number("Tokens", format="localized", help="Tokens that the model read to find the result."),
    "tokens indexed": _number(
        "Tokens indexed",
        format="localized",
        help="Tokens embedded to find the passages that are most similar to the question.",
    ),
    "passes": _number("Passes", format="localized", help="Forward passes of the model."),
    "seconds if padded (predicted)": _number(
        "Seconds if padded",
        format="%.2f",
        help="Predicted time if each pass were padded to its maximum length, as batches often are.",
    ),
    "evidence at, % of the document": _number(
        "Passage at",
        format="%.0f%%",
        help="Where the best passage is: 0% is the start of the document, 100% the end.",
    ),
    "read, % of the document": _number("Read", format="%.0f%%", help="How much of the document the strategy read."),
    # Reach.
    "layers until the key reaches the query": _text(
        "Layers, key to query", help="Layers until information from the key token can reach the query token."
    ),
    "layers in the other direction": _text(
        "Layers, query to key", help="Layers until information from the query token can reach the key token."
    ),
    "tokens in the receptive field": _number(
        "Receptive field", format="localized", help=explain("Receptive field") + " Here: after the last layer."
    ),
    "pairs never connected": _number(
        "Never connected", format="localized", help="Pairs of tokens that no number of this model's layers connects."
    ),
    "an example": _text("Example", help="One pair of tokens that is never connected."),
}


def show_table(
    rows: Sequence[Row],
    *,
    widths: Mapping[str, int] | None = None,
    columns: Sequence[str] | None = None,
    height: int | None = None,
) -> None:
    """Show rows as a table over the full width.

    Args:
        rows: The rows; each of their keys is a key of `COLUMNS`.
        widths: CSS pixels of columns that are not as wide as their content.
        columns: The keys to show, in order; None shows all of them.
        height: CSS pixels of the table; None is as high as the rows, up to ten of them.
    """
    shown = list(columns or dict.fromkeys(key for row in rows for key in row))
    widths = widths or {}
    config: dict[str, Any] = {
        key: {**COLUMNS[key], "width": widths[key]} if key in widths else COLUMNS[key] for key in shown
    }
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height="auto" if height is None else height,
        column_order=shown,
        column_config=config,
    )
