"""X12 files through the load: claims and what follows from them, acknowledgements kept, troubles in the quarantine."""

import json

import pytest

from bluering import cli, pipeline
from bluering.identity.models import PersonLink
from bluering.intake.claims.x12.kept import kept
from bluering.record import engine
from tests.unit.intake.claims.test_x12_read import CLAIM, enrolment, payment, professional

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def written(tmp_path, name: str, text: str) -> str:
    path = tmp_path / name
    path.write_text(text)
    return str(path)


def test_roster_claim_and_payment_are_about_one_member(tmp_path, home):
    files = [
        written(tmp_path, "a.834", enrolment()),
        written(tmp_path, "b.txt", professional()),
        written(tmp_path, "c", payment()),
    ]
    done = pipeline.load(files, source="plan")
    assert done.quarantined == []
    assert (done.loaded["ExplanationOfBenefit"], done.loaded["Encounter"], done.loaded["Condition"]) == (2, 1, 2)
    assert PersonLink.objects.values("person_id").distinct().count() == 1
    assert len(list((home / "acknowledgements/plan").iterdir())) == 3


def test_a_payment_that_comes_later_is_about_the_patient_of_its_claim(tmp_path):
    pipeline.load([written(tmp_path, "b.837", professional())], source="plan")
    done = pipeline.load([written(tmp_path, "c.835", payment())], source="plan")
    assert done.loaded == {"ExplanationOfBenefit": 1}


def test_the_same_again_does_nothing(tmp_path):
    file = written(tmp_path, "b.837", professional())
    pipeline.load([file], source="plan")
    again = pipeline.load([file], source="plan")
    assert again.loaded == {} and again.replaced == {}


def test_a_void_takes_back_what_followed(tmp_path):
    pipeline.load([written(tmp_path, "a.837", professional())], source="plan")
    void = professional(CLAIM[0].replace("11:B:1", "11:B:8"), *CLAIM[1:]).replace(
        "20260401*0800*CH", "20260501*0800*CH"
    )
    pipeline.load([written(tmp_path, "b.837", void)], source="plan")
    assert engine.connect().execute("SELECT DISTINCT status FROM encounter").fetchall() == [("cancelled",)]


def test_troubles_stand_in_the_quarantine_by_segment_and_element(tmp_path):
    bad = professional(*CLAIM[:5], "DTP*472*D8*20261399")
    done = pipeline.load([written(tmp_path, "a.837", bad)], source="plan")
    [one] = done.quarantined
    assert one["line"] == 25 and one["reason"] == "segment 25: DTP, element 3: it is no date that exists"
    assert done.loaded["ExplanationOfBenefit"] == 1


def test_a_broken_header_refuses_the_file(tmp_path):
    done = pipeline.load([written(tmp_path, "a.837", professional()[:80])], source="plan")
    assert done.loaded == {} and "ISA" in done.quarantined[0]["reason"]


def test_the_verb_prints_the_acknowledgement(tmp_path, capsys):
    args = cli._parser().parse_args(["acknowledge", written(tmp_path, "a.837", professional()), "--json"])
    assert args.verb.run(args) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["accepted"] and "IK5*A" in told["acknowledgement"] and told["findings"] == []


def test_answers_stand_on_the_page_of_their_source_for_whoever_sends_them_back(tmp_path, wen, cleo, ana):
    from django.test import Client

    from bluering.quality.models import Source

    pipeline.load([written(tmp_path, "b.837", professional())], source="plan")
    Source.objects.get_or_create(name="plan")
    (kept_file,) = kept("plan")
    assert (kept_file.answers, kept_file.says) == ("b.837", "accepted")
    pages = {}
    for user in (wen, cleo, ana):
        pages[user.username] = Client(SERVER_NAME="127.0.0.1")
        pages[user.username].force_login(user)
    address = f"/sources/plan/answers/{kept_file.name}"
    shown = pages["wen"].get("/sources/plan/").content.decode()
    assert "Answers to X12 files" in shown and address in shown
    got = pages["wen"].get(address)
    assert (
        got.content.startswith(b"ISA")
        and b"~AK9*A" in got.content.replace(b"\n", b"")
        and "attachment" in got["Content-Disposition"]
    )
    assert address not in pages["cleo"].get("/sources/plan/").content.decode()
    assert pages["cleo"].get(address).status_code == 403 and pages["ana"].get(address).status_code == 403
    assert pages["wen"].get("/sources/plan/answers/..%2Fsecret_key").status_code == 404


def standing() -> list[tuple]:
    rows = "SELECT json_extract_string(identifiers::JSON, '$[0]'), status FROM explanation_of_benefit WHERE outcome = 'queued' ORDER BY 1"
    return [(number.rsplit("|", 1)[-1], status) for number, status in engine.connect().execute(rows).fetchall()]


def test_a_replacement_under_another_number_takes_its_claims_place_once_the_payers_number_is_known(tmp_path):
    pipeline.load([written(tmp_path, "a.837", professional())], source="plan")
    pipeline.load([written(tmp_path, "b.835", payment())], source="plan")
    again = [one.replace("CLM*A1*150.5***11:B:1", "CLM*B7*140***11:B:7") for one in CLAIM]
    again.insert(1, "REF*F8*ICN1")
    pipeline.load([written(tmp_path, "c.837", professional(*again).replace("*20260401*", "*20260501*"))], source="plan")
    assert standing() == [("A1", "cancelled"), ("B7", "active")]
    assert engine.connect().execute("SELECT DISTINCT status FROM encounter ORDER BY 1").fetchall() == [
        ("cancelled",),
        ("finished",),
    ]


def test_a_replacement_of_what_nobody_knows_stands_beside(tmp_path):
    pipeline.load([written(tmp_path, "a.837", professional())], source="plan")
    again = [one.replace("CLM*A1*150.5***11:B:1", "CLM*B7*140***11:B:7") for one in CLAIM]
    again.insert(1, "REF*F8*SOMETHING")
    pipeline.load([written(tmp_path, "c.837", professional(*again))], source="plan")
    assert standing() == [("A1", "active"), ("B7", "active")]
