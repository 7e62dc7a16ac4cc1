"""Replace the attention of a transformers model in place, and put transformers' own back."""

from typing import TypeGuard, TypeVar

from torch import nn
from transformers import PreTrainedModel
from transformers.models.led import modeling_led
from transformers.models.longformer import modeling_longformer

from longformer_viz.hf import encoders, layers, led_decoder, self_attention
from longformer_viz.hf.families import has_sliding_layers, is_on_interface, put_on_interface, take_off_interface
from longformer_viz.hf.self_attention import STOCK_ATTENTION
from longformer_viz.spec import InputError, named_type

Model = TypeVar("Model", bound=nn.Module)

_FAST = {
    modeling_longformer.LongformerModel: encoders.LongformerModel,
    modeling_longformer.LongformerEncoder: encoders.LongformerEncoder,
    modeling_longformer.LongformerLayer: layers.LongformerLayer,
    modeling_longformer.LongformerSelfAttention: self_attention.LongformerSelfAttention,
    modeling_led.LEDEncoder: encoders.LEDEncoder,
    modeling_led.LEDEncoderLayer: layers.LEDEncoderLayer,
    modeling_led.LEDEncoderSelfAttention: self_attention.LEDEncoderSelfAttention,
    modeling_led.LEDDecoderAttention: led_decoder.LEDDecoderAttention,
}
_STOCK = {fast: stock for stock, fast in _FAST.items()}


def speed_up(model: Model) -> Model:
    """Replace the attention of a model with sliding windows by faster attention, in place.

    A Longformer or LED encoder gets other classes. A model of another family that goes through transformers'
    attention interface, such as ModernBERT, Mistral, Gemma or gpt-oss, gets our attention as its implementation: its
    sliding layers take time linear in the length, and no n x n mask is built for them. `generate` with a cache keeps
    working.

    State dict, hooks, outputs, gradients of any order, `output_attentions`, saving and loading stay the same. Inputs
    are no longer padded to a multiple of the window. Later changes of windows, layers, hooks and adapters take effect
    as in transformers. A model that is already sped up is not changed. `restore` is the inverse.

    Args:
        model: A transformers model, or any module that contains one.

    Returns:
        The same model.

    Raises:
        InputError: The model has no sliding windows, an attention layer is a variant of transformers' own, or weights
            are missing or those of one layer are on several devices.
    """
    if _is_other_family(model):
        put_on_interface(model)
        return model
    modules = _modules_with_attention("speed_up", model)
    for name, weight in model.named_parameters():
        if weight.is_meta:
            raise InputError(
                f"Every weight must be loaded before speed_up; {name} has no data yet. "
                "Load the model with from_pretrained first."
            )
    for module in modules:
        if isinstance(module, STOCK_ATTENTION):
            _check_attention(module)
    for module in modules:
        # Changing the class of the object keeps its parameters, buffers and hooks.
        module.__class__ = _FAST.get(type(module), type(module))
    return model


def restore(model: Model) -> Model:
    """Undo `speed_up`: give a model transformers' own classes again, in place.

    Weights, hooks, adapters and settings stay as they are now. A model that is not sped up is not changed.

    Args:
        model: A model that was sped up.

    Returns:
        The same model.

    Raises:
        InputError: The model has no Longformer or LED attention, or a class derived from a sped-up one.
    """
    if _is_other_family(model):
        take_off_interface(model)
        return model
    modules = _modules_with_attention("restore", model)
    for module in modules:
        if isinstance(module, tuple(_STOCK)) and type(module) not in _STOCK:
            raise InputError(
                f"restore needs the classes that speed_up made; {type(module).__name__} was derived from one of "
                "them. Call restore before other code changes the classes."
            )
    for module in modules:
        module.__class__ = _STOCK.get(type(module), type(module))
    return model


def _is_other_family(model: nn.Module) -> TypeGuard[PreTrainedModel]:
    """Return whether a model is no Longformer or LED and has sliding windows, or runs on our attention already."""
    if not isinstance(model, PreTrainedModel) or any(
        isinstance(module, STOCK_ATTENTION) for module in model.modules()
    ):
        return False
    return is_on_interface(model) or has_sliding_layers(model.config.get_text_config())


def _modules_with_attention(caller: str, model: nn.Module) -> list[nn.Module]:
    modules = list(model.modules()) if isinstance(model, nn.Module) else []
    if not any(isinstance(module, STOCK_ATTENTION) for module in modules):
        raise InputError(
            f"{caller} takes a transformers model with Longformer or LED attention, or with sliding windows; "
            f"{named_type(model)} has none. "
            "Load it with longformer_viz.load, which converts BERT, RoBERTa and XLM-R checkpoints."
        )
    return modules


def _check_attention(module: nn.Module) -> None:
    if type(module) not in _FAST and type(module) not in _STOCK:
        raise InputError(
            f"speed_up supports transformers' own attention classes; {type(module).__name__} is a subclass. Use the "
            "parent class, if the weights allow it."
        )
    devices = sorted({str(weight.device) for weight in module.parameters()})
    if len(devices) > 1:
        raise InputError(
            f"An attention layer must be on one device; layer {module.layer_id} is on {' and '.join(devices)}. "
            "Move the model with model.to(device) first."
        )
