"""The columns of a source's schedule: a sample is brought, looked at as understood, and saved."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from bluering.access.models import AuditEvent
from bluering.intake.models import CsvMapping
from bluering.intake.tables.saved import saved_mapping

PAGE = "/sources/maple/columns/"
SAMPLE = b"""Appt ID,MRN,Patient Name,DOB,Appt Date,Appt Time,Status,Provider
1,4711,"Andrews, Walter",3/9/1951,3/19/2026,2:30 PM,Scheduled,Dr. Dunn
2,4712,"Hale, Nora",3/9/1960,3/20/2026,9:00 AM,Glorped,Dr. Dunn
"""


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def sampled(as_user, wen):
    """A browser of the steward, with the sample brought."""
    browser = as_user(wen)
    response = browser.post(PAGE, {"act": "sample", "file": SimpleUploadedFile("week.csv", SAMPLE)})
    assert response.status_code == 302
    return browser


def chosen(**changes) -> dict:
    said = {"column-appointment_id": "Appt ID", "column-patient_id": "MRN", "column-patient_name": "Patient Name",
            "column-birth_date": "DOB", "column-start_date": "Appt Date", "column-start_time": "Appt Time",
            "column-status": "Status", "date_format": "mdy", "usual_minutes": "15", "status-glorped": "arrived",
            "makes_patients": "yes", "full_window": "yes"}  # fmt: skip
    return {**said, **changes}


def test_the_sample_is_shown_as_understood_and_each_refused_row_with_its_reason(sampled):
    said = text(sampled.get(PAGE))
    assert "Andrews, Walter" in said and "14:30" in said and "Nora" not in said
    assert "row 3" in said and "Status: this word is not known" in said and "glorped" in said


def test_columns_are_tried_without_being_saved(sampled):
    response = sampled.post(PAGE, chosen(act="try"), headers={"HX-Request": "true"})
    assert "Hale, Nora" in text(response) and "<html" not in text(response)
    assert saved_mapping("maple") is None


def test_saving_keeps_the_columns_and_lets_the_sample_go(sampled, wen):
    assert sampled.post(PAGE, chosen(act="save")).status_code == 302
    mapping = saved_mapping("maple")
    assert (mapping.columns["patient_id"], mapping.usual_minutes, mapping.full_window) == ("MRN", 15, True)
    assert mapping.statuses == {"glorped": "arrived"}
    row = CsvMapping.objects.get()
    assert bytes(row.sample) == b"" and row.saved_by == "wen"
    assert AuditEvent.objects.filter(user=wen, action="sources.columns").count() == 1


def test_columns_that_cannot_be_used_are_not_saved_and_it_is_said_why(sampled):
    response = sampled.post(PAGE, chosen(act="save", **{"column-start_time": ""}))
    assert response.status_code == 422 and "one for the date and one for the time" in text(response)
    assert saved_mapping("maple") is None


def test_what_was_saved_stands_while_another_sample_is_looked_at(sampled):
    sampled.post(PAGE, chosen(act="save"))
    sampled.post(PAGE, {"act": "sample", "file": SimpleUploadedFile("other.csv", b"a,b,c\n1,2,3\n")})
    assert saved_mapping("maple").columns["patient_id"] == "MRN"


def test_a_file_that_is_no_table_is_answered_with_a_sentence(as_user, wen):
    response = as_user(wen).post(PAGE, {"act": "sample", "file": SimpleUploadedFile("x.csv", b"%PDF-1.7 a,b,c\n")})
    assert response.status_code == 422 and "no table with a header" in text(response)
    assert not CsvMapping.objects.exists()


def test_an_administrator_sees_the_shape_and_no_name(sampled, as_user, cleo):
    said = text(as_user(cleo).get(PAGE))
    assert "Xxxxxxx, Xxxxxx" in said and "14:30" in said
    assert "Andrews" not in said and "1951" not in said and "glorped" not in said


def test_an_administrator_s_saving_keeps_the_words_that_the_steward_explained(sampled, as_user, cleo):
    sampled.post(PAGE, chosen(act="save"))
    as_user(cleo).post(PAGE, {"act": "sample", "file": SimpleUploadedFile("week.csv", SAMPLE)})
    as_user(cleo).post(PAGE, chosen(act="save", usual_minutes="30", **{"status-glorped": ""}))
    assert (saved_mapping("maple").usual_minutes, saved_mapping("maple").statuses) == (30, {"glorped": "arrived"})


@pytest.mark.parametrize("wrong", ["ana", "ben", "dr"])
def test_others_are_refused(sampled, as_user, request, wrong):
    for response in (
        as_user(request.getfixturevalue(wrong)).get(PAGE),
        as_user(request.getfixturevalue(wrong)).post(PAGE, chosen(act="save")),
    ):
        assert response.status_code == 403 and "Andrews" not in text(response)
    assert saved_mapping("maple") is None


def test_reading_a_sample_is_written_down(sampled, wen):
    sampled.get(PAGE)
    assert AuditEvent.objects.filter(user=wen, action="sources.sample.read").exists()
