"""No token receives attention only because of where position embeddings start to repeat."""

import dataclasses

import pytest
from transformers import BertModel

from longformer_viz import run, speed_up
from longformer_viz.documents.samples import sample
from longformer_viz.models.converting.conversion import longformer_from
from longformer_viz.models.embedded import source_folder
from tests.trace.received import received_shares

PAPERS_JOINTS = range(512, 16_384, 512)
SEAMLESS_JOINTS = range(407, 16_384, 321)
SHIFT = 100


def at_joints(model, text):
    """What the tokens at joints of either tiling receive, in multiples of the median token.

    A word that draws attention wherever it stands counts relative to what it receives away from the joint: in the
    same document without its first tokens.
    """
    shares = received_shares(run(model, text))
    elsewhere = received_shares(run(model, model.tokenize(text, start=SHIFT)))
    usual = shares.median().item()
    return {
        joint: shares[joint].item() / max(usual, elsewhere[joint - SHIFT].item())
        for joint in sorted({*PAPERS_JOINTS, *SEAMLESS_JOINTS})
        if joint < len(shares) - 1
    }


@pytest.mark.parametrize("name", ["services_contract", "story"])
def test_no_token_at_a_joint_stands_out(default_model, name):
    received = at_joints(default_model, sample(name).text)
    assert len(received) >= 9
    assert max(received.values()) < 2


def test_with_the_papers_tiling_they_do(default_model):
    bert = BertModel.from_pretrained(source_folder())
    papers = speed_up(longformer_from(bert, sep_token_id=102, position_tiling="paper"))
    received = at_joints(dataclasses.replace(default_model, model=papers), sample("services_contract").text)
    assert min(received[joint] for joint in PAPERS_JOINTS if joint in received) > 20
    assert max(received[joint] for joint in SEAMLESS_JOINTS if joint in received) < 2
