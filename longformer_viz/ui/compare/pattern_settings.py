"""The patterns that can be compared, and the settings of each in the terms of its paper."""

from dataclasses import dataclass

from longformer_viz.checks import check_whole
from longformer_viz.spec import InputError, shown
from longformer_viz.ui.glossary import explain
from longformer_viz.ui.shared.link_param import LinkParam, whole_or_text

MOST, LEAST = 6, 2
"""The largest and the smallest number of patterns side by side."""
SEEDS = 2**31 - 1
_WIDTHS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
_SIZES = (4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048)


@dataclass(frozen=True, slots=True)
class Setting:
    """One number among a pattern's settings.

    Attributes:
        key: Its name in the address.
        label: Label of its slider.
        default: Default value.
        low: Smallest value.
        high: Largest value.
        steps: Steps of its slider, to which a link may add any value from `low` to `high`.
        help: Help text.
        parity: "even" or "odd" if the value must be so.
    """

    key: str
    label: str
    default: int
    low: int
    high: int
    steps: tuple[int, ...]
    help: str
    parity: str = ""

    @property
    def param(self) -> LinkParam:
        """The setting as a value that a link carries."""
        return LinkParam(self.key, self.check, self.default)

    def check(self, text: str) -> int:
        """Return the number that the `text` of a link states.

        Raises:
            InputError: If it is not a number that the setting allows.
        """
        number = check_whole(whole_or_text(text), self.label, self.low, self.high, self.default)
        if self.parity and number % 2 != (self.parity == "odd"):
            raise InputError(
                f"{self.label} must be an {self.parity} number. You entered {shown(number)}. Try {number + 1}."
            )
        return number


SETTINGS: dict[str, tuple[Setting, ...]] = {
    "Longformer": (),  # window, dilation and global tokens are those of all pages
    "Sliding": (
        Setting(
            "sliding",
            "Sliding window",
            256,
            2,
            131_072,
            _WIDTHS,
            explain("Sliding window"),
            "even",
        ),
    ),
    "Dilated": (
        Setting(
            "dilated",
            "Dilated window",
            128,
            2,
            131_072,
            _WIDTHS,
            explain("Sliding window"),
            "even",
        ),
        Setting(
            "gap",
            "Dilation",
            4,
            1,
            16_384,
            (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64),
            "Distance between neighbouring keys. The paper counts the tokens between two keys, so its 0 is 1 here.",
        ),
    ),
    "BigBird": (
        Setting(
            "bigbird_block", "Block size", 64, 1, 65_536, _SIZES, "Tokens per block. The last block may be shorter."
        ),
        Setting(
            "bigbird_window",
            "Window blocks",
            3,
            1,
            99,
            (1, 3, 5, 7, 9, 11),
            "How many neighbouring blocks each block attends to, itself included.",
            "odd",
        ),
        Setting(
            "bigbird_global",
            "Global blocks",
            2,
            0,
            1_024,
            (0, 1, 2, 3, 4, 6, 8),
            "Every block attends to them. Half are the first blocks of the document, half the last (BigBird-ITC).",
        ),
        Setting(
            "bigbird_random",
            "Random blocks",
            3,
            0,
            1_024,
            (0, 1, 2, 3, 4, 5, 6, 8, 12, 16),
            "How many other blocks each block attends to, drawn at random for each head.",
        ),
        Setting(
            "bigbird_seed", "BigBird seed", 0, 0, SEEDS, tuple(range(10)), "Another seed draws other random blocks."
        ),
    ),
    "Reformer": (
        Setting(
            "reformer_rounds",
            "Rounds",
            4,
            1,
            64,
            (1, 2, 4, 8, 16),
            "How often the tokens are hashed. Each round can find similar tokens that another round missed.",
        ),
        Setting(
            "reformer_bucket",
            "Bucket size",
            64,
            1,
            65_536,
            _SIZES,
            "Tokens per bucket after sorting by hash. A bucket attends to itself and to the bucket before it.",
        ),
        Setting(
            "reformer_seed",
            "Reformer seed",
            0,
            0,
            SEEDS,
            tuple(range(10)),
            "Another seed uses other random rotations for hashing.",
        ),
    ),
    "ModernBERT": (
        Setting(
            "local",
            "Local attention",
            128,
            2,
            131_072,
            _WIDTHS,
            "The window of the layers with local attention.",
            "even",
        ),
        Setting(
            "every",
            "Full attention every n layers",
            3,
            1,
            1_000,
            (1, 2, 3, 4, 5, 6, 8, 12),
            "The first layer has full attention, then every n-th layer.",
        ),
    ),
    "Chunks": (
        Setting(
            "chunk",
            "Chunk size",
            512,
            1,
            1_048_576,
            _SIZES,
            "Tokens per chunk. Tokens of different chunks do not attend to each other.",
        ),
        Setting(
            "overlap",
            "Overlap",
            0,
            0,
            1_048_575,
            (0, 16, 32, 64, 128, 256),
            "How many tokens neighbouring chunks share.",
        ),
    ),
    "Full": (),
    "Model's own": (),  # what the run used
}
OWN = "Model's own"
NAMES = tuple(SETTINGS)
BY_KEY = {setting.key: setting for settings in SETTINGS.values() for setting in settings}
LINK_PARAMS = tuple(setting.param for setting in BY_KEY.values())
FIRST_SHOWN = ("Longformer", "Dilated", "BigBird", "Reformer", "Chunks", "Full")
SCHEDULES = ("The same in every layer", "Table 12 of the paper")
DRAWS = ("As in the paper", "As in transformers")
"""Of the dilated window by layer and head, and of BigBird's random blocks."""

_PAPERS = {setting.key: setting.default for setting in BY_KEY.values()} | {"sliding": 512}
PRESETS: dict[str, dict[str, int | str | tuple[str, ...]]] = {
    "The papers' own settings": {
        **_PAPERS,
        "window": 512,
        "dilation": 1,
        "globals": "First token",
        "schedule": SCHEDULES[0],
        "draw": DRAWS[0],
        "patterns": ("Longformer", "BigBird", "Reformer", "ModernBERT", "Chunks", "Full"),
    },
    "Longformer's Table 12, rescaled": {
        **_PAPERS,
        "window": 512,
        "globals": "First token",
        "schedule": SCHEDULES[1],
        "patterns": ("Longformer", "Sliding", "Dilated", "Full"),
    },
    "Transformers' BigBird": {
        **_PAPERS,
        "draw": DRAWS[1],
        "patterns": ("BigBird", "Full"),
    },
    "About 128 keys per token": {
        **_PAPERS,
        "window": 128,
        "globals": "First token",
        "sliding": 128,
        "dilated": 128,
        "schedule": SCHEDULES[0],
        "bigbird_block": 16,
        "draw": DRAWS[0],
        "reformer_rounds": 1,
        "chunk": 128,
        "patterns": ("Longformer", "Sliding", "Dilated", "BigBird", "Reformer", "Chunks"),
    },
}


def check_name(text: str) -> None:
    """Check that a link names an existing pattern.

    Args:
        text: The name.

    Raises:
        InputError: If there is no such pattern.
    """
    if text not in SETTINGS:
        raise InputError(f"Patterns must be some of {', '.join(NAMES)}. The link has {shown(text)}.")
