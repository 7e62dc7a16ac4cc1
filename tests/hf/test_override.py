"""`override` gives one call its window, dilation and globals: the model, and every other thread, keep their own."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext

import pytest
import torch
from transformers import LEDForConditionalGeneration

from longformer_viz import AttentionSpec, InputError, override
from tests.hf.small_models import (
    PADDING,
    WINDOWS,
    assert_same,
    assert_same_gradients,
    documents,
    gradients,
    led,
    longformer,
    outputs,
    sped_up,
    weighted,
)


def _with(spec: AttentionSpec, model, batch: dict, **options):
    with override(spec):
        return outputs(model, batch, **options)


def _marked(batch: dict, positions: tuple[int, ...]) -> dict:
    """The batch with these tokens global in every document."""
    mask = torch.zeros_like(batch["input_ids"])
    mask[:, list(positions)] = 1
    return batch | {"global_attention_mask": mask}


# One call's window, globals and dilation


@pytest.mark.parametrize("window", [4, 20, 64, 256, (16, 4, 8), (4, 256, 16)], ids=str)
@pytest.mark.parametrize("length", [7, 50, 200])
def test_a_window_equals_a_model_built_with_it(fast, window, length):
    windows = (window,) * 3 if isinstance(window, int) else window
    batch = documents(length)
    ours = _with(AttentionSpec(window=window), fast, batch, output_attentions=True, output_hidden_states=True)
    theirs = outputs(longformer(windows=windows), batch, output_attentions=True, output_hidden_states=True)
    assert_same(ours.hidden_states, theirs.hidden_states)
    assert_same(ours.pooler_output, theirs.pooler_output)
    assert_same(ours.attentions, theirs.attentions)
    # How many columns of padding follow is the model's own affair, and so are the rows that only fill up the batch.
    counts = (batch["attention_mask"] * batch["global_attention_mask"]).sum(-1)
    present = torch.arange(int(counts.max())) < counts[:, None, None, None]  # [batch, 1, 1, x]
    for mine, other in zip(ours.global_attentions, theirs.global_attentions, strict=True):
        assert_same(mine[:, :, :length] * present, other[:, :, :length] * present)


@pytest.mark.parametrize("window", [4, 64, (16, 4)], ids=str)
def test_a_window_of_led_equals_a_model_built_with_it(window):
    windows = (window,) * 2 if isinstance(window, int) else window
    ours = _with(AttentionSpec(window=window), sped_up(led()), documents(50))
    assert_same(ours, outputs(led(windows=windows), documents(50)))


def test_a_window_holds_during_generation():
    options = {"max_new_tokens": 6, "do_sample": False, "num_beams": 2}
    options |= {"output_scores": True, "return_dict_in_generate": True}
    with override(AttentionSpec(window=4)):
        ours = sped_up(led(LEDForConditionalGeneration, use_cache=True)).generate(**documents(50), **options)
    theirs = led(LEDForConditionalGeneration, windows=(4, 4), use_cache=True).generate(**documents(50), **options)
    assert torch.equal(ours.sequences, theirs.sequences)
    assert_same(ours.scores, theirs.scores, 1e-4)


@pytest.mark.parametrize("make", [longformer, led])
@pytest.mark.parametrize("positions", [(), (0,), (0, 5, 49), tuple(range(50))], ids=len)
def test_global_positions_equal_a_global_mask(make, positions):
    model = make()
    fast = sped_up(model)
    # Some of the positions are padding in some documents; the batch's own masks differ from document to document.
    for batch in (documents(50), documents(50, 2), {"input_ids": documents(50)["input_ids"]}):
        ours = _with(AttentionSpec(global_positions=positions), fast, batch, output_attentions=True)
        assert_same(ours, outputs(model, _marked(batch, positions), output_attentions=True))


@pytest.mark.parametrize("dilation", [2, 3, 7, 60])
@pytest.mark.parametrize("window", [None, 12])
def test_dilated_tokens_of_equal_remainder_are_documents_of_their_own(stock, fast, dilation, window):
    ids = documents(50, 1)["input_ids"]
    positions = torch.arange(50)[None] + PADDING + 1
    ours = _with(AttentionSpec(window=window, dilation=dilation), fast, {"input_ids": ids})[0]
    model = stock if window is None else longformer(windows=(window,) * 3)
    for remainder in range(min(dilation, 50)):
        part = slice(remainder, None, dilation)
        theirs = outputs(model, {"input_ids": ids[:, part], "position_ids": positions[:, part]})[0]
        assert_same(ours[:, part], theirs)


def test_every_head_and_layer_has_its_own_dilation(fast):
    batch = documents(50)
    spec = AttentionSpec(dilation=((1, 2, 5, 2), 3, 1))
    mixed = _with(spec, fast, batch, output_attentions=True, output_hidden_states=True)
    for head, dilation in enumerate((1, 2, 5, 2)):
        uniform = _with(AttentionSpec(dilation=dilation), fast, batch, output_attentions=True)
        assert_same(mixed.attentions[0][:, head], uniform.attentions[0][:, head])
    # The later layers, given the same input, are those of uniform dilation 3 and 1.
    for number, dilation in ((1, 3), (2, 1)):
        layer = fast.encoder.layer[number]
        kept, marked = batch["attention_mask"] == 1, batch["global_attention_mask"] == 1
        masks = {"is_index_masked": ~kept, "is_index_global_attn": marked & kept}
        with override(AttentionSpec(dilation=dilation)), torch.no_grad():
            assert_same(layer(mixed.hidden_states[number], **masks)[0], mixed.hidden_states[number + 1])


def test_dilated_weights_with_globals_are_each_in_one_place(fast):
    batch = documents(50, 1)
    is_global = batch["global_attention_mask"][0] == 1
    columns, window, dilation = int(is_global.sum()), WINDOWS[0], 3
    first = _with(AttentionSpec(dilation=dilation), fast, batch, output_attentions=True).attentions[0][0]
    torch.testing.assert_close(first[:, ~is_global].sum(-1), torch.ones(4, 50 - columns))
    assert (first[:, is_global] == 0).all()
    keys = torch.arange(50)[:, None] + (torch.arange(window + 1) - window // 2) * dilation
    inside = (keys >= 0) & (keys < 50)
    local = inside & ~is_global[keys.clamp(0, 49)] & ~is_global[:, None]
    assert ((first[:, :, columns:] > 0) == local).all()


# What an override leaves behind: nothing


def test_the_model_is_afterwards_as_before(fast):
    batch = documents(50)
    before = outputs(fast, batch, output_attentions=True)
    config, state = fast.config.to_dict(), {name: tensor.clone() for name, tensor in fast.state_dict().items()}
    inside = _with(AttentionSpec(window=20, dilation=2, global_positions=(0, 3)), fast, batch)[0]
    assert not torch.allclose(inside, before[0], atol=0.1)
    assert_same(outputs(fast, batch, output_attentions=True), before, 0)
    assert fast.config.to_dict() == config
    assert all(torch.equal(tensor, state[name]) for name, tensor in fast.state_dict().items())


def test_the_default_spec_is_the_model_own(fast):
    assert_same(_with(AttentionSpec(), fast, documents(50)), outputs(fast, documents(50)), 0)


def test_nested_overrides_and_errors_give_the_outer_one_back(fast):
    batch = documents(33)
    outer, inner = AttentionSpec(window=4), AttentionSpec(window=20)
    expected = {spec: _with(spec, fast, batch)[0] for spec in (outer, inner)}
    with override(outer):
        with override(inner):
            assert torch.equal(outputs(fast, batch)[0], expected[inner])
        assert torch.equal(outputs(fast, batch)[0], expected[outer])
        with pytest.raises(InputError), override(AttentionSpec(window=(4, 4))):
            outputs(fast, batch)
        assert torch.equal(outputs(fast, batch)[0], expected[outer])
    assert_same(outputs(fast, batch), outputs(longformer(), batch))


def test_threads_on_one_model_each_get_their_own(fast):
    batch = documents(33)
    specs = [
        AttentionSpec(window=4, global_positions=()),
        AttentionSpec(window=(4, 20, 64), dilation=((1, 2, 3, 4), 1, 2)),
        None,  # a thread beside them without any override
    ]
    expected = [outputs(fast, batch)[0] if spec is None else _with(spec, fast, batch)[0] for spec in specs]
    barrier = threading.Barrier(len(specs), timeout=60)

    def work(spec: AttentionSpec | None) -> list[torch.Tensor]:
        results = []
        for _ in range(25):
            barrier.wait()
            results.append(outputs(fast, batch)[0] if spec is None else _with(spec, fast, batch)[0])
        return results

    with ThreadPoolExecutor(len(specs)) as pool:
        for results, own in zip(pool.map(work, specs), expected, strict=True):
            for result in results:
                assert_same(result, own, 1e-6)


def test_a_thread_started_inside_an_override_is_not_in_it(fast):
    batch = documents(33)
    with override(AttentionSpec(window=4)), ThreadPoolExecutor(1) as pool:
        elsewhere = pool.submit(outputs, fast, batch).result()
    assert_same(elsewhere, outputs(fast, batch), 1e-6)


# Training and compilation


@pytest.mark.parametrize("use_reentrant", [False, True], ids=["non-reentrant", "reentrant"])
@pytest.mark.parametrize(
    ("make", "spec"),
    [
        (longformer, AttentionSpec(window=20, dilation=(1, 2, 3), global_positions=(0, 3))),
        (led, AttentionSpec(window=(20, 4), dilation=2)),
        (
            lambda: longformer(attention_probs_dropout_prob=0.2),
            AttentionSpec(window=12, dilation=((1, 1, 2, 3), 2, 1)),
        ),
    ],
    ids=["longformer", "led", "dropout"],
)
def test_checkpointed_gradients_after_the_context_has_closed(make, spec, use_reentrant):
    model = sped_up(make()).train()
    batch = documents(50)

    def gradients_of(forward: AttentionSpec, backward: AttentionSpec | None) -> dict:
        """Forward pass within one override; backward pass within another, or within none."""
        model.zero_grad()
        torch.manual_seed(1)
        with override(forward):
            loss = weighted(model(**batch))
        with override(backward) if backward else nullcontext():
            loss.backward()
        return {name: parameter.grad for name, parameter in model.named_parameters()}

    expected = {name: None if grad is None else grad.clone() for name, grad in gradients_of(spec, spec).items()}
    model.activation_checkpointing_enable({"use_reentrant": use_reentrant})
    assert_same_gradients(gradients_of(spec, None), expected)
    assert_same_gradients(gradients_of(spec, AttentionSpec(window=4)), expected)


def test_gradients_at_a_window_equal_a_model_built_with_it(fast):
    batch = documents(50)
    with override(AttentionSpec(window=20)):
        ours = gradients(fast, batch)
    assert_same_gradients(ours, gradients(longformer(windows=(20, 20, 20)), batch))


def test_a_compiled_model_follows_every_call_spec(fast):
    torch.compiler.reset()
    compiled = torch.compile(fast, backend="eager")
    batch = documents(33)
    for spec in (
        AttentionSpec(),
        AttentionSpec(window=20, dilation=2),
        AttentionSpec(window=4, global_positions=(3,)),
    ):
        assert_same(_with(spec, compiled, batch), _with(spec, fast, batch))
    assert_same(outputs(compiled, batch), outputs(fast, batch))
    torch.compiler.reset()


# Specs that do not fit the model or the document


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            AttentionSpec(window=(8, 8)),
            r"Window must be one number, or one for each of the model's 3 layers. You entered 2",
        ),
        (AttentionSpec(window=(8,) * 4), r"Window must be one number, .*. You entered 4"),
        (AttentionSpec(dilation=(1, 2)), r"Dilation must be one number, .*. You entered 2"),
        (
            AttentionSpec(dilation=((1, 2), 1, 1)),
            r"Dilation of layer 0 must be .* its 4 heads. You entered 2",
        ),
        (
            AttentionSpec(dilation=(1, 1, (1,) * 5)),
            r"Dilation of layer 2 must be .* its 4 heads. You entered 5",
        ),
        (
            AttentionSpec(global_positions=(0, 33)),
            r"must lie in the document, from 0 to 32. You entered 33",
        ),
        (AttentionSpec(global_positions=(10**30,)), r"must lie in the document, from 0 to 32. You entered 1,000"),
    ],
)
def test_a_spec_that_does_not_fit_is_refused(fast, spec, message):
    with pytest.raises(InputError, match=message):
        _with(spec, fast, documents(33))
    assert_same(outputs(fast, documents(33)), outputs(longformer(), documents(33)))


@pytest.mark.parametrize("thing", [None, 8, {"window": 8}, AttentionSpec], ids=repr)
def test_only_a_spec_overrides(fast, thing):
    with pytest.raises(InputError), override(thing):
        outputs(fast, documents(7))
