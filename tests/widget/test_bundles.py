"""The bundles that ship: each is one module that needs no other file and asks for nothing."""

import re

import pytest

from longformer_viz.widget.bundles import script, style

MOUNTED = ("map", "panels", "reach", "marked_text", "presenter", "guide", "tab_memory", "reached")
MOUNTED += ("sweep_storage", "session", "lesson", "check")


@pytest.mark.parametrize("name", [*MOUNTED, "map_file", "notebook", "index"])
def test_a_script_stands_alone(name):
    code = script(name)
    assert not re.search(r"^\s*import\b", code, re.MULTILINE)
    assert not re.search(r"\bimport\(|innerHTML|outerHTML|insertAdjacentHTML|https?://(?!www\.w3\.org/)", code)
    assert not re.search(r"</script|<!--", code, re.IGNORECASE), "an HTML file could not hold it"


@pytest.mark.parametrize("name", MOUNTED)
def test_a_component_has_one_default_export(name):
    assert re.findall(r"(\w+) as default", script(name))
    assert len(re.findall(r"^export\b", script(name), re.MULTILINE)) == 1


def test_one_entry_mounts_every_component_elsewhere():
    exported = re.search(r"export \{([^}]*)\}", script("index"))[1]
    mounts = {name.split()[-1] for name in exported.split(",")}
    assert mounts == {"mountMap", "mountPanels", "mountReach", "mountMarkedText"}


@pytest.mark.parametrize(
    "name", ["map", "panels", "reach", "marked_text", "guide", "session", "lesson", "check", "notebook", "index"]
)
def test_a_style_asks_for_no_other_file(name):
    assert "{" in style(name)
    assert not re.search(r"@import|url\(", style(name))
