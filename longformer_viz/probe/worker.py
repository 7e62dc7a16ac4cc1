"""What a measuring process does: one memory point, or one method's times at several lengths, told line by line."""

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
ENOUGH_SECONDS = 2.0  # of rounds at one length, once there are the least
KNOWN, PAUSE = "check-allocation", "check-pause"  # no methods: they check the meter and the limits
Message = dict[str, Any]


def perform(job: Message, send: Callable[[Message], None]) -> None:
    """Do a job and send what comes of it: `{"begin": length}`, then `{"point": ...}`, for each of its lengths.

    job: kind ("memory" or "time"), method, lengths, shape, level, device, batch, threads, limit_bytes,
    point_seconds, and training (None, or the words of `Training`).
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
        except Exception as error:  # any method may fail in its own way: that is a point, too
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
    """Whether to stop: enough rounds, or no time for another one."""
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
    del result  # freed outside of the timing
    return elapsed


def _work(job: Message, length: int) -> Work:
    name = job["method"]
    if name.startswith((KNOWN, PAUSE)):
        return _check(name)
    training = Training(**job["training"]) if job["training"] else None
    return build(Method.named(name), length, job["shape"], job["level"], job["device"], job["batch"], training)


def _check(name: str) -> Work:
    """`check-allocation-BYTES` writes that many bytes and frees them; `check-pause-SECONDS` does nothing so long."""
    kind, _, amount = name.rpartition("-")
    if kind == PAUSE:
        return Work(lambda: time.sleep(float(amount)), lambda: None, 0)
    return Work(lambda: torch.empty(int(amount), dtype=torch.uint8).fill_(1), lambda: torch.ones(1000).sum(), 0)


def _failure(error: Exception) -> Message:
    """What a failed run is on the chart."""
    text = " ".join(str(error).split())
    short_of = ("can't allocate memory", "not enough memory", "bad_alloc", "out of memory", "Cannot allocate memory")
    if isinstance(error, MemoryError | torch.OutOfMemoryError) or any(words in text for words in short_of):
        return {"status": "out of memory", "note": "It asked for more memory than the limit of a point."}
    return {"status": "failed", "note": f"{type(error).__name__}: {text}"[:300]}
