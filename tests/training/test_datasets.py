"""Data files: what fits is read, what does not is left out and counted, and a wrong file is one clear sentence."""

import gzip
import json

import pytest

from longformer_viz import InputError
from longformer_viz.training.datasets import Article, LabelledText, Paragraph, read_labelled, read_questions
from longformer_viz.training.held_out import held_out_articles, held_out_texts

CONTEXT = "Ada wrote the notes in 1843. Charles built the engine."


def asked(text="Who wrote the notes?", answer="Ada", start=0, number=1, **more):
    return {"id": number, "question": text, "answers": [{"text": answer, "answer_start": start}], **more}


def squad(*questions, context=CONTEXT, **article):
    return {"data": [{"title": "Engines", "paragraphs": [{"context": context, "qas": list(questions)}]} | article]}


def saved(folder, content, name="file.json"):
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def only_question(file):
    reading = read_questions(file)
    ((question,),) = [paragraph.questions for article in reading.items for paragraph in article.paragraphs]
    return question, reading


# Questions


def test_questions_are_read_with_their_answers(tmp_path):
    question, reading = only_question(saved(tmp_path, squad(asked())))
    assert (question.text, question.answers[0].text, question.answers[0].start) == ("Who wrote the notes?", "Ada", 0)
    assert (reading.items[0].name, reading.report()) == ("Engines", "1 read")


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path):
    file = tmp_path / "questions"
    file.write_bytes(gzip.compress(json.dumps(squad(asked())).encode()))
    assert only_question(file)[0].text == "Who wrote the notes?"


def test_a_mark_at_the_beginning_of_a_file_does_no_harm(tmp_path):
    assert only_question(saved(tmp_path, "\ufeff" + json.dumps(squad(asked()))))


def test_a_question_without_an_answer_is_kept(tmp_path):
    file = saved(tmp_path, squad({"id": 1, "question": "Why?", "answers": [], "is_impossible": True}))
    assert only_question(file)[0].answers == ()


@pytest.mark.parametrize("start", [3, 40, -20])
def test_an_answer_beside_its_offset_is_found_and_counted(tmp_path, start):
    question, reading = only_question(saved(tmp_path, squad(asked(answer="Charles", start=start))))
    assert question.answers[0].start == CONTEXT.index("Charles")
    assert reading.report() == "1 read; 1 answers found near their offset"


def test_of_several_places_the_nearest_is_taken(tmp_path):
    context = "the cat saw the dog and the bird"
    question, _ = only_question(saved(tmp_path, squad(asked(answer="the", start=14), context=context)))
    assert question.answers[0].start == 12


def test_space_around_an_answer_is_no_part_of_it(tmp_path):
    question, reading = only_question(saved(tmp_path, squad(asked(answer=" wrote ", start=3))))
    assert (question.answers[0].text, question.answers[0].start) == ("wrote", 4)
    assert not reading.faults


def test_answers_that_do_not_stand_in_the_text_leave_their_question_out(tmp_path):
    far = "x" * 300 + " Ada"
    file = saved(tmp_path, squad(asked(answer="Babbage"), asked(number=2), asked("  ", number=3)))
    question, reading = only_question(file)
    assert question.id == "2"
    assert reading.faults == {
        "questions left out because their answers are not in the text": 1,
        "questions without words left out": 1,
    }
    with pytest.raises(InputError, match=r"must contain a usable question; 'far.json' has none"):
        read_questions(saved(tmp_path, squad(asked(start=0), context=far), "far.json"))


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        '{"data": 5}',
        '{"data": [{}]}',
        "not JSON",
        "[" * 100_000,
        json.dumps(squad({"id": 1, "question": "Why?"})),
        json.dumps(squad({"id": 1, "question": None, "answers": []})),
        json.dumps(squad(asked(start=None))),
        json.dumps(squad({"id": 1, "question": "Why?", "answers": []}, context=5)),
        '{"label": "pos", "text": "A labelled text."}',
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, content):
    with pytest.raises(InputError, match=r"A question file must be JSON in SQuAD's format: .*'file.json' is not\."):
        read_questions(saved(tmp_path, content))


@pytest.mark.parametrize("read", [read_questions, read_labelled])
@pytest.mark.parametrize("content", ["", " \n "])
def test_an_empty_file_is_refused(tmp_path, read, content):
    with pytest.raises(InputError, match=r"must not be empty; 'file.json' is"):
        read(saved(tmp_path, content))


@pytest.mark.parametrize("read", [read_questions, read_labelled])
@pytest.mark.parametrize(
    "content",
    [None, b"\xff\xfe\x00", gzip.compress(b"{}")[:-4], b"\x1f\x8bnonsense"],
    ids=["missing", "not text", "cut short", "foreign"],
)
def test_a_missing_foreign_or_damaged_file_is_refused(tmp_path, read, content):
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=r"A data file must be readable text in UTF-8, plain or \.gz"):
        read(file)


# Labelled texts


def lines(*entries):
    return "\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)


def test_labelled_texts_are_read_line_by_line(tmp_path):
    # A next-line mark, a form feed and a line separator within a text end no line.
    texts = ["one\x85two", "three\x0cfour\u2028five"]
    content = lines({"id": "7_9", "label": "pos", "text": texts[0]}, {"label": "neg", "text": texts[1]}) + "\n\n"
    reading = read_labelled(saved(tmp_path, content))
    assert [(item.id, item.label, item.text) for item in reading.items] == [
        ("7_9", "pos", texts[0]),
        ("2", "neg", texts[1]),
    ]


def test_texts_without_words_are_left_out_and_counted(tmp_path):
    entries = [{"label": label, "text": text} for label, text in (("a", "x"), ("b", " "), ("b", "y"))]
    assert read_labelled(saved(tmp_path, lines(*entries))).report() == "2 read; 1 texts without words left out"


@pytest.mark.parametrize("entry", ['{"label": 1, "text": "x"}', '{"text": "x"}', "[]", "5", "nothing", "[" * 100_000])
def test_a_line_of_another_form_is_named(tmp_path, entry):
    content = lines({"label": "a", "text": "x"}) + "\n" + entry
    with pytest.raises(InputError, match=r"Each line must be a JSON object .*; line 2 of 'file.json' is not\."):
        read_labelled(saved(tmp_path, content))


def test_one_class_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"must have at least two labels; 'file.json' has 1 in 2 texts"):
        read_labelled(saved(tmp_path, lines(*[{"label": "a", "text": "x"}] * 2)))


# What is held out


def test_articles_are_held_out_whole():
    articles = [Article(f"Article {number}", (Paragraph("x", ()),) * 3) for number in range(400)]
    train, held_out = held_out_articles(articles + articles[:50])  # some titles come twice
    assert not {article.name for article in train} & {article.name for article in held_out}
    assert sorted(article.name for article in train + held_out) == sorted(a.name for a in articles + articles[:50])
    assert 20 < len(held_out) < 70
    again, _ = held_out_articles(articles[::-1])  # by name, not by place
    assert {article.name for article in again} == {article.name for article in train}


def test_of_a_collection_each_paragraph_is_a_document():
    collection = Article("Posts", tuple(Paragraph(str(number), ()) for number in range(1500)))
    train, held_out = held_out_articles([collection])
    contexts = [
        {paragraph.context for article in part for paragraph in article.paragraphs} for part in (train, held_out)
    ]
    assert not contexts[0] & contexts[1]
    assert len(contexts[0]) + len(contexts[1]) == 1500
    assert 100 < len(contexts[1]) < 200


def test_of_each_label_the_last_texts_are_held_out():
    texts = [LabelledText(f"{number}_7", label, "x") for number in range(100) for label in ("pos", "neg")][::-1]
    train, held_out = held_out_texts(texts)
    assert {text.id for text in held_out} == {f"{number}_7" for number in range(90, 100)}
    assert len(held_out) == 20
    assert not {(text.id, text.label) for text in train} & {(text.id, text.label) for text in held_out}
    assert len(train) + len(held_out) == len(texts)
