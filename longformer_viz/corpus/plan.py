"""What is asked of each document of a corpus: questions, labels or measurements, with one or several settings."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from longformer_viz.checks import check_choice, check_count, check_flag, check_text, check_type, check_values
from longformer_viz.models.devices import DTYPES
from longformer_viz.spec import InputError, check_window, shown
from longformer_viz.tasks.classifying import KINDS, TRAINED
from longformer_viz.tasks.labels.own_labels import checked_labels
from longformer_viz.tasks.strategies import CHUNKS, CUT, STRATEGIES, WHOLE
from longformer_viz.tasks.sweep import PLACEMENTS, QUESTION

SHORT_TOKENS, LONG_TOKENS = 512, 4096
"""Lengths of common models: BERT's, and Longformer's."""
MAX_QUESTIONS = 50
MEASURED_WINDOWS = (64, 128, 256, 512, 1024)
"""Windows whose captured mass is measured by default."""
LABEL_STRATEGIES = (CUT, CHUNKS, WHOLE)
_NAMES = tuple(strategy.name for strategy in STRATEGIES)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of one document, or of all, with its right answers if they are known.

    Attributes:
        question: The question; "" for labels.
        answers: The right answers, of which each is enough; empty if the document has none; None if it is unknown.
    """

    question: str
    answers: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        check_text(self.question, "A question")
        if self.answers is not None:
            answers = check_values(self.answers, "answers", 'Try ("a right answer",).')
            object.__setattr__(self, "answers", tuple(check_text(each, "A right answer") for each in answers))


@dataclass(frozen=True, slots=True)
class Setting:
    """One way to read a document.

    Attributes:
        strategy: Name of a strategy of `tasks.strategies`.
        window: Full window in tokens; None for the model's own. Only the whole document is read with another.
        placement: Which tokens are global: one of `tasks.sweep.PLACEMENTS`.
        model: A hub name or a folder; None for the built-in model.
    """

    strategy: str = WHOLE.name
    window: int | None = None
    placement: str = QUESTION
    model: str | None = None

    def __post_init__(self) -> None:
        check_choice(self.strategy, _NAMES, "A strategy")
        check_choice(self.placement, PLACEMENTS, "A placement")
        if self.window is not None:
            object.__setattr__(self, "window", check_window(self.window))
        if self.model is not None:
            check_text(self.model, "A model's name")
        if self.strategy != WHOLE.name and (self.window is not None or self.placement != QUESTION):
            raise InputError(
                f"Only {WHOLE.name!r} reads with another window or placement. You entered {shown(self.strategy)} "
                f"with {self.shown_window} and {self.placement.lower()}. Leave them out."
            )

    @property
    def shown_window(self) -> str:
        """The window in words."""
        return "the model's own window" if self.window is None else f"a window of {self.window:,}"

    @property
    def name(self) -> str:
        """The setting in words, without what is usual."""
        parts = [self.strategy]
        if self.window is not None:
            parts.append(f"window {self.window:,}")
        if self.placement != QUESTION:
            parts.append(f"global: {self.placement.lower()}")
        if self.model is not None:
            parts.append(self.model)
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class CorpusPlan:
    """What is asked of each document.

    Attributes:
        questions: Questions to all documents. A document may bring others with it.
        labels: "kinds", "topics", "sentiment" or at least two labels of your own; None asks for no label.
        label_model: A model with a head for labels, such as "run:NAME"; None for the built-in one.
        measure: Whether to measure the share of full attention that each window keeps.
        windows: The windows of that measurement.
        settings: The ways to read each document.
        device: Device of the models.
        dtype: Number format of their weights.
        max_characters: Longest text of a document; a longer one is an error in its row. None for no limit.
        max_tokens: The same in tokens.
    """

    questions: tuple[str, ...] = ()
    labels: str | tuple[str, ...] | None = None
    label_model: str | None = None
    measure: bool = False
    windows: tuple[int, ...] = MEASURED_WINDOWS
    settings: tuple[Setting, ...] = (Setting(),)
    device: str = "cpu"
    dtype: str = "float32"
    max_characters: int | None = None
    max_tokens: int | None = None

    def __post_init__(self) -> None:
        _set(self, "questions", tuple(check_values(self.questions, "questions", 'Try ("Who signed?",).')))
        for question in self.questions:
            if not check_text(question, "A question").strip():
                raise InputError(f"A question must have words. You entered {shown(question)}. Write a question.")
        if len(set(self.questions)) < len(self.questions):
            raise InputError("Each question must be unique. You entered one twice. Remove one of them.")
        if len(self.questions) > MAX_QUESTIONS:
            raise InputError(
                f"A corpus may be asked at most {MAX_QUESTIONS} questions at once. You entered "
                f"{len(self.questions):,}. Ask the others in another run."
            )
        if self.labels is not None and not isinstance(self.labels, str):
            _set(self, "labels", tuple(checked_labels(self.labels)))
        elif isinstance(self.labels, str):
            check_choice(self.labels, (KINDS, *TRAINED), "labels")
        _set(self, "windows", tuple(check_values(self.windows, "windows", "Try (128, 512).")))
        _set(self, "windows", tuple(map(check_window, self.windows)))
        _set(self, "settings", tuple(check_values(self.settings, "settings", "Leave them out.")))
        for setting in self.settings:
            check_type(setting, Setting, "A setting", "Make it with Setting().")
        _set(self, "measure", check_flag(self.measure, "measure"))
        if self.label_model is not None:
            check_text(self.label_model, "A model's name")
        check_text(self.device, "device", 'Try "cpu".')
        check_choice(self.dtype, tuple(DTYPES), "dtype")
        for name in ("max_characters", "max_tokens"):
            if (limit := getattr(self, name)) is not None:
                _set(self, name, check_count(limit, name))
        if not self.settings:
            raise InputError("A plan must have at least one setting. You entered none. Leave settings out.")

    @property
    def label_settings(self) -> tuple[Setting, ...]:
        """The settings that labels can use: strategies that need no question, with the model's own window."""
        names = [strategy.name for strategy in LABEL_STRATEGIES]
        found = [
            Setting(setting.strategy)
            for setting in self.settings
            if setting.strategy in names and setting.window is None and setting.placement == QUESTION
        ]
        return tuple(dict.fromkeys(found)) or (Setting(),)

    @property
    def asks_labels(self) -> bool:
        """Whether each document gets a label."""
        return self.labels is not None or self.label_model is not None

    @property
    def identity(self) -> str:
        """A digest that is equal for equal plans: results of the same plan can be continued."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()


def settings_to_compare(
    strategies: Sequence[str] = _NAMES,
    windows: Sequence[int] = (),
    placements: Sequence[str] = (),
    models: Sequence[str] = (),
) -> tuple[Setting, ...]:
    """Return the settings of a comparison: each strategy, then the whole document with each other setting.

    Args:
        strategies: Names of strategies.
        windows: Windows of the whole document, besides the model's own.
        placements: Placements of global tokens, besides the question.
        models: Further models.

    Raises:
        InputError: If one of them is invalid.
    """
    for name, given in (("strategies", strategies), ("windows", windows), ("placements", placements)):
        check_values(given, name, "Leave it out.")
    check_values(models, "models", "Leave it out.")
    found = [
        *(Setting(strategy) for strategy in strategies),
        *(Setting(window=window) for window in windows),
        *(Setting(placement=placement) for placement in placements),
        *(Setting(strategy, model=model) for model in models for strategy in strategies),
    ]
    return tuple(dict.fromkeys(found)) or (Setting(),)


def _set(plan: CorpusPlan, name: str, value: Any) -> None:
    object.__setattr__(plan, name, value)
