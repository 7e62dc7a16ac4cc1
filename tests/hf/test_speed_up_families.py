"""`speed_up` and `restore` for models with sliding windows that are no Longformer."""

import copy

import pytest
import torch
import transformers

from longformer_viz import restore, speed_up
from longformer_viz.attention.kernels import sliding
from longformer_viz.hf.families import has_sliding_layers
from longformer_viz.hf.interface import IMPLEMENTATION
from longformer_viz.spec import InputError
from tests.hf.small_families import FAMILIES, WINDOW

SLIDING = [name for name in FAMILIES if has_sliding_layers(FAMILIES[name].make().config)]
IDS = torch.randint(3, 100, (2, 5 * WINDOW), generator=torch.Generator().manual_seed(0))


def test_the_families_with_sliding_windows():
    full = {
        "llama",
        "gpt2",
        "bert",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "eurobert",
        "t5",
        "mpt",
        "big_bird, full",
    }
    assert set(SLIDING) == set(FAMILIES) - full


@pytest.mark.parametrize("name", SLIDING)
def test_same_outputs_before_and_after(name):
    model = FAMILIES[name].make("eager")
    expected = model(input_ids=IDS).last_hidden_state
    state = {key: tensor.clone() for key, tensor in model.state_dict().items()}
    assert speed_up(model) is model
    assert model.config._attn_implementation == IMPLEMENTATION
    torch.testing.assert_close(model(input_ids=IDS).last_hidden_state, expected, atol=1e-5, rtol=1e-5)
    assert speed_up(model) is model
    assert restore(model) is model
    assert model.config._attn_implementation == "eager"
    assert model(input_ids=IDS).last_hidden_state.equal(expected)
    assert model.state_dict().keys() == state.keys()
    assert all(tensor.equal(state[key]) for key, tensor in model.state_dict().items())


@pytest.mark.parametrize("name", ["mistral", "gpt_oss", "modernbert"])
def test_the_sliding_layers_run_on_the_sliding_kernel(name, monkeypatch):
    widths = []
    compute = sliding.sliding_attention

    def counted(query, key, value, left, right, keep=None):
        widths.append((left, right))
        return compute(query, key, value, left, right, keep)

    monkeypatch.setattr("longformer_viz.attention.reach_attention.sliding_attention", counted)
    speed_up(FAMILIES[name].make())(input_ids=IDS)
    assert widths == [reach for reach in FAMILIES[name].reach if reach[0] is not None]


@pytest.mark.parametrize("name", ["MistralForCausalLM", "GptOssForCausalLM", "Gemma3ForCausalLM"])
def test_generation_continues_with_the_same_tokens(name):
    cls = getattr(transformers, name)
    family = {"Mistral": "mistral", "GptOss": "gpt_oss", "Gemma3": "gemma3_text"}[name.removesuffix("ForCausalLM")]
    torch.manual_seed(0)
    model = cls(copy.deepcopy(FAMILIES[family].make("eager").config)).eval()
    prompt = IDS[:, : 2 * WINDOW]
    settings = {"max_new_tokens": 2 * WINDOW, "min_new_tokens": 2 * WINDOW, "do_sample": False}
    mask = torch.ones_like(prompt)
    mask[0, :9] = 0
    expected = model.generate(prompt, attention_mask=mask, **settings)
    assert speed_up(model).generate(prompt, attention_mask=mask, **settings).equal(expected)


def test_a_saved_model_is_transformers_own(tmp_path):
    model = speed_up(FAMILIES["mistral"].make("eager"))
    model.save_pretrained(tmp_path)
    again = transformers.MistralModel.from_pretrained(tmp_path)
    assert again.config._attn_implementation == "sdpa"
    torch.testing.assert_close(
        again(input_ids=IDS).last_hidden_state, model(input_ids=IDS).last_hidden_state, atol=1e-5, rtol=1e-5
    )


def test_a_copy_can_be_restored_too():
    model = copy.deepcopy(speed_up(FAMILIES["gemma2"].make("eager")))
    assert restore(model).config._attn_implementation == "eager"


def test_a_model_without_sliding_windows_is_refused():
    with pytest.raises(InputError, match="speed_up takes"):
        speed_up(FAMILIES["llama"].make())
