"""Chapter 9: classification and question answering, on a sample document."""

import math

from longformer_viz.documents.samples import sample
from longformer_viz.lesson.chapter import Chapter, Step, TryIt
from longformer_viz.lesson.pictures import Bar, Bars, ShadedText
from longformer_viz.lesson.predictions import ChooseWhich, Option
from longformer_viz.lesson.wording import share_text
from longformer_viz.models.loading import LoadedModel
from longformer_viz.spec import AttentionSpec
from longformer_viz.tasks.answering import answer
from longformer_viz.tasks.answers import Answers
from longformer_viz.tasks.classifying import classify
from longformer_viz.trace.tokens import Tokens

SAMPLE = "library_notice"
QUESTION = "Who decides when the Upper Reading Room reopens?"
UNANSWERED = "Who painted the Upper Reading Room?"
REVIEW = "The tower scene is wonderful, but the film is far too long, and the ending made me angry."  # Negative.
REVIEW_WINDOW = 16
AROUND = 34  # Tokens of text shown on each side of the answer.


def two_tasks(model: LoadedModel) -> Chapter:
    """Return chapter 9: which tokens are global for which task.

    Args:
        model: The built-in model for questions.
    """
    text = sample(SAMPLE).text
    tokens = model.tokenize(text)
    found, none = answer(model, QUESTION, tokens), answer(model, UNANSWERED, tokens)
    best = found[0]
    absent = none.none_probability or 0.0
    return Chapter(
        "tasks",
        "The task decides which tokens are global.",
        (
            Step(
                "To label a document, its first token [CLS] is made global, so that it collects from all tokens. "
                f"The review here: “{REVIEW}”",
                _review_bars(model),
            ),
            Step(
                "To answer a question, the question’s tokens are made global. The model scores each token of the "
                f"document as the start and as the end of an answer. The best answer is “{best.text}”.",
                _scored(tokens, found),
            ),
            Step(
                f"“No answer” gets {share_text(absent)}. [CLS] stands for it, so a passage is the answer only if it "
                "scores higher than [CLS].",
                Bars(
                    f"“No answer” gets {share_text(absent)}, and the best passage gets "
                    f"{share_text(none[0].probability)}.",
                    f"Probability of each answer to “{UNANSWERED}”",
                    (
                        Bar("no answer", absent, share_text(absent), "global"),
                        Bar(f"“{none[0].text}”", none[0].probability, share_text(none[0].probability), "local"),
                    ),
                ),
                _absent_choice(none),
            ),
        ),
        try_it=TryIt("Ask your own question", "answers", {"document": "Library notice", "question": QUESTION}),
    )


def _review_bars(model: LoadedModel) -> Bars:
    with_first, without = negative_share(model, (0,)), negative_share(model, ())
    return Bars(
        f"With [CLS] global, the probability of “negative” is {share_text(with_first)}. Without it, the probability "
        f"is {share_text(without)}.",
        f"Probability of “negative”, window {REVIEW_WINDOW}",
        (
            Bar("[CLS] global", with_first, share_text(with_first), "global"),
            Bar("no global token", without, share_text(without), "local"),
        ),
    )


def _absent_choice(none: Answers) -> ChooseWhich:
    absent = none.none_probability or 0.0
    return ChooseWhich(
        f"The document does not answer “{UNANSWERED}” What does the model return?",
        (
            Option(
                f"A name, such as “{none[0].text}”, with high probability",
                none[0].probability > absent,
                f"“{none[0].text}” is the best passage, but its probability is only "
                f"{share_text(none[0].probability)}.",
            ),
            Option(
                "No answer, with high probability",
                absent > none[0].probability,
                f"Right: [CLS] stands for “no answer”. It gets {share_text(absent)}.",
            ),
            Option(
                "Nothing: the model needs an answer in the text",
                False,
                "The model was also trained on questions without an answer, so it can say that there is none.",
            ),
        ),
    )


def negative_share(model: LoadedModel, positions: tuple[int, ...]) -> float:
    """Return the probability that the review is negative.

    Args:
        model: Any built-in model.
        positions: Positions of the global tokens.
    """
    found = classify(model, REVIEW, labels="sentiment", spec=AttentionSpec(REVIEW_WINDOW, 1, positions))
    return next(label.probability for label in found if label.name.startswith("neg"))


def _scored(tokens: Tokens, found: Answers) -> ShadedText:
    """Return the text around the answer, shaded by how strongly each token starts an answer."""
    best = found[0]
    first, stop = max(1, best.first - AROUND), min(len(tokens) - 1, best.last + AROUND)
    places = range(first, stop)
    scores = [float(found.start_scores[at]) for at in places]
    largest = max(scores)
    pieces, end = [], tokens.offsets[first][0]
    for at in places:
        start, after = tokens.offsets[at]
        pieces.append((" " if start > end else "") + tokens.text[start:after])
        end = after
    return ShadedText(
        f"The answer “{best.text}” is underlined. Its first token has the highest start score.",
        tuple(pieces),
        tuple(math.exp(score - largest) if math.isfinite(score) else 0.0 for score in scores),
        tuple(at - first for at in range(best.first, best.last + 1)),
        f"{QUESTION} Shaded: likely starts of the answer. Underlined: the best answer, "
        f"{share_text(best.probability)}.",
    )
