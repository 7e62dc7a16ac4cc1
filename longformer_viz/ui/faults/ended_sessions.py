"""What is kept of a session whose browser has gone: enough to connect again, for a short time and in few bytes."""

import asyncio
import math
import sys
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from streamlit import config, runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import SessionInfo, SessionStorage

from longformer_viz.memory import give_back_freed_memory

MAX_BYTES = 64_000_000
MAX_SESSIONS = 100  # Each has three open files, and a process often may have 1,024.
RESULTS_SECONDS = 10.0  # Most lost connections are back by then.
_GIVEN_BACK_EVERY_SECONDS = 15.0
_DEPTH = 5  # of the values in a session that are counted


@dataclass(frozen=True, slots=True)
class _Ended:
    info: SessionInfo
    until: float
    size_bytes: int


class EndsWithSession:
    """A value in a session's state with more than memory, such as files, which must not be kept longer."""

    def end(self) -> None:
        """Free what it has. It is called once, in the server's own thread, and must not wait."""
        raise NotImplementedError


class EndedSessions(SessionStorage):
    """Sessions whose browser has gone, in case that it connects again.

    Streamlit's own storage keeps 128 sessions of any size, each with the results that its page showed, and lets the
    last ones go only when another session ends. Here a session soon loses its results. Its next run makes them again.

    Args:
        keep_seconds: How long a session is kept.
        max_bytes: The limit of the sum of their texts and files. The newest one is always kept.
    """

    def __init__(self, keep_seconds: float, max_bytes: int = MAX_BYTES) -> None:
        self._keep_seconds, self._max_bytes = keep_seconds, max_bytes
        self._kept: OrderedDict[str, _Ended] = OrderedDict()  # oldest first
        self._given_back_at = -math.inf

    def get(self, session_id: str) -> SessionInfo | None:
        """Return the session with an id; None if it is not kept.

        Args:
            session_id: Its id.
        """
        kept = self._kept.get(session_id)
        return None if kept is None else kept.info

    def save(self, session_info: SessionInfo) -> None:
        """Keep a session for a while.

        Args:
            session_info: The session.
        """
        session = session_info.session
        self._kept.pop(session.id, None)
        until = time.monotonic() + self._keep_seconds
        self._kept[session.id] = _Ended(session_info, until, held_bytes(session))
        while len(self._kept) > 1 and (len(self._kept) > MAX_SESSIONS or self._held_bytes > self._max_bytes):
            self._end(next(iter(self._kept)))
        loop = asyncio.get_running_loop()
        loop.call_later(min(RESULTS_SECONDS, self._keep_seconds), self.forget_results, session.id)
        loop.call_later(self._keep_seconds, self.end_old)

    def delete(self, session_id: str) -> None:
        """Keep a session no longer, because it goes on or has been ended.

        Args:
            session_id: Its id.
        """
        del self._kept[session_id]

    def list(self) -> "list[SessionInfo]":
        """Return all kept sessions."""
        return [kept.info for kept in self._kept.values()]

    def forget_results(self, session_id: str) -> None:
        """Let go of the results to which a kept session's fragments and downloads refer.

        The first run of its next connection is of the whole page, which makes them again.

        Args:
            session_id: Its id. One that is not kept goes on, and loses nothing.
        """
        if (kept := self._kept.get(session_id)) is not None:
            kept.info.session._fragment_storage.clear()
            files = runtime.get_instance().media_file_mgr
            files.clear_session_refs(session_id)
            files.remove_orphaned_files()

    def end_old(self) -> None:
        """End the sessions that have been kept long enough, and give their memory back to the system."""
        now = time.monotonic()
        for session_id in [session_id for session_id, kept in self._kept.items() if kept.until <= now]:
            self._end(session_id)
        if now - self._given_back_at > _GIVEN_BACK_EVERY_SECONDS:  # It takes up to 0.05 s of a core.
            self._given_back_at = now
            asyncio.get_running_loop().run_in_executor(None, give_back_freed_memory)

    @property
    def _held_bytes(self) -> int:
        return sum(kept.size_bytes for kept in self._kept.values())

    def _end(self, session_id: str) -> None:
        session = self._kept.pop(session_id).info.session
        with suppress(RuntimeError):  # Its script may still change it before it stops.
            for value in dict(session._session_state.filtered_state).values():
                if isinstance(value, EndsWithSession):
                    value.end()
        session.shutdown()


def keep_little_of_ended_sessions() -> None:
    """Let the server that has just started keep ended sessions in an `EndedSessions`."""
    seconds = config.get_option("server.disconnectedSessionTTL")
    runtime.get_instance()._session_mgr._session_storage = EndedSessions(seconds)  # pyright: ignore[reportAttributeAccessIssue]


def held_bytes(session: AppSession) -> int:
    """Return the size of the texts and files of a `session`."""
    files = session._uploaded_file_mgr.file_storage.get(session.id, {})  # pyright: ignore[reportAttributeAccessIssue]
    total = sum(len(file.data) for file in files.values())
    with suppress(RuntimeError):  # Its script may still change it before it stops.
        total += _size_of(dict(session._session_state.filtered_state), _DEPTH)
    return total


def _size_of(value: Any, depth: int) -> int:
    inside: Iterable[Any] = ()
    if isinstance(value, Mapping):
        inside = [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inside = value
    elif is_dataclass(value) and not isinstance(value, type):
        inside = [getattr(value, each.name) for each in fields(value)]
    return sys.getsizeof(value, 0) + (sum(_size_of(each, depth - 1) for each in inside) if depth else 0)
