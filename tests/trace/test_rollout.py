"""Rollout row by row against the dense product of whole matrices."""

import pytest
import torch

from longformer_viz import AttentionSpec, InputError, Tokens, Trace, run
from longformer_viz.trace.rollout import attention_rollout

TEXT = "The harbour master keeps two ledgers; one is for ships, the other nobody reads. "


def dense_rollout(trace: Trace) -> torch.Tensor:
    """The whole rollout [layers, n, n]: product of 0.5 I + 0.5 mean of heads, in double precision."""
    product = identity = torch.eye(len(trace.tokens), dtype=torch.float64)
    products = []
    for layer in range(len(trace.layers)):
        heads = torch.stack([trace.weights(layer, head).double() for head in range(trace.heads)])
        product = (0.5 * identity + 0.5 * heads.mean(0)) @ product
        products.append(product)
    return torch.stack(products)


def by_head(depth: int, heads: int) -> tuple:
    """Dilations that differ by head in every layer."""
    return tuple(tuple(1 + (layer + head) % 3 for head in range(heads)) for layer in range(depth))


@pytest.mark.parametrize(
    ("window", "dilation", "positions"),
    [
        (8, 1, (0,)),
        (8, 1, ()),
        (16, 3, (0, 40, 41, 149)),
        (16, "by head", (7,)),
        (4, 200, ()),
        (1024, 1, (0,)),
        (1024, 2, ()),
        (6, 1, tuple(range(0, 150, 2))),
    ],
)
def test_equals_the_dense_product(default_model, window, dilation, positions):
    if dilation == "by head":
        dilation = by_head(len(default_model.windows), default_model.heads)
    tokens = default_model.tokenize(TEXT * 10, limit=150)
    trace = run(default_model, tokens, AttentionSpec(window, dilation, positions))
    expected = dense_rollout(trace)
    for token in (0, 41, len(trace.tokens) - 1):
        rollout = attention_rollout(trace, token)
        assert rollout.token == token
        torch.testing.assert_close(rollout.weights.double(), expected[:, token], atol=1e-6, rtol=1e-5)
        torch.testing.assert_close(rollout.weights.sum(1), torch.ones(len(trace.layers)), atol=2e-3, rtol=0)


def test_equals_the_dense_product_beyond_one_block(default_model):
    trace = run(default_model, TEXT * 40, AttentionSpec(64, 2, (0, 300)))
    expected = dense_rollout(trace)
    rollout = attention_rollout(trace, 200)
    torch.testing.assert_close(rollout.weights.double(), expected[:, 200], atol=1e-6, rtol=1e-5)


def test_a_document_of_one_token(default_model):
    tokens = Tokens(ids=(5000,), offsets=((0, 3),), pieces=("one",), text="one")
    trace = run(default_model, tokens, AttentionSpec(global_positions=()))
    assert len(trace.tokens) == 1
    torch.testing.assert_close(
        attention_rollout(trace, 0).weights, torch.ones(len(trace.layers), 1), atol=1e-3, rtol=0
    )


def test_nothing_comes_from_beyond_the_reach_of_the_layers(default_model):
    trace = run(default_model, TEXT * 40, AttentionSpec(4, 1, ()))
    weights = attention_rollout(trace, 300).weights
    for layer, row in enumerate(weights):
        reached = row.nonzero()[:, 0]
        assert reached.min() == 300 - 2 * (layer + 1)
        assert reached.max() == 300 + 2 * (layer + 1)


def test_progress_grows_to_the_end_and_may_stop_the_work(default_model):
    trace = run(default_model, TEXT * 10, AttentionSpec(8, by_head(len(default_model.windows), default_model.heads)))
    seen = []
    attention_rollout(trace, 3, seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def stop(_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attention_rollout(trace, 3, stop)


@pytest.mark.parametrize("token", [-1, 10**6, 1.0, "1", True, None])
def test_a_token_outside_the_document_is_refused(default_model, token):
    trace = run(default_model, TEXT, AttentionSpec(8))
    with pytest.raises(InputError, match="Token must be"):
        attention_rollout(trace, token)
