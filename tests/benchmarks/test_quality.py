"""`benchmarks.quality` judges by files what `answer` and `classify` say, and refuses files it cannot use."""

import gzip
import json
import re
import sys
from dataclasses import replace

import pytest

from benchmarks import quality
from benchmarks.quality_figures import LENGTHS, Case, macro_f1_with_interval
from longformer_viz import answer, classify, load
from longformer_viz.documents.samples import sample
from longformer_viz.tasks.chunking import STRATEGIES
from longformer_viz.tasks.scoring import exact_match, f1, macro_f1
from longformer_viz.training.datasets import ADVERSARIAL, ANSWERABLE, OTHER, Answer, Question, read_questions
from longformer_viz.training.held_out import held_out_articles
from tests.tasks.adapters import TOPICS, shipping, untrained

CONTEXTS = [
    "The bridge at Corven was opened in 1911 by Ada Lisle. It has four arches.",
    "Rents in Ottergate rose by nine percent. The council blames a lack of houses.",
]
QUESTIONS = [
    [("Who opened the bridge?", ["Ada Lisle"]), ("How many arches has it?", ["four"]), ("Who drew it?", [])],
    [("How much did rents rise?", ["nine percent", "by nine percent"]), ("Why? " * 300, ["a lack of houses"])],
]


def squad(contexts, questions, repeated=1):
    """A file's content in SQuAD's form, an article for each context."""
    return {
        "data": [
            {
                "title": f"Article {number} {turn}",
                "paragraphs": [
                    {
                        "context": context,
                        "qas": [
                            {
                                "id": f"{number} {at}",
                                "question": question,
                                "answers": [{"text": text, "answer_start": context.index(text)} for text in answers],
                            }
                            for at, (question, answers) in enumerate(asked)
                        ],
                    }
                ],
            }
            for turn in range(repeated)
            for number, (context, asked) in enumerate(zip(contexts, questions, strict=True))
        ]
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A file of each kind: short and long documents, one question too long, and one text without a letter."""
    folder = tmp_path_factory.mktemp("data")
    notice = sample("library_notice")
    asked = [(question.question, list(question.answers)) for question in notice.questions[:2]]
    long = f"{notice.text}\n\n{notice.text}"
    content = squad([*CONTEXTS, long], [*QUESTIONS, asked])
    (folder / "qa.json.gz").write_bytes(gzip.compress(json.dumps(content).encode()))
    texts = [*CONTEXTS, long, "...", *(f"Post {number} on stone." for number in range(16))]
    for task, labels in (("topics", TOPICS[:2]), ("sentiment", ("neg", "pos"))):
        lines = [{"id": at, "label": labels[at % 2], "text": text} for at, text in enumerate(texts)]
        (folder / f"{task}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


@pytest.fixture(scope="module", autouse=True)
def adapters(tmp_path_factory):
    """Untrained adapters in place of the shipped ones."""
    folder = tmp_path_factory.mktemp("adapters")
    untrained(folder / "qa", None, "qa")
    untrained(folder / "topics", TOPICS, "topics")
    untrained(folder / "sentiment", ("neg", "pos"), "sentiment")
    with shipping(folder):
        yield


@pytest.fixture
def judge(monkeypatch, capsys):
    """Run the benchmark with these arguments; its exit code, its result, and what it printed and told."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["quality", *map(str, arguments), "--json"])
        code = quality.main()
        printed = capsys.readouterr()
        result = json.loads(printed.out.splitlines()[-1]) if code == 0 else None
        return code, result, printed

    return run


def test_figures_are_those_of_answer_and_classify(judge, files):
    code, result, printed = judge(
        "--qa", files / "qa.json.gz", "--topics", files / "topics.jsonl", "--sentiment", files / "sentiment.jsonl"
    )
    assert code == 0
    model = load(task="qa")
    scores = []
    for article in read_questions(files / "qa.json.gz").items:
        for paragraph in article.paragraphs:
            for question in paragraph.questions:
                references = [reference.text for reference in question.answers]
                if references:
                    refused = question.text.startswith("Why? Why?")
                    said = "" if refused else answer(model, question.text, paragraph.context)[0].text
                    scores.append((f1(said, references), exact_match(said, references)))
    found = result["qa"]
    assert found["questions"] == len(scores) == 6
    assert found["f1"] == result["qa.f1"] == pytest.approx(sum(score for score, _ in scores) / 6)
    assert found["exact_match"] == result["qa.exact_match"] == pytest.approx(sum(match for _, match in scores) / 6)
    assert found["refused"] == 1
    assert found["unanswerable"].keys() == {"other paragraph", "adversarial"}
    assert found["unanswerable"]["adversarial"]["questions"] == 1
    assert found["unanswerable"]["other paragraph"]["questions"] > 0
    for negatives in found["unanswerable"].values():
        assert 0 <= negatives["none_auroc"] <= 1
        assert 0 <= negatives["answered"] <= 1
    assert "1 questions without an answer, adversarial: AUROC of" in printed.out
    assert 0 <= found["calibration_error"] <= 1
    assert "strategies" not in found
    low, high = found["f1_interval"]
    assert low <= found["f1"] <= high

    lines = [json.loads(line) for line in (files / "topics.jsonl").read_text().splitlines()]
    said = ["" if line["text"] == "..." else classify(load(task="topics"), line["text"])[0].name for line in lines]
    right = [mine == line["label"] for mine, line in zip(said, lines, strict=True)]
    assert result["topics"]["accuracy"] == result["topics.accuracy"] == pytest.approx(sum(right) / len(right))
    assert (result["topics"]["texts"], result["topics"]["refused"]) == (20, 1)
    assert result["sentiment"]["accuracy"] == result["sentiment.accuracy"]
    assert result["topics"]["macro_f1_interval"][0] <= result["topics"]["macro_f1"]

    by_length = found["by_length"]
    assert list(by_length) == list(LENGTHS)
    assert (by_length["under 512"]["questions"], by_length["512 to 2,500"]["questions"]) == (4, 2)
    assert by_length["over 2,500"] is None
    assert by_length["under 512"]["seconds_per_document"] < by_length["512 to 2,500"]["seconds_per_document"]
    # A table for people comes first, and what is told meanwhile stands apart.
    assert "exact match" in printed.out
    assert "macro F1" in printed.out
    assert "qa: 9 of 9" in printed.err
    assert "1 of 7" not in printed.out


def test_strategies_are_judged_by_name(judge, files):
    _, result, printed = judge(
        "--qa", files / "qa.json.gz", "--topics", files / "topics.jsonl", "--strategies", "--zero-shot"
    )
    names = [strategy.name for strategy in STRATEGIES]
    assert list(result["qa.strategies"]) == list(result["qa"]["strategies"]) == names
    assert list(result["topics"]["strategies"]) == [
        "Truncate at 512",
        "Overlapping chunks",
        "Longformer, whole",
        "Zero-shot",
    ]
    whole = result["qa"]["strategies"]["Longformer, whole"]
    assert (whole["f1"], whole["questions"]) == (result["qa"]["f1"], 6)
    for name in names:
        assert result["qa"]["strategies"][name].keys() >= {"f1", "exact_match", "by_length", "seconds_per_document"}
        assert name in printed.out
    cut, chunks = (result["qa"]["strategies"][name]["by_length"]["512 to 2,500"] for name in names[:2])
    assert cut["tokens_read_per_document"] == 512 < chunks["tokens_read_per_document"]


def without_times(value):
    """A result without what differs from run to run."""
    if isinstance(value, dict):
        return {
            name: without_times(each)
            for name, each in value.items()
            if name not in ("seconds_per_document", "machine")
        }
    return value


def test_a_sample_is_the_same_each_time(judge, files):
    arguments = ("--qa", files / "qa.json.gz", "--topics", files / "topics.jsonl", "--limit", 3)
    first, second = (judge(*arguments)[1] for _ in range(2))
    assert without_times(first) == without_times(second)
    assert first["topics"]["texts"] == 3
    assert first["qa"]["questions"] + first["qa"]["unanswerable"]["adversarial"]["questions"] == 3
    assert judge("--qa", files / "qa.json.gz", "--limit", 1000)[1]["qa"]["questions"] == 6


def test_a_question_is_put_to_another_context_that_does_not_hold_its_answer():
    one, other = "Ada Lisle opened it.", "Rents rose. ada lisle did not."
    question = Question("1", "Who opened it?", (Answer("Ada Lisle", 0),))
    asked = [(one, question, ANSWERABLE), (one, replace(question, answers=()), ADVERSARIAL)] * 8
    assert quality.put_elsewhere(asked, [one, other]) == []
    found = quality.put_elsewhere(asked, ["Rents rose."])
    assert found == [("Rents rose.", replace(question, answers=()), OTHER)] * 2


def test_held_out_documents_alone(judge, files, tmp_path):
    content = squad(CONTEXTS[:1], [QUESTIONS[0][:1]], repeated=30)
    (tmp_path / "many.json").write_text(json.dumps(content))
    _, held_out = held_out_articles(read_questions(tmp_path / "many.json").items)
    _, result, _ = judge("--qa", tmp_path / "many.json", "--topics", files / "topics.jsonl", "--held-out")
    assert result["held_out"]
    assert result["qa"]["questions"] == len(held_out) > 0
    assert result["topics"]["texts"] == 2  # a tenth of each label
    (tmp_path / "one.json").write_text(json.dumps(squad(CONTEXTS, QUESTIONS)))
    code, _, printed = judge("--qa", tmp_path / "one.json", "--held-out")
    assert code == 2
    assert "There must be something to judge by" in printed.err


def test_whole_articles_are_read_as_one_document(judge, tmp_path):
    parts = [content["paragraphs"][0] for content in squad(CONTEXTS, QUESTIONS)["data"]]
    (tmp_path / "whole.json").write_text(json.dumps({"data": [{"title": "Both", "paragraphs": parts}]}))
    _, result, _ = judge("--qa", tmp_path / "whole.json", "--whole-articles")
    asked, references = QUESTIONS[1][0]
    scores = [
        f1(answer(load(task="qa"), question, "\n\n".join(CONTEXTS))[0].text, right)
        for question, right in [*QUESTIONS[0][:2], (asked, references)]
    ]
    assert result["qa"]["questions"] == 4
    assert result["qa.f1"] == pytest.approx(sum(scores) / 4)  # the fourth is refused: too long


@pytest.mark.parametrize(
    ("task", "content", "said"),
    [
        ("qa", None, "A data file must be readable text"),
        ("qa", "", "A data file must not be empty"),
        ("qa", "{}", "A question file must be JSON in SQuAD's form"),
        ("topics", "{}", "Each line must be a JSON object"),
        ("sentiment", '{"label": "pos", "text": "x"}', "must have at least two labels"),
        (
            "topics",
            '{"label": "mills", "text": "x"}\n{"label": "sport", "text": "y"}',
            "among the model's, .*; got 'sport'",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(judge, tmp_path, task, content, said):
    file = tmp_path / "file"
    if content is not None:
        file.write_text(content)
    code, _, printed = judge(f"--{task}", file)
    assert code == 2
    assert re.search(said, printed.err.splitlines()[-1])


@pytest.mark.parametrize("arguments", [(), ("--qa", "x", "--limit", "0"), ("--qa", "x", "--limit", "some")])
def test_options_that_cannot_be_used_are_refused(judge, capsys, arguments):
    with pytest.raises(SystemExit) as ending:
        judge(*arguments)
    assert ending.value.code == 2
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize(("tokens", "length"), [(3, 0), (511, 0), (512, 1), (2500, 1), (2501, 2), (16_384, 2)])
def test_lengths(tokens, length):
    assert Case(tokens, (), {}).length == LENGTHS[length]


def test_macro_f1_and_its_interval():
    true = ["a", "a", "a", "b", "b", "c"] * 20
    said = ["a", "a", "b", "b", "c", "c"] * 20
    found, (low, high) = macro_f1_with_interval(said, true)
    assert found == pytest.approx(macro_f1(said, true))
    assert low < found < high
    # A refused text is no label of its own, and counts against the one that is right.
    refused, _ = macro_f1_with_interval(["a", "", "b", "b"], ["a", "a", "b", "b"])
    assert refused == pytest.approx((2 / 3 + 1) / 2)


def test_kinds_are_judged_by_the_shipped_head(monkeypatch, tmp_path, capsys):
    texts = [("letter or e-mail", "library_notice"), ("contract", "services_contract"), ("none of these", "story")]
    lines = [{"id": f"a/{n}", "label": label, "text": sample(name).text} for n, (label, name) in enumerate(texts)]
    file = tmp_path / "kinds.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    monkeypatch.setattr(sys, "argv", ["quality", "--kinds", str(file), "--json"])
    assert quality.main() == 0
    printed = capsys.readouterr().out.splitlines()
    found = json.loads(printed[-1])["kinds"]
    model = load()
    right = [classify(model, sample(name).text, "kinds")[0].name == label for label, name in texts]
    assert found["accuracy"] == pytest.approx(sum(right) / len(right))
    assert any(line.startswith("Expected calibration error of the best label: ") for line in printed)
    lines[0]["label"] = "novel"
    file.write_text("\n".join(map(json.dumps, lines)))
    assert quality.main() == 2
    assert "labels must be among the model's, contract, " in capsys.readouterr().err
