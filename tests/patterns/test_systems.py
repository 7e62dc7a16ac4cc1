"""The table of systems agrees with the patterns and with transformers' own defaults."""

from transformers import BigBirdConfig, LEDConfig, LongformerConfig, ModernBertConfig

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.systems import CORRECTIONS, SYSTEMS

BY_NAME = {system.name: system for system in SYSTEMS}


def test_every_row_and_correction_has_a_source():
    assert len(BY_NAME) == len(SYSTEMS) == 7
    for system in SYSTEMS:
        assert system.sources
        assert system.checkpoints
        if system.trained_tokens and system.possible_tokens:
            assert system.trained_tokens <= system.possible_tokens
    for correction in CORRECTIONS:
        assert "arXiv:" in correction.source
        assert len(correction.claim.split()) < 16  # a short quotation


def test_numbers_are_those_of_transformers():
    assert BY_NAME["BigBird"].possible_tokens == BigBirdConfig().max_position_embeddings
    assert BY_NAME["ModernBERT"].possible_tokens == ModernBertConfig().max_position_embeddings
    assert BY_NAME["LED"].possible_tokens == LEDConfig().max_encoder_position_embeddings
    assert LongformerConfig().attention_window == 512


def test_the_patterns_defaults_are_those_of_transformers():
    config, ours = BigBirdConfig(), BigBirdPattern(4096, 1, 1)
    assert (ours.block_size, ours.random_blocks) == (config.block_size, config.num_random_blocks)
    config, ours = ModernBertConfig(num_hidden_layers=7), ModernBertPattern(7, 1)
    assert ours.local_attention == config.local_attention
    assert [ours.is_full(layer) for layer in range(7)] == [kind == "full_attention" for kind in config.layer_types]


def test_what_the_issue_names_is_corrected():
    claims = " ".join(correction.claim for correction in CORRECTIONS)
    for words in ("Fixed pattern", "Configurable per layer", "on each side", "16,384"):
        assert words in claims
