"""What pages share: the document, the model, controls, messages, and the way to heavy work."""
