"""A run follows what was changed in a loaded model: its trace is the changed model's, layer by layer."""

import pytest
import torch
from torch import nn

from longformer_viz import AttentionSpec, InputError, load, run
from longformer_viz.documents.samples import sample
from tests.models import small


@pytest.fixture
def model(tmp_path):
    small.save(tmp_path, "Longformer")
    return load(str(tmp_path))


@pytest.fixture
def document(model):
    return model.tokenize(sample("library_notice").text, limit=60)


def bands(trace):
    """The weights [n, window + 1] of every layer's first head."""
    return [trace.band(layer, 0).band for layer in range(len(trace.layers))]


def test_a_window_changed_after_loading_is_the_trace_s_own(model, document):
    expected = bands(run(model, document, AttentionSpec(window=(4, 16))))
    model.model.encoder.layer[0].attention.self.one_sided_attn_window_size = 2
    trace = run(model, document)
    assert model.windows == trace.own_windows == (4, 16)
    assert [band.shape for band in bands(trace)] == [(60, 5), (60, 17)]
    for ours, theirs in zip(bands(trace), expected, strict=True):
        torch.testing.assert_close(ours, theirs)


@pytest.mark.parametrize("chosen", [(1,), (1, 0), (0, 1, 0), (0, 0)], ids=str)
def test_layers_removed_reordered_and_repeated_are_traced_where_they_stand(model, document, chosen):
    layers = model.model.encoder.layer
    model.model.encoder.layer = nn.ModuleList([layers[index] for index in chosen])
    done = []
    trace = run(model, document, progress=done.append)
    assert trace.own_windows == tuple(small.LONGFORMER_WINDOWS[index] for index in chosen)
    assert done == [(number + 1) / len(chosen) for number in range(len(chosen))]
    assert len(trace.layers) == len(chosen)
    for index, band in zip(chosen, bands(trace), strict=True):
        assert band.shape == (60, small.LONGFORMER_WINDOWS[index] + 1)
        # Every row is a distribution over its window and the global first token: the log-sum-exp is the layer's own.
    for layer in range(len(chosen)):
        weights = trace.weights(layer, 0)
        torch.testing.assert_close(weights.sum(-1), torch.ones(60), atol=5e-3, rtol=0)


def test_a_spec_for_the_layers_that_were_is_refused(model, document):
    model.model.encoder.layer = model.model.encoder.layer[:1]
    with pytest.raises(InputError, match=r"each of the model's 1 layers\. You entered 2"):
        run(model, document, AttentionSpec(window=(8, 16)))
