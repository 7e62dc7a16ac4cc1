"""Masks against the real ones: transformers' BigBird in training mode, Reformer, ModernBERT; random weights."""

import numpy as np
import pytest
import torch
from transformers import (
    BigBirdConfig,
    BigBirdModel,
    ModernBertConfig,
    ModernBertModel,
    ReformerConfig,
    ReformerModel,
)

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.reformer import ReformerPattern
from tests.patterns.masks import mask


@pytest.fixture(autouse=True)
def own_random_numbers():
    """Transformers' BigBird reseeds NumPy for everybody, its Reformer torch."""
    state, seed = np.random.get_state(), torch.random.get_rng_state()
    yield
    np.random.set_state(state)
    torch.random.set_rng_state(seed)


def bigbird(block_size, random_blocks, positions=4096):
    torch.manual_seed(0)
    config = BigBirdConfig(
        vocab_size=40,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=positions,
        block_size=block_size,
        num_random_blocks=random_blocks,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    return BigBirdModel(config, add_pooling_layer=False).train()


def bigbird_masks(model, length):
    """Which pairs have weight, [layers, heads, n, n], of a model that has seen nothing yet.

    A model that once met a short document keeps full attention for good: each length needs a new one.
    """
    ids = torch.randint(3, 40, (1, length))
    with torch.no_grad():
        weights = model(input_ids=ids, output_attentions=True).attentions
    return torch.stack([layer[0] > 0 for layer in weights])


@pytest.mark.parametrize(
    ("length", "block_size", "random_blocks"),
    [(40, 4, 2), (60, 4, 2), (56, 4, 3), (128, 8, 1), (1024, 64, 3), (1024, 64, 2)],
)
def test_bigbird_has_the_blocks_of_transformers_in_training(length, block_size, random_blocks):
    real = bigbird_masks(bigbird(block_size, random_blocks), length)
    ours = BigBirdPattern(length, 2, 2, block_size, random_blocks=random_blocks, draw="hugging face")
    assert torch.equal(mask(ours, length), real)
    assert ours.count_pairs(length) == int(real.sum())
    assert not ours.is_full
    assert not torch.equal(real[0], real[1])  # layers and heads differ: blocks were drawn
    assert not torch.equal(real[:, 0], real[:, 1])


@pytest.mark.parametrize("length", [35, 36, 37])
def test_bigbird_takes_full_attention_for_a_short_document(length):
    model = bigbird(4, 2)
    with torch.no_grad():
        model(input_ids=torch.randint(3, 40, (1, length)))
    ours = BigBirdPattern(length, 2, 2, 4, random_blocks=2, draw="hugging face")
    assert ours.is_full == (model.encoder.attention_type == "original_full")
    assert bool(mask(ours, length).all()) == ours.is_full


def test_bigbird_draws_nothing_in_evaluation():
    real = bigbird_masks(bigbird(4, 2).eval(), 60)
    assert torch.equal(mask(BigBirdPattern(60, 2, 2, 4, random_blocks=0), 60), real)


def reformer(length, rounds, chunk, buckets=None):
    torch.manual_seed(0)
    config = ReformerConfig(
        vocab_size=40,
        attn_layers=["lsh"],
        attention_head_size=6,
        hidden_size=12,
        num_attention_heads=2,
        feed_forward_size=8,
        axial_pos_embds=False,
        max_position_embeddings=length,
        lsh_attn_chunk_length=chunk,
        num_hashes=rounds,
        num_buckets=buckets,
        hash_seed=7,
        is_decoder=False,
        lsh_attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=0.0,
    )
    return ReformerModel(config).eval()


def real_reformer(model, length):
    """Buckets [heads, rounds, n] and mask [heads, n, n] of the only layer, and its shared vectors [heads, n, d].

    All are read out of a forward pass. The weights stand in the order of the sorted buckets and are brought back;
    where chunks do not divide the length the model pads the document, and padding is left out here.
    """
    attention = model.encoder.layers[0].attention.self_attention
    found = {}
    hooks = [
        attention.register_forward_hook(lambda module, inputs, output: found.update(buckets=output.buckets[0])),
        attention.query_key.register_forward_hook(lambda module, inputs, output: found.update(vectors=output[0])),
    ]
    with torch.no_grad():
        ids = torch.randint(0, 40, (1, length))
        result = model(input_ids=ids, attention_mask=torch.ones_like(ids), output_attentions=True)
    for hook in hooks:
        hook.remove()
    buckets = found["buckets"]  # [heads, rounds, n with padding], those of a round above those before
    weights = result.attentions[0][0]  # [heads, chunks of all rounds, chunk, 2 * chunk]
    padded = buckets.shape[-1]
    order = buckets.flatten(1).argsort(dim=-1, stable=True) % padded
    queries = order.view(2, -1, weights.shape[2])
    keys = torch.cat([queries.roll(1, 1), queries], -1)
    pairs = torch.zeros(2, padded, padded, dtype=torch.bool)
    for head in range(2):
        rows, columns = torch.broadcast_tensors(queries[head][..., None], keys[head][:, None])
        there = weights[head] > 0
        pairs[head, rows[there], columns[there]] = True
    count = attention.num_buckets
    count = (count if isinstance(count, int) else int(np.prod(count))) + (padded > length)
    first = count * torch.arange(buckets.shape[1])[:, None]
    vectors = found["vectors"].view(padded, 2, 6).transpose(0, 1)[:, :length]
    return (buckets - first)[..., :length], pairs[:, :length, :length], vectors


@pytest.mark.parametrize(
    ("length", "rounds", "chunk", "buckets"),
    [
        (64, 1, 8, 16),
        (64, 2, 8, 16),
        (96, 4, 8, 8),
        (64, 3, 4, [4, 8]),
        (48, 2, 16, 4),
        (61, 1, 8, 16),
        (61, 3, 8, 16),
    ],
)
def test_reformer_has_the_buckets_and_pairs_of_transformers(length, rounds, chunk, buckets):
    model = reformer(-(-length // chunk) * chunk, rounds, chunk, buckets)
    real_buckets, real, vectors = real_reformer(model, length)
    assert len(real_buckets.unique()) > 2
    pattern = ReformerPattern(real_buckets[None], chunk)
    # Where queries are keys, transformers gives a token no weight on itself.
    assert torch.equal(mask(pattern, length)[0] & ~torch.eye(length, dtype=torch.bool), real)
    # And from the vectors alone: the same hash, of unit vectors or not.
    if isinstance(buckets, int):
        for keys in (vectors, torch.nn.functional.normalize(vectors, dim=-1)):
            ours = ReformerPattern.of_keys([keys], rounds, chunk, buckets, seed=7)
            assert torch.equal(ours.buckets[0], real_buckets)


@pytest.mark.parametrize(("length", "chunk"), [(64, 8), (96, 8), (256, 4), (60, 4)])
def test_reformer_chooses_as_many_buckets_as_transformers(length, chunk):
    real_buckets, _, vectors = real_reformer(reformer(length, 2, chunk), length)
    assert torch.equal(ReformerPattern.of_keys([vectors], 2, chunk, seed=7).buckets[0], real_buckets)


def test_modernbert_has_the_window_of_transformers():
    torch.manual_seed(0)
    config = ModernBertConfig(
        vocab_size=40,
        hidden_size=16,
        intermediate_size=8,
        num_hidden_layers=4,
        num_attention_heads=2,
        local_attention=8,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        cls_token_id=1,
        sep_token_id=2,
        attn_implementation="eager",
    )
    model = ModernBertModel(config).eval()
    with torch.no_grad():
        weights = model(input_ids=torch.randint(3, 40, (1, 30)), output_attentions=True).attentions
    real = torch.stack([layer[0] > 0 for layer in weights])
    assert torch.equal(mask(ModernBertPattern(4, 2, 8), 30), real)
