"""Pages to print: worksheet and solutions agree, need no other file, and count what the patterns allow."""

import html
import re
from html.parser import HTMLParser

import pytest
import torch

from longformer_viz.figures.palette import DILATED, GLOBAL, LOCAL
from longformer_viz.figures.teaching.plan_page import plan_page
from longformer_viz.figures.teaching.worksheet_pages import solutions_page, worksheet_page
from longformer_viz.lesson.entries import SLUGS
from longformer_viz.patterns.bigbird import BigBirdPattern
from longformer_viz.patterns.causal import CausalPattern
from longformer_viz.patterns.chunked import ChunkedPattern
from longformer_viz.patterns.full import FullPattern
from longformer_viz.patterns.longformer import one_head_pattern
from longformer_viz.patterns.picture import pair_kinds
from longformer_viz.spec import InputError
from longformer_viz.teaching.plan import PLANS
from longformer_viz.teaching.pool import TOPICS
from longformer_viz.teaching.worksheet import GRID_TOKENS, draw_worksheet
from longformer_viz.ui.page_entries import LESSON, MORE, TOOLS


class Tags(HTMLParser):
    """Opening tags that wait for their end."""

    def __init__(self, text):
        super().__init__()
        self.waiting, self.faults = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag not in ("meta", "br"):
            self.waiting.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if self.waiting.pop() != tag:
            self.faults.append(tag)


PAGES = {
    **{f"worksheet {seed}": worksheet_page(seed).decode() for seed in (1, 2, 999_999)},
    **{f"solutions {seed}": solutions_page(seed).decode() for seed in (1, 2, 999_999)},
    **{f"plan {minutes}": plan_page(minutes).decode() for minutes in PLANS},
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_needs_no_other_file(name):
    tags = Tags(PAGES[name])
    assert not tags.waiting
    assert not tags.faults
    assert not re.search(r"<(script|link|img)\b|src=|@import|url\(", PAGES[name])
    assert set(re.findall(r"https?://[^\"' ]+", PAGES[name])) <= {"http://www.w3.org/2000/svg"}


@pytest.mark.parametrize("seed", range(12))
def test_worksheet_and_solutions_have_the_same_tasks(seed):
    sheet, solved = (html.unescape(page(seed).decode()) for page in (worksheet_page, solutions_page))
    drawn = draw_worksheet(seed)
    assert {question.topic for question in drawn.questions} == set(TOPICS)
    for question in drawn.questions:
        for page in (sheet, solved):
            assert question.text in page
        assert question.truth.reason not in sheet
        assert question.truth.reason in solved
        for claim in question.mistakes:
            assert f"Not {claim.text}: " in solved
    assert "×" not in sheet
    assert solved.count(">×<") == sum(bool(question.choices) for question in drawn.questions)


@pytest.mark.parametrize("seed", range(12))
def test_as_many_cells_are_filled_as_the_solutions_say(seed):
    sheet, solved = worksheet_page(seed).decode(), solutions_page(seed).decode()
    pictures = re.findall(r"<svg.*?</svg>(?:Number of pairs: <span class=\"right\">(\d+)</span>)", solved)
    filled = [
        sum(picture.count(colour) for colour in (LOCAL, DILATED, GLOBAL))
        for picture in re.findall(r"<svg.*?</svg>", solved)
    ]
    assert filled == [int(pairs) for pairs in pictures]
    assert filled == [task.pairs for task in draw_worksheet(seed).bands]
    assert not re.search(f"{LOCAL}|{DILATED}|{GLOBAL}", sheet)


@pytest.mark.parametrize(
    "pattern",
    [
        one_head_pattern(4),
        one_head_pattern(4, 3),
        one_head_pattern(2, 1, (0, 7)),
        FullPattern(1, 1),
        CausalPattern(one_head_pattern(4), (True,)),
        ChunkedPattern(1, 1, 4, 1),
        BigBirdPattern(GRID_TOKENS, 1, 1, 2, 3, 0, 1, 5),
    ],
)
def test_a_picture_shows_the_allowed_pairs(pattern):
    position = torch.arange(GRID_TOKENS)
    allowed = pattern.allows(0, 0, position[:, None], position).tolist()
    kinds = pair_kinds(pattern, GRID_TOKENS)
    assert [[bool(kind) for kind in row] for row in kinds] == allowed


@pytest.mark.parametrize("minutes", PLANS)
def test_the_phases_of_a_plan_fill_its_time(minutes):
    assert sum(phase.minutes for phase in PLANS[minutes]) == minutes
    for phase in PLANS[minutes]:
        for text in (phase.teacher, phase.class_work):
            assert all(len(sentence.split()) <= 25 for sentence in re.split(r"(?<=[.?:]) ", text))


@pytest.mark.parametrize("seed", [-1, 1_000_000, "1", 1.5, True])
def test_a_wrong_seed_is_refused(seed):
    with pytest.raises(InputError, match="Seed must be a whole number"):
        worksheet_page(seed)


def test_another_length_of_a_lesson_is_refused():
    with pytest.raises(InputError, match=r"45 or 90 minutes\. You entered 60"):
        plan_page(60)


def test_a_plan_names_pages_and_chapters_that_exist():
    addresses = {entry.address for entry in (*TOOLS, LESSON, *MORE)}
    for phase in (phase for phases in PLANS.values() for phase in phases if phase.page):
        page, _, chapter = phase.page.partition("?chapter=")
        assert page in addresses
        assert not chapter or chapter in SLUGS
