"""The document with the sentences that decide, and the labels beside it. A click selects a label."""

import math
from collections.abc import Callable

from longformer_viz.figures.text import percent
from longformer_viz.tasks.classifying import Classification
from longformer_viz.tasks.labels.evidence import Evidence
from longformer_viz.ui.components.marked_text import marked_text
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

BARS = 10
NUMBERED = 5
_LEVELS = (0.12, 0.3, 0.6)  # shares of the largest weight at which marks become stronger


def label_text(
    text: str,
    found: Classification | None,
    evidence: Evidence | None,
    names: dict[str, str],
    on_choice: Callable[[str], None],
    *,
    height: int,
    key: str,
) -> None:
    """Show a document with its labels. Results that are None are left out.

    Args:
        text: The document.
        found: The labels with their probabilities.
        evidence: The sentences that decide.
        names: Readable names of the labels.
        on_choice: Called with the label that the visitor clicks.
        height: Height in pixels.
        key: Streamlit's key of the component.
    """
    labels = list(found or ())
    marked_text(
        evidence_parts(text, evidence),
        [
            Row(
                names.get(label.name, label.name),
                percent(label.probability),
                label.probability,
                remark="" if names.get(label.name, label.name) == label.name else label.name,
                kind="choice",
            )
            for label in labels
        ],
        key=key,
        height=height,
        label="The document with the sentences that decide marked",
        chosen=next((n for n, each in enumerate(labels) if evidence and each.name == evidence.label), None),
        folded_from=BARS if len(labels) > BARS + 1 else None,
        numbered=NUMBERED,
        on_choice=lambda number: on_choice(labels[number].name),
    )


def evidence_parts(text: str, evidence: Evidence | None) -> list[Part]:
    """Split the text into parts, with each important sentence marked by its weight relative to the largest.

    Args:
        text: The document.
        evidence: The sentences that decide, or None.

    Returns:
        The parts in the order of the text.
    """
    ranked = evidence.ranked if evidence else ()
    ranks = {each.start: rank for rank, each in enumerate(ranked, start=1)}
    most = max((abs(each.known_weight) for each in ranked), default=0.0)
    marks = []
    for each in evidence.sentences if evidence else ():
        weight = each.weight or 0.0
        level = _level(weight / most) if most else 0
        if level:
            rank = ranks[each.start]
            title = f"{rank}. log-odds {weight:+.2g}: odds {times(weight)}"
            marks.append((each.start, Part(text[each.start : each.stop], rank, level, title)))
    return marked_parts(text, marks)


def _level(share: float) -> int:
    level = sum(abs(share) >= least for least in _LEVELS)
    return level if share > 0 else -max(0, level - 1)


def times(weight: float) -> str:
    """Return the factor by which a `weight`, a change of log-odds, multiplies the odds."""
    return f"×{math.exp(max(-20.0, min(20.0, weight))):.3g}"
