"""Code that pages share: the document, the model, controls, messages, and heavy work."""
