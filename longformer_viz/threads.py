"""How this process's threads wait for work."""

import os

SLEEPING_THREADS = {"OMP_WAIT_POLICY": "passive"}
"""Environment variables with which OpenMP's threads sleep while they wait, instead of using a core."""


def let_waiting_threads_sleep() -> None:
    """Let the threads of this process and of those that it starts sleep while they wait.

    Threads that wait actively take the cores from the browser and from other runs. Call it before torch is loaded, in
    the process of an application: a library should not change the environment. A value that is already set is kept.
    """
    for name, value in SLEEPING_THREADS.items():
        os.environ.setdefault(name, value)
