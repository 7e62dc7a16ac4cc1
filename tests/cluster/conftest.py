"""What the cluster's tests share."""

from tests.event_loop import outside_any_loop

__all__ = ["outside_any_loop"]
