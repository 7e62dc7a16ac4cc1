"""The Learn page: the lesson's stage, its address, and the way back to it from other pages."""
