"""What a server keeps of a session whose browser has gone: little, for a short time."""

import asyncio
import gc
import weakref
from types import SimpleNamespace

import pytest
from streamlit import runtime
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.session_manager import SessionInfo

from longformer_viz.ui.faults import ended_sessions
from longformer_viz.ui.faults.ended_sessions import EndedSessions
from tests.event_loop import completed


class Session:
    """As much of Streamlit's session as is kept."""

    def __init__(self, number: int, text: str = "", file: bytes = b"", **state):
        self.id = f"session {number}"
        self.is_shut_down = False
        self._fragment_storage = MemoryFragmentStorage()
        self._session_state = SimpleNamespace(filtered_state={"own_text": text, **state})
        files = {self.id: {"file": SimpleNamespace(data=file)}} if file else {}
        self._uploaded_file_mgr = SimpleNamespace(file_storage=files)

    def shutdown(self) -> None:
        self.is_shut_down = True


def info(session: Session) -> SessionInfo:
    return SessionInfo(client=None, session=session, script_run_count=1)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def cleared(monkeypatch) -> list[str]:
    """The sessions whose downloads were forgotten."""
    ids: list[str] = []
    files = SimpleNamespace(clear_session_refs=ids.append, remove_orphaned_files=lambda: None)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=files))
    monkeypatch.setattr(ended_sessions, "RESULTS_SECONDS", 0.02)
    return ids


def test_a_kept_session_loses_its_results_first_and_then_ends_although_nobody_else_leaves(cleared):
    class Result:
        pass

    async def scene():
        kept, session, result = EndedSessions(0.1), Session(1), Result()
        gone = weakref.ref(result)
        session._fragment_storage.register("map", lambda result=result: result)
        del result
        kept.save(info(session))
        found = kept.get(session.id)
        assert found is not None
        assert found.session is session
        while gone() is not None:
            gc.collect()
            await asyncio.sleep(0.01)
        assert cleared == [session.id]
        while kept.list():
            await asyncio.sleep(0.01)
        assert session.is_shut_down

    completed(scene())


def test_a_session_that_goes_on_keeps_its_results_and_is_not_ended(cleared):
    async def scene():
        kept, session = EndedSessions(0.05), Session(1)
        session._fragment_storage.register("map", lambda: None)
        kept.save(info(session))
        kept.delete(session.id)
        await asyncio.sleep(0.2)
        assert session._fragment_storage.lookup("map")
        assert not session.is_shut_down
        assert not cleared

    completed(scene())


@pytest.mark.parametrize(
    "held",
    [
        {"text": "x" * 600_000},
        {"file": bytes(600_000)},
        {"upload_review": ended_sessions._Ended(None, 0.0, b"x" * 600_000)},  # pyright: ignore[reportArgumentType]
    ],
    ids=["text", "uploaded file", "file in review"],
)
def test_the_oldest_sessions_end_where_all_hold_too_many_bytes(held, cleared):
    async def scene():
        kept, sessions = EndedSessions(60, max_bytes=1_500_000), [Session(number, **held) for number in range(3)]
        for session in sessions:
            kept.save(info(session))
        assert [session.is_shut_down for session in sessions] == [True, False, False]
        assert len(kept.list()) == 2

    completed(scene())


def test_no_more_than_so_many_sessions_are_kept(cleared, monkeypatch):
    async def scene():
        kept, sessions = EndedSessions(60), [Session(number) for number in range(5)]
        for session in sessions:
            kept.save(info(session))
        assert [session.is_shut_down for session in sessions] == [True, True, False, False, False]

    monkeypatch.setattr(ended_sessions, "MAX_SESSIONS", 3)
    completed(scene())


def test_the_newest_session_is_kept_even_if_it_is_large(cleared):
    async def scene():
        kept, session = EndedSessions(60, max_bytes=10), Session(1, "a text")
        kept.save(info(session))
        assert kept.list()
        assert not session.is_shut_down

    completed(scene())


def test_files_of_a_session_are_deleted_with_it_and_not_before():
    class Files(ended_sessions.EndsWithSession):
        ends = 0

        def end(self) -> None:
            self.ends += 1

    async def scene():
        kept, files = EndedSessions(0.05), Files()
        kept.save(info(Session(1, corpus=files)))
        kept.delete("session 1")  # It goes on.
        await asyncio.sleep(0.1)
        assert not files.ends
        kept.save(info(Session(2, corpus=files)))
        while kept.list():
            await asyncio.sleep(0.01)
        assert files.ends == 1

    completed(scene())
