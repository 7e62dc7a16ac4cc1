"""Heavy work of all sessions: one queue with several workers, a memory budget, fair order and cancellation."""
