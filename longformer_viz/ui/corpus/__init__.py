"""The Documents page: one question to many documents, their answers, and the setting that answers best."""
