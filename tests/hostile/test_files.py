"""Hostile files as uploads: refused in words or read, by the same parsers and limits as in the app."""

import json
import subprocess
import sys
import time
import zipfile

import pytest

from longformer_viz import InputError
from longformer_viz.documents import read_document
from longformer_viz.documents.decoding import decode
from longformer_viz.documents.formats import format_of
from longformer_viz.documents.limits import LIMITS, MAX_UPLOAD_BYTES
from longformer_viz.documents.refusals import refusal
from tests.hostile.files import ALL, REAL, bombs
from tests.hostile.refusals import assert_shaped, refused_or_right

SECONDS = 30


@pytest.mark.parametrize("form", REAL)
def test_the_real_documents_are_read(form):
    assert "rent" in read_document(f"lease.{form}", REAL[form]).text


def test_files_are_recognized_or_refused_and_parsed_or_refused(tmp_path):
    archive = tmp_path / "files.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for number, (name, data) in enumerate(ALL):
            if len(data) > MAX_UPLOAD_BYTES or not data:
                refused_or_right(lambda name=name, data=data: read_document(name, data))
                continue
            try:
                parser = format_of(name, data).parser
            except InputError as error:
                assert_shaped(error)
                continue
            if parser is None:
                refused_or_right(lambda data=data: decode(data))
            else:
                opened.writestr(f"{parser}/{number}", data)
    seen = []
    with subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.parse_many", str(archive)], stdout=subprocess.PIPE, text=True
    ) as child:
        started = time.monotonic()
        for line in child.stdout:
            answer = json.loads(line)
            if "file" in answer:
                started, file = time.monotonic(), answer["file"]
                continue
            assert time.monotonic() - started < SECONDS, f"{ALL[int(file.split('/')[1])][0]} took too long"
            seen.append(answer["done"])
    last = "" if len(seen) == 0 else ALL[int(file.split("/")[1])][0]
    assert child.returncode == 0, f"the process ended with {child.returncode} at {last}"
    assert len(seen) > 300
    assert {"read", "damaged"} <= set(seen)
    for problem in set(seen) - {"read", "pictures"}:
        figures = {"problem": problem, "characters": 1, "pages": 1}
        assert_shaped(refusal(figures, "a <b>file</b>.pdf", LIMITS))


WHOLE = [each for each in bombs() if each[0].startswith(("zeros", "laughs", "passwd", "fetched", "loop", "groups"))]


@pytest.mark.parametrize(("name", "data"), WHOLE, ids=[name for name, _ in WHOLE])
def test_bombs_through_the_process_of_an_upload(name, data):
    try:
        text = read_document(name, data).text
    except InputError as error:
        assert_shaped(error)
    else:
        assert "root:" not in text
        assert len(text) < 100_000
