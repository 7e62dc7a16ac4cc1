"""The load benchmark: visitors at a real server get right answers, and wrong or foreign ones are noticed."""

import asyncio
import http
import json
import random
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.server import serve

from benchmarks.load import check, summary
from benchmarks.load_clients import server
from benchmarks.load_clients.checking import Settings, are_answers_right, is_map_right, seen_answers, seen_map
from benchmarks.load_clients.texts import ForeignWords, session_words, texts
from benchmarks.load_clients.visitor import DECK, Visitor
from longformer_viz import answer, load, run
from longformer_viz.documents.samples import DEFAULT_SAMPLE, sample
from longformer_viz.ui.answers.text import marked, ranked
from longformer_viz.widget.map_views import head_view, trace_header
from longformer_viz.widget.marked_parts import marked_payload
from longformer_viz.widget.payload import Part, encode
from tests.event_loop import completed

TOKENS = 200
KEYS = {
    "sessions",
    "minutes",
    "errors",
    "wrong_results",
    "foreign_results",
    "checked_results",
    "forward_p50_seconds",
    "forward_p95_seconds",
    "head_change_p50_seconds",
    "head_change_p95_seconds",
    "question_p95_seconds",
    "queue_p95_seconds",
    "peak_rss_bytes",
    "rss_growth_second_half",
    "generator_cpu_share",
    "counts",
    "machine",
}


def visitors(url: str, count: int) -> list[Visitor]:
    chance = random.Random(7)
    words = session_words(count, chance)
    foreign = ForeignWords(words)
    return [Visitor(url, word, foreign, TOKENS, random.Random(word), 60) for word in words]


@pytest.fixture(scope="module")
def running():
    with server.started() as (url, process):
        yield url, process


def test_visitors_do_all_that_the_cards_say_and_get_right_answers(running):
    here = visitors(running[0], 2)

    async def visit(visitor: Visitor):
        for kind in ("arrival", "first_text", *dict.fromkeys(DECK), "new_text", "head_change"):
            await visitor.act(kind)
        await visitor.leave()

    async def all_at_once():
        await asyncio.gather(*map(visit, here))

    completed(all_at_once())
    events = [event for visitor in here for event in visitor.events]
    check(events)
    told = summary(events)
    assert not [event.error for event in events if event.error]
    assert (told["errors"], told["wrong_results"], told["checked_results"]) == (0, 0, len(events))
    assert [visitor.foreign_messages for visitor in here] == [0, 0]
    kinds = {"arrival", "first_text", "head_change", "new_spec", "new_text", "question", "answers_page", "return"}
    assert set(told["counts"]) == kinds
    assert all(event.seconds > 0 for event in events)
    for visitor in here:
        own = [event.settings for event in visitor.events if event.kind != "arrival"]
        assert all(visitor.word in settings.text for settings in own)


def test_the_command_reports_every_key(running):
    url, process = running
    load_of = ["--sessions", "2", "--minutes", "0.2", "--think", "0.1", "0.2", "--tokens", str(TOKENS)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", *load_of, "--url", url, "--pid", str(process.pid), "--json"],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    assert set(told) >= KEYS
    assert (told["errors"], told["wrong_results"], told["foreign_results"]) == (0, 0, 0)
    assert told["checked_results"] == sum(told["counts"].values()) >= 6
    assert told["peak_rss_bytes"] > 100e6
    assert 0 < told["generator_cpu_share"] < 1


def payload(settings: Settings, layer: int, head: int) -> bytes:
    """The bytes of a map of one head, whose header names the head that was asked for."""
    trace = run(load(), settings.text, settings.spec)
    view = head_view(trace, layer, head)
    named = Part({**view.header, "layer": settings.layer, "head": settings.head}, view.arrays)
    controls = {"pattern": {"window": trace.pattern.layers[0].window}}
    return encode({**trace_header(trace), "controls": controls}, trace.tokens, [named])


@pytest.fixture(scope="module")
def settings():
    return Settings(next(texts("zqxaaaaaa", TOKENS, random.Random(3))), 128, 2, 1)


def test_the_right_map_is_told_from_another_heads_weights(settings):
    assert is_map_right(seen_map(payload(settings, 2, 1)), settings)
    assert not is_map_right(seen_map(payload(settings, 2, 3)), settings)
    assert not is_map_right(seen_map(payload(settings, 1, 1)), settings)


def test_a_map_of_other_settings_is_wrong(settings):
    seen = seen_map(payload(settings, 2, 1))
    assert not is_map_right(seen, replace(settings, head=3))
    assert not is_map_right(seen, replace(settings, window=256))
    assert not is_map_right(seen, replace(settings, text=settings.text.replace("zqxaaaaaa", "zqxbbbbbb")))


@pytest.mark.parametrize("part", ["band", "columns", "global_rows"])
def test_one_wrong_weight_is_noticed(settings, part):
    seen = seen_map(payload(settings, 2, 1))
    codes = getattr(seen, part).copy()
    index = np.unravel_index(codes.argmax(), codes.shape)
    codes[index] -= 10  # 31% less
    assert not is_map_right(replace(seen, **{part: codes}), settings)


def test_wrong_answers_are_noticed(settings):
    question = "Who pays for the repairs?"
    answers = answer(load(task="qa"), question, settings.text, settings.spec)
    rows, parts = ranked(answers), marked(settings.text, answers)
    options = {"height": 1, "label": "", "chosen": None, "folded_from": None, "numbered": 9}
    seen = seen_answers(json.dumps(marked_payload(parts, rows, **options)))
    assert are_answers_right(seen, settings, question)
    assert not are_answers_right(seen, settings, "When does the contract end?")
    first, *others = seen.passages
    changed = ((first[0], first[1] + 5), *others)
    assert not are_answers_right(replace(seen, passages=changed), settings, question)


@asynccontextmanager
async def planted(messages: list[ForwardMsg], then: str = "wait"):
    """A server that answers every message with the same ones, and then waits or closes. Yields its address."""

    def health(connection, request):
        if "stream" not in request.path:
            return connection.respond(http.HTTPStatus.OK, "ok")
        return connection.respond(http.HTTPStatus.SERVICE_UNAVAILABLE, "full") if then == "refuse" else None

    async def speak(connection):
        async for _ in connection:
            for message in messages:
                await connection.send(message.SerializeToString())
            if then == "close":
                return

    async with serve(speak, "127.0.0.1", 0, process_request=health, subprotocols=["streamlit"]) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"


def map_message(content: bytes) -> ForwardMsg:
    message = ForwardMsg()
    component = message.delta.new_element.bidi_component
    component.id, component.bytes = "$$ID-0-map", content
    return message


def finished() -> ForwardMsg:
    return ForwardMsg(script_finished=ForwardMsg.ScriptFinishedStatus.FINISHED_SUCCESSFULLY)


def arrived(messages: list[ForwardMsg]) -> Visitor:
    """A visitor who has opened the app at a server that answers with these messages."""

    async def visit() -> Visitor:
        async with planted(messages) as url:
            visitor = visitors(url, 2)[0]
            await visitor.act("arrival")
            await visitor.leave()
            return visitor

    return completed(visit())


def test_a_planted_payload_of_another_head_is_a_wrong_result():
    shown = Settings(sample(DEFAULT_SAMPLE).text)
    right = arrived([map_message(payload(shown, 2, 0)), finished()])
    wrong = arrived([map_message(payload(shown, 2, 1)), finished()])
    check(right.events + wrong.events)
    assert [event.is_wrong for event in right.events + wrong.events] == [False, True]
    assert summary(wrong.events)["wrong_results"] == 1


def test_a_planted_document_of_another_visitor_is_wrong_and_foreign():
    own, other = (visitor.word for visitor in visitors("", 2))
    content = payload(Settings(next(texts(other, TOKENS, random.Random(3)))), 2, 0)
    visitor = arrived([map_message(content), finished()])
    assert visitor.foreign_messages == 1
    assert visitor.events[0].is_wrong
    notice = ForwardMsg()
    notice.delta.new_element.markdown.body = f"the {own} and the zqxunknown"
    assert arrived([notice, finished()]).foreign_messages == 0


def test_an_error_on_the_page_is_an_error():
    fault = ForwardMsg()
    fault.delta.new_element.exception.type = "ValueError"
    fault.delta.new_element.exception.message = "no"
    (event,) = arrived([fault, finished()]).events
    assert event.error == "arrival: ValueError: no"
    assert summary([event])["errors"] == 1


@pytest.mark.parametrize("then", ["close", "refuse"])
def test_a_lost_or_refused_connection_is_an_error_and_the_visitor_comes_again(then):
    async def visit() -> Visitor:
        (visitor,) = visitors("", 1)
        async with planted([], then) as visitor.url:
            await visitor.act("arrival")
        async with planted([map_message(content), finished()]) as visitor.url:
            await visitor.stay(0, time.perf_counter() + 0.1, (1, 1))
        return visitor

    content = payload(Settings(sample(DEFAULT_SAMPLE).text), 2, 0)
    lost, again = completed(visit()).events
    assert "connection" in lost.error
    assert (again.kind, again.error, again.is_wrong) == ("arrival", "", False)


def test_a_script_that_does_not_finish_is_an_error():
    async def visit() -> Visitor:
        (visitor,) = visitors("", 1)
        visitor.patience = 0.2
        async with planted([]) as visitor.url:
            await visitor.act("arrival")
        return visitor

    (event,) = completed(visit()).events
    assert event.error == "arrival: TimeoutError"


def test_a_damaged_payload_is_a_wrong_result():
    content = bytearray(payload(Settings(sample(DEFAULT_SAMPLE).text), 2, 0))
    content[-100] ^= 1
    (event,) = arrived([map_message(bytes(content)), finished()]).events
    assert event.is_wrong


def test_texts_differ_and_have_the_sessions_word():
    made = texts("zqxaaaaaa", 1000, random.Random(1))
    first, second = next(made), next(made)
    assert first != second
    assert all(text.count("zqxaaaaaa") >= 10 for text in (first, second))
    assert 900 <= len(load().tokenize(first)) <= 1100


def test_the_deck_is_the_stated_mix():
    shares = {kind: DECK.count(kind) / len(DECK) for kind in DECK}
    assert shares == {"head_change": 0.6, "new_spec": 0.25, "new_text": 0.1, "question": 0.05}


def test_growth_compares_the_end_with_the_middle():
    assert server.second_half_growth([100] * 50 + [200] * 25 + [210] * 25) == pytest.approx(0.05)
    assert server.second_half_growth([100] * 9) is None


def test_the_wait_in_the_queue_is_read_from_the_metrics():
    name = "longformer_viz_queue_wait_seconds"
    lines = f'{name}{{quantile="0.5"}} 0.1\n{name}{{quantile="0.95"}} 2.5\n'

    async def read(body: str, status: http.HTTPStatus) -> float | None:
        def answer_metrics(connection, request):
            return connection.respond(status, body)

        async with serve(lambda connection: None, "127.0.0.1", 0, process_request=answer_metrics) as listening:
            url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
            return await asyncio.to_thread(server.queue_seconds, url)

    assert completed(read(lines, http.HTTPStatus.OK)) == 2.5
    assert completed(read("", http.HTTPStatus.OK)) is None
    assert completed(read(lines, http.HTTPStatus.NOT_FOUND)) is None
