"""Which documents a folder, a pattern or an archive has, and what is wrong with those that cannot be read."""

import os
import zipfile

import pytest

from longformer_viz.corpus.content import content_key, read_content
from longformer_viz.corpus.sources import FAULT, list_documents
from longformer_viz.spec import InputError
from tests.corpus.documents import written


def names(listing):
    return [reference.name for reference in listing.references]


def problem(reference) -> str:
    with pytest.raises(InputError) as told:
        read_content(reference)
    return str(told.value)


def test_a_folder_has_its_files_and_those_below_in_order(tmp_path):
    written(tmp_path, [("b.txt", "two"), ("a.txt", "one"), ("sub/c.txt", "three"), (".hidden/d.txt", "no")])
    listing = list_documents(tmp_path)
    assert names(listing) == ["a.txt", "b.txt", "sub/c.txt"]
    assert listing.notes == ("1 hidden file is left out.",)
    assert [read_content(each).text for each in listing.references] == ["one", "two", "three"]


def test_a_pattern_and_several_sources(tmp_path):
    written(tmp_path, [("x/a.txt", "one"), ("y/a.txt", "two"), ("y/b.md", "three")])
    assert names(list_documents(str(tmp_path / "*" / "*.txt"))) == ["x/a.txt", "y/a.txt"]
    both = list_documents([tmp_path / "x", tmp_path / "y" / "a.txt"])
    assert names(both) == ["a.txt", "a (2).txt"], "each name stands for one document"


@pytest.mark.parametrize("source", ["nowhere", "no/*.txt", "\0"])
def test_a_source_that_is_not_there_is_refused(tmp_path, source, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="Check the path"):
        list_documents(source)


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="at least one document"):
        list_documents(tmp_path)


def test_names_may_have_any_characters(tmp_path):
    odd = ["ünïcode 文件.txt", "a'b\"c.txt", "=SUM(A1).txt", "line\nbreak.txt", "<b>.txt"]
    written(tmp_path, [(name, "text") for name in odd])
    listing = list_documents(tmp_path)
    assert sorted(names(listing)) == sorted(odd)
    assert all(read_content(each).text == "text" for each in listing.references)


def test_faults_are_of_the_document_and_not_of_the_listing(tmp_path):
    written(tmp_path, [("good.txt", "fine"), ("empty.txt", ""), ("page.xyz", "what")])
    (tmp_path / "big.txt").write_bytes(b"a" * (50 * 2**20))
    (tmp_path / "locked.pdf").write_bytes(b"%PDF-1.4 broken")
    os.mkfifo(tmp_path / "pipe.txt")
    listing = {reference.name: reference for reference in list_documents(tmp_path).references}
    assert len({content_key(each) for each in listing.values()}) == len(listing)
    assert read_content(listing.pop("good.txt")).text == "fine"
    told = {name: problem(reference) for name, reference in listing.items()}
    assert "is empty" in told["empty.txt"]
    assert "must end in" in told["page.xyz"]
    assert "at most" in told["big.txt"]
    assert "damaged" in told["locked.pdf"]
    assert "pipe" in told["pipe.txt"]


def archive(path, members, **options):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


def test_an_archive_has_its_files_and_nothing_is_written_to_the_disk(tmp_path):
    path = archive(
        tmp_path / "all.zip",
        [
            ("a.txt", "one"),
            ("sub/b.txt", "two"),
            ("../climbs.txt", "no"),
            ("/root.txt", "no"),
            ("__MACOSX/._a", "no"),
        ],
    )
    listing = list_documents(path)
    assert names(listing) == ["a.txt", "sub/b.txt", "../climbs.txt", "/root.txt"]
    assert [read_content(each).text for each in listing.references[:2]] == ["one", "two"]
    for climbing in listing.references[2:]:
        assert climbing.kind == FAULT
        assert "must not leave the archive" in problem(climbing)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["all.zip"]


def test_two_members_of_one_name_are_two_documents(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive(tmp_path / "all.zip", [("a.txt", "one"), ("a.txt", "two")])
    listing = list_documents(path)
    assert names(listing) == ["a.txt", "a (2).txt"]
    assert [read_content(each).text for each in listing.references] == ["one", "two"]


def test_a_bomb_is_refused_whatever_size_it_declares(tmp_path):
    path = archive(tmp_path / "bomb.zip", [("bomb.txt", b"\0" * (300 * 2**20)), ("good.txt", "fine")])
    bomb, good = list_documents(path).references
    assert "at most 25 MB" in problem(bomb)
    assert read_content(good).text == "fine"
    small = archive(tmp_path / "small.zip", [("bomb.txt", b"a" * (20 * 2**20))])
    assert "times its size" in problem(list_documents(small).references[0])
    lying = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):  # The sizes that both headers declare.
        at = lying.index(mark)
        lying[at + offset : at + offset + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "lies.zip").write_bytes(lying)
    assert "damaged" in problem(list_documents(tmp_path / "lies.zip").references[0])


def test_an_encrypted_member_and_a_damaged_archive(tmp_path):
    path = archive(tmp_path / "all.zip", [("a.txt", "one"), ("b.txt", "two")])
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1  # The flag that says it is encrypted.
    path.write_bytes(data)
    locked, good = list_documents(path).references
    assert "without a password" in problem(locked)
    assert read_content(good).text == "two"
    (tmp_path / "cut.zip").write_bytes(bytes(data[: len(data) // 2]))
    with pytest.raises(InputError, match="complete zip file"):
        list_documents(tmp_path / "cut.zip")


def test_equal_documents_have_equal_keys_and_formats_count(tmp_path):
    written(tmp_path, [("a.txt", "same"), ("b.txt", "same"), ("c.html", "same"), ("d.txt", "other")])
    keys = [content_key(each) for each in list_documents(tmp_path).references]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3
