"""No token stands out, and no passage reads differently, because of where position embeddings repeat."""

import dataclasses

import pytest
import torch
from transformers import BertModel

from longformer_viz import AttentionSpec, run, speed_up
from longformer_viz.documents.samples import sample, sample_names
from longformer_viz.models.converting.conversion import longformer_from
from longformer_viz.models.embedded import longformer_tokenizer, source_folder
from longformer_viz.training.positions.agreement import measured_agreement
from longformer_viz.training.positions.passages import PASSAGE_TOKENS, special_ids
from tests.trace.received import received_at, received_shares

PAPERS_JOINTS = range(512, 16_384, 512)
SEAMLESS_JOINTS = range(407, 16_384, 321)


LONG_SAMPLES = [name for name in sample_names() if name != "library_notice"]  # That one ends before the first joint.


def at_joints(model, text, spec=None):
    """What the tokens at joints of either tiling receive."""
    return received_at(model, text, sorted({*PAPERS_JOINTS, *SEAMLESS_JOINTS}), spec)


@pytest.mark.parametrize(("name", "window"), [*((name, 512) for name in LONG_SAMPLES), ("services_contract", 64)])
def test_no_token_at_a_joint_stands_out(default_model, name, window):
    received = at_joints(default_model, sample(name).text, AttentionSpec(window=window))
    assert len(received) >= 4
    assert max(received.values()) < 2


def test_no_head_has_a_line_at_every_joint(default_model):
    trace = run(default_model, sample("services_contract").text)
    for layer in range(len(trace.layers)):
        for head in range(trace.heads):
            shares = received_shares(trace, [(layer, head)])
            at = shares[[joint for joint in SEAMLESS_JOINTS if joint < len(shares) - 1]]
            assert at.median() < 2 * shares.median(), (layer, head)


def test_with_the_papers_tiling_they_do(default_model):
    bert = BertModel.from_pretrained(source_folder())
    papers = speed_up(longformer_from(bert, sep_token_id=102, position_tiling="paper"))
    received = at_joints(dataclasses.replace(default_model, model=papers), sample("services_contract").text)
    assert min(received[joint] for joint in PAPERS_JOINTS if joint in received) > 20
    assert max(received[joint] for joint in SEAMLESS_JOINTS if joint in received) < 2


def test_far_passages_agree_with_near_ones_as_near_ones_agree(default_model):
    bert = BertModel.from_pretrained(source_folder()).eval()
    tokenizer = longformer_tokenizer(source_folder() / "tokenizer.json")
    ids = tokenizer(sample("research_paper").text, add_special_tokens=False)["input_ids"]
    passages = torch.tensor(ids[: 8 * PASSAGE_TOKENS]).view(8, PASSAGE_TOKENS)
    trained = default_model.encoder.embeddings.position_embeddings.weight[1:].detach()  # row 0 is the padding's
    papers = bert.embeddings.position_embeddings.weight.detach().repeat(32, 1)
    found, before = (measured_agreement(bert, special_ids(tokenizer), passages, table) for table in (trained, papers))
    assert found.near == pytest.approx(before.near)
    assert found.far > found.near - 0.01
    assert found.far > before.far + 0.02
    assert min(found.by_start.values()) > min(before.by_start.values()) + 0.03
