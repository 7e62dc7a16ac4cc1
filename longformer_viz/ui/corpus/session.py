"""What one visitor's session has on the Documents page: files, jobs, and right answers."""

import shutil
import threading
import weakref
from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from longformer_viz.corpus.background.queue import BackgroundJob, BackgroundQueue
from longformer_viz.corpus.background.temporary_folders import storage_refusal
from longformer_viz.corpus.plan import CorpusPlan
from longformer_viz.corpus.sources import FILE, MEMBER, TEXT, Listing, Reference, list_uploads
from longformer_viz.documents.samples import sample
from longformer_viz.server.policy import check_corpus_documents, check_upload
from longformer_viz.server.settings import app_settings
from longformer_viz.spec import InputError
from longformer_viz.ui.faults.ended_sessions import EndsWithSession
from longformer_viz.ui.shared.state import SAMPLES

DEFAULT_QUESTION = "How much does it cost?"
_STORED = (FILE, MEMBER)
_RUNS_PER_JOB = 10  # A job may take this many times as long as a run of a model.


@st.cache_resource
def corpus_queue() -> BackgroundQueue:
    """Return the one queue of this server."""
    return BackgroundQueue()


class SessionCorpus(EndsWithSession):
    """The documents and jobs of one session. They are deleted when the session ends."""

    def __init__(self) -> None:
        self.listing = sample_listing()
        self.is_sample = True
        self.question = DEFAULT_QUESTION
        self.right: dict[str, tuple[str, ...]] = {}
        self.asked: BackgroundJob | None = None
        self.compared: BackgroundJob | None = None
        self._upload: tuple[str, ...] = ()
        self._refusal: InputError | None = None
        self._folders: list[Path] = []
        self._jobs: list[BackgroundJob] = []
        # Also for a session that ends in another way.
        self._finalizer = weakref.finalize(self, _forget, corpus_queue(), self._folders, self._jobs)
        self._finalizer.atexit = False

    def end(self) -> None:
        """Delete the files, and end the jobs."""
        self._finalizer()

    def take(self, files: Sequence[UploadedFile]) -> None:
        """Store uploaded files, once for each choice of files. Without files, the samples are the documents.

        Args:
            files: The files.

        Raises:
            InputError: If there are too many documents, or they cannot be stored.
        """
        upload = tuple(file.file_id for file in files)
        if upload == self._upload:
            if self._refusal is not None:
                raise self._refusal
            return
        self._upload, self._refusal = upload, None
        try:
            listing = self._stored(files) if files else sample_listing()
        except InputError as refusal:
            self._refusal = refusal
            raise
        self.listing, self.is_sample, self.right = listing, not files, {}
        self._tidy()

    def start(self, plan: CorpusPlan, references: Sequence[Reference], compares: bool = False) -> BackgroundJob:
        """Start a job; it takes the place of the earlier one of its kind.

        Args:
            plan: What is asked.
            references: The documents.
            compares: Whether it compares settings.

        Raises:
            InputError: If there are too many documents, or the job's folder cannot be written.
        """
        check_corpus_documents(len(references))
        seconds = app_settings().max_run_seconds
        job = corpus_queue().submit(plan, references, None if seconds is None else seconds * _RUNS_PER_JOB)
        self._jobs.append(job)
        if compares:
            replaced, self.compared = [self.compared], job
        else:
            replaced, self.asked = [self.asked], job
            earlier = replaced[0]
            if earlier is not None and (earlier.plan.questions, earlier.references) != (
                plan.questions,
                job.references,
            ):
                self.right = {}  # They are of other documents or of another question.
                replaced, self.compared = [*replaced, self.compared], None
        for earlier in replaced:
            if earlier is not None:
                corpus_queue().delete(earlier)
                self._jobs.remove(earlier)
        self._tidy()
        return job

    def _stored(self, files: Sequence[UploadedFile]) -> Listing:
        """Write files under numbers, never under their own names, and list the documents that they have."""
        folder = corpus_queue().new_folder()
        stored: list[tuple[Path | InputError, str]] = []
        try:
            for number, file in enumerate(files):
                try:
                    data = check_upload(file.name, file.getvalue())
                except InputError as fault:
                    stored.append((fault, file.name))
                    continue
                path = folder / f"{number:05}{'.zip' if file.name.lower().endswith('.zip') else ''}"
                path.write_bytes(data)
                stored.append((path, file.name))
            listing = list_uploads(stored)
            check_corpus_documents(len(listing.references))
        except (OSError, InputError) as fault:
            shutil.rmtree(folder, ignore_errors=True)
            if isinstance(fault, OSError):
                raise storage_refusal(fault, folder) from fault
            raise
        self._folders.append(folder)
        return listing

    def _tidy(self) -> None:
        """Delete the files that neither the next job nor the results on the page refer to."""
        listings = [self.listing.references, *(job.references for job in self._jobs)]
        used = {Path(reference.path).parent for each in listings for reference in each if reference.kind in _STORED}
        for folder in [folder for folder in self._folders if folder not in used]:
            shutil.rmtree(folder, ignore_errors=True)
            self._folders.remove(folder)


def session_corpus() -> SessionCorpus:
    """Return what this session has."""
    if "corpus" not in st.session_state:
        st.session_state.corpus = SessionCorpus()
    return st.session_state.corpus


def sample_listing() -> Listing:
    """Return the sample documents."""
    texts = {label: sample(name).text for label, name in SAMPLES.items()}
    return Listing(tuple(Reference(label, TEXT, text, size_bytes=len(text)) for label, text in texts.items()))


def _forget(queue: BackgroundQueue, folders: Sequence[Path], jobs: Sequence[BackgroundJob]) -> None:
    """Delete the files of a session, in a thread of its own: whatever runs now need not wait for a job's end."""

    def delete() -> None:
        for job in jobs:
            queue.delete(job)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    if jobs or folders:
        threading.Thread(target=delete, name="ended corpus", daemon=True).start()
