"""Run a document and its target text through an LED, and record all three kinds of attention."""

from dataclasses import dataclass, field

import torch
from transformers import LEDPreTrainedModel

from longformer_viz.hf.recording import RecordedAttention, recording
from longformer_viz.models.family_running import kept_layer, reach_trace
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import check_document, check_length, recorded_encoding
from longformer_viz.models.seq2seq.target import check_generation, decoder_inputs, generated_inputs
from longformer_viz.peak_memory import measured
from longformer_viz.spec import AttentionSpec, InputError, shown
from longformer_viz.trace.reach_layer import ReachLayer
from longformer_viz.trace.seq2seq.cross_trace import CrossLayer, CrossTrace
from longformer_viz.trace.seq2seq.seq2seq_trace import Seq2SeqTrace
from longformer_viz.trace.tokens import Tokens


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


def run_seq2seq(
    model: LoadedModel,
    document: str | Tokens,
    target: str | None = None,
    spec: AttentionSpec | None = None,
    *,
    max_new_tokens: int = 64,
) -> Seq2SeqTrace:
    """Run a document through a whole LED, and record the attention of encoder and decoder, and between them.

    Args:
        model: An LED.
        document: A text for the encoder, or Tokens made by `model.tokenize`.
        target: A text that the decoder reads, such as a summary. By default the model generates it.
        spec: The encoder's pattern. By default the model's own windows and a global first token.
        max_new_tokens: The most tokens that are generated.

    Returns:
        The traces. Their target tokens are the decoder's inputs: a start token, then every target token but the last.

    Raises:
        InputError: If the model is no LED, it cannot generate, or a text is too long.
    """
    _check_is_led(model)
    spec = spec or AttentionSpec()
    tokens = model.tokenize(document) if isinstance(document, str) else document
    check_document(model, tokens)
    check_length(model, len(tokens))
    if target is None:
        check_generation(model, max_new_tokens)
        encoder, encoded = recorded_encoding(model, tokens, spec)
        inputs = generated_inputs(model, encoded, max_new_tokens)
    else:
        inputs = decoder_inputs(model, target)
        encoder, encoded = recorded_encoding(model, tokens, spec)
    recorder = _Recorder(model.model.config.decoder_layers)
    ids = torch.tensor([inputs.ids], device=model.device)
    with torch.no_grad(), recording(recorder), measured(model.device) as reading:
        model.model.get_decoder()(input_ids=ids, encoder_hidden_states=encoded, use_cache=False)
    trained = model.model.config.max_decoder_position_embeddings
    decoder = reach_trace(model.name, inputs, tuple(recorder.own), trained, reading)
    return Seq2SeqTrace(encoder, decoder, CrossTrace(inputs, tokens, tuple(recorder.cross)))


def _check_is_led(model: LoadedModel) -> None:
    if not isinstance(model.model, LEDPreTrainedModel):
        raise InputError(
            f"run_seq2seq needs an LED, whose decoder attention is recorded; {shown(model.name)} is of the family "
            f"{model.model.config.model_type}. Use run for the attention of one document."
        )
