"""The large messages that a tab still has, so that the server sends only their hashes."""

from collections.abc import Collection, Iterator

from streamlit.proto.Delta_pb2 import Delta


class MessageCache:
    """What Streamlit's frontend keeps of the messages that may be repeated, and for as many runs.

    Attributes:
        most_runs: The number of runs after which an unused message is dropped.
    """

    def __init__(self) -> None:
        self.most_runs = 0
        self._runs = 0
        self._kept: dict[str, tuple[Delta, int]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def keep(self, name: str, delta: Delta) -> None:
        """Keep a message.

        Args:
            name: Its hash.
            delta: Its content.
        """
        self._kept[name] = (delta, self._runs)

    def use(self, name: str) -> Delta:
        """Return the message with the hash `name`, which stays longer for it."""
        delta, _ = self._kept[name]
        self.keep(name, delta)
        return delta

    def count_run(self, fragments: Collection[str]) -> None:
        """Drop what is too old after a run. A run of fragments drops only messages of theirs.

        Args:
            fragments: The fragments that ran; empty for the whole page.
        """
        self._runs += 1
        self._kept = {
            name: (delta, run)
            for name, (delta, run) in self._kept.items()
            if (fragments and delta.fragment_id not in fragments) or self._runs - run <= self.most_runs
        }
