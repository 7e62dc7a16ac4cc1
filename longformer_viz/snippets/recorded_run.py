"""The lines that load a model, read a document and run one through the other."""

from longformer_viz.documents.landmarks import every_kth, paragraph_starts, sentence_starts
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.models.loading import LoadedModel
from longformer_viz.patterns.longformer import paper_dilations
from longformer_viz.snippets.snippet import Snippet, call, numbers, quoted
from longformer_viz.spec import AttentionSpec, LayerSpec
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.trace.reach_trace import ReachTrace
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace

OWN_FILE = "document.txt"
PRINTED_STRATEGIES = (
    "for result in results:",
    "    print(result.strategy.name, result.outcome, result.probability, result.elapsed_seconds)",
)
_MOST_CHARACTERS = 200  # A longer text of a visitor's own is read from a file.
_FEW_POSITIONS = 4  # More of them may be a preset, which a function writes shorter.


def model_code(snippet: Snippet, model: LoadedModel) -> str:
    """Return the call that loads a model.

    Args:
        snippet: Where the call will stand.
        model: The model.
    """
    arguments = [] if model.is_built_in else [quoted(model.name)]
    if model.task is not None:
        arguments.append(f"task={quoted(model.task)}")
    return snippet.call("load", *arguments, *placement(model))


def placement(model: LoadedModel) -> list[str]:
    """Return the arguments of `load` for a `model`'s device and number format, where they are not the defaults."""
    dtype = str(model.dtype).removeprefix("torch.")
    device = [] if model.device.type == "cpu" else [f"device={quoted(str(model.device))}"]
    return device + ([] if dtype == "float32" else [f"dtype={quoted(dtype)}"])


def document_code(snippet: Snippet, text: str) -> str:
    """Return the code of a document: a sample, a short text, or a file that holds a longer one.

    Args:
        snippet: Where the code will stand.
        text: The document.
    """
    for name in sample_names():
        if sample(name).text == text:
            return f"{snippet.call('sample', quoted(name))}.text"
    if len(text) <= _MOST_CHARACTERS:
        return quoted(text)
    return f'open("{OWN_FILE}", encoding="utf-8").read()  # your text'


def spec_of(trace: Trace) -> AttentionSpec:
    """Return the attention pattern of a run, as short as possible.

    Args:
        trace: A run of a Longformer.
    """
    return spec_of_layers(trace.pattern.layers, trace.global_positions)


def spec_of_layers(layers: tuple[LayerSpec, ...], positions: tuple[int, ...]) -> AttentionSpec:
    """Return the attention pattern of layers, as short as possible.

    Args:
        layers: Window and dilations of each layer.
        positions: Positions of the global tokens.
    """
    windows = tuple(layer.window for layer in layers)
    dilations = tuple(layer.dilations[0] if len(set(layer.dilations)) == 1 else layer.dilations for layer in layers)
    return AttentionSpec(
        windows[0] if len(set(windows)) == 1 else windows,
        dilations[0] if len(set(dilations)) == 1 and isinstance(dilations[0], int) else dilations,
        positions,
    )


def spec_code(
    snippet: Snippet, spec: AttentionSpec, model: LoadedModel | None, tokens: Tokens, document: str = "tokens"
) -> str:
    """Return the code of an attention pattern.

    Args:
        snippet: Where the code will stand.
        spec: The pattern.
        model: The model that runs with it, which the code names `model`; None for a model of another name.
        tokens: The document's tokens.
        document: Code for these tokens.
    """
    positions = positions_code(snippet, spec.positions_in(len(tokens)), tokens, document)
    return snippet.call("AttentionSpec", *_band(snippet, spec, model), f"global_positions={positions}")


def band_code(snippet: Snippet, spec: AttentionSpec, model: LoadedModel | None) -> str:
    """Return the code of window and dilation alone. The parameters are those of `spec_code`."""
    return snippet.call("AttentionSpec", *_band(snippet, spec, model))


def positions_code(snippet: Snippet, positions: tuple[int, ...], tokens: Tokens, document: str) -> str:
    """Return the code of global positions; a preset as the call that finds them.

    Args:
        snippet: Where the code will stand.
        positions: The positions.
        tokens: The document's tokens.
        document: Code for these tokens.
    """
    if len(positions) > _FEW_POSITIONS:
        for find in (sentence_starts, paragraph_starts):
            if positions == find(tokens):
                return snippet.call(find.__name__, document)
        step = positions[1]
        if positions == every_kth(tokens, step):
            return f"tuple(range(0, len({document}), {step}))"
    return numbers(positions)


def add_document(snippet: Snippet, model: LoadedModel, tokens: Tokens, spec: AttentionSpec | None) -> str:
    """Append the lines of model, document and pattern.

    Args:
        snippet: The lines.
        model: The model.
        tokens: The document's tokens, or those of a part of it.
        spec: The attention pattern; None if the model runs with its own.

    Returns:
        The name of what is run: "document", or "tokens" where they are needed.
    """
    snippet.add(f"model = {model_code(snippet, model)}", f"document = {document_code(snippet, tokens.text)}")
    pattern = None if spec is None else spec_code(snippet, spec, model, tokens)
    bounds = _part_bounds(model, tokens)
    needs_tokens = bounds is not None or (pattern is not None and "tokens" in pattern)
    if needs_tokens:
        snippet.add(f"tokens = {call('model.tokenize', 'document', *(bounds or ()))}")
    if pattern is not None:
        snippet.add(f"spec = {pattern}")
    return "tokens" if needs_tokens else "document"


def add_run(snippet: Snippet, model: LoadedModel, trace: Trace, spec: AttentionSpec | None) -> None:
    """Append the lines of a run up to `trace`.

    Args:
        snippet: The lines.
        model: The model that ran.
        trace: The run.
        spec: The attention pattern; None if the model ran with its own.
    """
    document = add_document(snippet, model, trace.tokens, spec)
    snippet.add(f"trace = {snippet.call('run', 'model', document, *(['spec'] if spec is not None else []))}")


def chosen_spec(trace: Trace) -> AttentionSpec | None:
    """Return the attention pattern that a `trace` was run with; None if the model's own cannot be set."""
    return None if isinstance(trace, ReachTrace) else spec_of(trace)


def _band(snippet: Snippet, spec: AttentionSpec, model: LoadedModel | None) -> list[str]:
    window = [] if spec.window is None else [spec.window if isinstance(spec.window, int) else numbers(spec.window)]
    return [*(f"window={each}" for each in window), f"dilation={_dilation(snippet, spec, model)}"]


def _dilation(snippet: Snippet, spec: AttentionSpec, model: LoadedModel | None) -> str:
    if isinstance(spec.dilation, int):
        return str(spec.dilation)
    if model is None:
        return numbers(spec.dilation)
    depth, heads = len(model.windows), model.heads
    layers = spec.layers(model.windows, heads)
    for dilated in range(1, heads + 1):
        if tuple(layer.dilations for layer in layers) == paper_dilations(depth, heads, dilated):
            return snippet.call("paper_dilations", "len(model.windows)", "model.heads", str(dilated))
    return numbers(spec.dilation)


def _part_bounds(model: LoadedModel, tokens: Tokens) -> tuple[str, str] | None:
    """Return the arguments that tokenize the same part; None for a whole document."""
    if len(tokens) != model.max_tokens:
        return None
    whole = model.tokenize(tokens.text)
    if len(whole) == len(tokens):
        return None
    own, begin = own_tokens(tokens), own_tokens(whole).start
    ids, offsets = tokens.ids[own.start : own.stop], tokens.offsets[own.start : own.stop]
    start = next(
        at
        for at in range(len(whole) - begin - len(ids) + 1)
        if whole.offsets[begin + at] == offsets[0]
        and (whole.ids[begin + at :][: len(ids)], whole.offsets[begin + at :][: len(ids)]) == (ids, offsets)
    )
    return f"start={start}", "limit=model.max_tokens"
