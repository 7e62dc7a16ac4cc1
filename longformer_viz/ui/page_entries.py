"""The pages of the app as data: file, title, address, and what each shows."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page in the navigation bar.

    Attributes:
        stem: The name of its file in `pages`, without the ending.
        title: Its title.
        address: Its address. It differs from the stem, so that Streamlit never finds a page without this navigation;
            only `/corpus` does not.
        help: What the page shows.
    """

    stem: str
    title: str
    address: str
    help: str


TRAIN = PageEntry("fine_tuning", "Train", "train", "Fine-tune a long-document model on your own documents.")
TOOLS = (
    PageEntry(
        "attention",
        "Attention",
        "map",
        "Attention weights of your document, for any window, dilation and global tokens.",
    ),
    PageEntry(
        "patterns",
        "Compare",
        "compare",
        "Longformer, BigBird, Reformer and others side by side on the same document.",
    ),
    PageEntry("scaling", "Curves", "curves", "Time and memory by document length, measured and predicted."),
    PageEntry(
        "classification",
        "Labels",
        "labels",
        "The kind of a document, or labels of your own, with the sentences that decide.",
    ),
    PageEntry("question_answering", "Answers", "answers", "Ask a question and see the passage that answers it."),
    PageEntry("corpus", "Documents", "corpus", "Ask many documents one question, and see where each answer is."),
    TRAIN,
)
LESSON = PageEntry(
    "learn", "Learn", "lesson", "A lesson in twelve chapters: predict, see, and try it on a real document."
)
MORE = (
    PageEntry(
        "check_yourself",
        "Check yourself",
        "check",
        "Questions before and after the lesson; your answers stay in this browser.",
    ),
    PageEntry("teaching", "Teach", "teach", "Worksheets, solutions, lesson plans, and how to present the app."),
    PageEntry("terms", "Glossary", "glossary", "Every term of the app, with a short definition and a picture."),
)
