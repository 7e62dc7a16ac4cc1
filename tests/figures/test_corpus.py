"""The chart of a corpus: a bar and a mark for each document, and the same in words."""

from longformer_viz.figures.corpus import Lane, describe_evidence, evidence_figure, lanes_of

HOSTILE = '<a href="x">$y$</a>'


def row(name, tokens, end=None, setting="Longformer, whole", **others):
    about = {"document": name, "task": "answer", "setting": setting, "tokens": tokens, "is_weak": False}
    return {**about, "has_answer": end is not None, "evidence_token": end or 3, **others}


ROWS = [
    row("long", 9_000, 5_000),
    row(HOSTILE, 600, 590, is_weak=True),
    row("none", 100),
    row("long", 9_000, 8_999, setting="Truncate at 512"),
    {"document": "bad", "task": "document", "tokens": None, "error": "It is empty."},
]


def test_a_document_is_one_lane_with_the_answer_of_one_setting():
    lanes = lanes_of(ROWS)
    assert [(lane.name, lane.tokens, lane.evidence_token) for lane in lanes] == [
        ("none", 100, None),
        (HOSTILE, 600, 590),
        ("long", 9_000, 5_000),
    ]
    assert lanes_of(ROWS, "Truncate at 512") == (Lane("long", 9_000, 8_999),)


def test_bars_marks_and_lines_are_drawn_and_names_are_never_markup():
    for theme in ("light", "dark"):
        figure = evidence_figure(lanes_of(ROWS), theme)
        bars, sure, weak = figure.data
        assert list(bars.x) == [100, 600, 9_000]
        assert (list(sure.x), list(weak.x)) == ([5_000], [590])
        assert [shape.x0 for shape in figure.layout.shapes] == [512, 4_096]
        assert "<a" not in figure.to_json()
    many = evidence_figure([Lane(f"{number}", number + 1, number + 1) for number in range(2_000)])
    assert many.layout.height <= 220
    assert not many.layout.yaxis.ticktext


def test_long_names_are_shown_by_what_tells_them_apart():
    names = [f"leases/2026/harbour office lease number {number} (signed).txt" for number in (1, 2)]
    figure = evidence_figure([Lane(name, 100) for name in names])
    assert list(figure.layout.yaxis.ticktext) == ["…1 (signed).txt", "…2 (signed).txt"]
    assert list(evidence_figure([Lane("b/1", 5), Lane("b/2", 6)]).layout.yaxis.ticktext) == ["b/1", "b/2"]


def test_the_chart_is_described_in_words():
    told = describe_evidence(lanes_of(ROWS))
    assert "3 documents of 100 to 9,000 tokens" in told
    assert "2 have an answer, of which 2 past 512 tokens, 1 past 4,096 tokens" in told
    assert "token 5,000, in “long”" in told
    assert describe_evidence([]) == "No document has been read yet."
    assert "No answer has been found" in describe_evidence([Lane("a", 5)])
