"""Rows that repeat, trained on a small model: passages there come closer to what they are at trained positions."""

import random

import pytest
import torch
from transformers import BertConfig, BertModel

from longformer_viz.trace.position_tiling import PositionTiling
from longformer_viz.training.positions.agreement import measured_agreement
from longformer_viz.training.positions.card import position_card
from longformer_viz.training.positions.distillation import DistillationPlan, distilled_rows, extended
from longformer_viz.training.positions.passages import PASSAGE_TOKENS, sampled_passages

SPECIAL = (1, 2)
TILING = PositionTiling(stop=410, start=90)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=60,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=512,
    )
    made = BertModel(config).eval().requires_grad_(False)
    made.embeddings.position_embeddings.weight.data *= 2
    return made


@pytest.fixture(scope="module")
def documents():
    generator = torch.Generator().manual_seed(0)
    return [torch.randint(5, 60, (PASSAGE_TOKENS + 50,), generator=generator) for _ in range(6)]


def test_trained_rows_agree_better_and_nothing_else_changes(model, documents):
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    steps = []
    plan = DistillationPlan(steps=30, passages=2, learning_rate=3e-2)
    rows = distilled_rows(model, SPECIAL, documents, TILING, plan, lambda step, _loss: steps.append(step))
    assert rows.shape == (320, 16)
    assert steps == list(range(1, 31))
    assert all(torch.equal(weight, before[name]) for name, weight in model.state_dict().items())
    source = model.embeddings.position_embeddings.weight
    passages = sampled_passages(documents, 4, random.Random(3))
    far = (410, 700, 1500)
    trained, tiled = (
        measured_agreement(model, SPECIAL, passages, extended(source, each, TILING, 2000), far)
        for each in (rows, source[90:410])
    )
    assert trained.near == pytest.approx(tiled.near)
    assert trained.far > tiled.far
    assert trained.by_start.keys() == set(far)


def test_an_extended_table_has_the_trained_positions_first_and_then_repeats():
    table, rows = torch.arange(10.0)[:, None], -torch.arange(1.0, 4.0)[:, None]
    found = extended(table, rows, PositionTiling(stop=5, start=2), 12)
    assert found[:, 0].tolist() == [0, 1, 2, 3, 4, -1, -2, -3, -1, -2, -3, -1]


def test_passages_lie_inside_their_documents(documents):
    passages = sampled_passages(documents, 50, random.Random(0))
    assert passages.shape == (50, PASSAGE_TOKENS)
    windows = {tuple(row) for ids in documents for row in ids.unfold(0, PASSAGE_TOKENS, 1).tolist()}
    assert {tuple(row) for row in passages.tolist()} <= windows


def test_the_card_has_the_measured_figures():
    agreement = {"near": 0.9, "far": 0.8765, "by_start": {"407": 0.9, "600": 0.8321}}
    card = position_card(
        {
            "documents": 1200,
            "held_out_documents": 130,
            "plan": {"steps": 500, "passages": 8, "learning_rate": 0.002, "seed": 1},
            "files": ["a.json.gz"],
            "tiling": {"stop": 407, "start": 86},
            "agreement": {"trained": agreement},
        }
    )
    assert "| trained | 0.876 | 0.832 |" in card
    assert "--data a.json.gz --steps 500 --passages 8 --learning-rate 0.002" in card
