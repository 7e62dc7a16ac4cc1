"""Replace the attention of a transformers model in place: same weights, same outputs, several times faster."""

from typing import Any, TypeVar

from torch import nn
from transformers.models.led import modeling_led as led
from transformers.models.longformer import modeling_longformer as longformer

from longformer_viz.attention import encoders
from longformer_viz.attention.call import Call, current_call, entered
from longformer_viz.attention.longformer import LongformerAttention
from longformer_viz.spec import InputError

Model = TypeVar("Model", bound=nn.Module)


class _KeepsCall:
    """A layer that takes its call along into the recomputation of gradient checkpointing.

    That comes with the backward pass, when the context has closed: so the call is read here, outside the
    checkpointed function, and entered again inside.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, call=current_call(), **kwargs)


class _Layer(_KeepsCall, longformer.LongformerLayer):
    def forward(self, *args: Any, call: Call, **kwargs: Any) -> Any:
        with entered(call):
            return super().forward(*args, **kwargs)


class _LEDLayer(_KeepsCall, led.LEDEncoderLayer):
    def forward(self, *args: Any, call: Call, **kwargs: Any) -> Any:
        with entered(call):
            return super().forward(*args, **kwargs)


_CLASSES = {
    longformer.LongformerModel: encoders.LongformerModel,
    longformer.LongformerLayer: _Layer,
    longformer.LongformerSelfAttention: LongformerAttention,
    led.LEDEncoder: encoders.LEDEncoder,
    led.LEDEncoderLayer: _LEDLayer,
    led.LEDEncoderSelfAttention: LongformerAttention,
}
_ATTENTION = (longformer.LongformerSelfAttention, led.LEDEncoderSelfAttention)


def speed_up(model: Model) -> Model:
    """Make every Longformer and LED encoder in `model` fast, in place, and return the same model.

    State dict, hooks, outputs, gradients, `output_attentions`, saving and loading stay as they were; inputs are no
    longer padded to a multiple of the window. A model that is already sped up is left as it is.
    Raises InputError where there is nothing to speed up, where an attention layer is somebody's own variant, or where
    weights are missing or a layer's are on several devices.
    """
    modules = list(model.modules()) if isinstance(model, nn.Module) else []
    if not any(isinstance(module, (*_ATTENTION, LongformerAttention)) for module in modules):
        raise InputError(
            f"speed_up takes a transformers model with Longformer or LED attention; {type(model).__name__} has none. "
            "Load it with longformer_viz.load, which converts BERT, RoBERTa and XLM-R checkpoints."
        )
    for name, weight in model.named_parameters():
        if weight.is_meta:
            raise InputError(
                f"Every weight must be loaded before speed_up; {name} has no data yet. "
                "Load the model with from_pretrained first."
            )
    for module in modules:
        if isinstance(module, _ATTENTION):
            _check_attention(module)
    for module in modules:
        # The same object with another class: parameters, buffers and hooks stay where they are.
        module.__class__ = _CLASSES.get(type(module), type(module))
        if isinstance(module, _Layer):
            # Chunks of the feed-forward layer must divide the length, which is no longer padded.
            module.chunk_size_feed_forward = 0
    return model


def _check_attention(module: nn.Module) -> None:
    if type(module) not in _ATTENTION:
        raise InputError(
            f"speed_up takes transformers' own attention; {type(module).__name__} is a variant of it. "
            "Use the class that it comes from, if its weights allow that."
        )
    places = sorted({str(weight.device) for weight in module.parameters()})
    if len(places) > 1:
        raise InputError(
            f"An attention layer must be on one device; layer {module.layer_id} is on {' and '.join(places)}. "
            "Move the model with model.to(device) first."
        )
