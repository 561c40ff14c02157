"""A fax comes in as a picture, is read, suggested and filed: it stands in the person's record, and its handoff has its result."""

import datetime as dt
import io
import json

import pytest
from papers import drawn_page, text_pdf
from PIL import Image

from bluering import pipeline
from bluering.access.models import AuditEvent
from bluering.coordination import actions as coordination
from bluering.coordination import replies
from bluering.errors import BadInput, Refusal
from bluering.filing import actions, queries, reading
from bluering.identity.models import PersonLink
from bluering.intake.documents import collecting
from bluering.intake.documents.barcodes import modules
from bluering.intake.inbox import actions as inbox
from bluering.intake.models import IncomingDocument
from bluering.record import engine
from bluering.record.viewdefinition.catalog import main_table

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LINES = [
    "Discharge Summary",
    "County General Hospital",
    "Patient: Walter Andrews",
    "DOB: 03/09/1951",
    "Hospital course: he did well",
]


@pytest.fixture
def walter(tmp_path):
    """A person of the practice, and another with nearly the same name."""
    people = [("p1", "Walter", "1951-03-09"), ("p2", "Wilma", "1949-01-02")]
    lines = [
        json.dumps(
            {"resourceType": "Patient", "id": key, "birthDate": born, "name": [{"family": "Andrews", "given": [given]}]}
        )
        for key, given, born in people
    ]
    (tmp_path / "people.ndjson").write_text("\n".join(lines))
    pipeline.load([str(tmp_path / "people.ndjson")], source="maple-ehr")
    return PersonLink.objects.get(subject_key="maple-ehr/p1").person_id


@pytest.fixture
def come_in(home):
    """Let a document come in by fax, and read it."""

    def arrive(data: bytes | list[Image.Image]) -> IncomingDocument:
        folder = home / "documents-in" / "fax"
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(data, bytes):
            (folder / "x.pdf").write_bytes(data)
        else:
            data[0].save(folder / "x.pdf", save_all=True, append_images=data[1:], resolution=200)
        assert collecting.collect(0) + collecting.collect(0) == 1
        assert reading.read_waiting() >= 0
        return IncomingDocument.objects.latest("id")

    return arrive


def filed_rows() -> list[tuple]:
    columns = "person_id, source, id, type_code, content_type, context_related_id"
    return engine.connect().execute(f"SELECT {columns} FROM document_reference").fetchall()


def test_a_picture_is_read_suggested_and_filed(come_in, walter, wen, tesseract):
    document = come_in([drawn_page(LINES), drawn_page(["Discharge medications", "as before"])])
    assert (document.state, document.pages, document.suggested_kind) == ("waiting", 2, "discharge_summary")
    best = document.suggested[0]
    assert best["person_id"] == walter and "date of birth on page 1" in best["reasons"]
    assert filed_rows() == []
    filed = actions.file_document(document=document, person_id=walter, kind="discharge_summary", by=wen)
    assert filed.document.state == "filed" and filed.reply == ""
    assert filed_rows() == [(walter, "maple-ehr", f"filed-{document.pk}", "18842-5", "application/pdf", None)]
    assert AuditEvent.objects.filter(user=wen, action="document.file", person_id=walter).count() == 1
    assert queries.filed_with(walter, document.pk) is not None


def test_what_the_record_holds_names_the_bytes_and_who_filed_them(come_in, walter, wen):
    document = come_in(text_pdf([LINES]))
    actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    rows = engine.source_rows(main_table("DocumentReference"))
    (raw,) = engine.plain().execute(f"SELECT resource FROM {rows}").fetchone()
    said = json.loads(raw)
    assert said["content"][0]["attachment"] | {"hash": ""} == {
        "contentType": "application/pdf", "url": f"urn:bluering:document:{document.pk}",
        "size": len(text_pdf([LINES])), "hash": "",
    }  # fmt: skip
    assert said["description"] == "Consult note, 1 page, by Fax"


def cover_page(code: str) -> Image.Image:
    """A page as our cover sheet comes back: the code, scanned."""
    rows = modules(code, square=True)
    bits = Image.new("L", (len(rows), len(rows)), 255)
    bits.putdata([0 if dark else 255 for row in rows for dark in row])
    page = drawn_page(["Reply to Maple Street Family Medicine"])
    page.paste(bits.resize((len(rows) * 9, len(rows) * 9), Image.Resampling.NEAREST), (600, 800))
    return page


@pytest.fixture
def referral(walter, ana):
    """A referral that was sent, and carries an order of the practice's record."""
    handoff = coordination.open_handoff(
        person_id=walter, kind="referral", title="Cardiology consult", sender="Maple", receiver="Lakeside",
        fact_key="maple-ehr/ServiceRequest/sr1", by=ana,
    )  # fmt: skip
    coordination.move_handoff(handoff=handoff, move="send", by=ana)
    return handoff


def test_a_reply_finds_its_handoff_by_its_code(come_in, walter, wen, ana, referral, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")  # no program reads the picture; the code alone tells
    document = come_in([cover_page(replies.reply_code(handoff=referral, by=ana))])
    assert (document.state, document.reply_to) == ("waiting", referral.pk)
    assert document.reason == "Page 1: no text could be read: install tesseract-ocr."
    assert document.suggested == [{"person_id": walter, "score": 100, "reasons": ["the code of our cover sheet"]}]
    filed = actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    referral.refresh_from_db()
    assert (filed.reply, referral.state) == ("The handoff's result is back.", "result_back")
    assert filed_rows()[0][-1] == "sr1"


def test_a_reply_filed_with_somebody_else_leaves_the_handoff(come_in, wen, ana, referral):
    document = come_in([cover_page(replies.reply_code(handoff=referral, by=ana))])
    other = PersonLink.objects.get(subject_key="maple-ehr/p2").person_id
    filed = actions.file_document(document=document, person_id=other, kind="consult_note", by=wen)
    referral.refresh_from_db()
    assert "another person's handoff" in filed.reply and referral.state == "sent"


def test_a_document_is_filed_once_and_can_be_taken_back_and_filed_again(come_in, walter, wen):
    document = come_in(text_pdf([LINES]))
    actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    with pytest.raises(BadInput, match="it is in a person's record"):
        actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    actions.take_back(document=document, by=wen)
    assert document.state == "waiting" and filed_rows() == [] and queries.filed_with(walter, document.pk) is None
    other = PersonLink.objects.get(subject_key="maple-ehr/p2").person_id
    actions.file_document(document=document, person_id=other, kind="consult_note", by=wen)
    assert [row[0] for row in filed_rows()] == [other]


def test_cut_short_after_the_record_filing_again_does_nothing_twice(come_in, walter, wen, monkeypatch):
    document = come_in(text_pdf([LINES]))
    with monkeypatch.context() as patched:
        patched.setattr(actions, "_mark_filed", lambda *given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    document.refresh_from_db()
    assert document.state == "waiting"
    actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    assert len(filed_rows()) == 1


def test_what_a_colleague_works_on_is_not_filed(come_in, walter, wen, ana):
    document = come_in(text_pdf([LINES]))
    inbox.claim(kind="document", item_id=document.pk, by=ana)
    with pytest.raises(Refusal, match="Ana Ruiz works on this"):
        actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    assert filed_rows() == []


@pytest.mark.parametrize("wrong", ["cleo", "dr"])
def test_who_may_not_file_does_nothing(come_in, walter, request, wrong):
    user, document = request.getfixturevalue(wrong), come_in(text_pdf([LINES]))
    for act in (
        lambda: actions.file_document(document=document, person_id=walter, kind="consult_note", by=user),
        lambda: actions.set_aside(document=document, reason="an advertisement", by=user),
        lambda: actions.read_again(document=document, by=user),
        lambda: actions.take_back(document=document, by=user),
        lambda: actions.bring(chunks=[b"%PDF-"], file_name="x", by=user),
    ):
        with pytest.raises(Refusal, match="You may not file a document"):
            act()
    assert IncomingDocument.objects.get().state == "waiting" and filed_rows() == []


@pytest.mark.parametrize(("person", "kind"), [("nobody", "consult_note"), ("", "consult_note"), (None, "poem")])
def test_what_cannot_be_used_is_a_sentence(come_in, walter, wen, person, kind):
    document = come_in(text_pdf([LINES]))
    with pytest.raises(BadInput, match="choose"):
        actions.file_document(document=document, person_id=walter if person is None else person, kind=kind, by=wen)


def test_what_is_hostile_is_unreadable_and_can_be_tried_again_or_set_aside(come_in, wen):
    document = come_in(b"%PDF-1.7\nnothing")
    assert (document.state, document.reason[:13]) == ("unreadable", "It is damaged")
    actions.read_again(document=document, by=wen)
    assert reading.read_waiting() == 0
    document.refresh_from_db()
    actions.set_aside(document=document, reason="They sent it again by mail.", by=wen)
    assert document.state == "set_aside" and queries.queue(wen, 9) == []


def test_bytes_that_are_gone_are_said(come_in, wen, home):
    document = come_in(text_pdf([LINES]))
    (home / "documents" / document.digest).unlink()
    actions.read_again(document=document, by=wen)
    reading.read_waiting()
    document.refresh_from_db()
    assert document.state == "unreadable" and "last backup" in document.reason


def test_a_merged_person_keeps_the_document(come_in, walter, wen, tmp_path):
    document = come_in(text_pdf([LINES]))
    actions.file_document(document=document, person_id=walter, kind="consult_note", by=wen)
    merged = {
        "resourceType": "Patient", "id": "p2", "birthDate": "1949-01-02", "meta": {"lastUpdated": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"},
        "name": [{"family": "Andrews", "given": ["Wilma"]}], "link": [{"other": {"reference": "Patient/p1"}, "type": "replaces"}],
    }  # fmt: skip
    (tmp_path / "merge.ndjson").write_text(json.dumps(merged))
    pipeline.load([str(tmp_path / "merge.ndjson")], source="maple-ehr")
    (person,) = set(PersonLink.objects.filter(undone_at=None).values_list("person_id", flat=True))
    assert queries.filed_with(person, document.pk) == document


def test_bytes_brought_twice_are_one_document(home, wen):
    data = io.BytesIO(text_pdf([LINES])).getvalue()
    first, new = actions.bring(chunks=[data], file_name="a.pdf", by=wen)
    again, old = actions.bring(chunks=[data[:99], data[99:]], file_name="b.pdf", by=wen)
    assert (new, old, first.pk) == (True, False, again.pk)


def test_what_is_too_large_is_refused_and_leaves_nothing(home, wen, monkeypatch):
    monkeypatch.setattr(actions, "LARGEST_BYTES", 10)
    with pytest.raises(BadInput, match="larger than"):
        actions.bring(chunks=[b"%PDF-1.7", b" and more"], file_name="a.pdf", by=wen)
    assert list((home / "documents").iterdir()) == []
