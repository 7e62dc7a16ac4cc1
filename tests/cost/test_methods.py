"""Names of methods, and lengths as people give them."""

import pytest

from longformer_viz import InputError
from longformer_viz.cost.checks import check_lengths, typed_lengths
from longformer_viz.cost.methods import METHODS, Method
from longformer_viz.probe.plan import Plan


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.key)
def test_a_method_is_read_as_it_is_written(method):
    assert Method.named(method.key) == method
    assert Method.named(method.short_label) == method


@pytest.mark.parametrize(
    "key", ["longformer-511", "longformer-512-int8", "bigbird-64", "gpt", "", 7, None, "longformer-512-float32-x"]
)
def test_other_words_are_no_method(key):
    with pytest.raises(InputError, match=r"must|Only"):
        Method.named(key)


def test_lengths_out_of_order_and_doubled_are_put_right():
    assert check_lengths([2048, 512, 2048, 1024]) == (512, 1024, 2048)
    assert typed_lengths(" 2048, 512;2048\n1024 ") == (512, 1024, 2048)


@pytest.mark.parametrize("lengths", [["512"], [512.0], [True], [15], [10_000_000], [-512], [], "512", 512, None])
def test_what_is_no_length_is_refused_with_a_cure(lengths):
    with pytest.raises(InputError, match="Lengths must be whole numbers from 16 to 1,048,576") as refused:
        check_lengths(lengths)
    assert "Try" in str(refused.value)


@pytest.mark.parametrize("text", ["", "many", "512, abc", "1e3", "10000000", "5.5", "９９９ ²"])
def test_what_is_typed_wrongly_is_refused(text):
    with pytest.raises(InputError, match="Lengths must be whole numbers"):
        typed_lengths(text)


def test_a_method_says_where_it_runs_something_else():
    assert "more than 704 tokens" in Method.named("bigbird").refusal(704)
    assert Method.named("bigbird").refusal(705) is None
    assert Method.named("reformer-bfloat16").refusal(4096)
    assert Method.named("huggingface-512").padded(513) == 1024
    assert "Padded to 1,024" in Method.named("huggingface-512").notes(513)


def test_a_plan_is_checked_when_it_is_made():
    assert Plan(("fused", "fused"), (1024, 512)).lengths == (512, 1024)
    for wrong in ({"methods": ()}, {"device": "tpu"}, {"training": True}, {"point_seconds": 0}, {"quantities": ()}):
        with pytest.raises(InputError):
            Plan(**wrong)
