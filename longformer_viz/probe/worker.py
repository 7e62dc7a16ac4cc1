"""The work of a measurement process: one memory point, or the times of one method at several lengths."""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch

from longformer_viz.cost.methods import Method
from longformer_viz.probe.builders import Training, Work, build
from longformer_viz.probe.peak_memory import limit_memory, peak_of

LEAST_ROUNDS, MOST_ROUNDS = 5, 25
ENOUGH_SECONDS = 2.0  # of runs at one length, after the first `LEAST_ROUNDS`
KNOWN, PAUSE = "check-allocation", "check-pause"  # names that test the measurement itself
Message = dict[str, Any]


def perform(job: Message, send: Callable[[Message], None]) -> None:
    """Run a job: measure a method at each length, until one fails.

    Args:
        job: As `measurement.job_message` makes it.
        send: Receives `{"begin": length}` before, and `{"point": ...}` after each length.
    """
    torch.set_num_threads(job["threads"])
    torch.set_float32_matmul_precision("highest")
    torch.backends.cudnn.allow_tf32 = False
    device = torch.device(job["device"])
    if device.type == "cuda":
        share = job["limit_bytes"] / torch.cuda.get_device_properties(device).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, share))
    else:
        limit_memory(job["limit_bytes"], job["threads"])
    measured = {"memory": _memory, "time": _time}[job["kind"]]
    for length in job["lengths"]:
        send({"begin": length})
        try:
            point = {"status": "measured", **measured(job, length, device)}
        except Exception as error:  # A method may fail in any way; the failure is recorded.
            point = _failure(error)
        send({"point": {"length": length, **point}})
        if point["status"] != "measured":
            return


def _memory(job: Message, length: int, device: torch.device) -> Message:
    work = _work(job, length)
    work.warm_up()
    gc.collect()
    reading = peak_of(work.run, device)
    return {
        "peak_bytes": reading.peak_bytes,
        "reserved_bytes": reading.reserved_bytes,
        "weight_bytes": work.weight_bytes,
        "meter": reading.meter,
    }


def _time(job: Message, length: int, device: torch.device) -> Message:
    started = time.perf_counter()
    work = _work(job, length)
    work.warm_up()
    first_seconds = _seconds(work.run, device)
    seconds = []
    gc.collect()
    gc.disable()
    try:
        while not _is_enough(seconds, time.perf_counter() - started, first_seconds, job["point_seconds"]):
            seconds.append(_seconds(work.run, device))
    finally:
        gc.enable()
    low, median, high = statistics.quantiles(seconds, n=4, method="inclusive") if seconds[1:] else seconds * 3
    return {"median_seconds": median, "low_seconds": low, "high_seconds": high, "rounds": len(seconds)}


def _is_enough(seconds: list[float], elapsed_seconds: float, first_seconds: float, limit_seconds: float) -> bool:
    """Return whether there are enough runs, or no time for another one."""
    if not seconds:
        return False
    if elapsed_seconds + 1.5 * first_seconds > limit_seconds or len(seconds) >= MOST_ROUNDS:
        return True
    return len(seconds) >= LEAST_ROUNDS and sum(seconds) > ENOUGH_SECONDS


def _seconds(run: Callable[[], Any], device: torch.device) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    start = time.perf_counter()
    result = run()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elapsed = time.perf_counter() - start
    del result  # Freed after the timing.
    return elapsed


def _work(job: Message, length: int) -> Work:
    name = job["method"]
    if name.startswith((KNOWN, PAUSE)):
        return _check(name)
    training = Training(**job["training"]) if job["training"] else None
    return build(Method.named(name), length, job["shape"], job["level"], job["device"], job["batch"], training)


def _check(name: str) -> Work:
    """Run a test job: `check-allocation-BYTES` fills that many bytes, `check-pause-SECONDS` sleeps."""
    kind, _, amount = name.rpartition("-")
    if kind == PAUSE:
        return Work(lambda: time.sleep(float(amount)), lambda: None, 0)
    return Work(lambda: torch.empty(int(amount), dtype=torch.uint8).fill_(1), lambda: torch.ones(1000).sum(), 0)


def _failure(error: Exception) -> Message:
    """Return the status and note of a failed run."""
    text = " ".join(str(error).split())
    messages = ("can't allocate memory", "not enough memory", "bad_alloc", "out of memory", "Cannot allocate memory")
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or any(message in text for message in messages):
        return {"status": "out of memory", "note": "It exceeded the memory limit per point."}
    return {"status": "failed", "note": f"{type(error).__name__}: {text}"[:300]}
