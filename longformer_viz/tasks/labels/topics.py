"""Readable names for the labels of the shipped heads: the 20 newsgroups, and the two sentiments."""

NEWSGROUPS = {
    "alt.atheism": "Atheism",
    "comp.graphics": "Computer graphics",
    "comp.os.ms-windows.misc": "Microsoft Windows",
    "comp.sys.ibm.pc.hardware": "PC hardware",
    "comp.sys.mac.hardware": "Mac hardware",
    "comp.windows.x": "X Window System",
    "misc.forsale": "For sale",
    "rec.autos": "Cars",
    "rec.motorcycles": "Motorcycles",
    "rec.sport.baseball": "Baseball",
    "rec.sport.hockey": "Ice hockey",
    "sci.crypt": "Cryptography",
    "sci.electronics": "Electronics",
    "sci.med": "Medicine",
    "sci.space": "Space",
    "soc.religion.christian": "Christianity",
    "talk.politics.guns": "Gun politics",
    "talk.politics.mideast": "Middle East politics",
    "talk.politics.misc": "Politics",
    "talk.religion.misc": "Religion",
}
_SENTIMENTS = {"neg": "Negative", "pos": "Positive"}


def readable(label: str) -> str:
    """Return a readable name for a label; labels of other models are returned as they are.

    Args:
        label: A label of a trained head.
    """
    return NEWSGROUPS.get(label) or _SENTIMENTS.get(label) or label
