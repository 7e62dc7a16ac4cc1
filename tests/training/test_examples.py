"""What a model is trained on: targets point at the answers' words, in whole passages and in stretches of them."""

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer

from longformer_viz import InputError
from longformer_viz.models.converting.conversion import MAX_TOKENS
from longformer_viz.models.embedded import embedded_folder
from longformer_viz.training.batch import Batch, CombinedExamples
from longformer_viz.training.datasets import Answer, Article, LabelledText, Paragraph, Question
from longformer_viz.training.examples import QuestionExamples
from longformer_viz.training.label_examples import LabelExamples

PLACES = ["the north harbour", "a granite quarry", "Wellbourne", "the upper mill", "37 Salt Lane", "Ostermark"]


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(embedded_folder())


def articles(count=3, sentences=6, apart=False):
    """Articles of two paragraphs; each sentence holds one place, which answers one question.

    apart: no place stands in two sentences.
    """
    made, number = [], 0
    for article in range(count):
        paragraphs = []
        for _ in range(2):
            text, questions = "", []
            for place in np.roll(PLACES, number)[:sentences]:
                number += 1
                place = f"{place} {number}x" if apart else place
                before = f"{text}Vessel {number} was repaired at "
                answers = (
                    Answer(str(place), len(before)),
                    Answer(str(place).split()[-1], len(before) + place.rfind(" ") + 1),
                )
                questions.append(Question(str(number), f"Where was vessel {number} repaired?", answers))
                text = f"{before}{place} in spring. "
            paragraphs.append(Paragraph(text, tuple(questions)))
        made.append(Article(f"Article {article}", tuple(paragraphs)))
    return made


def words(tokenizer, ids):
    return tokenizer.decode(ids, skip_special_tokens=False)


def expected_answers(examples, tokenizer):
    """The question's words of each example, and what answers it."""
    return {
        f"where was vessel {question.id} repaired?": [
            tokenizer.decode(tokenizer(a.text)["input_ids"][1:-1]) for a in question.answers
        ]
        for article in examples
        for paragraph in article.paragraphs
        for question in paragraph.questions
    }


@pytest.mark.parametrize("whole_articles", [False, True])
@pytest.mark.parametrize("max_tokens", [40, 512])
def test_targets_are_the_answers_words(tokenizer, max_tokens, whole_articles):
    made = articles()
    answers = expected_answers(made, tokenizer)
    examples = QuestionExamples(made, tokenizer, max_tokens, unanswered=0.0, whole_articles=whole_articles)
    epoch = examples.of_epoch(np.random.default_rng(0))
    assert len(epoch) == len(answers) == 36
    starts = set()
    for example in epoch:
        assert len(example) <= max_tokens
        asked = words(tokenizer, example.ids[1 : example.global_count])
        found = [words(tokenizer, example.ids[first : last + 1]) for first, last in example.target]
        assert set(found) <= set(answers[asked])
        assert found[0] == answers[asked][0]  # a cut never loses the first reader's answer
        assert example.target.min() >= example.first_choice
        starts.add(int(example.target[0, 0]))
    assert len(starts) > 5  # anywhere in the stretch


def test_sequences_are_those_of_the_stock_tokenizer(tokenizer):
    made = articles(1)
    examples = QuestionExamples(made, tokenizer, unanswered=0.0).of_epoch(np.random.default_rng(0))
    pairs = [
        (question.text, paragraph.context) for paragraph in made[0].paragraphs for question in paragraph.questions
    ]
    for example, pair in zip(examples, pairs, strict=True):
        assert example.ids.tolist() == tokenizer(*pair)["input_ids"]
        assert example.ids[example.global_count] == tokenizer.sep_token_id


def test_negatives_stand_beside_passages_that_do_not_answer(tokenizer):
    made = articles(8, apart=True)
    answers = expected_answers(made, tokenizer)
    examples = QuestionExamples(made, tokenizer, unanswered=1.0).of_epoch(np.random.default_rng(0))
    negatives = [example for example in examples if example.target[0, 0] == 0]
    assert len(negatives) > len(examples) / 3
    for example in negatives:
        assert example.target.tolist() == [[0, 0]]
        asked = words(tokenizer, example.ids[1 : example.global_count])
        vessel = asked.removeprefix("where was ").removesuffix(" repaired?")
        passage = words(tokenizer, example.ids[example.first_choice :])
        assert " was repaired at " in passage
        assert f"{vessel} was repaired" not in passage
    assert len(examples) - len(negatives) == len(answers)


def test_no_negative_stands_beside_a_passage_with_the_words_of_an_answer(tokenizer):
    made = articles(8)
    answers = expected_answers(made, tokenizer)
    examples = QuestionExamples(made, tokenizer, unanswered=1.0).of_epoch(np.random.default_rng(0))
    for example in (example for example in examples if example.target[0, 0] == 0):
        passage = words(tokenizer, example.ids[example.first_choice :])
        assert not any(
            answer in passage for answer in answers[words(tokenizer, example.ids[1 : example.global_count])]
        )


def test_edited_questions_stand_beside_their_own_passage_around_what_answered_them(tokenizer):
    made = articles(8, apart=True)
    answers = expected_answers(made, tokenizer)
    examples = QuestionExamples(made, tokenizer, 40, unanswered=0.0, hard=1.0).of_epoch(np.random.default_rng(0))
    edited = [example for example in examples if example.target[0, 0] == 0]
    assert len(examples) - len(edited) == len(answers)
    assert len(edited) > len(answers) / 2
    plain = None
    for example in examples:
        if example.target[0, 0]:
            plain = words(tokenizer, example.ids[1 : example.global_count])
            continue
        assert words(tokenizer, example.ids[1 : example.global_count]) != plain
        assert answers[plain][0] in words(tokenizer, example.ids[example.first_choice :])


def test_a_cut_holds_what_seems_to_answer(tokenizer):
    text = " ".join(f"Vessel {number} was repaired in dock {number}." for number in range(40))
    seeming = Answer("dock 31", text.index("dock 31"))
    asked = Question("1", "Where was vessel 31 never repaired?", (), (seeming,))
    sound = Question("2", "Where was vessel 3 repaired?", (Answer("dock 3", text.index("dock 3")),))
    examples = QuestionExamples([Article("Docks", (Paragraph(text, (asked, sound)),))], tokenizer, 60, times=9)
    found = [example for example in examples.of_epoch(np.random.default_rng(0)) if example.target[0, 0] == 0]
    assert len(found) == 9
    assert all("dock 31" in words(tokenizer, example.ids) for example in found)


@pytest.mark.parametrize("times", [0.5, 1, 2, 2.5])
def test_questions_are_read_so_many_times_and_articles_beside_paragraphs(tokenizer, times):
    made = articles()
    asked = sum(len(paragraph.questions) for article in made for paragraph in article.paragraphs)
    parts = [
        QuestionExamples(made, tokenizer, 60, unanswered=0.0, times=times),
        QuestionExamples(made, tokenizer, 300, unanswered=0.0, whole_articles=True),
    ]
    random = np.random.default_rng(0)
    counts = [len(CombinedExamples(parts).of_epoch(random)) - asked for _ in range(20)]
    if times == int(times):
        assert set(counts) == {times * asked}
    else:
        assert int(times) * asked <= min(counts) < max(counts) <= (int(times) + 1) * asked
        assert np.mean(counts) == pytest.approx(times * asked, rel=0.2)


def test_the_same_seed_makes_the_same_epoch(tokenizer):
    examples = QuestionExamples(articles(), tokenizer, 60, unanswered=0.5, times=0.5)
    one, same, other = (examples.of_epoch(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert [example.ids.tolist() for example in one] == [example.ids.tolist() for example in same]
    assert [example.first_position for example in one] == [example.first_position for example in same]
    assert [example.ids.tolist() for example in one] != [example.ids.tolist() for example in other]


def test_a_batch_is_padded_and_marks_what_may_be_chosen(tokenizer):
    made = articles(1, sentences=2)
    examples = QuestionExamples(made, tokenizer, unanswered=0.0, shift=0).of_epoch(np.random.default_rng(0))
    short = examples[0].__class__(
        examples[0].ids[:20], examples[0].global_count, examples[0].first_choice, 7, examples[0].target[:1]
    )
    batch = Batch.of([examples[1], short], tokenizer.pad_token_id, torch.device("cpu"))
    ids, keep = batch.inputs["input_ids"], batch.inputs["attention_mask"]
    assert ids.shape == (2, len(examples[1]))
    assert (ids[1, 20:] == tokenizer.pad_token_id).all()
    assert keep.sum(1).tolist() == [len(examples[1]), 20]
    assert batch.inputs["global_attention_mask"].sum(1).tolist() == [
        example.global_count for example in (examples[1], short)
    ]
    assert batch.choices[1].nonzero().flatten().tolist() == [0, *range(short.first_choice, 19)]
    # Positions as transformers counts them: from padding + 1 on; those of the document begin further on.
    assert batch.inputs["position_ids"][0].tolist() == list(range(1, len(examples[1]) + 1))
    assert batch.inputs["position_ids"][1, short.first_choice - 1 : short.first_choice + 1].tolist() == [
        short.first_choice,
        short.first_choice + 1 + 7,
    ]
    assert batch.targets.shape == (2, 2, 2)
    assert batch.targets[1, 0].tolist() == batch.targets[1, 1].tolist()  # filled up


def test_data_without_a_question_or_with_one_label_is_refused(tokenizer):
    with pytest.raises(InputError, match="Training needs at least one question whose answer is in its text"):
        QuestionExamples([Article("Empty", (Paragraph("Nothing is asked.", ()),))], tokenizer)
    with pytest.raises(InputError, match="Training needs texts of at least two labels"):
        LabelExamples([LabelledText("1", "a", "x")] * 3, ["a"], tokenizer)


def test_a_sample_of_one_label_among_two_is_taken(tokenizer):
    texts = [LabelledText("1", "a", "x")] * 3
    assert {
        int(each.target[0]) for each in LabelExamples(texts, ["b", "a"], tokenizer).of_epoch(np.random.default_rng(0))
    } == {1}


def test_positions_never_leave_the_models_table(tokenizer):
    article = Article("A", (Paragraph("Tarn mends masts.", (Question("1", "Who?", (Answer("Tarn", 0),)),)),))
    examples = QuestionExamples([article], tokenizer, max_tokens=MAX_TOKENS, times=50)
    assert {each.first_position for each in examples.of_epoch(np.random.default_rng(0))} == {0}


def test_labelled_texts_are_cut_to_a_stretch(tokenizer):
    text = " ".join(f"word{number}" for number in range(200))
    texts = [LabelledText(str(number), label, text) for number, label in enumerate("abab")]
    examples = LabelExamples(texts, ["b", "a"], tokenizer, max_tokens=50, beginnings=0.0).of_epoch(
        np.random.default_rng(0)
    )
    whole = tokenizer(text)["input_ids"]
    assert [int(example.target[0]) for example in examples] == [1, 0, 1, 0]
    for example in examples:
        assert len(example) == 50
        assert (example.ids[0], example.ids[-1]) == (whole[0], whole[-1])
        inside = example.ids[1:-1].tolist()
        assert any(whole[at : at + 48] == inside for at in range(len(whole)))
        assert example.global_count == 1
    beginning = LabelExamples(texts, ["a", "b"], tokenizer, max_tokens=50, beginnings=1.0).of_epoch(
        np.random.default_rng(0)
    )
    assert all(example.ids[:-1].tolist() == whole[:49] for example in beginning)
