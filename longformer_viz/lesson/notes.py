"""Teacher’s notes: what to ask or say at each step of the lesson, and how long the step takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Note:
    """A note on one step.

    Attributes:
        seconds: How long the step takes in class.
        say: What the teacher asks, says or does.
    """

    seconds: int
    say: str


# The seconds of a chapter are those of its phase in the lesson plans.
NOTES: Mapping[str, tuple[Note, ...]] = MappingProxyType(
    {
        "why": (
            Note(
                60,
                "Ask how many pairs 12 tokens make. Point at one cell: the token of its row attends to its column.",
            ),
            Note(90, "Collect guesses before you reveal the number. The common mistake is 8 times as many pairs."),
            Note(60, "Ask how much memory the students’ computers have. Compare it with the bar for 4,096 tokens."),
            Note(
                90,
                "Ask what a model must do with a contract of 4,000 tokens. Expect three answers: cut it off, "
                "read it in pieces, or change the attention.",
            ),
        ),
        "scores": (
            Note(60, "Read the query of “it” and the key of “mill” aloud. Ask which feature they share."),
            Note(90, "Let the class multiply the two vectors, then divide by the root of 4."),
            Note(120, "Let students calculate the weight. The common mistake is to divide by the sum of the scores."),
            Note(90, "Follow the column “thing” from top to bottom. Ask why the output resembles “mill”."),
            Note(60, "Ask where the weight of the forbidden keys went. The row still sums to 100%."),
        ),
        "window": (
            Note(60, "Ask how many keys a window of 4 allows. Collect answers, and do not correct them yet."),
            Note(
                180,
                "Worksheet, first grid. Everyone draws the row on paper. Then paint what most students drew. "
                "The common mistake is 4 keys on each side.",
            ),
            Note(60, "Ask why the first and last rows have fewer keys. The document ends there."),
            Note(
                90,
                "Double the length. A window then has twice the pairs, and full attention has four times as many.",
            ),
            Note(90, "Ask how “it” could still learn about “mill”. Collect ideas for the next chapters."),
        ),
        "dilation": (
            Note(60, "Ask what stays the same. The number of keys does, and only their distance grows."),
            Note(120, "Worksheet, second grid. Let neighbours compare their rows before you reveal the answer."),
            Note(60, "Ask for a token that this head cannot attend to, between two of its keys."),
            Note(60, "Explain that other heads fill the gaps. Released models were trained without dilation."),
        ),
        "global": (
            Note(90, "Trace the row of [CLS], then its column. Ask which pairs a second global token would add."),
            Note(90, "Ask a student to show the path from “it” to “mill” through [CLS]."),
            Note(
                240,
                "Worksheet, third grid. Run two proposals of the class, then make the question global. Compare the "
                "answers and their probabilities.",
            ),
        ),
        "softmax": (
            Note(60, "Ask what the weights of this row sum to. A strong [CLS] takes weight from the window."),
            Note(60, "Take a vote. Ask those who chose a column which query its weights belong to."),
            Note(60, "Read the weights of “burned” and “rebuilt” aloud. Ask what [CLS] should ask for."),
            Note(
                60,
                "Compare with the step before. Ask why a token that collects from all other tokens needs a query "
                "of its own.",
            ),
        ),
        "reach": (
            Note(90, "Count the layers together, from the top down. Each layer passes on what the layer below knew."),
            Note(
                120,
                "Everyone writes an estimate first. The common mistake counts the whole window on each side.",
            ),
            Note(
                120,
                "Let the class divide each distance by 256 and round up. Above 6 layers they cannot meet.",
            ),
            Note(90, "Ask what one global token changes. Two layers are enough at any length."),
        ),
        "cost": (
            Note(
                120,
                "Ask for the factor first, then for the memory. Pairs grow with the square: 4 × 4. Chapter 1 "
                "counted only the weights.",
            ),
            Note(120, "Ask the same for a window. The common mistake is to take the square again."),
            Note(60, "Ask which documents in the students’ work are this long, and what they must find in them."),
        ),
        "tasks": (
            Note(90, "Let the class read the review and vote on its label. Then compare the two bars."),
            Note(
                90,
                "Ask a student to read the underlined answer aloud. Explain that start and end are scored "
                "separately.",
            ),
            Note(120, "Take a vote. Ask what a model returns if it cannot say “no answer”."),
        ),
        "losses": (
            Note(90, "Collect estimates. The common mistake is to repeat the share of the pairs."),
            Note(
                75, "Explain the sink. Weights must sum to 100%, so a head that needs nothing uses the first token."
            ),
            Note(60, "Ask why one token raises captured mass this much. Go back to the bars of the step before."),
            Note(
                75, "Ask whether lost weight must change an answer. Let the class think of an example of each case."
            ),
        ),
        "rivals": (
            Note(90, "Each group describes one grid. Ask what the pairs away from the diagonal are for."),
            Note(
                120,
                "Follow the marked row of “was” to [CLS], then the row of [CLS] to “the”. Chunks have no such path.",
            ),
            Note(90, "Stress the difference. Fused attention saves memory, and a window saves time as well."),
        ),
        "choose": (
            Note(120, "Take a vote and ask for reasons. The distance between the two clauses decides."),
            Note(180, "Each group chooses a length and a need from its own work, and defends the marked row."),
        ),
    }
)


def duration_text(seconds: int) -> str:
    """Return a time as minutes and seconds, such as "1:30".

    Args:
        seconds: The time.
    """
    return f"{seconds // 60}:{seconds % 60:02}"
