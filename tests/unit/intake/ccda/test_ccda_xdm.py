"""Documents inside zips and DocumentReferences are found; what is packed to do harm is refused."""

import base64
import io
import time
import tracemalloc
import zipfile

import pytest

from bluering.intake.ccda.parse import BadDocument
from bluering.intake.ccda.xdm import MAX_MEMBERS, documents_in, from_document_reference

ONE = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><title>one</title></ClinicalDocument>'


def zipped(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_the_documents_of_an_xdm_zip():
    data = zipped(
        **{
            "IHE_XDM/SUBSET01/METADATA.XML": b"<SubmitObjectsRequest/>",
            "IHE_XDM/SUBSET01/D1.XML": ONE,
            "INDEX.HTM": b"<html/>",
        }
    )
    assert documents_in(data) == [("IHE_XDM/SUBSET01/D1.XML", ONE)]


def test_a_long_document_is_whole():
    long = ONE.replace(b"one", b"".join(b"%d " % number for number in range(50_000)))
    assert documents_in(zipped(a=long)) == [("a", long)]


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all", zipped(a=ONE)[:-30]])
def test_what_is_no_whole_zip_is_refused(data):
    with pytest.raises(BadDocument, match="zip"):
        documents_in(data)


def test_a_zip_bomb_is_not_unpacked():
    bomb = zipped(a=ONE.replace(b"one", b" " * 300_000_000))
    tracemalloc.start()
    started = time.monotonic()
    with pytest.raises(BadDocument, match="unpacks"):
        documents_in(bomb)
    assert time.monotonic() - started < 2
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()


def test_too_many_files_are_refused():
    with pytest.raises(BadDocument, match="files"):
        documents_in(zipped(**{str(number): b"" for number in range(MAX_MEMBERS + 1)}))


def reference(data: object, kind: str = "application/xml") -> dict:
    return {"resourceType": "DocumentReference", "content": [{"attachment": {"contentType": kind, "data": data}}]}


def test_a_document_inside_a_document_reference():
    assert from_document_reference(reference(base64.b64encode(ONE).decode())) == [ONE]


@pytest.mark.parametrize(
    "resource",
    [
        {},
        {"content": None},
        {"content": [1]},
        {"content": [{"attachment": None}]},
        reference(7),
        reference("JVBERg==", "application/pdf"),
    ],
)
def test_other_attachments_are_passed_over(resource):
    assert from_document_reference(resource) == []


def test_broken_base64_is_said():
    with pytest.raises(BadDocument, match="Base64"):
        from_document_reference(reference("<<<"))
