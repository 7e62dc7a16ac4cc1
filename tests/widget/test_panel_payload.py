"""What the panels and the reach send to the browser, and the settings a link may bring."""

import pytest
import torch

from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import LongformerPattern, sliding_window
from longformer_viz.patterns.modernbert import ModernBertPattern
from longformer_viz.patterns.pattern import KINDS
from longformer_viz.patterns.reach import receptive_field
from longformer_viz.patterns.reformer import ReformerPattern
from longformer_viz.spec import InputError, LayerSpec
from longformer_viz.trace.panel import pattern_panel
from longformer_viz.ui.compare.pattern_settings import BY_KEY, PRESETS, SETTINGS, check_name
from longformer_viz.widget.panel_payload import Shown, panels_payload
from longformer_viz.widget.panel_rules import rule_of
from longformer_viz.widget.payload import decode
from longformer_viz.widget.reach_payload import NEVER, Reach, first_known, reach_payload
from tests.trace.random_trace import HEADS, traced
from tests.widget.decoding import weights_of


@pytest.fixture(scope="module")
def trace():
    return traced(150, [(16, (1,) * HEADS)] * 2, (0,))


def test_pictures_vectors_and_numbers_arrive(trace):
    patterns = [sliding_window(8, 2, HEADS), BigBirdPattern(150, 2, HEADS, 8), FullPattern(2, HEADS)]
    shown = [
        Shown(pattern_panel(trace, one, 1, 3, size=50), one.name, "as set", own)
        for one, own in zip(patterns, (True, False, False), strict=True)
    ]
    part = decode(panels_payload(trace, 1, 3, shown))
    about = part.header["grid"]
    assert (about["layer"], about["head"], about["side"], about["left_out"]) == (1, 3, 50, [0])
    assert about["kinds"] == list(KINDS)
    queries, keys = (torch.from_numpy(part.arrays[name].copy()).view(150, -1) for name in ("queries", "keys"))
    assert torch.equal(queries, trace.layers[1].query[3])
    assert torch.equal(keys, trace.layers[1].key[3])
    for number, one in enumerate(shown):
        told = about["panels"][number]
        assert (told["name"], told["own"], told["pairs"]) == (one.name, one.own, one.panel.pairs)
        assert told["kept"] == pytest.approx(one.panel.captured_share, abs=1e-6)
        codes = torch.from_numpy(part.arrays[f"codes{number}"].copy()).view(50, 50)
        assert torch.equal(codes == 0, one.panel.weights < 0)
        weights = torch.from_numpy(weights_of(codes.numpy()))
        strong = one.panel.weights > 1e-3
        torch.testing.assert_close(weights[strong], one.panel.weights[strong], rtol=0.02, atol=0)
        assert torch.equal(torch.from_numpy(part.arrays[f"kinds{number}"].copy()), one.panel.kind.flatten())
        assert torch.equal(torch.from_numpy(part.arrays[f"lse{number}"].copy()), one.panel.log_sum_exp)


def test_rules_name_the_kind_of_pattern_in_each_layer():
    assert rule_of(ModernBertPattern(3, HEADS), 0, 0)[0] == {"kind": "full"}
    assert rule_of(ModernBertPattern(3, HEADS), 1, 0)[0]["half"] == 64
    longformer = LongformerPattern((LayerSpec(8, (1, 3)),), (5,))
    assert rule_of(longformer, 0, 1)[0] == {"kind": "band", "half": 4, "dilation": 3, "globals": [5]}
    assert rule_of(ChunkedPattern(1, 1, 20, 5), 0, 0)[0] == {"kind": "chunks", "size": 20, "stride": 15}
    header, arrays = rule_of(BigBirdPattern(100, 1, 2, 8), 0, 1)
    assert (header["first"], header["last"], arrays["drawn"].size) == (1, 12, 13 * 3)
    assert rule_of(BigBirdPattern(100, 1, 2, 8, global_blocks=99), 0, 1)[0] == {"kind": "full"}
    assert rule_of(BigBirdPattern(100, 1, 2, 64, draw="hugging face"), 0, 1)[0] == {"kind": "full"}
    reformer = ReformerPattern.of_keys([torch.randn(2, 100, 4)], 3, 8)
    header, arrays = rule_of(reformer, 0, 1)
    assert (header["rounds"], header["chunks"], arrays["chunk"].size) == (3, 13, 300)

    class Other:
        pass

    with pytest.raises(InputError, match="rule for it; got Other"):
        rule_of(Other(), 0, 0)


def test_reach_says_the_first_layer_or_never(trace):
    pattern = sliding_window(8, 2, HEADS)
    field = receptive_field(pattern, 150, 50)
    first = first_known(field)
    assert first[50] == 0
    assert first[54] == 1
    assert first[42] == 2
    assert first[41] == NEVER
    part = decode(reach_payload(trace.tokens, 50, 41, [Reach("Sliding", field)]))
    assert part.header["layers"] == 2
    assert part.header["grid"] == {"looking": 50, "wanted": 41, "names": ["Sliding"]}
    assert torch.equal(torch.from_numpy(part.arrays["layers0"].copy()), first)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        (
            "bigbird_seed",
            "abc",
            "BigBird seed must be a whole number from 0 to 2,147,483,647. You entered 'abc'.",
        ),
        ("reformer_seed", "-1", "Reformer seed must be"),
        ("bigbird_window", "4", "Window blocks must be an odd number. You entered 4. Try 5."),
        ("sliding", "7", "Sliding window must be an even number. You entered 7. Try 8."),
        ("reformer_bucket", "0", "Bucket size must be"),
        ("chunk", "9" * 30, "Chunk size must be"),
    ],
)
def test_a_link_with_a_bad_value_is_told_so(key, text, words):
    with pytest.raises(InputError) as caught:
        BY_KEY[key].check(text)
    assert words in str(caught.value)


def test_settings_hold_their_own_rules():
    for setting in BY_KEY.values():
        for value in (setting.default, *setting.steps):
            assert setting.check(str(value)) == value
    for values in PRESETS.values():
        for name in values["patterns"]:
            check_name(name)
        for key, value in values.items():
            if key in BY_KEY:
                assert BY_KEY[key].check(str(value)) == value
    assert len(SETTINGS) == 9
    with pytest.raises(InputError, match="Patterns must be some of"):
        check_name("Performer")
