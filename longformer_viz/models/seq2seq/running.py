"""Run a document and its target text through an encoder-decoder, and record all three kinds of attention."""

from dataclasses import dataclass, field

import torch
from transformers import LEDPreTrainedModel, PreTrainedModel

from longformer_viz.checks import check_spec
from longformer_viz.hf.recording import RecordedAttention, recording
from longformer_viz.models.devices import says_device_fault
from longformer_viz.models.family_running import kept_layer, reach_trace, run_family
from longformer_viz.models.loading import LoadedModel, check_loaded
from longformer_viz.models.running import check_length, recorded_encoding, tokens_of
from longformer_viz.models.seq2seq.target import check_generation, decoder_inputs, generated_inputs, longest_target
from longformer_viz.models.warm_up import warmed_up
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.seq2seq.cross_trace import CrossLayer, CrossTrace
from longformer_viz.trace.seq2seq.seq2seq_trace import Seq2SeqTrace
from longformer_viz.trace.tokens import Tokens
from longformer_viz.trace.trace import Trace

FAMILIES = ("longt5", "t5")  # Beside LED.


@dataclass(slots=True)
class _Recorder:
    """Records the two kinds of attention in a decoder.

    Attributes:
        depth: Number of the decoder's layers.
        own: Self-attention of each layer.
        cross: Cross-attention of each layer.
    """

    depth: int
    own: list[ReachLayer] = field(default_factory=list)
    cross: list[CrossLayer] = field(default_factory=list)

    def attention(self, layer: RecordedAttention) -> None:
        kept = kept_layer(layer, self.depth)
        if layer.is_cross:
            self.cross.append(CrossLayer(kept.query, kept.key, kept.log_sum_exp))
        else:
            self.own.append(kept)


@says_device_fault
def run_seq2seq(
    model: LoadedModel,
    document: str | Tokens,
    target: str | None = None,
    spec: AttentionSpec | None = None,
    *,
    max_new_tokens: int = 64,
) -> Seq2SeqTrace:
    """Run a document through an encoder-decoder, and record the attention of encoder and decoder, and between them.

    Args:
        model: An LED, T5 or LongT5.
        document: A text for the encoder, or Tokens made by `model.tokenize`.
        target: A text that the decoder reads, such as a summary. By default the model generates it.
        spec: The encoder's pattern. By default the model's own windows, and in an LED a global first token. Only an
            LED takes another.
        max_new_tokens: The most tokens that are generated.

    Returns:
        The traces. Their target tokens are the decoder's inputs: a start token, then every target token but the last.

    Raises:
        InputError: If the model is none of these, it cannot generate, or a text is too long.
    """
    _check_family(check_loaded(model))
    spec = check_spec(spec)
    tokens = tokens_of(model, document)
    check_length(model, len(tokens))
    if target is None:
        check_generation(model, max_new_tokens)
        encoder, encoded = _encoding(model, tokens, spec)
        inputs = generated_inputs(model, encoded, max_new_tokens)
    else:
        inputs = decoder_inputs(model, target)
        encoder, encoded = _encoding(model, tokens, spec)
    recorder = _Recorder(_decoder_depth(model.model))
    ids = torch.tensor([inputs.ids], device=model.device)
    with torch.no_grad(), recording(recorder), measured(model.device) as reading:
        # T5's decoder makes no description of a mask that is not given; LED's takes any.
        mask = {} if model.reaches is None else {"encoder_attention_mask": torch.ones_like(encoded[..., 0])}
        model.model.get_decoder()(input_ids=ids, encoder_hidden_states=encoded, use_cache=False, **mask)
    decoder = reach_trace(model.name, inputs, tuple(recorder.own), longest_target(model), reading)
    return Seq2SeqTrace(encoder, decoder, CrossTrace(inputs, tokens, tuple(recorder.cross)))


def _encoding(model: LoadedModel, tokens: Tokens, spec: AttentionSpec) -> tuple[Trace, torch.Tensor]:
    """Return the trace of the encoder, and its last hidden state `[1, m, hidden]`."""
    if model.reaches is None:
        return recorded_encoding(model, tokens, spec)
    return run_family(warmed_up(model), tokens, spec)


def _decoder_depth(model: PreTrainedModel) -> int:
    config = model.config
    return config.decoder_layers if isinstance(model, LEDPreTrainedModel) else config.num_decoder_layers


def _check_family(model: LoadedModel) -> None:
    own = model.model
    if isinstance(own, LEDPreTrainedModel) or (own.config.model_type in FAMILIES and hasattr(own, "decoder")):
        return
    raise InputError(
        f"run_seq2seq needs an LED, T5 or LongT5 with its decoder; {shown(model.name)} is of the class "
        f"{type(model.model).__name__}. Use run for the attention of one document."
    )
