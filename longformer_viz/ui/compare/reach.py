"""Reach: the receptive field of a token layer by layer, and the pairs of tokens that are never connected."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from longformer_viz.patterns.reach import UnreachablePairs, layers_to_reach, receptive_field, unreachable_pairs
from longformer_viz.snippets.compare import ReachShown
from longformer_viz.tables import Row
from longformer_viz.trace.trace import Trace
from longformer_viz.ui.compare.view import Built
from longformer_viz.ui.components.reach_view import reach_view
from longformer_viz.ui.glossary import GLOSSARY, explain
from longformer_viz.ui.shared.background import computed
from longformer_viz.ui.shared.download_buttons import csv_button
from longformer_viz.ui.shared.formatting import count, literal
from longformer_viz.ui.shared.link_param import LinkParam, switch, whole
from longformer_viz.ui.shared.table import show_table
from longformer_viz.widget.reach_payload import Reach

FROM = LinkParam("reach_from", whole("The query token"), None)
TO = LinkParam("reach_to", whole("The key token"), None)
GLOBAL = LinkParam("reach_global", whole("The global token"), default=0)
MEND = LinkParam("reach_mend", switch("Add a global token"), default=False)
LINK_PARAMS = (FROM, TO, GLOBAL, MEND)

_EXAMPLES = 3
NEVER = "never"
KNOWS = "layers until the key reaches the query"
KNOWS_BACK = "layers in the other direction"


def reach_tab(trace: Trace, built: Sequence[Built]) -> ReachShown | None:
    """Show the receptive field of one token under each pattern, and a table of the reach of each pattern.

    Args:
        trace: The run.
        built: The patterns over the run.

    Returns:
        What is shown; None while it waits.
    """
    length = len(trace.tokens)
    looking, wanted, extra = _choose(trace)
    fields = [field for field in _fields(trace, built, looking, extra) if field is not None]
    if len(fields) < len(built):
        return None  # The visitor cancelled one of them.
    spots = [_blind(trace, one, extra) for one in built]
    rows = [
        _row(trace, one, field, looking, wanted, extra, found)
        for one, field, found in zip(built, fields, spots, strict=True)
    ]
    st.markdown(_told(trace, rows, spots, looking, wanted, extra))
    reach_view(
        trace.tokens,
        looking,
        wanted,
        [Reach(one.name, field) for one, field in zip(built, fields, strict=True)],
        key="reach_view",
        on_pick=lambda role, position: st.session_state.update(
            {"reach_from" if role == "looking" else "reach_to": position}
        ),
    )
    st.caption(
        "Receptive field. One strip per pattern, with one row per layer and the tokens from left to right. "
        "Blue: the tokens whose information can reach the query token (dark mark) after that layer, through any "
        "head. Yellow: the key token. The model may use less of the receptive field. Click a strip to shade the "
        "text by it. :gray-badge[computed]"
    )
    show_table(rows)
    csv_button("Download this table (CSV)", rows, "reach.csv", "take_reach")
    if length > trace.trained_tokens and any(one.name == "Full" for one in built):
        st.caption(
            "Full attention reaches every token in one layer, but the model did not learn it past the trained length."
        )
    return ReachShown(looking, wanted, extra)


def _choose(trace: Trace) -> tuple[int, int, tuple[int, ...]]:
    """Show the controls of the two tokens and of the global token to add."""
    last = len(trace.tokens) - 1
    columns = st.columns([1, 1, 1.3, 1], vertical_alignment="bottom")
    query = _position(columns[0], trace, FROM, "Query token", _word_near(trace, last // 8))
    key = _position(columns[1], trace, TO, "Key token", _word_near(trace, last - last // 8))
    mend = columns[2].toggle(
        "Add a global token",
        **MEND.bound,
        persist_state="session",
        help="Adds a global token to every pattern, in all layers. It connects every pair after two layers.",
    )
    if not mend:
        return query, key, ()
    return query, key, (_position(columns[3], trace, GLOBAL, "Global token", GLOBAL.default),)


def _word_near(trace: Trace, position: int) -> int:
    """Return the next token that is a whole word of some length, otherwise the position itself."""
    pieces = trace.tokens.pieces[position : position + 60]
    words = (number for number, piece in enumerate(pieces) if len(piece) > 5 and piece.isalpha())
    return position + next(words, 0)


def _position(column: DeltaGenerator, trace: Trace, param: LinkParam, label: str, first: int) -> int:
    last = len(trace.tokens) - 1
    chosen = st.session_state.get(param.key, param.linked_number())
    if chosen is not None and chosen > last:  # The visitor chose it in a longer document.
        st.session_state[param.key] = first
    if last == 0:
        return 0
    help_text = explain(label if label in GLOSSARY else label.split()[0])
    return int(column.number_input(label, 0, last, first, persist_state="session", help=help_text, **param.bound))


def _fields(trace: Trace, built: Sequence[Built], token: int, extra: tuple[int, ...]) -> list[Tensor | None]:
    length = len(trace.tokens)
    return [
        computed(
            ("field", *one.key, token, extra),
            lambda progress, one=one: receptive_field(one.pattern, length, token, extra),
            f"Receptive field of {one.name}",
            size_of=lambda field: field.nbytes,
        )
        for one in built
    ]


def _blind(trace: Trace, one: Built, extra: tuple[int, ...]) -> UnreachablePairs | None:
    return computed(
        ("blind", *one.key, extra),
        lambda progress: unreachable_pairs(one.pattern, len(trace.tokens), extra, _EXAMPLES, progress),
        f"Unconnected pairs of {one.name}",
        size_of=lambda found: 1000,
    )


def _row(
    trace: Trace,
    one: Built,
    field: Tensor,
    looking: int,
    wanted: int,
    extra: tuple[int, ...],
    spots: UnreachablePairs | None,
) -> Row:
    layers = field[:, wanted].nonzero().flatten().tolist()
    back = computed(
        ("layers until", *one.key, wanted, looking, extra),
        lambda progress: (layers_to_reach(one.pattern, len(trace.tokens), wanted, looking, extra),),
        f"Receptive field of {one.name}, backward",
        size_of=lambda found: 100,
    )
    return {
        "pattern": one.name,
        "settings": one.chosen.words,
        KNOWS: str(layers[0]) if layers else NEVER,
        KNOWS_BACK: "" if back is None else NEVER if back[0] is None else str(back[0]),
        "tokens in the receptive field": int(field[-1].sum()),
        "pairs never connected": None if spots is None else spots.count,
        "of all pairs": None if spots is None else round(spots.count / spots.pairs, 4),
        "an example": "" if not spots or not spots.examples else _pair(spots.examples),
    }


def _pair(examples: tuple[tuple[int, int], ...]) -> str:
    token, input_token = examples[len(examples) // 2]
    return f"token {token:,} is never reached by token {input_token:,}"


def _told(
    trace: Trace,
    rows: Sequence[Row],
    spots: Sequence[UnreachablePairs | None],
    looking: int,
    wanted: int,
    extra: tuple[int, ...],
) -> str:
    """Return after how many layers the key token reaches the query token, and which pattern connects fewest pairs."""
    pieces = trace.tokens.pieces
    order = sorted(rows, key=lambda row: 10**6 if row[KNOWS] == NEVER else int(str(row[KNOWS])))
    known = ", ".join(f"{row['pattern']} **{row[KNOWS]}**" for row in order)
    told = (
        f"Information from “{literal(pieces[wanted])}” can reach “{literal(pieces[looking])}”, "
        f"{abs(wanted - looking):,} tokens away, after this many layers: {known}. "
    )
    if extra:
        is_whole = all(found is not None and found.count == 0 for found in spots)
        return f"{told}With token {extra[0]:,} global as well, every pair is connected." if is_whole else told
    blind = [(found, row["pattern"]) for found, row in zip(spots, rows, strict=True) if found and found.count]
    if blind:
        worst, name = max(blind, key=lambda each: each[0].count)
        many = f"**{count(worst.count)} pairs** ({worst.count / worst.pairs:.0%})"
        told += f"With {name}, {many} are not connected. Add a global token to see what changes."
    return told
