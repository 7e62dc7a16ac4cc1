"""The model card of the head for kinds of documents."""

from typing import Any


def kinds_card(figures: dict[str, Any]) -> str:
    """Write the model card: purpose, data, training, figures, limits.

    Args:
        figures: What was trained and measured.

    Returns:
        The card as Markdown.
    """
    found = figures["left_out"]
    rows = "\n".join(
        f"| {name} | {one['documents']} | {one['accuracy']:.0%} | {_listed(one['sources'])} |"
        for name, one in found["kinds"].items()
    )
    return f"""# Head: kinds of documents

Tells {len(found["kinds"]) - 1} kinds of documents apart, and documents of none of them. Use it with
`longformer_viz.classify(model, document, "kinds")`.

It is multinomial logistic regression on the mean hidden states of pieces of 254 tokens, after layer
{figures["layer"]} of all-MiniLM-L6-v2.

## Data and figures

{found["documents"]:,} documents of public collections, each cut at 8,000 characters. None of the text is part of this
project. The licences of the collections differ, and some state none.

Each collection was left out of training in turn, and its documents were labelled by the head of all others. So the
accuracy is that on collections which training did not see. The shipped head was trained on all of them. It is more
accurate on documents like these.

`made_layouts` are dialogues of STAR, MultiWOZ, tau-bench and DialogStudio in layouts of chats, tickets and e-mails
that were made for this project. They are left out together, because they share the layouts. A model wrote
`generated_contracts`, and one side or both of the dialogues of tau-bench.

| kind | documents | accuracy | collections, with the accuracy of each |
| --- | --- | --- | --- |
{rows}

Over all documents, the accuracy is {found["accuracy"]:.3f}; the mean of the rows is {found["mean_of_kinds"]:.3f}. The
expected calibration error is {found["calibration_error"]:.3f}.

## Training

```
python -m longformer_viz.training.kinds --data kinds.jsonl
```

Training begins with the embeddings of short texts that were written in the style of each kind, and the weights decay
to them. Kinds count the same, and so do the collections of a kind. Weight decay ({figures["decay"]}) and temperature
({figures["temperature"]}) have the highest likelihood on the collections that were left out.

## Limits

English only. A document of two kinds gets the label of the larger part. A text of fewer than 50 words often says too
little about its kind. Two of the seven sample documents get a wrong kind: the quarterly report (a news article) and
the support thread (a letter). Kinds whose collections differ most are found least. Many documents of none of the
kinds get a kind nevertheless. Essays of the humanities, talks and help in a chat channel mostly get other kinds. Some
labels are debatable: terms of service count as contracts, help in a chat channel and bookings as support, mailing
lists as e-mail, recipes and leaflets as manuals, hotel reviews as product reviews, diaries as none. Collections were
labelled as a whole, not document by document, and some share an origin, such as the two of presidential speeches.
"""


def _listed(sources: dict[str, dict[str, Any]]) -> str:
    return ", ".join(f"{name} {one['accuracy']:.0%}" for name, one in sources.items())
