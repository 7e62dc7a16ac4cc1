"""What a page shows a tab, and what a rerun brought."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A control or component that the page shows.

    Attributes:
        kind: Its kind, as Streamlit's protobuf names it.
        proto: Its message.
        fragment: The fragment that it belongs to; empty for none.
        script: The hash of the script that shows it.
        seconds: When it arrived, on the clock of `time.perf_counter`.
    """

    kind: str
    proto: Any
    fragment: str
    script: str
    seconds: float


@dataclass(slots=True)
class Reply:
    """What a rerun brought.

    Attributes:
        sent: When it was asked for, on the clock of `time.perf_counter`.
        components: The components that arrived, in order.
        problems: Errors that the page showed.
    """

    sent: float
    components: list[Shown] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def of(self, key: str) -> list[Shown]:
        """Return the arrived components with a `key`."""
        return [shown for shown in self.components if shown.proto.id.endswith(f"-{key}")]
