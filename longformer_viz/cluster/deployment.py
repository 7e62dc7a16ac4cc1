"""The workers as an application of Ray Serve: start, find and stop them."""

import logging
import time
from typing import Any

from longformer_viz.cluster.versions import Versions, check_versions
from longformer_viz.spec import InputError, counted, is_whole, shown

APPLICATION = "longformer-viz"
DEPLOYMENT = "workers"
_ANSWER_SECONDS = 60.0  # A worker may be busy with loading
_LOOK_SECONDS = 0.5
_MOST_REPLICAS = 1_000
# One is the job. With a limit of 1, Serve would let a job wait behind another one while other workers are free,
# because a Ray Client cannot be refused. Our worker refuses it instead, and the job goes to another one.
_REQUESTS = 4


def deploy(count: int, cpus: float = 1.0, gpus: float = 0.0, wait_seconds: float = 600.0) -> None:
    """Start workers on the cluster that this process is connected to, and wait until they are ready.

    They stay when this process ends. Workers that are there already are replaced.

    Args:
        count: How many.
        cpus: Cores of each.
        gpus: GPUs of each; a part of one is possible.
        wait_seconds: How long to wait for them.

    Raises:
        InputError: A number is wrong, the cluster has too few cores or GPUs, or a worker does not start.
    """
    if not is_whole(count) or not 1 <= count <= _MOST_REPLICAS:
        raise InputError(
            f"The number of workers must be a whole number from 1 to {_MOST_REPLICAS:,}. You entered {shown(count)}. "
            "Try 2."
        )
    for name, value in (("cores", cpus), ("GPUs", gpus)):
        if not 0 <= value < float("inf"):
            raise InputError(
                f"The {name} of a worker must be a number of 0 or more. You entered {shown(value)}. Try 1."
            )
    import ray
    from ray import serve

    from longformer_viz.cluster.replica import Replica

    quiet()
    resources = ray.cluster_resources()
    for name, each in (("CPU", cpus), ("GPU", gpus)):
        if count * each > resources.get(name, 0):
            raise InputError(
                f"The cluster must have the {name}s that the workers need. You entered {counted(count, 'worker')} "
                f"with {each:g} {name} each; it has {resources.get(name, 0):g}. Start fewer workers, or add a node."
            )
    serve.start(http_options={"location": "NoServer"})  # Web servers use the handle. Nothing listens for the network.
    deployment: Any = serve.deployment(
        Replica,
        name=DEPLOYMENT,
        num_replicas=count,
        max_ongoing_requests=_REQUESTS,
        ray_actor_options={"num_cpus": cpus, "num_gpus": gpus},
    )
    target = serve.RunTarget(deployment.bind(count), name=APPLICATION, route_prefix=None)
    serve.run_many([target], wait_for_applications_running=False)
    _wait_until_ready(time.monotonic() + wait_seconds)


def _wait_until_ready(end: float) -> None:
    from ray import serve
    from ray.serve.schema import ApplicationStatus

    while True:
        status = serve.status().applications[APPLICATION]
        if status.status == ApplicationStatus.RUNNING:
            return
        is_failed = status.status in (ApplicationStatus.DEPLOY_FAILED, ApplicationStatus.UNHEALTHY)
        if is_failed or time.monotonic() > end:
            stop()
            reasons = [status.message, *(each.message for each in status.deployments.values())]
            reason = next((" ".join(each.split()) for each in reasons if each), "no free cores")
            raise InputError(
                f"Every worker must start on the cluster. One did not: {shown(reason, 300)}. "
                "Free some cores with ray status, or start fewer workers."
            )
        time.sleep(_LOOK_SECONDS)


def stop() -> None:
    """Stop the workers of the cluster that this process is connected to."""
    from ray import serve

    quiet()
    serve.delete(APPLICATION)


def workers() -> Any:
    """Return the handle of the workers.

    Raises:
        InputError: The cluster has none.
    """
    from ray import serve
    from ray.serve.exceptions import RayServeException

    quiet()
    try:
        return serve.get_app_handle(APPLICATION)
    except RayServeException as fault:
        raise InputError(
            "The cluster must have workers of Longformer Viz. It has none. "
            "Start them: longformer-viz replicas --address ADDRESS --count 2"
        ) from fault


def count_workers(handle: Any) -> int:
    """Return how many workers were asked for, after a comparison of their versions with this process.

    Args:
        handle: The handle of the workers.

    Raises:
        InputError: Their versions differ.
    """
    versions, count = handle.about.remote().result(timeout_s=_ANSWER_SECONDS)
    check_versions(Versions(*versions))
    return count


def quiet() -> None:
    """Keep the notices of Ray Serve out of the logs; errors remain."""
    logging.getLogger("ray.serve").setLevel(logging.ERROR)
