"""Pages of documents: for whom they are, what they show, and two keys that file."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from papers import text_pdf

from bluering.access.models import AuditEvent
from bluering.coordination import actions as coordination
from bluering.coordination.models import ReplyCode
from bluering.filing import reading
from bluering.identity.models import PersonLink
from bluering.intake.documents import opening, worker
from bluering.intake.documents.keeping import keep_document
from bluering.intake.documents.sheets import open_sheets
from bluering.intake.models import Claim, IncomingDocument

PDF = text_pdf([["Discharge Summary", "Patient: Walter Andrews", "DOB: 03/09/1951"], ["Hospital course"]])


def text(response) -> str:
    return response.content.decode()


def read_here(path):
    """As `opening.read`, without a process of its own, for speed."""
    read = worker.read(open_sheets(path))
    return opening.Opened(**read)


@pytest.fixture
def document(walter, tmp_path, monkeypatch):
    """A discharge summary of Walter that waits; the record takes what is kept without an engine."""
    monkeypatch.setenv("BLUERING_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("bluering.pipeline.keep", lambda resources, source: None)
    monkeypatch.setattr(opening, "read", read_here)
    PersonLink.objects.create(person_id=walter, subject_key="maple-ehr/p1", source="maple-ehr", reason="first seen")
    kept, _ = keep_document([PDF], source="fax", file_name="page-1.pdf")
    reading.read_waiting()
    kept.refresh_from_db()
    return kept


def page(document, more: str = "") -> str:
    return f"/inbox/documents/{document.pk}/{more}"


@pytest.mark.parametrize("who", ["ana", "wen"])
def test_a_document_stands_beside_its_suggestion_with_the_reasons(as_user, request, document, who):
    said = text(as_user(request.getfixturevalue(who)).get(page(document)))
    assert (
        "Walter Andrews" in said
        and "date of birth, family name, given name on page 1; both names in one line" in said
        and 'data-pick="1"' in said
    )
    assert '<option value="discharge_summary" selected>' in said and "pages/2/large/" in said


def test_two_keys_file_it_and_the_next_one_opens(as_user, wen, document, walter):
    other, _ = keep_document([PDF + b"%more"], source="fax", file_name="x.pdf")
    reading.read_waiting()
    response = as_user(wen).post(page(document), {"person": walter, "kind": "discharge_summary"})
    assert response["Location"] == f"/inbox/documents/{other.pk}/"
    document.refresh_from_db()
    assert (document.state, document.filed_person_id, document.filed_by) == ("filed", walter, wen)
    assert not Claim.objects.filter(item_id=document.pk).exists()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [({"kind": "consult_note"}, "pick one of the list"), ({"person": "nobody", "kind": "consult_note"}, "choose somebody"),
     ({"person": "me", "kind": "poem"}, "choose one of")],
)  # fmt: skip
def test_what_is_missing_is_said(as_user, wen, document, walter, said, sentence):
    said = {key: walter if value == "me" else value for key, value in said.items()}
    response = as_user(wen).post(page(document), said)
    document.refresh_from_db()
    assert response.status_code == 422 and sentence in text(response) and document.state == "waiting"


PAGES = ("", "pages/1/large/", "pages/1/small/", "is-read/")
ACTS = ("", "find/", "hold/", "let-go/", "set-aside/", "read-again/", "take-back/")


@pytest.mark.parametrize("wrong", ["cleo", "dr"])
def test_who_does_not_file_sees_and_does_nothing(as_user, request, document, walter, wrong):
    browser = as_user(request.getfixturevalue(wrong))
    answers = [browser.get(page(document, more)) for more in PAGES] + [browser.get("/inbox/documents/")]
    answers += [
        browser.post(page(document, more), {"person": walter, "kind": "other", "q": "Andrews", "reason": "x"})
        for more in ACTS
    ]
    answers.append(browser.post("/inbox/documents/bring/", {"files": SimpleUploadedFile("x.pdf", b"%PDF-")}))
    assert {answer.status_code for answer in answers} == {403}
    assert not any("Andrews" in text(answer) for answer in answers)
    assert IncomingDocument.objects.get().state == "waiting"


def test_nobody_sees_a_page_without_a_log_in(client, document):
    for more in PAGES:
        assert client.get(page(document, more)).status_code == 302


def test_a_page_is_a_picture_and_its_reading_is_written_down(as_user, wen, document):
    response = as_user(wen).get(page(document, "pages/2/large/"))
    assert response["Content-Type"] == "image/png" and response.content.startswith(b"\x89PNG")
    assert "no-store" in response["Cache-Control"]
    assert AuditEvent.objects.filter(user=wen, action="document.page.read").count() == 1


@pytest.mark.parametrize("more", ["pages/3/large/", "pages/0/large/", "pages/1/huge/", "pages/1/..%2f/"])
def test_a_page_that_is_not_there_is_not_found(as_user, wen, document, more):
    assert as_user(wen).get(page(document, more)).status_code == 404


def test_reading_and_suggestions_are_written_down(as_user, wen, document, walter):
    as_user(wen).get(page(document))
    assert AuditEvent.objects.filter(user=wen, action="document.read", detail=f"document {document.pk}").exists()
    assert AuditEvent.objects.filter(user=wen, action="document.suggested.read", person_id=walter).exists()


def test_opening_claims_and_a_colleague_sees_who_works_on_it(as_user, wen, ana, document, walter):
    as_user(wen).get(page(document))
    said = text(as_user(ana).get(page(document)))
    assert "Wen Zhao" in said and "works on this just now" in said and 'id="file"' not in said
    assert "Wen Zhao, 15 min" in text(as_user(ana).get("/inbox/documents/"))
    refused = as_user(ana).post(page(document), {"person": walter, "kind": "other"})
    assert refused.status_code == 403 and "Wen Zhao works on this" in text(refused)


def test_leaving_lets_go_and_a_word_takes_over(as_user, wen, ana, document):
    as_user(wen).get(page(document))
    as_user(ana).post(page(document, "hold/"), {"word": "You are at lunch."})
    assert Claim.objects.get().user == ana
    as_user(ana).post(page(document, "let-go/"))
    assert not Claim.objects.exists()


def test_a_claim_that_ran_out_is_nobody_s(as_user, wen, ana, document):
    as_user(wen).get(page(document))
    Claim.objects.update(until=timezone.now() - dt.timedelta(minutes=1))
    assert 'id="file"' in text(as_user(ana).get(page(document)))


def test_somebody_else_is_found_by_words_that_travel_in_the_body(as_user, wen, document, person, ana):
    other = person("0" * 31 + "1", "Okafor", "Ben")
    response = as_user(wen).post(page(document, "find/"), {"q": "okaf"})
    assert "Ben Okafor" in text(response) and f'value="{other}"' in text(response)
    assert AuditEvent.objects.filter(user=wen, action="document.find.read", person_id=other).exists()


def test_set_aside_needs_a_reason_and_can_be_taken_up_again(as_user, wen, document):
    assert as_user(wen).post(page(document, "set-aside/"), {"reason": " "}).status_code == 422
    as_user(wen).post(page(document, "set-aside/"), {"reason": "An advertisement."})
    assert "An advertisement." in text(as_user(wen).get("/inbox/documents/"))
    as_user(wen).post(page(document, "read-again/"))
    assert "this page follows" in text(as_user(wen).get(page(document)))
    assert "HX-Refresh" not in as_user(wen).get(page(document, "is-read/"))
    reading.read_waiting()
    assert as_user(wen).get(page(document, "is-read/"))["HX-Refresh"] == "true"


@pytest.mark.parametrize(("data", "then"), [(PDF + b"%new", "waiting"), (b"MZ", "unreadable")])
def test_an_upload_is_kept_and_read_by_the_worker(as_user, wen, document, data, then):
    response = as_user(wen).post("/inbox/documents/bring/", {"files": SimpleUploadedFile("a.pdf", data)})
    brought = IncomingDocument.objects.latest("id")
    assert response["Location"] == f"/inbox/documents/{brought.pk}/" and brought.state == "reading"
    reading.take_documents.call()
    brought.refresh_from_db()
    assert (brought.source, brought.state) == ("upload", then)
    assert as_user(wen).get(f"/inbox/documents/{brought.pk}/").status_code == 200


def test_filed_it_is_read_by_who_may_read_the_person(as_user, wen, ana, ben, document, walter):
    as_user(wen).post(page(document), {"person": walter, "kind": "discharge_summary"})
    for more in ("", "pages/1/large/"):
        address = f"/people/{walter}/documents/{document.pk}/{more}"
        assert as_user(ana).get(address).status_code == 200
        assert as_user(ben).get(address).status_code == 403
        assert as_user(wen).get(address).status_code == 403
    assert as_user(ana).get(f"/people/{walter}/documents/{document.pk + 1}/").status_code == 404
    assert AuditEvent.objects.filter(
        user=ana, action="person.read", person_id=walter, detail=f"document {document.pk}"
    ).exists()


def test_a_document_of_somebody_else_is_not_found_under_this_person(as_user, wen, dr, document, walter, person):
    other = person("0" * 31 + "1")
    as_user(wen).post(page(document), {"person": walter, "kind": "other"})
    assert as_user(dr).get(f"/people/{other}/documents/{document.pk}/").status_code == 404


@pytest.fixture
def referral(ana, walter):
    return coordination.open_handoff(
        person_id=walter, kind="referral", title="Cardiology consult", sender="Maple", receiver="Lakeside", by=ana
    )


def test_a_cover_sheet_bears_the_code_and_names_no_patient(as_user, ana, referral):
    said = text(as_user(ana).get(f"/handoffs/{referral.pk}/cover/?pages=4"))
    sheet = said[said.index("cover-sheet") :]
    assert f"BR1-{ReplyCode.objects.get().token}" in sheet and "Lakeside" in sheet and ">4<" in sheet
    assert sheet.count("<svg") == 2 and sheet.count('<path d="M') == 2
    for words in ("Walter", "Andrews", "1951", "Cardiology"):
        assert words not in said


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
def test_others_print_no_cover_sheet(as_user, request, referral, wrong):
    response = as_user(request.getfixturevalue(wrong)).get(f"/handoffs/{referral.pk}/cover/")
    assert response.status_code == 403 and not ReplyCode.objects.exists()
