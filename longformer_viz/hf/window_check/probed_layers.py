"""The outputs that change when one token changes, through one layer and through a whole model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from longformer_viz.spec import InputError

Forward = Callable[[Tensor, Tensor], Tensor]
_NOISE = 20 * torch.finfo(torch.float32).eps  # Of the largest output: what rounding alone can move.


def moved(before: Tensor, after: Tensor) -> Tensor:
    """Find the rows of an output that differ by more than rounding.

    Args:
        before: Output `[n, hidden]`.
        after: Output `[n, hidden]` after a change of the input.

    Returns:
        Bool `[n]`.
    """
    scale = before.abs().amax().float() * _NOISE * (torch.finfo(before.dtype).eps / torch.finfo(torch.float32).eps)
    return (before - after).abs().amax(-1).float() > scale


@dataclass(frozen=True, slots=True)
class LayerCall:
    """One layer and the arguments that a pass gave it.

    Attributes:
        module: The layer.
        hidden: Its input, `[1, n, hidden]`.
        rest: Its other positional arguments.
        named: Its named arguments.
    """

    module: nn.Module
    hidden: Tensor
    rest: tuple
    named: dict[str, Any]

    def output(self, hidden: Tensor) -> Tensor:
        """Return the layer's output `[n, hidden]` for another input `hidden`, `[1, n, hidden]`."""
        if "hidden_states" in self.named:
            result = self.module(*self.rest, **(self.named | {"hidden_states": hidden}))
        else:
            result = self.module(hidden, *self.rest, **self.named)
        return (result if isinstance(result, Tensor) else result[0])[0]

    def moved_by(self, position: int, trials: int) -> Tensor:
        """Return which outputs move when the input of one token is replaced, in any of some trials, bool `[n]`.

        Args:
            position: Of the token.
            trials: Random inputs that are tried.
        """
        generator = torch.Generator().manual_seed(position)
        before = self.output(self.hidden)
        found = torch.zeros(len(before), dtype=torch.bool, device=before.device)
        for _ in range(trials):
            changed = self.hidden.clone()
            noise = torch.randn(changed.shape[-1], generator=generator)
            changed[0, position] = noise.to(changed) * (3 * self.hidden.std())
            found |= moved(before, self.output(changed))
        return found.cpu()


def layer_calls(part: nn.Module, depth: int, run: Callable[[], object]) -> list[LayerCall]:
    """Run a model once, and return the call of each of its layers.

    Args:
        part: The part of the model that a document runs through.
        depth: Its number of layers.
        run: Runs it.

    Raises:
        InputError: The model has no list of so many layers, or they are not called with hidden states.
    """
    lists = [module for module in part.modules() if isinstance(module, nn.ModuleList) and len(module) == depth]
    if not lists:
        raise InputError(
            f"A model must keep its layers in one list; {type(part).__name__} has none of {depth} layers. "
            "Pass a function of token ids and mask instead of the model, with promised reaches."
        )
    calls: list[LayerCall] = []
    with _watched(lists[0], calls), torch.no_grad():
        run()
    if len(calls) != depth:
        raise InputError(
            f"Each layer must be called once with hidden states; of {depth} layers {len(calls)} were. "
            "Pass a function of token ids and mask instead of the model, with promised reaches."
        )
    return calls


@contextmanager
def _watched(layers: nn.ModuleList, calls: list[LayerCall]) -> Iterator[None]:
    def watch(module: nn.Module, rest: tuple, named: dict[str, Any]) -> None:
        hidden = named.get("hidden_states", rest[0] if rest else None)
        if isinstance(hidden, Tensor) and hidden.ndim == 3:
            calls.append(LayerCall(module, hidden, rest if "hidden_states" in named else rest[1:], named))

    handles = [layer.register_forward_pre_hook(watch, with_kwargs=True) for layer in layers]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
