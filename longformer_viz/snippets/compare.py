"""The Compare page in Python: a run, the patterns laid over it, and what the open tab shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from longformer_viz.models.loading import LoadedModel
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern, character_model_preset
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.pattern import Pattern
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.snippets.recorded_run import add_run, band_code, positions_code, spec_of_layers
from longformer_viz.snippets.snippet import Snippet, call, mapping, quoted
from longformer_viz.trace.trace import Trace

_PRINTED = (
    "for name, panel in panels.items():",
    "    share = panel.pairs / panel.full_pairs",
    '    print(f"{name} keeps {panel.captured_share:.1%} of full attention with {share:.1%} of the pairs")',
)


@dataclass(frozen=True, slots=True)
class ReachShown:
    """What the tab Reach shows.

    Attributes:
        query: The query token.
        key: The key token.
        extra_globals: Positions of the global tokens that are added to every pattern.
    """

    query: int
    key: int
    extra_globals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MassShown:
    """What the tab Captured mass shows: every pattern in every head."""


@dataclass(frozen=True, slots=True)
class TokensShown:
    """What the tab Most affected tokens shows.

    Attributes:
        name: The pattern.
        count: Number of tokens.
    """

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class PairsShown:
    """What the tab Forbidden pairs shows.

    Attributes:
        name: The pattern.
        count: Number of pairs.
        is_one_head: Whether only the shown head counts.
    """

    name: str
    count: int
    is_one_head: bool


TabShown = ReachShown | MassShown | TokensShown | PairsShown


def compare_lines(
    trace: Trace,
    model: LoadedModel,
    layer: int,
    head: int,
    patterns: Sequence[tuple[str, Pattern]],
    tab: TabShown | None = None,
) -> str:
    """Return the lines that compute what the Compare page shows.

    Args:
        trace: The run, with the model's own pattern.
        model: The model that ran.
        layer: The layer of the shown head.
        head: The shown head.
        patterns: Name and pattern of each panel.
        tab: What the open tab shows, where it computes something.
    """
    snippet = Snippet()
    add_run(snippet, model, trace, None)
    snippet.add("depth, heads, length = len(trace.layers), trace.heads, len(trace.tokens)", "")
    coded = [(name, pattern_code(snippet, pattern, model, trace)) for name, pattern in patterns]
    snippet.add(f"patterns = {mapping(coded)}", f"layer, head = {layer}, {head}")
    panel = snippet.call("pattern_panel", "trace", "pattern", "layer", "head")
    snippet.add(f"panels = {{name: {panel} for name, pattern in patterns.items()}}", *_PRINTED)
    if tab is not None:
        snippet.add("", *_tab_lines(snippet, tab))
    return snippet.text


def pattern_code(snippet: Snippet, pattern: Pattern, model: LoadedModel, trace: Trace) -> str:
    """Return the call that makes a pattern over a run.

    Args:
        snippet: Where the call will stand.
        pattern: The pattern; without later keys in a causal model, as `pattern_panel` makes it by itself.
        model: The model, which the code names `model`.
        trace: The run, which the code names `trace`.
    """
    if isinstance(pattern, CausalPattern):
        pattern = pattern.pattern
    write = _CODES.get(type(pattern))  # None for the own pattern of a model of another family.
    return "trace.pattern" if write is None else write(snippet, pattern, model, trace)


def _longformer(snippet: Snippet, pattern: LongformerPattern, model: LoadedModel, trace: Trace) -> str:
    depth, heads = len(trace.layers), trace.heads
    dilated = min(2, heads)
    if pattern == character_model_preset(depth, heads, dilated):
        return snippet.call("character_model_preset", "depth", "heads", f"dilated_heads={dilated}")
    spec = spec_of_layers(pattern.layers, pattern.global_positions)
    is_even = isinstance(spec.window, int) and isinstance(spec.dilation, int)
    if is_even and not spec.global_positions:
        if spec.dilation == 1:
            return snippet.call("sliding_window", str(spec.window), "depth", "heads")
        return snippet.call("dilated_window", str(spec.window), str(spec.dilation), "depth", "heads")
    layers = call(f"{band_code(snippet, spec, model)}.layers", "model.windows", "model.heads")
    positions = positions_code(snippet, pattern.global_positions, trace.tokens, "trace.tokens")
    return snippet.call("LongformerPattern", layers, positions)


def _bigbird(snippet: Snippet, pattern: BigBirdPattern, model: LoadedModel, trace: Trace) -> str:
    names = ("block_size", "window_blocks", "global_blocks", "random_blocks", "seed")
    settings = [f"{name}={getattr(pattern, name)}" for name in names]
    return snippet.call("BigBirdPattern", "length", "depth", "heads", *settings, f"draw={quoted(pattern.draw)}")


def _reformer(snippet: Snippet, pattern: ReformerPattern, model: LoadedModel, trace: Trace) -> str:
    keys = "[layer.key for layer in trace.layers]"
    rounds = pattern.buckets.shape[2]
    settings = (f"rounds={rounds}", f"bucket_size={pattern.bucket_size}", f"seed={pattern.seed}")
    snippet.public("ReformerPattern")
    return call("ReformerPattern.of_keys", keys, *settings)


def _modernbert(snippet: Snippet, pattern: ModernBertPattern, model: LoadedModel, trace: Trace) -> str:
    settings = (f"local_attention={pattern.local_attention}", f"every={pattern.every}")
    return snippet.call("ModernBertPattern", "depth", "heads", *settings)


def _chunks(snippet: Snippet, pattern: ChunkedPattern, model: LoadedModel, trace: Trace) -> str:
    settings = (f"chunk_size={pattern.chunk_size}", f"overlap={pattern.overlap}")
    return snippet.call("ChunkedPattern", "depth", "heads", *settings)


def _full(snippet: Snippet, pattern: FullPattern, model: LoadedModel, trace: Trace) -> str:
    return snippet.call("FullPattern", "depth", "heads")


_CODES: dict[type, Callable[..., str]] = {
    LongformerPattern: _longformer,
    BigBirdPattern: _bigbird,
    ReformerPattern: _reformer,
    ModernBertPattern: _modernbert,
    ChunkedPattern: _chunks,
    FullPattern: _full,
}


def _tab_lines(snippet: Snippet, tab: TabShown) -> list[str]:
    if isinstance(tab, ReachShown):
        extra = [] if not tab.extra_globals else [repr(tab.extra_globals)]
        field = snippet.call("receptive_field", "panel.pattern", "length", "query", *extra)
        pairs = snippet.call("unreachable_pairs", "panel.pattern", "length", *extra)
        return [
            f"query, key = {tab.query}, {tab.key}",
            "for name, panel in panels.items():",
            f"    field = {field}  # [layers + 1, n]",
            "    layers = field[:, key].nonzero().flatten().tolist()  # in which the key has reached the query",
            f"    print(name, layers[:1], {pairs}.count)",
        ]
    full = f"full = {snippet.call('full_attention', 'trace')}"
    if isinstance(tab, PairsShown):
        where = ["layer", "head"] if tab.is_one_head else []
        pattern = f"patterns[{quoted(tab.name)}]"
        return [full, f"pairs = {snippet.call('forbidden_pairs', 'trace', pattern, 'full', str(tab.count), *where)}"]
    if isinstance(tab, TokensShown):
        mass = snippet.call("captured_mass", "trace", f"patterns[{quoted(tab.name)}]", "full")
        return [full, f"mass = {mass}", f"tokens = mass.tokens_with_smallest_share({tab.count})"]
    mass = snippet.call("captured_mass", "trace", "pattern", "full")
    return [
        full,
        f"masses = {{name: {mass} for name, pattern in patterns.items()}}",
        "for name, mass in masses.items():",
        '    print(f"{name} keeps {mass.mean:.1%} over all heads")  # mass.by_head: [layers, heads]',
    ]
