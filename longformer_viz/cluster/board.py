"""The progress of one web server's jobs, in an actor of the cluster.

A worker reports to it, and the web server reads it. It ends with the web server, so that a worker notices the end.
"""


class Board:
    """The jobs of one web server that wait or run on the cluster."""

    def __init__(self) -> None:
        self._fractions: dict[str, float | None] = {}

    def open(self, job: str) -> None:
        """Add a `job` that waits for a worker."""
        self._fractions[job] = None

    def report(self, job: str, fraction: float) -> bool:
        """Note the finished share of a job.

        Args:
            job: The job.
            fraction: The share, 0 to 1.

        Returns:
            Whether the web server still wants the result.
        """
        if job not in self._fractions:
            return False
        self._fractions[job] = fraction
        return True

    def fraction(self, job: str) -> float | None:
        """Return the finished share of a `job`; None while it waits for a worker."""
        return self._fractions.get(job)

    def close(self, job: str) -> None:
        """Remove a `job` that ended, or whose result nobody wants."""
        self._fractions.pop(job, None)
