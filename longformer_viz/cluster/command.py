"""`longformer-viz replicas` starts and stops the workers that web servers share."""

from typing import Annotated

import typer


def replicas(
    address: Annotated[
        str, typer.Option(help="The cluster: ray://HOST:PORT, or auto for the one that this machine belongs to.")
    ] = "auto",
    count: Annotated[int, typer.Option(min=1, help="Number of workers.")] = 2,
    cpus: Annotated[float, typer.Option(min=0, help="Cores of each worker.")] = 1.0,
    gpus: Annotated[float, typer.Option(min=0, help="GPUs of each worker, such as 0.5.")] = 0.0,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the workers.")] = False,
) -> None:
    """Start workers on a Ray cluster, for web servers with --runner. They stay until --stop or the cluster's end."""
    from longformer_viz.cluster import deployment
    from longformer_viz.cluster.connection import LOCAL, connected
    from longformer_viz.spec import InputError

    if address == LOCAL:
        raise InputError(
            "Workers need a cluster that stays. You entered 'local'. Start one with ray start --head, then try auto."
        )
    with connected(address):
        if stop:
            deployment.stop()
            print("The workers have stopped.")
            return
        deployment.deploy(count, cpus, gpus)
        started = deployment.count_workers(deployment.workers())
        print(f"Workers ready: {started}. Web servers use them with: longformer-viz app --runner ray://HOST:10001")
