"""The values that a link carries: each is declared once, and links of earlier versions still work."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from longformer_viz.cost.fit import THIS_MACHINE
from longformer_viz.spec import InputError
from longformer_viz.ui.compare.chosen_pattern import SCHEDULE
from longformer_viz.ui.compare.pattern_settings import SCHEDULES
from longformer_viz.ui.link_params import LINK_PARAMS

ROOT = Path(__file__).parents[2]
FORMER = (
    ("curves", "Claims, checked", "Claims"),
    ("methods", "longformer-1024", "Longformer 1,024"),
    ("fit_method", "huggingface-512", "Longformer HF 512"),
    ("globals", "Typed", "Typed positions"),
    ("fit_memory", "this machine", THIS_MACHINE),
    (SCHEDULE.key, "All alike", SCHEDULES[0]),
    (SCHEDULE.key, "The same everywhere", SCHEDULES[0]),
    (SCHEDULE.key, "Table 12, two heads", SCHEDULES[1]),
)
UI = ROOT / "longformer_viz" / "ui"


def test_each_name_in_the_address_is_declared_once():
    keys = [param.key for param in LINK_PARAMS]
    assert len(keys) == len(set(keys))


def test_every_control_in_the_address_is_bound_by_its_declaration():
    for file in [*UI.rglob("*.py"), *(ROOT / "pages").glob("*.py")]:
        if file.name != "link_param.py":
            assert "query-params" not in file.read_text("utf-8"), file


def test_the_checks_accept_the_defaults():
    for param in LINK_PARAMS:
        if param.default is not None:
            values = param.default if isinstance(param.default, tuple) else (param.default,)
            for value in values:
                param.check(str(value))


def test_a_former_value_is_replaced_by_one_that_its_check_accepts():
    params = {param.key: param for param in LINK_PARAMS}
    for key, old, new in FORMER:
        assert params[key].former(old) == new
        assert params[key].former(new) == new
        params[key].check(new)
        if key != "methods":  # The command line writes methods by their keys, so both are names of one.
            with pytest.raises(InputError):
                params[key].check(old)
    for param in LINK_PARAMS:
        assert param.former("no such value") == "no such value"


@pytest.mark.slow
def test_a_link_of_an_earlier_version_opens_the_view_of_the_present_name():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    app.query_params["curves"] = "Claims, checked"
    app.run()
    app.switch_page("pages/scaling.py").run()
    assert not app.exception
    assert not app.error
    assert any("Claims about Longformer" in element.value for element in app.markdown)
