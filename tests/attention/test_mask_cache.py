"""What is remembered of a mask is its own, and goes with it."""

import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import torch

from longformer_viz.attention.global_tokens import GlobalTokens
from longformer_viz.attention.mask_cache import cached_for_last_mask


def test_it_is_asked_once_of_one_mask_and_again_of_a_changed_one():
    asked = []

    @cached_for_last_mask
    def total(mask):
        asked.append(mask)
        return int(mask.sum())

    one, other = torch.tensor([True, False]), torch.tensor([True, True])
    assert [total(one), total(one), total(other), total(one)] == [1, 1, 2, 1]
    assert len(asked) == 3
    one[1] = True
    assert total(one) == 2
    with torch.inference_mode():
        made = torch.zeros(3, dtype=torch.bool)
        assert total(made) == 0
        made[0] = True
        assert total(made) == 1
        GlobalTokens.of(one[None])
    assert not GlobalTokens.of(one[None]).index.is_inference()


def test_it_goes_with_the_mask():
    mask = torch.zeros(1, 8, dtype=torch.bool)
    mask[0, 3] = True
    first = GlobalTokens.of(mask)
    assert GlobalTokens.of(mask) is first
    index = weakref.ref(first.index)
    del mask, first
    gc.collect()
    assert index() is None


def test_several_threads_each_get_their_own():
    def asked(number):
        mask = torch.zeros(1, 64, dtype=torch.bool)
        mask[0, number] = True
        return [GlobalTokens.of(mask).index.item() for _ in range(50)]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked, range(64))) == [[number] * 50 for number in range(64)]
