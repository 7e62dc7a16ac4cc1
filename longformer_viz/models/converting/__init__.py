"""Conversion of BERT, RoBERTa and XLM-R to Longformers, checked point by point."""
