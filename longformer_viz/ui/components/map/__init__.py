"""The attention map as a component: its payload, its view and what it keeps."""
