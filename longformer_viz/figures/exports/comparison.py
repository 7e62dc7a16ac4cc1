"""Comparisons as rows, for tables and downloads: captured mass, tokens, pairs, systems."""

from collections.abc import Sequence

from longformer_viz.figures.text import seen
from longformer_viz.patterns.systems import CORRECTIONS, SYSTEMS
from longformer_viz.tables import Row
from longformer_viz.trace.captured_mass import CapturedMass, ForbiddenPair
from longformer_viz.trace.tokens import Tokens


def panel_rows(panels: Sequence[tuple[str, str, bool, int, int, float]]) -> list[Row]:
    """Return a row for each panel.

    Args:
        panels: For each panel its name, its settings in words, whether the run itself has this pattern, the number of
            pairs in the head, that of full attention, and the share of full attention kept, 0 to 1.

    Returns:
        The rows.
    """
    return [
        {
            "pattern": name,
            "settings": words,
            "compared with the run": "pattern of the run" if own else "same weights, other pattern",
            "pairs in this head": pairs,
            "of all pairs": round(pairs / full_pairs, 6),
            "captured mass": _rounded(kept),
        }
        for name, words, own, pairs, full_pairs, kept in panels
    ]


def mass_rows(masses: Sequence[tuple[str, CapturedMass]]) -> list[Row]:
    """Return a row for each pattern, layer and head, in ascending order of the share kept.

    Args:
        masses: Name and captured mass of each pattern.

    Returns:
        The rows.
    """
    return [
        {"pattern": name, "layer": layer, "head": head, "captured mass": _rounded(share)}
        for name, mass in masses
        for layer, head, share in mass.ranked_heads()
    ]


def token_rows(losing: Sequence[tuple[int, float]], tokens: Tokens) -> list[Row]:
    """Return a row for each token.

    Args:
        losing: Position of each token and the share of its full attention that is kept, 0 to 1.
        tokens: The document's tokens.

    Returns:
        The rows, in the same order.
    """
    return [
        {"position": place, "token": seen(tokens.pieces[place]), "captured mass": _rounded(share)}
        for place, share in losing
    ]


def pair_rows(pairs: Sequence[ForbiddenPair], tokens: Tokens) -> list[Row]:
    """Return a row for each forbidden pair.

    Args:
        pairs: The pairs, the one with the largest weight in full attention first.
        tokens: The document's tokens.

    Returns:
        The rows, in the same order.
    """
    return [
        {
            "layer": pair.layer,
            "head": pair.head,
            "query": pair.query,
            "query token": seen(tokens.pieces[pair.query]),
            "key": pair.key,
            "key token": seen(tokens.pieces[pair.key]),
            "distance": pair.key - pair.query,
            "weight in full attention": round(pair.weight, 6),
        }
        for pair in pairs
    ]


def system_rows() -> list[Row]:
    """Return the table of systems, one row for each."""
    return [
        {
            "system": system.name,
            "attention": system.attention,
            "trained on, tokens": system.trained_tokens,
            "positions": system.possible_tokens,
            "notes on lengths": system.lengths,
            "complexity": system.complexity,
            "global tokens": system.global_tokens,
            "checkpoints": ", ".join(system.checkpoints),
            "sources": "; ".join(system.sources),
        }
        for system in SYSTEMS
    ]


def correction_rows() -> list[Row]:
    """Return the corrections of articles, one row for each."""
    return [
        {
            "article": one.article.title,
            "article's address": one.article.url,
            "what the article says": one.claim,
            "what the paper says": one.correction,
            "source": one.source,
        }
        for one in CORRECTIONS
    ]


def _rounded(value: float) -> float | None:
    return None if value != value else round(value, 6)
