"""`answer_by_settings`: ask one question with several windows, dilations and global tokens.

The settings that change the answer show what the answer depends on. The weights were trained with the model's own
window, without dilation, and with the question's tokens global. Every other setting uses the same weights with
another pattern.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from longformer_viz.checks import check_callable, check_choice, check_type, check_values
from longformer_viz.documents.landmarks import paragraph_starts, sentence_starts
from longformer_viz.models.loading import LoadedModel
from longformer_viz.models.running import tokens_of
from longformer_viz.models.store import model_for_task
from longformer_viz.spec import AttentionSpec, check_dilation, check_window
from longformer_viz.tasks.agreement import finds_none, same_outcome
from longformer_viz.tasks.answering import Answers, answer
from longformer_viz.tasks.input_checks import check_answers, tokenized_question
from longformer_viz.tasks.qa_input import own_tokens
from longformer_viz.tasks.splitting import progress_of_part
from longformer_viz.trace.tokens import Tokens

WINDOWS = (32, 128, 512, 2048)
DILATIONS = (1, 2, 4)
QUESTION = "The question"
PLACEMENTS = ("None", "First token only", QUESTION, "Question and sentences", "Question and paragraphs")


@dataclass(frozen=True, slots=True)
class Setting:
    """One pattern of the sweep.

    Attributes:
        window: Full window of every layer in tokens; None for the model's own windows, if its layers differ.
        dilation: Dilation of every layer.
        placement: Which tokens are global: one of `PLACEMENTS`.
    """

    window: int | None
    dilation: int
    placement: str

    @property
    def shown_window(self) -> str:
        """The window as a heading."""
        return "the model's own" if self.window is None else f"{self.window:,}"


@dataclass(frozen=True, slots=True)
class SweepPoint:
    """The answers with one setting.

    Attributes:
        setting: The setting.
        answers: The answers.
        is_same: Whether the best answer is that of the trained setting, or both have none.
        global_count: Number of global tokens, the question's included.
    """

    setting: Setting
    answers: Answers
    is_same: bool
    global_count: int


@dataclass(frozen=True, slots=True)
class Sweep:
    """The results of a sweep.

    Attributes:
        trained: The trained setting, with which all others are compared.
        points: All settings: by window and dilation with the question global, then the other placements.
    """

    trained: SweepPoint
    points: tuple[SweepPoint, ...]

    @property
    def grid(self) -> tuple[SweepPoint, ...]:
        """The points of every window and dilation, with the question global."""
        return tuple(point for point in self.points if point.setting.placement == QUESTION)

    @property
    def placements(self) -> tuple[SweepPoint, ...]:
        """One point for each placement of global tokens, with the trained window and without dilation."""
        found = {point.setting.placement: point for point in self.points if point.setting.placement != QUESTION}
        found[QUESTION] = self.trained
        return tuple(found[name] for name in PLACEMENTS if name in found)


def answer_by_settings(
    model: LoadedModel,
    question: str,
    document: str | Tokens,
    *,
    windows: Sequence[int] = WINDOWS,
    dilations: Sequence[int] = DILATIONS,
    placements: Sequence[str] = PLACEMENTS,
    progress: Callable[[float], None] | None = None,
) -> Sweep:
    """Answer a question with every window and dilation, and with every placement of global tokens.

    The trained setting is always included: the model's own window, dilation 1, the question's tokens global.

    Args:
        model: A model with a head for questions, or any built-in model.
        question: The question.
        document: A text, or Tokens made by `model.tokenize`.
        windows: Full windows in tokens.
        dilations: Dilations.
        placements: Placements of global tokens, from `PLACEMENTS`.
        progress: Called with the share that is done, 0 to 1. It may raise to cancel.

    Raises:
        InputError: If a placement is unknown, or as `answer` does.
    """
    model = model_for_task(model, "qa")
    check_answers(model)
    check_callable(progress)
    tokens = tokens_of(model, document)
    asked = len(own_tokens(tokenized_question(model, question)))
    settings = sweep_settings(model.windows, windows, dilations, placements)
    trained = settings[0]
    found: list[tuple[Setting, Answers, int]] = []
    for setting in settings:
        positions, question_global = placed_globals(setting.placement, tokens)
        answers = answer(
            model,
            question,
            tokens,
            AttentionSpec(setting.window, setting.dilation, positions),
            question_global=question_global,
            progress=progress_of_part(progress, len(found), len(settings)),
        )
        found.append((setting, answers, len(positions) + asked * question_global))
    reference = found[0][1]
    points = {
        setting: SweepPoint(setting, answers, same_outcome(answers, reference), count)
        for setting, answers, count in found
    }
    order = sorted(points, key=_order)
    return Sweep(points[trained], tuple(points[setting] for setting in order))


def sweep_settings(
    own_windows: Sequence[int],
    windows: Sequence[int] = WINDOWS,
    dilations: Sequence[int] = DILATIONS,
    placements: Sequence[str] = PLACEMENTS,
) -> tuple[Setting, ...]:
    """Return all settings of a sweep, the trained one first.

    Args:
        own_windows: The model's own windows, one per layer.
        windows: Full windows in tokens.
        dilations: Dilations.
        placements: Placements of global tokens, from `PLACEMENTS`.

    Raises:
        InputError: If a placement is unknown, or a window or dilation is invalid.
    """
    for placement in check_values(placements, "placements", f"Try {list(PLACEMENTS[:2])}."):
        check_choice(placement, PLACEMENTS, "A placement")
    for window in check_values(windows, "windows", "Try (128, 512)."):
        check_window(window)
    for dilation in check_values(dilations, "dilations", "Try (1, 2)."):
        check_dilation(dilation)
    own = own_windows[0] if len(set(own_windows)) == 1 else None
    trained = Setting(own, 1, QUESTION)
    grid = [Setting(window, dilation, QUESTION) for window in {own, *windows} for dilation in {1, *dilations}]
    return tuple(dict.fromkeys([trained, *grid, *(Setting(own, 1, placement) for placement in placements)]))


def what_changes(found: Sweep) -> str:
    """Describe which single changes alter the answer, as plain text without markup.

    Args:
        found: The results of a sweep.

    Raises:
        InputError: If they are something else.
    """
    check_type(found, Sweep, "Results", "Make them with answer_by_settings.")
    windows = [point for point in found.grid if point.setting.dilation == 1]
    dilations = [point for point in found.grid if point.setting.window == found.trained.setting.window]
    changes = [
        _others("window", [(point.setting.shown_window, point.is_same) for point in windows]),
        _others("dilation", [(str(point.setting.dilation), point.is_same) for point in dilations]),
        _others("global tokens:", [(point.setting.placement.lower(), point.is_same) for point in found.placements]),
    ]
    described = "; ".join(change for change in changes if change)
    same = sum(point.is_same for point in found.points)
    outcome = (
        f"Each of these changes alone gives another result: {described}."
        if described
        else "No single change alters it."
    )
    what = "no answer" if finds_none(found.trained.answers) else "the same answer"
    return f"{same} of {len(found.points)} settings find {what}. {outcome}"


def _others(what: str, values: Sequence[tuple[str, bool]]) -> str:
    """Return the values that give another result, as part of a sentence; empty if there are none."""
    names = [name for name, is_same in values if not is_same]
    if not names:
        return ""
    return f"{what} {names[0] if len(names) == 1 else ', '.join(names[:-1]) + ' or ' + names[-1]}"


def placed_globals(placement: str, tokens: Tokens) -> tuple[tuple[int, ...], bool]:
    """Return the global positions in the document, and whether the question is global as well.

    Args:
        placement: One of `PLACEMENTS`.
        tokens: The document.
    """
    if placement == "None":
        return (), False
    if placement == "First token only":
        return (0,), False
    starts = {"Question and sentences": sentence_starts, "Question and paragraphs": paragraph_starts}.get(placement)
    return ((0,) if starts is None else starts(tokens)), True


def _order(setting: Setting) -> tuple[int, int, int]:
    placement = -1 if setting.placement == QUESTION else PLACEMENTS.index(setting.placement)
    return placement, setting.window or 0, setting.dilation
