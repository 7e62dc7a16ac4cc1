"""The Documents page's script, without a browser: samples, uploads, rows, right answers, and what is refused."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.corpus.background.queue import CANCELLED, DONE, BackgroundQueue
from longformer_viz.corpus.sources import TEXT, Listing, Reference
from longformer_viz.documents.samples import sample_names
from longformer_viz.server import policy
from longformer_viz.server.settings import AppSettings
from longformer_viz.ui.corpus import right_answers, session, setup
from longformer_viz.ui.corpus.session import DEFAULT_QUESTION
from tests.corpus.documents import NAMES, QUESTION, text_with_answer

APP = str(Path(__file__).parents[2] / "app.py")
HOSTILE = "*a* <b>b</b> $x$ .txt"


@pytest.fixture(autouse=True)
def queue(monkeypatch):
    made = BackgroundQueue()
    monkeypatch.setattr(session, "corpus_queue", lambda: made)
    monkeypatch.setattr("longformer_viz.ui.corpus.progress.corpus_queue", lambda: made)
    yield made
    for job in (made._job, *made._waiting):
        if job is not None:
            made.cancel(job)


def opened(**params) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=200)
    for key, value in params.items():
        app.query_params[key] = value
    return checked(app.switch_page("pages/corpus.py").run())


def checked(app: AppTest) -> AppTest:
    assert not app.exception, app.exception[0].value
    return app


def text(app: AppTest) -> str:
    return " ".join(each.value for each in (*app.main.markdown, *app.main.caption)).replace("\\", "")


def errors(app: AppTest) -> str:
    return " ".join(error.value.replace("\\", "") for error in app.error)


def with_documents(count=3, **params) -> AppTest:
    """The page with documents as if they had been uploaded, one of which cannot be read."""
    app = opened(ask=QUESTION, **params)
    texts = [text_with_answer(NAMES[number], 2 + 40 * number, 60) for number in range(count)]
    references = [Reference(f"letter {number}.txt", TEXT, each) for number, each in enumerate(texts)]
    corpus = app.session_state["corpus"]
    corpus.listing, corpus.is_sample = Listing((*references, Reference(HOSTILE, TEXT, " "))), False
    return checked(app.run())


def finished(app: AppTest, queue: BackgroundQueue, button="corpus_start", job="asked") -> AppTest:
    checked(app.button(key=button).click().run())
    assert queue.wait(getattr(app.session_state["corpus"], job), 300)
    return checked(app.run())


def test_the_samples_are_ready_to_be_asked():
    app = opened()
    assert app.text_input(key="ask").value == DEFAULT_QUESTION
    assert not app.button(key="corpus_start").disabled
    assert app.button(key="corpus_start").label == f"Ask all {len(sample_names())} documents"
    assert len(app.dataframe[0].value) == len(sample_names())
    assert "sample documents" in " ".join(each.value for each in app.sidebar.caption)
    assert 'tuple(Reference(name, "text", sample(name).text)' in app.code[-1].value


def test_rows_come_sorted_with_the_evidence_and_the_sentence(queue):
    app = finished(with_documents(), queue)
    assert app.session_state["corpus"].asked.state == DONE
    table = app.dataframe[0].value
    assert {each.removeprefix("Weak evidence: ") for each in table["found"][:3]} == set(NAMES[:3])
    assert list(table["probability"][:3]) == sorted(table["probability"][:3], reverse=True)
    assert list(table["document name"])[-1] == HOSTILE
    assert "The document is empty" in table["found"].iloc[-1]
    assert "remark" not in table
    assert list(table["open"]) == ["Open", "Open", "Open", ""]
    assert "4 of 4 documents · 3 with an answer · 1 unreadable" in text(app)
    assert "512-token model would have missed an answer" in text(app)
    assert 'list_documents("documents")' in app.code[-1].value


def test_a_job_can_be_cancelled_and_keeps_its_rows(queue):
    app = opened()
    checked(app.button(key="corpus_start").click().run())
    job = app.session_state["corpus"].asked
    assert job.is_live
    app.button(key="corpus_cancel").click().run()
    assert queue.wait(job, 60)
    checked(app.run())
    assert job.state == CANCELLED
    assert "Cancelled after" in app.info[0].value


def test_right_answers_lead_to_a_recommendation(queue):
    app = finished(with_documents(), queue)
    app.session_state["corpus_tabs_Answers_Rightanswers"] = "Right answers"
    checked(app.run())
    fields = {field.label.replace("\\", ""): field for field in app.main.text_input}
    fields["Right answer for letter 0.txt"].set_value(NAMES[0])
    fields["Right answer for letter 2.txt"].set_value(NAMES[2])
    app.multiselect(key="corpus_compare_windows").set_value([])
    app.multiselect(key="corpus_compare_placements").set_value([])
    checked(
        app.multiselect(key="corpus_compare_strategies").set_value(["Longformer, whole", "Truncate at 512"]).run()
    )
    assert app.button(key="corpus_compare").label == "Compare 2 settings on 2 documents"
    app = finished(app, queue, "corpus_compare", "compared")
    assert "Recommendation" in app.success[0].value
    scores = app.dataframe[-1].value.set_index("way to read")
    assert scores.loc["Longformer, whole", "mean F1 of the answers"] == 1
    assert scores.loc["Truncate at 512", "mean F1 of the answers"] == 0.5
    assert scores["cost of 10,000 documents"].min() > 0
    assert "Evidence past the cut: 1" in [each.label.replace("\\", "") for each in app.expander]
    assert NAMES[2] in text(app)


def test_right_answers_are_kept_and_more_than_ten_are_refused(queue, monkeypatch):
    app = finished(with_documents(), queue)
    corpus = app.session_state["corpus"]
    corpus.right = {f"letter {number}.txt": (NAMES[number],) for number in range(3)} | {"letter 1.txt": ()}
    app.session_state["corpus_tabs_Answers_Rightanswers"] = "Right answers"
    checked(app.run())
    assert {field.value for field in app.main.text_input} == {QUESTION, NAMES[0], "", NAMES[2]}
    assert [box.value for box in app.main.checkbox].count(True) == 1
    monkeypatch.setattr(right_answers, "MOST_ANSWERS", 2)
    checked(app.button(key="corpus_compare").click().run())
    assert "at most 2 documents" in errors(app)
    assert corpus.compared is None


def test_labels_and_windows_have_tabs_of_their_own(queue):
    app = with_documents(1)
    app.selectbox(key="corpus_labels").set_value("Topics")
    app.multiselect(key="corpus_strategies").set_value(["Longformer, whole"])
    app = finished(checked(app.toggle(key="corpus_measure").set_value(True).run()), queue)
    tabs = [tab.label for tab in app.tabs]
    assert tabs == ["Answers", "Labels", "Captured mass", "Right answers"]


@pytest.mark.parametrize(("question", "said"), [("", "need a question"), ("  ", "need a question")])
def test_nothing_to_ask_is_said_and_cannot_be_started(question, said):
    app = opened()
    checked(app.text_input(key="ask").set_value(question).run())
    assert said in errors(app)
    assert "--ask" not in errors(app)
    assert app.button(key="corpus_start").disabled


def test_a_public_server_takes_fewer_documents_and_shorter_texts(queue, monkeypatch):
    small = AppSettings(max_corpus_documents=2, max_text_characters=2_000, max_run_seconds=30)
    for module in (policy, session, setup):
        monkeypatch.setattr(module, "app_settings", lambda: small)
    app = with_documents(3)
    checked(app.button(key="corpus_start").click().run())
    assert "at most 2 documents" in errors(app)
    assert app.session_state["corpus"].asked is None
    corpus = app.session_state["corpus"]
    corpus.listing = Listing(corpus.listing.references[:2])
    app = finished(checked(app.run()), queue)
    assert corpus.asked.most_seconds == 300
    assert all("2,000 characters" in row["error"] for row in corpus.asked.rows())


def test_the_files_of_a_session_are_deleted_when_it_ends(queue):
    app = with_documents(1)
    checked(app.button(key="corpus_start").click().run())
    folder = app.session_state["corpus"].asked.folder
    assert folder.exists()
    made = session.SessionCorpus()
    made._jobs.append(app.session_state["corpus"].asked)
    del made
    for _ in range(200):
        if not folder.exists():
            break
        time.sleep(0.1)
    assert not folder.exists()
