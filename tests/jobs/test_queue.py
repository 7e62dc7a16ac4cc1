"""The queue: order, place, equal work once, leaving, leases, failures, the memory budget and the cache."""

import gc
import random
import sys
import threading
import traceback
import weakref

import pytest
import torch

from longformer_viz.cache import ByteCache, available_memory_bytes
from longformer_viz.jobs.job import Cancelled
from longformer_viz.jobs.queue import WORKER_NAME, JobQueue
from longformer_viz.peak_memory import measured
from longformer_viz.spec import InputError

PATIENCE_SECONDS = 30  # only what a broken queue would take: nothing waits this long


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


class HeldWork:
    """Work that runs until it is let go on, and reports half its progress before it ends."""

    def __init__(self, value="held"):
        self.value = value
        self.started, self.may_go_on, self.was_stopped = threading.Event(), threading.Event(), threading.Event()
        self.runs = 0

    def __call__(self, progress):
        self.runs += 1
        self.started.set()
        assert self.may_go_on.wait(PATIENCE_SECONDS)
        try:
            progress(0.5)
        except Cancelled:
            self.was_stopped.set()
            raise
        return self.value


def ended(ticket):
    assert ticket.wait(PATIENCE_SECONDS)
    return ticket


def running(queue, work, key="held", **options):
    """A ticket whose work is certainly running."""
    ticket = queue.submit(key, work, **options)
    assert work.started.wait(PATIENCE_SECONDS)
    return ticket


def in_threads(count, work):
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def queue(clock):
    return JobQueue(memory_budget_bytes=10**9, clock=clock, workers=1)


class TestOrder:
    def test_jobs_run_one_at_a_time_in_order_of_arrival(self, queue):
        log = []

        def work(name):
            def run(progress):
                log.append(("begin", name))
                progress(0.5)
                log.append(("end", name))

            return run

        held = HeldWork()
        running(queue, held)
        tickets = [queue.submit(name, work(name)) for name in range(5)]
        held.may_go_on.set()
        for ticket in tickets:
            ended(ticket).result()
        assert log == [(event, name) for name in range(5) for event in ("begin", "end")]

    def test_place_counts_the_jobs_before(self, queue):
        held = HeldWork()
        first = running(queue, held)
        second, third = queue.submit("b", lambda progress: 2), queue.submit("c", lambda progress: 3)
        assert [first.place, second.place, third.place] == [0, 1, 2]
        assert [first.state, second.state, third.state] == ["running", "waiting", "waiting"]
        second.release()
        assert [first.place, second.place, third.place] == [0, None, 1]
        held.may_go_on.set()
        assert ended(third).place is None
        assert (third.state, third.fraction, third.estimate_seconds) == ("done", 1.0, 0.0)

    def test_result_waits_for_the_value(self, queue):
        assert queue.submit("a", lambda progress: "value").result() == "value"

    def test_work_may_not_wait_for_its_own_queue(self, queue):
        ticket = queue.submit("outer", lambda progress: queue.submit("inner", lambda progress: 1).result())
        with pytest.raises(RuntimeError, match="the same queue"):
            ended(ticket).result()


class TestEstimate:
    def test_predictions_of_the_jobs_before_add_up(self, queue, clock):
        held = HeldWork()
        first = running(queue, held, predicted_seconds=8.0)
        second = queue.submit("b", lambda progress: 2, predicted_seconds=5.0)
        third = queue.submit("c", lambda progress: 3, predicted_seconds=2.0)
        assert [first.estimate_seconds, second.estimate_seconds, third.estimate_seconds] == [8.0, 15.0, 10.0]
        clock.now += 6.0
        assert [first.estimate_seconds, second.estimate_seconds, third.estimate_seconds] == [2.0, 9.0, 4.0]
        third.release()
        assert second.estimate_seconds == 7.0
        first.release()  # still on the thread, and soon gone
        assert (first.estimate_seconds, second.estimate_seconds) == (0.0, 5.0)
        held.may_go_on.set()

    def test_progress_corrects_a_prediction(self, queue, clock):
        estimates = {}

        def work(progress):
            clock.now += 8.0
            for fraction in (0.01, 0.5, 1.0):
                progress(fraction)
                estimates[fraction] = ticket.estimate_seconds

        submitted = threading.Event()
        queue.submit("first", lambda progress: submitted.wait(PATIENCE_SECONDS))
        ticket = queue.submit("second", work, predicted_seconds=2.0)
        submitted.set()
        ended(ticket).result()
        assert 6.0 < estimates[0.5] < 8.0  # 8 s for the first half: 8 more by progress alone, 0 as predicted
        assert estimates[0.01] < 100.0  # by progress alone it would be 792
        assert estimates[1.0] == 0.0

    def test_progress_alone_is_enough(self, queue, clock):
        estimates = []

        def work(progress):
            clock.now += 3.0
            progress(0.25)
            estimates.append((ticket.fraction, ticket.estimate_seconds))

        submitted = threading.Event()
        queue.submit("first", lambda progress: submitted.wait(PATIENCE_SECONDS))
        ticket = queue.submit("second", work)
        submitted.set()
        ended(ticket).result()
        assert estimates == [(0.25, pytest.approx(9.0))]

    def test_nothing_is_said_where_nothing_is_known(self, queue):
        held = HeldWork()
        first = running(queue, held)
        second = queue.submit("b", lambda progress: 2, predicted_seconds=5.0)
        assert first.estimate_seconds is None
        assert second.estimate_seconds is None
        held.may_go_on.set()


class TestEqualWork:
    def test_many_threads_asking_for_the_same_share_one_run(self, queue):
        held, results = HeldWork(value=object()), []
        running(queue, held)
        asked = threading.Barrier(33)

        def ask(number):
            ticket = queue.submit("held", held)
            asked.wait(PATIENCE_SECONDS)
            results.append(ended(ticket).result())

        def let_go(number):
            asked.wait(PATIENCE_SECONDS)
            held.may_go_on.set()

        in_threads(33, lambda number: ask(number) if number else let_go(number))
        assert held.runs == 1
        assert len(results) == 32
        assert all(result is held.value for result in results)

    def test_different_keys_are_different_work(self, queue):
        tickets = [queue.submit(key, lambda progress, key=key: key) for key in ("a", "b")]
        assert [ended(ticket).result() for ticket in tickets] == ["a", "b"]

    def test_a_kept_result_is_there_at_once(self, queue):
        ended(queue.submit("a", lambda progress: "value", size_of=len))
        again = queue.submit("a", lambda progress: pytest.fail("computed twice"), predicted_bytes=10**12)
        assert again.state == "done"
        assert again.result() == "value"
        assert queue.cache.size_bytes == 5

    @pytest.mark.parametrize("size_of", [None, lambda value: None, lambda value: 0, lambda value: 2**31])
    def test_a_result_without_a_size_or_too_big_reaches_its_tickets_only(self, queue, size_of):
        for value in ("first", "second"):
            ticket = queue.submit("a", lambda progress, value=value: value, size_of=size_of)
            assert ended(ticket).result() == value
        assert queue.cache.size_bytes == 0

    def test_none_is_a_result_like_any_other(self, queue):
        ended(queue.submit("a", lambda progress: None, size_of=lambda value: 1))
        assert queue.submit("a", lambda progress: "again").result() is None


class TestLeaving:
    def test_a_waiting_job_that_is_released_never_runs(self, queue):
        held, never = HeldWork(), HeldWork()
        first = running(queue, held)
        second = queue.submit("never", never)
        second.release()
        second.release()
        assert second.state == "cancelled"
        assert second.wait(0)
        with pytest.raises(Cancelled):
            second.result()
        held.may_go_on.set()
        ended(first)
        ended(queue.submit("after", lambda progress: 1))
        assert never.runs == 0

    def test_a_running_job_that_is_released_is_asked_to_stop(self, queue):
        held = HeldWork()
        ticket = running(queue, held)
        after = queue.submit("after", lambda progress: "after")
        ticket.release()
        assert ticket.state == "cancelled"
        assert after.place == 1  # the thread is free only when the work gives it up
        held.may_go_on.set()
        assert ended(after).result() == "after"
        assert held.was_stopped.is_set()

    def test_work_can_ask_whether_it_should_stop(self, queue):
        started, released, answers = threading.Event(), threading.Event(), []

        def work(progress):
            answers.append(progress.cancelled)
            started.set()
            assert released.wait(PATIENCE_SECONDS)
            answers.append(progress.cancelled)

        ticket = queue.submit("a", work)
        assert started.wait(PATIENCE_SECONDS)
        ticket.release()
        released.set()
        ended(queue.submit("after", lambda progress: 1))
        assert answers == [False, True]

    def test_a_joined_job_lives_on_when_one_leaves(self, queue):
        held = HeldWork()
        first = running(queue, held)
        second = queue.submit("held", held)
        first.release()
        assert (first.state, second.state) == ("cancelled", "running")
        held.may_go_on.set()
        assert ended(second).result() == "held"
        with pytest.raises(Cancelled):
            first.result()

    def test_leaving_wakes_whoever_waits_on_that_ticket(self, queue):
        held = HeldWork()
        first = running(queue, held)
        second = queue.submit("held", held)
        waiter = threading.Thread(target=first.wait)
        waiter.start()
        first.release()
        waiter.join(PATIENCE_SECONDS)
        assert not waiter.is_alive()
        held.may_go_on.set()
        assert ended(second).state == "done"

    def test_a_context_releases_at_its_end_and_keeps_a_finished_result(self, queue):
        held = HeldWork()
        with running(queue, held) as ticket:
            pass
        assert ticket.state == "cancelled"
        held.may_go_on.set()
        with queue.submit("b", lambda progress: "value") as finished:
            ended(finished)
        assert finished.state == "done"
        assert finished.result() == "value"

    def test_a_dying_job_is_not_joined(self, queue):
        dying, fresh = HeldWork("dying"), HeldWork("fresh")
        running(queue, dying, key="same").release()
        ticket = queue.submit("same", fresh)
        assert (ticket.state, ticket.place) == ("waiting", 1)
        fresh.may_go_on.set()
        dying.may_go_on.set()
        assert ended(ticket).result() == "fresh"
        assert dying.was_stopped.is_set()

    def test_a_dying_job_that_ends_well_or_badly_leaves_the_fresh_one_alone(self, queue):
        for ending in (lambda: "too late", lambda: 1 / 0):
            entered, released = threading.Event(), threading.Event()

            def deaf(progress, ending=ending, entered=entered, released=released):
                entered.set()
                assert released.wait(PATIENCE_SECONDS)
                return ending()

            old = queue.submit("same", deaf)
            assert entered.wait(PATIENCE_SECONDS)
            old.release()
            fresh = queue.submit("same", lambda progress: "fresh")
            joined = queue.submit("same", lambda progress: "another")
            released.set()
            assert ended(fresh).result() == ended(joined).result() == "fresh"
            assert old.state == "cancelled"


class TestLease:
    def test_a_session_that_vanished_while_waiting_gives_up_its_place(self, queue, clock):
        held, never = HeldWork(), HeldWork()
        first = running(queue, held)
        lost, third = queue.submit("lost", never), queue.submit("third", lambda progress: 3)
        clock.now += 9.0
        assert [first.place, third.place] == [0, 2]
        clock.now += 9.0
        assert [first.place, third.place] == [0, 1]
        held.may_go_on.set()
        assert ended(third).result() == 3
        assert never.runs == 0
        assert lost.state == "cancelled"

    def test_a_waiting_job_whose_lease_ran_out_unseen_is_not_begun(self, queue, clock):
        submitted, never = threading.Event(), HeldWork()

        def long_work(progress):
            assert submitted.wait(PATIENCE_SECONDS)
            clock.now += 60.0

        queue.submit("long", long_work)
        lost = queue.submit("lost", never)
        submitted.set()
        ended(queue.submit("after", lambda progress: 1))
        assert never.runs == 0
        assert lost.state == "cancelled"

    def test_a_running_job_of_a_session_that_vanished_is_stopped(self, queue, clock):
        held = HeldWork()
        lost = running(queue, held)
        clock.now += 60.0
        held.may_go_on.set()
        ended(queue.submit("after", lambda progress: 1))
        assert held.was_stopped.is_set()
        assert lost.state == "cancelled"

    @pytest.mark.parametrize(
        "look",
        [
            lambda ticket: ticket.state,
            lambda ticket: ticket.place,
            lambda ticket: ticket.fraction,
            lambda ticket: ticket.estimate_seconds,
            lambda ticket: ticket.wait(0),
        ],
    )
    def test_every_look_renews_the_lease(self, queue, clock, look):
        held = HeldWork()
        ticket = running(queue, held)
        for _ in range(5):
            clock.now += 9.0
            look(ticket)
        held.may_go_on.set()
        assert ended(ticket).result() == "held"

    def test_waiting_holds_the_job_however_long_it_takes(self):
        in_wait = threading.Event()

        class TellingClock(Clock):
            def __call__(self):
                if threading.current_thread().name == "waiter":
                    in_wait.set()
                return self.now

        clock, held, results = TellingClock(), HeldWork(), []
        ticket = running(JobQueue(clock=clock, workers=1), held)
        waiter = threading.Thread(target=lambda: results.append(ticket.result()), name="waiter")
        waiter.start()
        assert in_wait.wait(PATIENCE_SECONDS)
        clock.now += 3600.0
        held.may_go_on.set()
        waiter.join(PATIENCE_SECONDS)
        assert results == ["held"]

    def test_a_new_session_takes_over_a_job_not_yet_told_to_stop(self, queue, clock):
        held = HeldWork()
        running(queue, held)
        clock.now += 60.0
        reloaded = queue.submit("held", held)
        held.may_go_on.set()
        assert ended(reloaded).result() == "held"
        assert held.runs == 1


class TestFailure:
    @pytest.mark.parametrize("error", [MemoryError("too much"), InputError("rule, value, cure"), SystemExit(1)])
    def test_every_ticket_gets_the_error_and_the_queue_lives_on(self, queue, error):
        submitted = threading.Event()

        def fail(progress):
            assert submitted.wait(PATIENCE_SECONDS)
            raise error

        tickets = [queue.submit("fails", fail) for _ in range(3)]
        submitted.set()
        for ticket in tickets:
            with pytest.raises(type(error)) as caught:
                ended(ticket).result()
            assert caught.value is error
            assert ticket.state == "failed"
        assert queue.submit("fails", lambda progress: "well again").result() == "well again"

    def test_a_wrong_size_of_is_a_failure(self, queue):
        with pytest.raises(TypeError):
            ended(queue.submit("a", lambda progress: 1, size_of=len)).result()

    def test_asking_again_does_not_lengthen_the_traceback(self, queue):
        ticket = ended(queue.submit("a", lambda progress: 1 / 0))
        lengths = []
        for _ in range(3):
            with pytest.raises(ZeroDivisionError) as caught:
                ticket.result()
            lengths.append(len(traceback.extract_tb(caught.value.__traceback__)))
        assert len(set(lengths)) == 1

    def test_a_failed_run_keeps_none_of_its_variables(self, queue):
        class Tensor:
            pass

        seen = []

        def fail(progress):
            scores = Tensor()
            seen.append(weakref.ref(scores))
            try:
                raise MemoryError("too much")
            except MemoryError as error:
                raise error from error  # a chain that bites its own tail

        ticket = ended(queue.submit("a", fail))
        ended(queue.submit("after", lambda progress: 1))
        gc.collect()
        assert seen[0]() is None
        with pytest.raises(MemoryError) as caught:
            ticket.result()
        assert "raise error from error" in "".join(traceback.format_tb(caught.value.__traceback__))

    def test_an_idle_queue_keeps_neither_the_last_result_nor_its_work(self, queue):
        class Kept:
            pass

        document_gone, trace_gone = threading.Event(), threading.Event()

        def work(document):
            weakref.finalize(document, document_gone.set)
            return lambda progress: (Kept(), document)[0]

        ticket = queue.submit("a", work(Kept()))
        weakref.finalize(ticket.result(), trace_gone.set)
        assert document_gone.wait(PATIENCE_SECONDS)
        assert not trace_gone.is_set()
        del ticket
        assert trace_gone.wait(PATIENCE_SECONDS)

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_dead_worker_fails_its_job_and_is_replaced(self):
        class FatalClock(Clock):
            is_fatal = True

            def __call__(self):
                on_worker = threading.current_thread().name == WORKER_NAME
                if on_worker and self.is_fatal and any(job.key == "victim" for job in queue._running.values()):
                    self.is_fatal = False
                    raise SystemExit
                return self.now

        clock, submitted = FatalClock(), threading.Event()
        queue = JobQueue(clock=clock, workers=1)
        queue.submit("first", lambda progress: submitted.wait(PATIENCE_SECONDS))
        (dying,) = queue._workers
        victim, after = queue.submit("victim", lambda progress: 1), queue.submit("after", lambda progress: 2)
        submitted.set()
        assert ended(after).result() == 2
        with pytest.raises(RuntimeError, match="worker ended"):
            victim.result()
        dying.join(PATIENCE_SECONDS)
        assert queue.submit("victim", lambda progress: 3).result() == 3


class TestBudget:
    def test_what_would_not_fit_is_refused_in_one_sentence_that_helps(self, queue):
        with pytest.raises(InputError) as caught:
            queue.submit("a", lambda progress: pytest.fail("ran"), predicted_bytes=10**9 + 1)
        assert str(caught.value) == (
            "A run must fit in 1,000 MB of memory; this one is predicted to take 1,001 MB. "
            "Try a shorter document or a smaller window."
        )

    def test_what_fits_exactly_runs(self, queue):
        assert queue.submit("a", lambda progress: 1, predicted_bytes=10**9).result() == 1

    def test_equal_work_that_runs_already_costs_nothing_more(self, queue):
        held = HeldWork()
        running(queue, held)
        joined = queue.submit("held", held, predicted_bytes=10**12)
        held.may_go_on.set()
        assert ended(joined).result() == "held"

    def test_without_a_budget_the_free_memory_is_the_limit(self):
        queue = JobQueue()
        assert 0 < queue.memory_budget_bytes() < available_memory_bytes() * 2
        with pytest.raises(InputError, match="A run must fit"):
            queue.submit("a", lambda progress: 1, predicted_bytes=2**60)


class TestAvailableMemory:
    def files(self, root, **contents):
        contents = {"proc/meminfo": "MemTotal: 9000 kB\nMemAvailable:    8000 kB\n"} | contents
        for path, text in contents.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        return root

    def test_the_machine_alone(self, tmp_path):
        assert available_memory_bytes(self.files(tmp_path)) == 8000 * 1024

    def test_a_limit_of_version_2_in_a_group_above(self, tmp_path):
        files = {
            "proc/self/cgroup": "0::/a/b\n",
            "sys/fs/cgroup/a/b/memory.max": "max\n",
            "sys/fs/cgroup/a/b/memory.current": "100\n",
            "sys/fs/cgroup/a/memory.max": "5000\n",
            "sys/fs/cgroup/a/memory.current": "3000\n",
            "sys/fs/cgroup/a/memory.stat": "anon 2000\ninactive_file 700\n",
        }
        assert available_memory_bytes(self.files(tmp_path, **files)) == 5000 - 3000 + 700

    def test_a_limit_of_version_1_where_the_path_lies_outside_the_container(self, tmp_path):
        files = {
            "proc/self/cgroup": "5:cpu,cpuacct:/x\n4:memory:/docker/abc\n0::/x\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "6000\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "7000\n",
            "sys/fs/cgroup/memory/memory.stat": "inactive_file 5\ntotal_inactive_file 400\n",
        }
        assert available_memory_bytes(self.files(tmp_path, **files)) == 0

    def test_the_machine_where_groups_set_no_limit(self, tmp_path):
        files = {
            "proc/self/cgroup": "4:memory:/\n",
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2**63 - 4096}\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": "7000\n",
        }
        assert available_memory_bytes(self.files(tmp_path, **files)) == 8000 * 1024

    def test_another_system_is_asked_or_says_nothing(self, tmp_path):
        available = available_memory_bytes(tmp_path)
        assert available is None or available > 0


class TestByteCache:
    def test_the_least_recently_used_goes_first(self):
        cache = ByteCache(10)
        for key in "abc":
            cache.put(key, key.upper(), 3)
        assert cache.get("a") == "A"
        cache.put("d", "D", 3)
        assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]
        assert cache.size_bytes == 9

    def test_as_many_go_as_the_new_one_needs(self):
        cache = ByteCache(10)
        for key in "abc":
            cache.put(key, key, 3)
        cache.put("big", "big", 7)
        assert [cache.get(key, "gone") for key in ("a", "b", "c", "big")] == ["gone", "gone", "c", "big"]
        assert cache.size_bytes == 10

    def test_a_new_value_takes_the_place_of_the_old(self):
        cache = ByteCache(10)
        cache.put("a", "old", 8)
        cache.put("a", "new", 5)
        assert (cache.get("a"), cache.size_bytes) == ("new", 5)

    def test_beyond_the_whole_bound_nothing_is_kept_and_nothing_else_goes(self):
        cache = ByteCache(10)
        cache.put("a", "a", 8)
        cache.put("b", "b", 11)
        assert (cache.get("a"), cache.get("b"), cache.size_bytes) == ("a", None, 8)

    def test_an_owner_pushes_out_their_own_values_only(self):
        cache = ByteCache(100, max_owner_bytes=10)
        cache.put("other", "other", 9, "other")
        for key in "abc":
            cache.put(key, key, 4, "one")
        assert [cache.get(key) for key in ("other", "a", "b", "c")] == ["other", None, "b", "c"]
        cache.put("large", "large", 30, "one")
        assert [cache.get(key) for key in ("other", "b", "c", "large")] == ["other", None, None, "large"]
        assert cache.size_bytes == 39
        cache.put("free", "free", 50)
        assert cache.get("free") == "free"

    def test_clear(self):
        cache = ByteCache(10)
        cache.put("a", "a", 8)
        cache.clear()
        assert (cache.get("a"), cache.size_bytes) == (None, 0)

    def test_the_bound_holds_under_many_threads(self):
        cache = ByteCache(100)

        def use(seed):
            draw = random.Random(seed)
            for _ in range(500):
                key = draw.randrange(20)
                cache.put(key, key, 1 + draw.randrange(40))
                assert cache.get(key, key) == key
                assert cache.size_bytes <= 100

        in_threads(8, use)
        assert cache.size_bytes == sum(cached.size_bytes for cached in cache._entries.values())


def test_many_sessions_that_come_wait_leave_and_fail(queue):
    """Whatever sessions do, one job runs at a time, nobody gets another's value, and nobody is stuck."""
    at_once, most_at_once, wrong = [], [], []

    def work(key):
        def run(progress):
            at_once.append(key)
            most_at_once.append(len(at_once))
            try:
                for step in range(5):
                    progress(step / 5)
                if key % 5 == 4:
                    raise ValueError(key)
                return key
            finally:
                at_once.remove(key)

        return run

    def session(seed):
        draw = random.Random(seed)
        for _ in range(60):
            key = draw.randrange(10)
            ticket = queue.submit(key, work(key), size_of=lambda value: 2**28 if value % 2 else None)
            if draw.random() < 0.4:
                ticket.wait(0)
                ticket.release()
            else:
                try:
                    outcome = ended(ticket).result()
                except ValueError as error:
                    outcome = error.args[0]
                wrong.extend([] if outcome == key else [(key, outcome)])

    in_threads(12, session)
    assert wrong == []
    assert max(most_at_once) == 1
    assert ended(queue.submit("last", lambda progress: "still here")).result() == "still here"
    assert queue.cache.size_bytes <= 2**30


class TestWorkers:
    def test_short_work_goes_on_beside_long_work(self, clock):
        queue, held = JobQueue(clock=clock, workers=2), HeldWork()
        long = running(queue, held, predicted_seconds=60.0)
        assert [queue.submit(number, lambda progress: "short").result() for number in range(30)] == ["short"] * 30
        assert long.state == "running"
        held.may_go_on.set()
        assert ended(long).result() == "held"

    def test_jobs_that_share_the_cores_take_one_thread_each(self):
        queue, held, threads = JobQueue(workers=2), HeldWork(), []
        first = running(queue, held)
        queue.submit("beside", lambda progress: threads.append(torch.get_num_threads())).result()
        assert threads == [1]
        held.may_go_on.set()
        ended(first)

    def test_memory_is_not_measured_beside_other_work(self):
        queue, held = JobQueue(workers=2), HeldWork()
        first = running(queue, held)

        def measure(progress):
            with measured(torch.device("cpu")) as reading:
                torch.ones(1000).sum()
            return reading

        beside = queue.submit("beside", measure).result()
        held.may_go_on.set()
        ended(first)
        alone = JobQueue(workers=2).submit("alone", measure).result()
        assert beside.peak_bytes is None
        assert beside.elapsed_seconds > 0
        assert (alone.peak_bytes is None) == (sys.platform != "linux")

    def test_memory_of_a_job_that_is_joined_by_another_is_not_measured(self):
        queue, began, go_on = JobQueue(workers=2), threading.Event(), threading.Event()

        def measure(progress):
            with measured(torch.device("cpu")) as reading:
                began.set()
                assert go_on.wait(PATIENCE_SECONDS)
            return reading

        first = queue.submit("first", measure)
        assert began.wait(PATIENCE_SECONDS)
        queue.submit("beside", lambda progress: None).result()
        go_on.set()
        assert first.result().peak_bytes is None


class TestTimeLimit:
    def test_work_that_is_predicted_to_take_too_long_is_refused(self, clock):
        queue = JobQueue(clock=clock, max_seconds=60, lease_seconds=600)
        with pytest.raises(InputError, match=r"at most 60 s; this one is predicted to take 61 s\. Try"):
            queue.submit("a", lambda progress: pytest.fail("ran"), predicted_seconds=61)

    def test_work_that_takes_too_long_is_stopped(self, clock):
        queue = JobQueue(clock=clock, max_seconds=60, lease_seconds=600)

        def work(progress):
            for _ in range(3):
                clock.now += 25
                progress(0.1)
            pytest.fail("went on")

        with pytest.raises(InputError, match=r"was stopped after 75 s\. Try"):
            queue.submit("a", work, predicted_seconds=1).result()


def test_statistics_count_every_job_once(queue, clock):
    held = HeldWork()
    first = running(queue, held)
    second, third = queue.submit("b", lambda progress: 1 / 0), queue.submit("c", lambda progress: 3)
    third.release()
    now = queue.statistics()
    assert (now.waiting, now.running, now.done, now.failed, now.cancelled) == (1, 1, 0, 0, 1)
    clock.now += 4.0
    held.may_go_on.set()
    ended(first), ended(second)
    now = queue.statistics()
    assert (now.waiting, now.done, now.failed, now.cancelled) == (0, 1, 1, 1)
    assert now.wait_seconds == (0.0, 4.0)
    assert now.work_seconds == (4.0,)
