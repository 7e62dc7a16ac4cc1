"""`check_pattern` passes what is right, and names the planted faults."""

import pytest
import torch
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface

from longformer_viz import InputError, LayerReach, check_pattern
from longformer_viz.attention.kernels.explicit import ScoreOptions
from longformer_viz.attention.reach_attention import reach_attention
from longformer_viz.hf.attention_masks import description_of, reach_mask
from longformer_viz.hf.interface import register
from longformer_viz.hf.window_check.promised_reach import promised_reaches
from tests.hf.small_families import FAMILIES
from tests.hf.small_models import longformer, sped_up

register()


def wrong(name, change, sees_padding=False):
    """Register an implementation with a fault, and return its name; change: of a layer's reach."""

    def forward(module, query, key, value, mask, dropout=0.0, scaling=None, softcap=None, s_aux=None, **_):
        known = description_of(mask)
        reach = change(known.reach)
        keep = mask if known.has_padding and not sees_padding else None
        options = ScoreOptions(scaling, softcap, s_aux)
        output, _ = reach_attention(query, key, value, reach, options, keep, known.offset)
        return output.transpose(1, 2).contiguous(), None

    AttentionInterface.register(name, forward)
    AttentionMaskInterface.register(name, reach_mask)
    return name


def sides(change):
    """A change of both sides of a window; full layers stay as they are."""

    def changed(reach):
        return LayerReach(change(reach.left), reach.right and change(reach.right)) if reach.is_local else reach

    return changed


IGNORED = wrong("fault_ignored", lambda reach: LayerReach(None, 0 if reach.is_causal else None))
WIDER = wrong("fault_wider", sides(lambda side: side + 1))
NARROWER = wrong("fault_narrower", sides(lambda side: side - 1))
ONE_SIDED = wrong("fault_one_sided", sides(lambda side: 2 * side))
TWO_SIDED = wrong("fault_two_sided", sides(lambda side: (side + 1) // 2))
NOT_CAUSAL = wrong("fault_not_causal", lambda reach: LayerReach(reach.left, reach.left))
EARLIER = wrong("fault_earlier", lambda reach: LayerReach(reach.left, 0))
PADDED = wrong("fault_padding", lambda reach: reach, sees_padding=True)


@pytest.mark.parametrize("name", FAMILIES)
def test_the_promise_is_what_eager_does(name):
    promised = promised_reaches(FAMILIES[name].make())
    assert tuple((reach.left, reach.right) for reach in promised) == FAMILIES[name].reach


@pytest.mark.parametrize("implementation", ["eager", "longformer_viz"])
@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_passes(name, implementation):
    found = check_pattern(FAMILIES[name].make(implementation))
    assert found.faults == ()
    assert [row.name for row in found.rows] == [*(f"layer {number}" for number in range(4)), "all layers", "padding"]


@pytest.mark.parametrize("make", [longformer, lambda: sped_up(longformer())], ids=["stock", "sped up"])
def test_longformer_passes_with_its_global_token(make):
    found = check_pattern(make())
    assert found.passed
    assert sum("global" in row.name for row in found.rows) == 3


@pytest.mark.parametrize(
    ("family", "fault", "words"),
    [
        ("mistral", IGNORED, "the window is ignored"),
        ("modernbert", IGNORED, "the window is ignored"),
        ("mistral", WIDER, "off by one"),
        ("mistral", NARROWER, "off by one"),
        ("modernbert", WIDER, "off by one"),
        ("mistral", ONE_SIDED, "taken as one-sided"),
        ("modernbert", ONE_SIDED, "taken as one-sided"),
        ("modernbert", TWO_SIDED, "taken as two-sided"),
        ("mistral", NOT_CAUSAL, "not causal"),
        ("llama", NOT_CAUSAL, "not causal"),
        ("modernbert", EARLIER, "earlier tokens only"),
        ("mistral", PADDED, "see padding"),
        ("bert", PADDED, "see padding"),
    ],
)
def test_a_planted_fault_is_found_and_named(family, fault, words):
    model = FAMILIES[family].make(fault)
    found = check_pattern(model)
    assert not found.passed
    assert all(words in sentence or sentence.startswith("Through all layers") for sentence in found.faults)
    assert any(words in sentence for sentence in found.faults)
    assert words in found.table()
    local = [number for number, reach in enumerate(promised_reaches(model)) if reach.is_local]
    if "window" in words:
        named = [number for number in range(4) if f"layer {number}" in [row.name for row in found.rows if row.fault]]
        assert named == local  # and no full layer


def test_a_dropped_global_mask_is_found():
    model = longformer()

    def drop(_, rest, named):
        return rest, named | {"global_attention_mask": None}

    model.base_model.register_forward_pre_hook(drop, with_kwargs=True)
    found = check_pattern(model)
    assert len(found.faults) == 3
    assert all("do not see the global token" in fault for fault in found.faults)


def test_the_sentence_has_the_numbers():
    found = check_pattern(FAMILIES["modernbert"].make(ONE_SIDED))
    assert (
        "Layer 1 promises 12 before and 12 after, and sees 24 and 24: the window is taken as one-sided."
        in found.faults
    )


def test_a_function_is_checked_through_all_layers():
    right, faulty = FAMILIES["mistral"].make("eager"), FAMILIES["mistral"].make(IGNORED)
    for model, passes in ((right, True), (faulty, False)):

        def forward(ids, mask, model=model):
            return model(input_ids=ids, attention_mask=mask).last_hidden_state

        found = check_pattern(forward, promised=[LayerReach(23, 0)] * 4, length=250)
        assert found.passed == passes
        assert [row.name for row in found.rows] == ["all layers", "padding"]


def test_a_model_in_training_mode_is_checked_without_dropout_and_left_so():
    model = FAMILIES["bert"].make("eager").train()
    assert check_pattern(model).passed
    assert model.training


def test_wrong_inputs():
    with pytest.raises(InputError, match="promised reaches"):
        check_pattern(lambda ids, mask: torch.zeros(1, ids.shape[1], 1))
    with pytest.raises(InputError, match="twice the window"):
        check_pattern(FAMILIES["mistral"].make(), length=40)
    with pytest.raises(InputError, match="takes a transformers model"):
        check_pattern(5)
