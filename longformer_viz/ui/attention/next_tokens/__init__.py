"""The tab of next tokens on the Attention page."""
