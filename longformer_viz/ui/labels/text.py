"""The document with the sentences that decide, and the labels beside it. A click selects a label."""

import math
from collections.abc import Callable

from longformer_viz.tasks.classifying import Classification
from longformer_viz.tasks.labels.evidence import Evidence
from longformer_viz.ui.components.marked_text import marked_text
from longformer_viz.widget.marked_parts import Part, Row, marked_parts

BARS = 10
NUMBERED = 5
_LEVELS = (0.12, 0.3, 0.6)  # of the strongest sentence's weight


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
    """Show a document with its labels; None leaves out what is not known."""
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
    """The text in parts, each sentence that matters marked by its strength against the strongest of all."""
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
    """A difference of log-odds as what it multiplies the odds by."""
    return f"×{math.exp(max(-20.0, min(20.0, weight))):.3g}"


def percent(probability: float) -> str:
    """With a decimal where less than ten of a hundred are at stake."""
    return f"{probability:.1%}" if probability < 0.0995 else f"{probability:.0%}"
