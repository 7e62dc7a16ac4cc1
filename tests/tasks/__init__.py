"""Tests of answers, labels, strategies and fine-tuning."""
