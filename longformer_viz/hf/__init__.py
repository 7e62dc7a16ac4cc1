"""What meets transformers: faster attention in place, settings for one call, and the recorder."""
