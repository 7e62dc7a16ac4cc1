"""What a Longformer is used for: answers and labels, the strategies for long documents, fine-tuning."""
