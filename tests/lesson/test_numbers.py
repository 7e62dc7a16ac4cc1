"""The numbers of the lesson against an oracle that is written here by hand."""

import math

import pytest

from longformer_viz.documents.samples import sample
from longformer_viz.lesson import toy
from longformer_viz.lesson.chapters.choosing import (
    LENGTHS,
    METHODS,
    NAMES,
    NEEDS,
    SEVERAL,
    advice,
    best_method,
    deciding,
)
from longformer_viz.lesson.chapters.cost import added_bytes, growing
from longformer_viz.lesson.chapters.depth import PAIRS, field_picture, widening
from longformer_viz.lesson.chapters.full_attention import scores_to_values, why_512
from longformer_viz.lesson.chapters.global_tokens import one_softmax
from longformer_viz.lesson.chapters.losses import SAMPLE, strongest_sink
from longformer_viz.lesson.chapters.rivals import KEY, QUERY, comparing, patterns
from longformer_viz.lesson.chapters.window import dilated, sliding
from longformer_viz.lesson.wording import share_text, size_text
from longformer_viz.models.running import run
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.probe.claims.figures import recorded
from longformer_viz.spec import AttentionSpec

N = len(toy.TOKENS)


def by_hand(query, window, dilation=1, globals_=(), own=True):
    """The weights of one row, pair by pair in plain Python."""
    queries = toy.GLOBAL_QUERIES if own and query in globals_ else toy.QUERIES
    powers = []
    for key in range(N):
        offset = key - query
        near = abs(offset) <= window // 2 * dilation and offset % dilation == 0
        score = sum(float(a * b) for a, b in zip(queries[query], toy.KEYS[key], strict=True)) / 2
        powers.append(math.exp(score) if near or query in globals_ or key in globals_ else 0.0)
    return [power / sum(powers) for power in powers]


@pytest.mark.parametrize(("window", "dilation", "globals_"), [(24, 1, ()), (4, 1, ()), (4, 3, ()), (4, 1, (0,))])
def test_weights_and_letters_are_those_of_the_definition(window, dilation, globals_):
    found = toy.attend(window, dilation, globals_)
    letters = toy.letters(one_head_pattern(window, dilation, globals_))
    for query in range(N):
        weights = by_hand(query, window, dilation, globals_)
        assert found.weights[0, query].tolist() == pytest.approx(weights)
        assert [letter != "." for letter in letters[query]] == [weight > 0 for weight in weights]


def test_the_chapter_on_scores():
    chapter = scores_to_values()
    weights = by_hand(toy.IT, 24)
    right = next(option for option in chapter.steps[2].prediction.options if option.right)
    assert right.text == share_text(weights[toy.MILL])
    shown = chapter.steps[2].picture.numbers[toy.IT]
    assert list(shown) == pytest.approx(weights)
    masked = chapter.steps[4].picture.numbers[toy.IT]
    assert [value or 0.0 for value in masked] == pytest.approx(by_hand(toy.IT, 4))
    output = sum(weight * float(key[0]) for weight, key in zip(weights, toy.KEYS, strict=True))
    assert chapter.steps[3].picture.rows[-1][2] == f"{output:.2f}"


def test_pairs_of_full_attention():
    estimate = why_512().steps[1].prediction
    assert estimate.truth == 4096**2
    assert why_512().steps[1].picture.series[0].values == tuple(
        float(length**2) for length in (512, 1024, 2048, 4096, 8192, 16384)
    )


def test_the_rows_to_paint():
    window, gaps = sliding().steps[1].prediction, dilated().steps[1].prediction
    assert [key for key, code in enumerate(window.codes) if code != "."] == [3, 4, 5, 6, 7]
    assert [key for key, code in enumerate(gaps.codes) if code != "."] == [4, 7, 10]
    assert {gaps.why[key] for key in (0, 1)} == {"far"}
    assert gaps.why[5] == "gap"


def test_only_the_row_of_the_global_token_changes():
    chapter = one_softmax()
    assert [option.right for option in chapter.steps[1].prediction.options] == [True, False, False]
    assert list(chapter.steps[3].picture.numbers[0]) == pytest.approx(by_hand(0, 4, 1, (0,)))
    assert list(chapter.steps[2].picture.numbers[0]) == pytest.approx(by_hand(0, 4, 1, (0,), own=False))


def test_layers_until_two_tokens_meet():
    chapter = widening()
    assert chapter.steps[1].prediction.truth == math.ceil((toy.IT - toy.MILL) / 2)
    options = chapter.steps[2].prediction.options
    assert [option.right for option in options] == [key - query <= 6 * 256 for query, key in PAIRS]


def test_the_picture_of_the_layers_has_every_path():
    picture = field_picture(one_head_pattern(4, depth=6), 3, toy.IT, None, "Three layers widen the field.")
    for height, positions in enumerate(picture.reached):
        wide = 2 * (3 - height)
        assert list(positions) == [at for at in range(N) if abs(at - toy.IT) <= wide]
    top = {(query, key) for layer, query, key in picture.edges if layer == 3}
    assert top == {(toy.IT, at) for at in range(7, 12)}


def test_memory_at_four_times_the_length():
    full, band = (step.prediction for step in growing().steps[:2])
    assert full.truth == added_bytes("full", 16_384)
    assert full.truth / added_bytes("full", 4_096) == pytest.approx(16, rel=0.05)
    assert band.truth / added_bytes("longformer-512", 4_096) == pytest.approx(4, rel=0.1)


def test_the_memory_of_two_chapters_is_told_apart():
    weights = next(bar for bar in why_512().steps[2].picture.bars if bar.label == "4,096 tokens")
    assert weights.value == 4_096**2 * 12 * 4
    asked = growing().steps[0].prediction.question
    needed = added_bytes("full", 4_096)
    assert f"needs {size_text(needed)}: {weights.said} for scores and {weights.said} for weights" in asked
    assert size_text(2 * weights.value) == size_text(needed)


def test_each_known_wrong_factor_is_told_what_the_memory_does():
    full, band = (step.prediction for step in growing().steps[:2])
    for estimate, length_only in ((full, False), (band, True)):
        for trap in estimate.traps:
            times = round(trap.value / estimate.low / 4)
            said = "4 times." if length_only else "4 × 4."
            assert times == 2 or trap.reason.endswith(said), trap
    assert [round(trap.value / full.low / 4) for trap in full.traps] == [2, 4, 64]
    assert [round(trap.value / band.low / 4) for trap in band.traps] == [2, 16, 64]


def test_the_picture_before_the_second_question_keeps_its_answer():
    first, second = growing().steps[:2]
    assert len(first.picture.series) == 1
    assert second.prediction.said not in first.picture.alt
    assert first.prediction.said in first.picture.alt


def connected(pattern):
    """Whether a path of two pairs or fewer leads from one token to the other."""
    rows = toy.letters(pattern)
    firsts = [at for at in range(N) if rows[QUERY][at] != "." or at == QUERY]
    return any(rows[at][KEY] != "." for at in firsts)


def test_which_rivals_connect_two_tokens():
    options = comparing().steps[1].prediction.options
    assert {option.text: option.right for option in options} == {
        name: connected(pattern) for name, pattern in patterns().items()
    }


def test_advice_has_the_figures_of_each_method():
    for length in LENGTHS:
        for need in NEEDS:
            found = advice(length, need)
            (marked,) = found.table.marked
            assert found.table.rows[marked][3] == size_text(added_bytes(best_method(length, need)[0], length))
    assert best_method(512, SEVERAL)[0] == "full"
    for length in LENGTHS:
        connects = {row[0]: row[2] == "yes" for row in advice(length, SEVERAL).table.rows}
        assert connects == {NAMES[name]: length <= 512 or name not in ("full", "chunks") for name in METHODS}
    machine = recorded().machine
    assert machine.processor in deciding().steps[1].say
    assert best_method(4_096, SEVERAL)[0] == "longformer-512"


def test_the_strongest_sink_is_found_among_all_weights(default_model):
    trace = run(default_model, sample(SAMPLE).text[:400], AttentionSpec(512, 1, ()))
    share, layer, head = strongest_sink(trace)
    n = len(trace.tokens)
    means = [
        [float(trace.weights(layer=a, head=b, rows=slice(0, n), columns=slice(0, n))[:, 0].mean()) for b in range(12)]
        for a in range(6)
    ]
    assert share == pytest.approx(max(max(row) for row in means))
    assert share == pytest.approx(means[layer][head])


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "0%"), (0.0001, "under 0.1%"), (0.043, "4.3%"), (0.43, "43%"), (0.9998, "over 99.9%"), (1, "100%")],
)
def test_a_share_that_is_not_all_or_nothing_does_not_read_as_such(share, said):
    assert share_text(share) == said
