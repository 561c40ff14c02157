"""Watched folders: a file is taken once it has stopped growing, once, and is on the disk before it leaves."""

import os

import pytest

from bluering.intake.documents import collecting, keeping
from bluering.intake.models import IncomingDocument

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(home):
    """Put a file into a watched folder."""

    def write(name: str, data: bytes = b"%PDF-1.7 one", source: str = "fax"):
        path = home / "documents-in" / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    return write


def look_twice() -> int:
    return collecting.collect(0) + collecting.collect(0)


def test_a_file_that_looked_the_same_twice_is_taken(put, home):
    path = put("page.pdf")
    assert collecting.collect(0) == 0 and path.exists()
    assert collecting.collect(0) == 1 and not path.exists()
    document = IncomingDocument.objects.get()
    assert (document.source, document.file_name, document.state) == ("fax", "page.pdf", "reading")
    assert (home / "documents" / document.digest).read_bytes() == b"%PDF-1.7 one"


def test_a_file_that_grows_waits(put):
    path = put("page.pdf")
    collecting.collect(0)
    path.write_bytes(b"%PDF-1.7 one and more")
    assert collecting.collect(0) == 0 and path.exists()
    assert collecting.collect(0) == 1


def test_a_second_look_too_soon_is_none(put):
    put("page.pdf")
    assert collecting.collect(60) + collecting.collect(60) == 0


@pytest.mark.parametrize("name", [".hidden.pdf", "~lock.pdf", "page.pdf.part", "page.tmp", "empty.pdf"])
def test_what_is_not_finished_stays(put, name):
    path = put(name, b"" if name == "empty.pdf" else b"%PDF-1.7")
    assert look_twice() == 0 and path.exists()


def test_a_link_out_of_the_folder_is_not_followed(put, tmp_path):
    (tmp_path / "secret").write_bytes(b"%PDF-1.7 secret")
    link = put("x.pdf").parent / "link.pdf"
    os.symlink(tmp_path / "secret", link)
    look_twice()
    assert link.is_symlink() and IncomingDocument.objects.count() == 1


def test_the_same_bytes_again_are_the_same_document_and_another_source_s_are_not(put):
    for source in ("fax", "fax", "lab"):
        put("again.pdf", source=source)
        look_twice()
    assert sorted(IncomingDocument.objects.values_list("source", flat=True)) == ["fax", "lab"]


@pytest.mark.parametrize("where", ["store", "row", "unlink"])
def test_killed_anywhere_nothing_is_lost_and_nothing_twice(put, monkeypatch, where):
    path = put("page.pdf")
    collecting.collect(0)

    class Killed(BaseException):
        pass

    def die(*given, **more):
        raise Killed

    target = {
        "store": (keeping.os, "replace"),
        "row": (IncomingDocument.objects, "get_or_create"),
        "unlink": (collecting.Path, "unlink"),
    }
    with monkeypatch.context() as patched:
        patched.setattr(*target[where], die)
        with pytest.raises(Killed):
            collecting.collect(0)
    assert path.exists()
    look_twice()
    assert not path.exists() and IncomingDocument.objects.count() == 1
    assert (keeping.folder() / IncomingDocument.objects.get().digest).read_bytes() == b"%PDF-1.7 one"
