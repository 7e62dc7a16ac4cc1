"""Averages of two adapters lie between them, and adapters of different models are refused."""

import pytest
from safetensors.torch import load_file

from longformer_viz import InputError
from longformer_viz.training.average import WEIGHTS, averaged
from tests.tasks.adapters import untrained


def test_an_average_lies_between_and_ends_at_both(tmp_path):
    one, other = (untrained(tmp_path / name, None, "qa", seed=seed) for seed, name in enumerate("ab"))
    first, second = load_file(one / WEIGHTS), load_file(other / WEIGHTS)
    for share in (0.0, 0.25, 1.0):
        averaged(one, other, share, tmp_path / "mean")
        for name, weight in load_file(tmp_path / "mean" / WEIGHTS).items():
            expected = (1 - share) * first[name].float() + share * second[name].float()
            assert weight.float().sub(expected).abs().max() < 1e-3
    assert (tmp_path / "mean" / "adapter_config.json").is_file()


def test_wrong_shares_and_foreign_adapters_are_refused(tmp_path):
    one = untrained(tmp_path / "a", None, "qa")
    other = untrained(tmp_path / "b", ("neg", "pos"), "sentiment")
    with pytest.raises(InputError, match="between 0 and 1"):
        averaged(one, one, 1.5, tmp_path / "mean")
    with pytest.raises(InputError, match="same tensors"):
        averaged(one, other, 0.5, tmp_path / "mean")
    assert not (tmp_path / "mean").exists()
