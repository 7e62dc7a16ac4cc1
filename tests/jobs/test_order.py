"""Which job runs next: short work overtakes by the stated rule, within the memory budget, and nothing starves."""

from hypothesis import given
from hypothesis import strategies as some

from longformer_viz.jobs.job import LONG_SECONDS, Job
from longformer_viz.jobs.order import estimated_seconds, next_job, place, ranked

seconds = some.floats(0, 1000)


def job(arrived_at=0.0, predicted_seconds=1.0, **more):
    return Job(object(), predicted_seconds=predicted_seconds, arrived_at=arrived_at, **more)


def no_limit(device):
    return None


@some.composite
def lines(draw):
    """Jobs in the order of arrival."""
    times = sorted(draw(some.lists(seconds, min_size=1, max_size=12)))
    return [job(time, draw(seconds), predicted_bytes=draw(some.integers(0, 100))) for time in times]


@given(lines())
def test_a_job_is_overtaken_only_within_its_own_predicted_time(waiting):
    order = ranked(waiting)
    for one in waiting:
        for other in waiting:
            if other.arrived_at > one.arrived_at + one.predicted_seconds:
                assert order.index(one) < order.index(other)


@given(lines(), some.integers(2, 8))
def test_long_jobs_leave_a_worker_to_short_ones(waiting, workers):
    running = []
    while (chosen := next_job(waiting, running, workers, no_limit)) is not None:
        waiting.remove(chosen)
        running.append(chosen)
    assert sum(one.is_long for one in running) <= workers - 1
    assert len(running) == workers or all(one.is_long for one in waiting)


@given(lines(), some.integers(1, 8), some.integers(0, 300))
def test_running_jobs_fit_in_the_budget_together_and_every_job_runs_in_the_end(waiting, workers, budget):
    running, ended = [], 0
    count = len(waiting)
    while ended < count:
        chosen = next_job(waiting, running, workers, lambda device: budget)
        if chosen is None:
            running.pop(0)
            ended += 1
            continue
        waiting.remove(chosen)
        running.append(chosen)
        assert len(running) == 1 or sum(one.predicted_bytes for one in running) <= budget


def test_nothing_overtakes_a_job_that_waits_for_memory():
    big, small = job(0, 1, predicted_bytes=90), job(1, 1, predicted_bytes=1)
    assert next_job([big, small], [job(predicted_bytes=50)], 4, lambda device: 100) is None
    assert next_job([big, small], [], 4, lambda device: 100) is big


def test_memory_is_counted_on_each_device_alone():
    on_gpu = job(predicted_bytes=90, device="cuda:0")
    assert next_job([on_gpu], [job(predicted_bytes=50)], 4, lambda device: 100) is on_gpu


def test_jobs_of_one_lane_run_one_at_a_time():
    first, second, other = job(0, lane="measurement"), job(1, lane="measurement"), job(2)
    assert next_job([second, other], [first], 4, no_limit) is other
    assert next_job([second, other], [], 4, no_limit) is second


def test_thirty_short_jobs_do_not_wait_for_a_long_one():
    long = job(0, 60.0)
    shorts = [job(1 + number, 0.5) for number in range(30)]
    order = ranked([long, *shorts])
    assert order.index(long) == 30
    assert next_job(shorts, [long], 2, no_limit) is shorts[0]
    assert next_job([job(0, LONG_SECONDS + 1)], [long], 2, no_limit) is None


def test_a_place_counts_what_runs_before_not_what_came_before():
    long, short = job(0, 60.0), job(1, 1.0)
    assert [place(long, [long, short]), place(short, [long, short])] == [2, 1]
    assert place(long, [short]) == 0


def test_the_estimate_is_that_of_the_rule():
    running = [job(0, 4.0, state="running", started_at=0.0), job(0, 20.0, state="running", started_at=0.0)]
    first, second, third, long = job(0, 2.0), job(1, 3.0), job(2, 4.0), job(0, 30.0)
    waiting = [first, long, second, third]

    def left(one):
        return estimated_seconds(one, waiting, running, 2, now=1.0)

    assert left(running[0]) == 3.0
    assert left(first) == 3.0 + 2.0
    assert left(second) == 3.0 + 2.0 + 3.0
    assert left(third) == 3.0 + 2.0 + 3.0 + 4.0
    assert left(long) == 3.0 + 2.0 + 3.0 + 4.0 + 30.0
    waiting.insert(0, job(0, 0.0))  # of which nothing is known
    assert left(first) is None
