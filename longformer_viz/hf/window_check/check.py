"""Check whether a backend honours its configuration's pattern: change one token, compare the outputs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from longformer_viz.checks import check_type, check_values, check_whole
from longformer_viz.hf.families import run_options, text_part
from longformer_viz.hf.self_attention import STOCK_ATTENTION
from longformer_viz.hf.window_check.probed_layers import LayerCall, layer_calls, moved
from longformer_viz.hf.window_check.promised_reach import promised_reaches
from longformer_viz.hf.window_check.wording import (
    expected_sides,
    farthest_sides,
    fault_of,
    reach_in_words,
    seen_in_words,
)
from longformer_viz.patterns.layer_reach import LayerReach
from longformer_viz.patterns.pattern import MOST_TOKENS
from longformer_viz.spec import InputError, shown

Forward = Callable[[Tensor, Tensor], Tensor]
GLOBAL_POSITION = 1
TRIALS = 3
_PADDING_SHARE = 8  # One eighth of the text at each end is padding in the check of padding.


@dataclass(frozen=True, slots=True)
class CheckedReach:
    """One row of the result.

    Attributes:
        name: Such as `"layer 3"`, `"all layers"` or `"padding"`.
        promised: In words.
        seen: In words.
        fault: What is wrong, in one sentence; empty where nothing is.
    """

    name: str
    promised: str
    seen: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PatternCheck:
    """The result of `check_pattern`.

    Attributes:
        length: Tokens of the text that was used.
        rows: What was checked.
    """

    length: int
    rows: tuple[CheckedReach, ...]

    @property
    def passed(self) -> bool:
        """Whether the backend does what the configuration promises."""
        return not self.faults

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, one sentence each."""
        return tuple(row.fault for row in self.rows if row.fault)

    def table(self) -> str:
        """Return the result as a text table."""
        cells = [("", "promised", "seen", "")]
        cells += [(row.name, row.promised, row.seen, row.fault or "ok") for row in self.rows]
        widths = [max(len(row[column]) for row in cells) for column in range(3)]
        return "\n".join(
            "  ".join(text.ljust(width) for text, width in zip(row, (*widths, 0), strict=True)).rstrip()
            for row in cells
        )


def check_pattern(
    model: Any,
    *,
    promised: Sequence[LayerReach] | None = None,
    length: int | None = None,
    vocabulary: int | None = None,
) -> PatternCheck:
    """Check that a model, or any backend of it, attends as far as its configuration promises.

    One token is changed at a time, in a text of over twice the widest window. Each layer is checked alone: its
    outputs may move only where a query's window contains the token, and must move at both ends of the window. Through
    all layers together, no output beyond the sum of the windows may move. A Longformer's global token must reach
    every token. Padding must not be seen.

    Args:
        model: A transformers model, or one that `load` returned; or a function of token ids and mask, both int64
            `[1, n]`, that returns hidden states `[1, n, hidden]`, of which only all layers together are checked.
        promised: How far each layer attends; read from the model's configuration where None.
        length: Tokens of the text; by default four times the widest side of a window.
        vocabulary: Number of token ids, for a function; a model's own otherwise.

    Returns:
        One row for each layer, for all layers together, and for padding.

    Raises:
        InputError: The promise is missing or not one for each layer, or the text is too short to tell.
    """
    own = model if isinstance(model, PreTrainedModel) else getattr(model, "model", None)
    if not isinstance(own, PreTrainedModel) and not callable(model):
        raise InputError(
            f"check_pattern takes a transformers model, a loaded one, or a function; got {shown(model)}. "
            "Load the model with longformer_viz.load."
        )
    if promised is not None:
        for reach in check_values(promised, "promised", "Try [LayerReach(128, 0)] * 6."):
            check_type(reach, LayerReach, "A reach", "Try LayerReach(128, 0).")
        if not promised:
            raise InputError("promised must have a reach for each layer. You entered none. Leave it out.")
    for name, value in (("length", length), ("vocabulary", vocabulary)):
        if value is not None:
            check_whole(value, name, 2, MOST_TOKENS, 512)
    if promised is None and not isinstance(own, PreTrainedModel):
        raise InputError(
            "A function needs promised reaches, one for each layer; got none. Try promised=[LayerReach(128, 0)] * 6."
        )
    if not isinstance(own, PreTrainedModel):
        reaches = tuple(promised or ())
        ids = _ids(_text_length(reaches, length), vocabulary or 100, torch.device("cpu"))
        with torch.no_grad():
            return PatternCheck(ids.shape[1], _check_whole(cast(Forward, model), reaches, ids, vocabulary or 100))
    reaches = tuple(promised_reaches(own) if promised is None else promised)
    size = own.config.get_text_config().vocab_size
    ids = _ids(_text_length(reaches, length), size, own.device)
    was_training = own.training
    own.eval()
    try:
        with torch.no_grad():
            rows = (*_check_layers(own, reaches, ids), *_check_whole(_forward_of(own), reaches, ids, size))
    finally:
        own.train(was_training)
    return PatternCheck(ids.shape[1], rows)


def _text_length(reaches: tuple[LayerReach, ...], length: int | None) -> int:
    """Return the tokens of the text, long enough to tell windows of half and twice the size apart."""
    widest = max((side for reach in reaches for side in (reach.left, reach.right) if side), default=16)
    if length is not None and length <= 2 * widest + 2:
        raise InputError(
            f"The text must be longer than twice the window, {2 * widest + 2:,} tokens; got {length:,}. "
            f"Try length={4 * widest + 9}."
        )
    return max(32, 4 * widest + 9) if length is None else length


def _check_whole(
    forward: Forward, reaches: tuple[LayerReach, ...], ids: Tensor, vocabulary: int
) -> tuple[CheckedReach, ...]:
    return _check_all(forward, reaches, ids, vocabulary), _check_padding(forward, ids, vocabulary)


def _ids(length: int, vocabulary: int, device: torch.device) -> Tensor:
    """Return token ids `[1, n]`, none of them one of the first, which are special in most vocabularies."""
    generator = torch.Generator().manual_seed(0)
    first = min(10, vocabulary // 2)
    return torch.randint(first, vocabulary, (1, length), generator=generator).to(device)


def _other(token: Tensor, vocabulary: int) -> Tensor:
    """Return another token id."""
    first = min(10, vocabulary // 2)
    return first + (token - first + (vocabulary - first) // 2) % (vocabulary - first)


def _forward_of(model: PreTrainedModel) -> Forward:
    part, options = text_part(model), run_options(model)

    def forward(ids: Tensor, mask: Tensor) -> Tensor:
        return part(input_ids=ids, attention_mask=mask, **options)[0]

    return forward


def _has_global_tokens(part: nn.Module) -> bool:
    return any(isinstance(module, STOCK_ATTENTION) for module in part.modules())


def _check_layers(model: PreTrainedModel, reaches: tuple[LayerReach, ...], ids: Tensor) -> list[CheckedReach]:
    part, options = text_part(model), dict[str, Any](run_options(model))
    marked = torch.zeros_like(ids)
    marked[0, GLOBAL_POSITION] = 1
    with_globals = _has_global_tokens(part)
    if with_globals:
        options["global_attention_mask"] = marked
    calls = layer_calls(
        part, len(reaches), lambda: part(input_ids=ids, attention_mask=torch.ones_like(ids), **options)
    )
    rows = [
        _check_layer(number, call, reach, ids.shape[1], with_globals)
        for number, (call, reach) in enumerate(zip(calls, reaches, strict=True))
    ]
    if with_globals:
        rows += [_check_global(number, call, ids.shape[1]) for number, call in enumerate(calls)]
    return rows


def _check_layer(number: int, call: LayerCall, reach: LayerReach, length: int, with_globals: bool) -> CheckedReach:
    middle = length // 2
    found = call.moved_by(middle, TRIALS)[:length]
    if with_globals:
        found[GLOBAL_POSITION] = False
    left, right = farthest_sides(found, middle)
    expected = expected_sides(reach, middle, length)
    fault = fault_of(f"Layer {number}", reach, expected, (left, right), middle, length)
    return CheckedReach(f"layer {number}", reach_in_words(reach), seen_in_words(left, right, middle, length), fault)


def _check_global(number: int, call: LayerCall, length: int) -> CheckedReach:
    """Check that every token sees the global one, and it sees every token."""
    by_global = call.moved_by(GLOBAL_POSITION, TRIALS)[:length]
    far = length - 2
    seen = int(by_global.sum())
    fault = ""
    if seen < length:
        fault = f"Layer {number}: {length - seen:,} tokens do not see the global token."
    elif not call.moved_by(far, TRIALS)[GLOBAL_POSITION]:
        fault = f"Layer {number}: the global token does not see token {far:,}."
    return CheckedReach(f"layer {number}, global", f"{length:,} tokens", f"{seen:,} tokens", fault)


def _check_all(forward: Forward, reaches: tuple[LayerReach, ...], ids: Tensor, vocabulary: int) -> CheckedReach:
    """Check that nothing moves beyond the sum of the windows."""
    length = ids.shape[1]
    middle = length // 2
    changed = ids.clone()
    changed[0, middle] = _other(ids[0, middle], vocabulary)
    mask = torch.ones_like(ids)
    found = moved(forward(ids, mask)[0], forward(changed, mask)[0]).cpu()[:length]
    left, right = farthest_sides(found, middle)
    sums = [
        None if any(side is None for side in sides) else sum(sides)
        for sides in zip(*((reach.left, reach.right) for reach in reaches), strict=True)
    ]
    total = LayerReach(*sums)
    most_left, most_right = expected_sides(total, middle, length)
    fault = ""
    if left > most_left or right > most_right:
        fault = (
            f"Through all layers, tokens up to {left:,} before and {right:,} after a token are seen; the layers "
            f"together promise {most_left:,} and {most_right:,}."
        )
    promise = f"at most {reach_in_words(total)}" if total.is_local or total.is_causal else reach_in_words(total)
    return CheckedReach("all layers", promise, seen_in_words(left, right, middle, length), fault)


def _check_padding(forward: Forward, ids: Tensor, vocabulary: int) -> CheckedReach:
    """Check that no token sees padding at either end."""
    length = ids.shape[1]
    part = max(1, length // _PADDING_SHARE)
    mask = torch.ones_like(ids)
    mask[0, :part] = mask[0, length - part :] = 0
    changed = ids.clone()
    for position in (part - 1, length - part):
        changed[0, position] = _other(ids[0, position], vocabulary)
    found = moved(forward(ids, mask)[0], forward(changed, mask)[0]).cpu()[part : length - part]
    count = int(found.sum())
    fault = f"{count:,} tokens see padding." if count else ""
    return CheckedReach("padding", "seen by 0 tokens", f"seen by {count:,} tokens", fault)
