"""A labelled sample set written for this project: case files whose decision stands after their first 512 tokens."""

from collections.abc import Mapping

from numpy.random import Generator, default_rng

from longformer_viz.training.own_data.labelled import LabelledData, LabelledDocument
from longformer_viz.training.own_data.reading import TrainingData

SAMPLE_NAME = "Case files of a housing office (200 documents)"
DECISIONS = {
    "repair": (
        "A plumber replaces the leaking pipe in the kitchen.",
        "The contractor mends the broken boiler.",
        "Workmen will repair the damaged roof.",
        "The lift is out of order, and a mechanic fixes the motor.",
        "A joiner fits new windows, because the old frames are rotten.",
        "An electrician renews the wiring of the flat.",
        "The damp wall is dried and plastered again.",
        "The burst radiator is exchanged for a new one.",
        "The cracked tiles of the bathroom are laid again by the builder.",
        "Craftsmen restore the front door and its lock.",
    ),
    "refund": (
        "The tenant gets back the rent that was paid twice.",
        "The office transfers the deposit to the bank account.",
        "The overpaid heating bill is reimbursed in full.",
        "A credit of three monthly payments is booked.",
        "The amount is paid out with interest.",
        "The invoice was too high, and the difference is returned.",
        "The cashier sends the money by bank transfer.",
        "The service charge is lowered, and the balance is repaid.",
        "The fee was charged by mistake and is credited.",
        "The sum is refunded within fourteen days.",
    ),
    "noise": (
        "The neighbours must keep quiet after ten in the evening.",
        "Loud music at night is forbidden from now on.",
        "The barking dog of the ground floor disturbs the house and must be trained.",
        "Parties on the balcony end at ten o'clock.",
        "The drums may be played in the afternoon only.",
        "A warning is sent because of shouting in the stairwell.",
        "The quiet hours of the house rules are to be observed.",
        "The neighbour's television is to be turned down at night.",
        "The noise of the bar downstairs is measured by the police.",
        "Slamming doors and loud voices disturb the sleep of the children.",
    ),
    "moving": (
        "The family moves to a larger flat in the next street.",
        "The lease ends in spring, and the keys are handed over.",
        "The tenant gives notice and moves out.",
        "A successor takes over the contract of the flat.",
        "The waiting list offers an apartment on the ground floor.",
        "The exchange of the two flats is approved.",
        "The new tenancy agreement is signed for the bigger home.",
        "The removal van may stop in the yard on that day.",
        "The household moves to another town and leaves the flat.",
        "The rooms are handed over empty to the next tenant.",
    ),
}
"""Sentences of each label. A document has four of one label, after everything else that it says."""
_OPENINGS = (
    "The file was opened by the district office.",
    "This is the record of one case, kept in the order of its letters.",
    "The case began with a letter that arrived in the morning post.",
    "The following pages collect all letters and calls of this case.",
)
_SUBJECTS = (
    "The clerk",
    "The caretaker",
    "The tenant",
    "A member of the board",
    "The district office",
    "A colleague",
)
_ACTS = (
    "read the letter and wrote a note for the file",
    "asked for a copy of the contract",
    "called back in the afternoon and left a message",
    "confirmed the appointment by letter",
    "sent the form by post, since the first one had been lost",
    "could not be reached and was called again",
    "put the photographs into an envelope and numbered them",
    "forwarded the papers to the office in the town hall",
    "noted the date and the number of the house",
    "asked for patience, because two colleagues were on holiday",
    "looked at the flat and wrote down what was said",
    "thanked for the friendly conversation",
)
_TIMES = (
    "On Monday", "On Tuesday", "On Wednesday", "On Thursday", "On Friday", "A week later", "Two days later",
    "In the following month", "At the end of the week", "The next morning",
)  # fmt: skip
_REMARKS = (
    "The weather was mild, and the stairwell had been cleaned.",
    "The number of the case stands on every page.",
    "No decision had been made at this point.",
    "All persons were heard, and everybody remained friendly.",
    "The office is open from nine to twelve.",
    "A copy of this page went to the archive.",
    "The matter was discussed, and the discussion was adjourned.",
    "Further letters on other matters are kept in another folder.",
)
_LEAD = "After all letters had been read, the board decided as follows."
_WORDS_BEFORE = 560
_DOCUMENTS = 200


def sample_set(
    documents: int = _DOCUMENTS, seed: int = 0, decisions: Mapping[str, tuple[str, ...]] = DECISIONS
) -> TrainingData:
    """Return labelled case files of about 800 tokens. Their first 512 tokens say nothing about the label.

    Args:
        documents: How many.
        seed: Determines all documents.
        decisions: The sentences of each label, at least four.
    """
    random, labels = default_rng(seed), sorted(decisions)
    made = [
        LabelledDocument(
            number,
            _case_file(decisions[labels[(number - 1) % len(labels)]], random),
            (labels[(number - 1) % len(labels)],),
        )
        for number in range(1, documents + 1)
    ]
    return TrainingData(LabelledData(tuple(made)))


def _case_file(decision: tuple[str, ...], random: Generator) -> str:
    def one_of(choices: tuple[str, ...]) -> str:
        return choices[random.integers(len(choices))]

    parts = [one_of(_OPENINGS)]
    words = 0
    while words < _WORDS_BEFORE:
        if random.random() < 0.3:
            parts.append(one_of(_REMARKS))
        else:
            subject = one_of(_SUBJECTS)
            parts.append(f"{one_of(_TIMES)}, {subject[0].lower()}{subject[1:]} {one_of(_ACTS)}.")
        words = sum(len(part.split()) for part in parts)
    sentences = [decision[index] for index in random.permutation(len(decision))[:4].tolist()]
    closing = [one_of(_REMARKS) for _ in range(int(random.integers(2, 8)))]
    paragraphs = [" ".join(parts[start : start + 8]) for start in range(0, len(parts), 8)]
    return "\n\n".join([*paragraphs, " ".join((_LEAD, *sentences)), " ".join(closing)])
