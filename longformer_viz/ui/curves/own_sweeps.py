"""A reader's own sweeps: those that the browser keeps, and those of this session that it could not keep."""

from dataclasses import dataclass, field

import streamlit as st

from longformer_viz.probe.saved_sweep import SavedSweep, read_sweeps
from longformer_viz.spec import InputError
from longformer_viz.ui.components.sweep_storage import KeptSweeps

MOST_SWEEPS = 50
NO_ROOM = "The browser has no room for it, or its storage is switched off."
TOO_MANY = f"The browser keeps at most {MOST_SWEEPS} measurements."


@dataclass(slots=True)
class OwnSweeps:
    """The sweeps of one reader, by id.

    Attributes:
        kept: Those that the browser keeps.
        session_only: Those that only this session has.
        reasons: Why the browser does not keep a sweep of this session.
        unreadable: The texts of kept sweeps that cannot be read.
        problems: Why they cannot be read.
        changes: What the browser was asked for and has not confirmed: a text to keep, or None to delete.
        fingerprint: Of what the browser told last; None before the first time.
    """

    kept: dict[str, SavedSweep] = field(default_factory=dict)
    session_only: dict[str, SavedSweep] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    changes: dict[str, str | None] = field(default_factory=dict)
    fingerprint: str | None = None

    def all(self) -> dict[str, SavedSweep]:
        """Return every sweep by id, the newest measurement first."""
        found = {**self.kept, **self.session_only}
        return dict(sorted(found.items(), key=lambda each: each[1].results.measured_at, reverse=True))

    def add(self, sweep: SavedSweep) -> str:
        """Add a sweep, or replace one with the same results.

        Args:
            sweep: The sweep.

        Returns:
            Its id.
        """
        key = sweep.id
        self.kept.pop(key, None)
        self.session_only[key] = sweep
        if len(self.kept) + len(self.session_only) > MOST_SWEEPS:
            self.reasons[key] = TOO_MANY
        else:
            self.reasons.pop(key, None)
            self.changes[key] = sweep.to_json()
        return key

    def delete(self, key: str) -> None:
        """Delete a sweep, a readable or an unreadable one, and try again to keep those that had no room.

        Args:
            key: Its id.
        """
        for where in (self.kept, self.session_only, self.reasons, self.unreadable, self.problems):
            where.pop(key, None)
        self.changes[key] = None
        for other in list(self.reasons):
            self.add(self.session_only[other])

    def take(self, told: KeptSweeps) -> None:
        """Take what the browser keeps; another tab may have changed it.

        Args:
            told: What it told.
        """
        self.fingerprint = told.fingerprint
        for key, text in list(self.changes.items()):
            if key in told.failed:
                self.reasons[key] = NO_ROOM
                del self.changes[key]
            elif told.texts.get(key) == text:
                del self.changes[key]
                self.session_only.pop(key, None)
        self.kept, self.unreadable, self.problems = {}, {}, {}
        for key, text in list(told.texts.items())[:MOST_SWEEPS]:
            if key not in self.changes and key not in self.session_only:
                self._read(key, text)

    def _read(self, key: str, text: str) -> None:
        try:
            self.kept[key] = read_sweeps(text)[0]
        except InputError as problem:
            self.unreadable[key], self.problems[key] = text, str(problem)


def own_sweeps() -> OwnSweeps:
    """Return the sweeps of this session's reader. Other sessions never see them."""
    return st.session_state.setdefault("own_sweeps", OwnSweeps())
