"""The pages about learning and teaching without a browser: what the component gets, and what a link chooses."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from longformer_viz.teaching.pool import draw_check
from longformer_viz.ui.teaching.check_yourself import question_data

ROOT = Path(__file__).parents[2]


def test_the_browser_gets_each_answer_with_its_reason():
    for seed in range(20):
        for question in (*draw_check(seed).before, *draw_check(seed).after):
            data = question_data(question)
            assert data["reasons"][data["truth"]] == question.truth.reason
            told = {claim.text if question.choices else str(claim.value): claim.reason for claim in question.mistakes}
            assert data["reasons"] == {data["truth"]: question.truth.reason, **told}
            assert len(told) == len(question.mistakes)
            if question.choices:
                assert set(data["choices"]) == set(data["reasons"])
            else:
                assert all(answer.isdigit() for answer in data["reasons"])


def test_the_pages_show_no_fault_and_refuse_a_bad_worksheet():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["sheet"] = "-4"
    app.query_params["term"] = "dilution"
    app.run()
    for page in ("check_yourself", "teaching", "terms"):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception
        if page == "check_yourself":
            problems = " ".join(error.value for error in app.error)
            assert "Worksheet must be a whole number" in problems
            assert "Try dilation" in problems
