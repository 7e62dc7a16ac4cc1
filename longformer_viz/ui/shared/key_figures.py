"""A row of labelled values about a run, each with a help text that explains it and says where it comes from."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from longformer_viz.ui.glossary import explain
from longformer_viz.ui.shared.formatting import size

_HEIGHT_PIXELS = 56
_HELP_PIXELS = 22
Origin = Literal["measured", "computed", ""]
_ORIGINS = {
    "measured": "**Measured** during this run, on this server.",
    "computed": "**Computed** from this run, not estimated.",
    "": "",
}


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A labelled value.

    Attributes:
        label: What the value is, as a noun.
        value: The value with its unit.
        meaning: One or two sentences that explain the label.
        origin: Where the value comes from.
    """

    label: str
    value: str
    meaning: str
    origin: Origin = ""

    @property
    def title(self) -> str:
        """The label, with where the value comes from."""
        return f"{self.label} ({self.origin})" if self.origin else self.label

    @property
    def width_pixels(self) -> int:
        """About the width of the title with its help button, or of the value, known before the browser draws it."""
        title = sum(11 if letter in "mwMW" else 6.5 for letter in self.title)
        return round(max(title + _HELP_PIXELS, 9.3 * len(self.value) + 2))


@dataclass(frozen=True, slots=True)
class Badge:
    """A remark about a run.

    Attributes:
        markdown: The badge.
        meaning: Its help text.
    """

    markdown: str
    meaning: str


def show_key_figures(figures: Sequence[KeyFigure], badge: Badge | None = None, headline: str = "") -> None:
    """Show labelled values in a row.

    Args:
        figures: The values, the most important first.
        badge: A remark behind them, in the width that they leave: a longer one does not move what stands below.
        headline: Markdown before them, in a column of its own.
    """
    beside = nullcontext()
    if headline:  # A headline of any length wraps in its own column, so that the figures stay in one row.
        left, beside = st.columns([1, 1.5], vertical_alignment="center")
        left.markdown(headline)
    with beside, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for figure in figures:
            st.metric(
                figure.title,
                figure.value,
                help=f"{figure.meaning} {_ORIGINS[figure.origin]}".strip(),
                width=figure.width_pixels,
                height=_HEIGHT_PIXELS,
            )
        if badge is not None:
            st.markdown(badge.markdown, help=badge.meaning, width="stretch")


def document_figure(tokens: int, read: str = "") -> KeyFigure:
    """Return the length of a document.

    Args:
        tokens: How many tokens it has.
        read: How the model read them, as a sentence.
    """
    meaning = (
        "The length of the document in tokens. A token is a word or a part of a word: ##ing continues the word "
        f"before it. One English word is about 1.3 tokens. {read}"
    )
    return KeyFigure("Document", f"{tokens:,} tokens", meaning.strip())


def run_figures(elapsed_seconds: float, peak_bytes: int | None) -> tuple[KeyFigure, ...]:
    """Return the key figures of a run: time, and peak memory if this system can measure it.

    Args:
        elapsed_seconds: Time of the run, in seconds.
        peak_bytes: Memory added at the peak, in bytes, or None.

    Returns:
        The figures.
    """
    time = KeyFigure("Time", f"{elapsed_seconds:.2g} s", "How long the model took to read the document.", "measured")
    if peak_bytes is None:
        return (time,)
    return time, KeyFigure("Peak memory", size(peak_bytes), explain("Peak memory"), "measured")
