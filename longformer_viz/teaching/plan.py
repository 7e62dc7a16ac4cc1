"""Lesson plans of 45 and 90 minutes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a lesson.

    Attributes:
        minutes: How long it takes.
        title: Its title.
        page: The page to project, relative to the app's address; empty for none.
        teacher: What the teacher does and says.
        class_work: What the class does.
    """

    minutes: int
    title: str
    page: str
    teacher: str
    class_work: str


_OPENING = Phase(
    5,
    "Why 512 tokens?",
    "lesson?chapter=why",
    "Ask: a model reads 512 tokens. What must it do with a contract of 4,000? Collect "
    "answers, then open the chapter.",
    "Vote by show of hands: cut off, read in pieces, or change the attention.",
)
_SCORES = Phase(
    7,
    "Scores, softmax and values",
    "lesson?chapter=scores",
    "Follow one row by hand. Stress that the weights of a row sum to 1, and that a forbidden key gets none.",
    "Calculate one weight with the numbers on the screen.",
)
_WINDOW = Phase(
    8,
    "The sliding window",
    "lesson?chapter=window",
    "Let the class draw first, then reveal. Name the typical mistake: the window counts both sides together.",
    "Worksheet, first grid: draw the pairs and count them. Compare with a neighbour.",
)
_DILATION = Phase(
    5,
    "Dilation",
    "lesson?chapter=dilation",
    "Ask what stays the same. The number of keys does, and only their distance grows.",
    "Worksheet, second grid.",
)
_GLOBAL = Phase(
    7,
    "Global tokens",
    "lesson?chapter=global",
    "Ask where the global tokens belong for this question. Try two proposals of the class in a live run.",
    "Worksheet, third grid. Propose global tokens and give a reason.",
)
_REACH = Phase(
    7,
    "Layers and reach",
    "lesson?chapter=reach",
    "Ask for an estimate first. Then count the layers together, without and with a global token.",
    "Write an estimate on paper before the number is revealed.",
)
_COST = Phase(
    5,
    "What it costs",
    "lesson?chapter=cost",
    "Double the length. Ask for the new number of pairs, for full attention and for a window.",
    "Estimate the memory at four times the length.",
)
_CLOSING_45 = Phase(
    6,
    "Check and close",
    "check",
    "Let pairs solve two questions of the worksheet. Discuss the one with the widest range of answers.",
    "Worksheet, two questions from part B. The rest is homework.",
)
PLANS: Mapping[int, tuple[Phase, ...]] = MappingProxyType(
    {
        45: (_OPENING, _SCORES, _WINDOW, _GLOBAL, _REACH, _COST, _CLOSING_45),
        90: (
            Phase(
                10,
                "Check before the lesson",
                "check",
                "Explain that the answers stay in each browser and that nobody sees them. Wrong guesses are welcome.",
                "Twelve questions, alone and without help. Skip any question you cannot answer.",
            ),
            _OPENING,
            _SCORES,
            _WINDOW,
            _DILATION,
            _GLOBAL,
            Phase(
                4,
                "One softmax",
                "lesson?chapter=softmax",
                "Show that window and global keys share one softmax. Ask what happens when a "
                "global key gets most of the weight.",
                "Say what the weights of a row sum to, and why.",
            ),
            _REACH,
            _COST,
            Phase(
                12,
                "Compare the systems",
                "compare",
                "Show chunks, BigBird and full attention on the same document. Ask which pairs each of them loses.",
                "In groups: choose a system for a contract, a novel and a list of support tickets.",
            ),
            Phase(
                8,
                "Their own documents",
                "answers",
                "Walk around. Ask each group what changes when it halves the window.",
                "In groups: ask a question about their own document and change one setting at a time.",
            ),
            Phase(
                10,
                "Check after the lesson",
                "check",
                "Explain that the questions test the same ideas with different numbers.",
                "Twelve questions, alone. Read the reason after each answer.",
            ),
            Phase(
                2,
                "Close",
                "",
                "Ask for the topic with the largest gain. Hand out the worksheet as homework.",
                "Name one thing that was a surprise.",
            ),
        ),
    }
)


def lesson_chapters(minutes: int) -> dict[str, int]:
    """Return the chapters of the lesson that a plan shows, in order, each with its minutes.

    Args:
        minutes: Length of the plan, a key of `PLANS`.
    """
    chapter = "lesson?chapter="
    phases = [phase for phase in PLANS[minutes] if phase.page.startswith(chapter)]
    return {phase.page.removeprefix(chapter): phase.minutes for phase in phases}


MATERIALS = (
    "One computer with a projector. It needs no connection to the internet.",
    "The worksheet, one copy for each student, and the solutions.",
    "For individual work: devices on the same network. Start the app with --address 0.0.0.0 "
    "and show the QR code in Share.",
)
BEFORE_CLASS = (
    "Open the Attention page once, so that the built-in model is ready.",
    "Press P for the presenter view: large type, no controls. Press P again to leave it.",
    "Print the worksheet and the solutions with the same seed.",
    "Press N in the lesson for the teacher’s notes. Move their window to your own screen, or print them from Teach.",
)
