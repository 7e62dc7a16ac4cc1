"""The kinds of questions that answers are judged and calibrated by."""

ANSWERABLE = "answerable"
OTHER = "other paragraph"  # an answerable question, put to a paragraph without the answer
EDITED = "edited"  # an answerable question with one word, name or number changed
ADVERSARIAL = "adversarial"  # written by people about this paragraph, which does not answer it

PLAUSIBLE = (EDITED, ADVERSARIAL)  # questions about the paragraph itself that it does not answer
