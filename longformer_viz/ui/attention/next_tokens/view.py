"""The tab of next tokens: how probable each token was, and what a narrower window costs."""

import streamlit as st

from longformer_viz.models.loading import LoadedModel
from longformer_viz.snippets.attention import NextTokensShown
from longformer_viz.tables import Row as TableRow
from longformer_viz.tasks.next_tokens import NextTokens, next_tokens
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.components.marked_text import marked_text
from longformer_viz.ui.shared.background import computed, run_key
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.key_figures import Badge, KeyFigure, show_key_figures
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

_OWN = "The model's own"
_WINDOWS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
_LISTED = 40
_LEVELS = (2.0, 4.0, 8.0)  # Bits: probabilities of 25%, 6% and 0.4%.
_LEVELS_MORE = (1.0, 2.0, 4.0)  # Bits that a narrower window adds.
_CHANGED = Badge(
    ":orange-badge[same weights, other pattern]",
    "The model was not trained with this window. A model trained with it may lose less.",
)


def next_token_view(trace: Trace, model: LoadedModel) -> NextTokensShown | None:
    """Show how probable each token of a run's document was, with the model's own pattern or a narrower window.

    Args:
        trace: The run.
        model: The decoder that ran.

    Returns:
        What is shown; None if the visitor cancelled it.
    """
    left, right, _ = st.columns([2, 2, 3], vertical_alignment="bottom")
    window = left.selectbox(
        "Tokens attended to",
        (_OWN, *_WINDOWS),
        key="next_window",
        persist_state="page",
        help="At most this many: the token itself and those before it. On the Compare page, half of a window is "
        "before a token, so 256 here is a window of 510 there.",
    )
    keep = right.toggle(
        "Keep the first token",
        True,
        key="next_first",
        persist_state="page",
        help="Every token attends to the first token as well. Many decoders place unused attention there.",
    )
    narrower = None if window == _OWN else int(window)
    own = _losses(trace, model, None, 0)
    other = None if narrower is None or own is None else _losses(trace, model, narrower, int(keep))
    if own is None or (narrower is not None and other is None):
        return None
    show_key_figures(_figures(own, other, window), None if other is None else _CHANGED)
    _show_text(trace, own, other)
    rows = loss_rows(trace, own, other)
    csv_button("Download all tokens (CSV)", rows, "next_tokens.csv", "take_next_tokens")
    return NextTokensShown(narrower, int(keep))


def _losses(trace: Trace, model: LoadedModel, window: int | None, first_tokens: int) -> NextTokens | None:
    """Return the loss of each token; None if the visitor cancelled the work."""
    tokens = trace.tokens
    return computed(
        ("next tokens", *run_key(model, trace.tokens), window, first_tokens),
        lambda progress: next_tokens(model, tokens, window, first_tokens, progress),
        "Predicting each token" if window is None else f"Predicting each token from at most {window:,} tokens",
        predicted_seconds=1.5 * trace.elapsed_seconds,
        size_of=lambda found: found.bits.nbytes,
        may_leave=True,
    )


def _figures(own: NextTokens, other: NextTokens | None, window: str | int) -> list[KeyFigure]:
    meaning = (
        "The loss of a token is -log2 of its probability, given the tokens before it. 0 bits: certain. 1 bit: as "
        "likely as heads in a coin toss. Here it is the mean over the document."
    )
    figures = [KeyFigure("Loss, own pattern", f"{own.mean_bits:.2f} bits per token", meaning, "computed")]
    if other is not None:
        more = other.mean_bits - own.mean_bits
        figures += [
            KeyFigure(
                f"Loss, at most {window:,} tokens attended to",
                f"{other.mean_bits:.2f} bits per token",
                meaning,
                "computed",
            ),
            KeyFigure("Difference", f"{more:+.2f} bits per token", "Positive: the narrower window predicts worse."),
        ]
    return figures


def _show_text(trace: Trace, own: NextTokens, other: NextTokens | None) -> None:
    parts, rows = loss_marks(trace, own, other)
    label = "The document, shaded by how improbable each token was"
    if other is not None:
        label = "The document, shaded by what the narrower window costs each token"
    marked_text(parts, rows, key="next_text", height=360, label=label, numbered=9)
    shaded = "Shaded: tokens with a probability below 25%, 6% and 0.4%, given the tokens before them."
    first = "The list begins with the least probable token."
    if other is not None:
        shaded = (
            "Shaded: tokens whose loss grows by 1, 2 and 4 bits or more. Dotted: tokens that become more probable."
        )
        first = "The list begins with the token that loses most."
    st.caption(f"{shaded} {first}")


def loss_marks(trace: Trace, own: NextTokens, other: NextTokens | None) -> tuple[list[Part], list[Row]]:
    """Return the text in parts shaded by loss, or by what another pattern adds to it, and the list of the largest.

    Args:
        trace: The run.
        own: Losses with the model's own pattern.
        other: Losses with another pattern, or None.
    """
    tokens = trace.tokens
    own_bits = own.bits.tolist()
    other_bits = None if other is None else other.bits.tolist()
    shown = own.bits if other is None else other.bits - own.bits
    values = shown.tolist()
    levels = _LEVELS if other is None else _LEVELS_MORE
    order = [
        at
        for at in shown.nan_to_num(-1e9).argsort(descending=True).tolist()
        if tokens.offsets[at][1] > tokens.offsets[at][0]
    ]
    rank = {at: number for number, at in enumerate(order, start=1)}
    marks, rows = [], []
    for at in order:
        bits = values[at]
        level = sum(bits >= least for least in levels)
        if other is not None and bits <= -levels[0]:
            level = -1
        if not level or bits != bits:
            continue
        start, stop = tokens.offsets[at]
        told = _told(own_bits[at])
        if other_bits is not None:
            told += f"; with the window: {_told(other_bits[at])}"
        marks.append((start, Part(tokens.text[start:stop], rank[at], level, told)))
        if level > 0 and len(rows) < _LISTED:
            words = f"{bits:.1f} bits" if other is None else f"{bits:+.1f} bits"
            place = f"token {at:,}"
            rows.append(
                Row(tokens.text[start:stop], words, None, str(rank[at]), place, kind="passage", mark=rank[at])
            )
    return marked_parts(tokens.text, marks), rows


def _told(bits: float) -> str:
    return f"probability {2**-bits:.2%}, {bits:.1f} bits"


def loss_rows(trace: Trace, own: NextTokens, other: NextTokens | None) -> list[TableRow]:
    """Return one row for each token, for a table or a file.

    Args:
        trace: The run.
        own: Losses with the model's own pattern.
        other: Losses with another pattern, or None.
    """
    columns = {"bits": own.bits} if other is None else {"bits": own.bits, "bits with the window": other.bits}
    lists = {name: list(map(_rounded, bits.tolist())) for name, bits in columns.items()}
    return [
        {"position": at, "token": piece, **{name: bits[at] for name, bits in lists.items()}}
        for at, piece in enumerate(trace.tokens.pieces)
    ]


def _rounded(bits: float) -> float | None:
    return None if bits != bits else round(bits, 4)
