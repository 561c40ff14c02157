"""Claims, payments and enrolment of X12 as FHIR; guides that are not kept are said by place."""

import json

import orjson
import pytest

from bluering.intake.claims.x12.check import check
from bluering.intake.claims.x12.read import parts_of, read


def interchange(kind: str, version: str, *segments: str, functional: str = "HC") -> str:
    """An interchange with one transaction set."""
    head = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260401*0800*^*00501*000000001*0*P*:~"
    group = f"GS*{functional}*SS*RR*20260401*0800*1*X*{version}~"
    heading = f"ST*{kind}*0001" if kind == "835" else f"ST*{kind}*0001*{version}"
    body = [heading, *segments, f"SE*{len(segments) + 2}*0001"]
    return head + group + "~".join(body) + "~GE*1*1~IEA*1*000000001~"


def first(resource_type: str, text: str) -> dict:
    done = read(text.encode("latin-1"))
    return next(one for _, group in done.groups for one in group if one["resourceType"] == resource_type)


def all_of(resource_type: str, text: str) -> list[dict]:
    return [
        one for _, group in read(text.encode("latin-1")).groups for one in group if one["resourceType"] == resource_type
    ]


HEAD = (
    "BHT*0019*00*1*20260401*0800*CH", "NM1*41*2*CLEARING*****46*12", "PER*IC*HELP*TE*2175550100", "NM1*40*2*PLAN*****46*77", "HL*1**20*1",
    "NM1*85*2*MAPLE CLINIC*****XX*1234567893", "N3*1 MAIN ST", "N4*SPRINGFIELD*IL*627010001", "REF*EI*370000000",
)  # fmt: skip
SUBSCRIBER = (
    "HL*2*1*22*0", "SBR*P*18*******CI", "NM1*IL*1*ABBOTT*ADA*Q**JR*MI*W1", "N3*12 ELM ST", "N4*SPRINGFIELD*IL*62701", "DMG*D8*19500203*F",
    "NM1*PR*2*PRAIRIE PLAN*****PI*77",
)  # fmt: skip
CLAIM = (
    "CLM*A1*150.5***11:B:1*Y*A*Y*Y", "HI*ABK:I5022*ABF:N183", "NM1*82*1*OKORO*ADA****XX*1245319599", "LX*1",
    "SV1*HC:99214:25*150.5*UN*1*11**1:2", "DTP*472*D8*20260312",
)  # fmt: skip


def professional(*claim: str) -> str:
    return interchange("837", "005010X222A1", *HEAD, *SUBSCRIBER, *(claim or CLAIM))


def test_a_clinicians_claim():
    claim = first("ExplanationOfBenefit", professional())
    assert [d["diagnosisCodeableConcept"]["coding"][0]["code"] for d in claim["diagnosis"]] == ["I50.22", "N18.3"]
    assert claim["total"][0]["amount"] == {"value": 150.5, "currency": "USD"}
    assert claim["billablePeriod"] == {"start": "2026-03-12", "end": "2026-03-12"}
    [item] = claim["item"]
    assert item["productOrService"]["coding"][0]["code"] == "99214" and item["modifier"][0]["coding"][0]["code"] == "25"
    assert item["locationCodeableConcept"]["coding"][0]["code"] == "11" and item["diagnosisSequence"] == [1, 2]
    assert claim["careTeam"][0]["provider"]["identifier"]["value"] == "1245319599"
    assert claim["provider"] == {
        "display": "MAPLE CLINIC",
        "identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893"},
    }


def test_its_patient():
    person = first("Patient", professional())
    assert person["name"] == [{"family": "ABBOTT", "given": ["ADA", "Q"], "suffix": ["JR"]}]
    assert (person["birthDate"], person["gender"]) == ("1950-02-03", "female")
    assert person["address"] == [{"line": ["12 ELM ST"], "city": "SPRINGFIELD", "state": "IL", "postalCode": "62701"}]
    assert person["identifier"][0]["value"] == "W1"


def test_a_dependant_is_another_person_with_the_same_number():
    child = (
        "HL*3*2*23*0",
        "PAT*19",
        "NM1*QC*1*ABBOTT*BEN",
        "N3*12 ELM ST",
        "N4*SPRINGFIELD*IL*62701",
        "DMG*D8*20150607*M",
    )
    text = interchange("837", "005010X222A1", *HEAD, "HL*2*1*22*1", *SUBSCRIBER[1:], *child, *CLAIM)
    person, cover = first("Patient", text), first("Coverage", text)
    assert person["name"][0]["given"] == ["BEN"] and person["id"] != first("Patient", professional())["id"]
    assert cover["subscriber"]["reference"] == f"Patient/{first('Patient', professional())['id']}"


@pytest.mark.parametrize(("frequency", "status"), [("1", "active"), ("7", "active"), ("8", "cancelled")])
def test_a_replacement_and_a_void_are_the_same_claim(frequency, status):
    told = [f"CLM*A1*150.5***11:B:{frequency}*Y*A*Y*Y", "REF*F8*ICN9", *CLAIM[1:]]
    claim = first("ExplanationOfBenefit", professional(*told))
    assert claim["id"] == first("ExplanationOfBenefit", professional())["id"] and claim["status"] == status
    assert ("related" in claim) == (frequency != "1")


def test_a_hospitals_claim():
    told = (
        "CLM*H1*31000***11:A:1**A*Y*Y", "DTP*434*RD8*20260302-20260306", "DTP*435*DT*202603011830", "CL1*1*7*03", "HI*ABK:I5023:::::::Y",
        "HI*ABJ:R0602", "HI*BBR:4A023N7:D8:20260303", "NM1*71*1*GREEN*SAM****XX*1245319599", "LX*1", "SV2*0120**31000*DA*4",
    )  # fmt: skip
    claim = first("ExplanationOfBenefit", interchange("837", "005010X223A2", *HEAD, *SUBSCRIBER, *told))
    about = {one["category"]["coding"][0]["code"]: one for one in claim["supportingInfo"]}
    assert (
        about["typeofbill"]["code"]["coding"][0]["code"] == "0111"
        and about["discharge-status"]["code"]["coding"][0]["code"] == "03"
    )
    assert about["admissionperiod"]["timingPeriod"] == {"start": "2026-03-01"}
    assert claim["billablePeriod"] == {"start": "2026-03-02", "end": "2026-03-06"}
    assert (
        claim["diagnosis"][0]["onAdmission"]["coding"][0]["code"] == "Y"
        and claim["diagnosis"][1]["type"][0]["coding"][0]["code"] == "admitting"
    )
    assert claim["procedure"][0] == {
        "sequence": 1,
        "procedureCodeableConcept": {
            "coding": [{"system": "http://www.cms.gov/Medicare/Coding/ICD10", "code": "4A023N7"}]
        },
        "date": "2026-03-03",
    }
    assert claim["item"][0]["revenue"]["coding"][0]["code"] == "0120"


ENROLMENT = (
    "BGN*00*1*20260401*0800****2", "N1*P5*MAPLE CO*FI*370000000", "N1*IN*PRAIRIE PLAN*FI*77", "INS*Y*18*021*20*A***FT", "REF*0F*W1", "REF*1L*G9",
    "DTP*356*D8*20260401", "NM1*IL*1*ABBOTT*ADA*Q***34*000000001", "PER*IP**HP*2175550123", "N3*12 ELM ST", "N4*SPRINGFIELD*IL*62701", "DMG*D8*19500203*F",
    "HD*021**HLT", "DTP*348*D8*20260401",
)  # fmt: skip


def enrolment(*segments: str) -> str:
    return interchange("834", "005010X220A1", *(segments or ENROLMENT), functional="BE")


def test_an_enrolment():
    text = enrolment()
    person, cover = first("Patient", text), first("Coverage", text)
    assert person["telecom"] == [{"system": "phone", "value": "2175550123"}]
    assert person["id"] == first("Patient", professional())["id"], (
        "the payer's claims and its roster speak of one member"
    )
    assert cover["period"] == {"start": "2026-04-01"} and cover["subscriberId"] == "W1" and cover["status"] == "active"
    assert cover["payor"] == [{"display": "PRAIRIE PLAN"}]


def test_an_end_closes_the_same_coverage():
    ended = [one.replace("021", "024") for one in ENROLMENT] + ["DTP*349*D8*20260630"]
    cover = first("Coverage", enrolment(*ended))
    assert cover["id"] == first("Coverage", enrolment())["id"] and cover["period"] == {
        "start": "2026-04-01",
        "end": "2026-06-30",
    }


PAYMENT = (
    "BPR*I*80.4*C*CHK************20260420", "TRN*1*12345*1370000000", "N1*PR*PRAIRIE PLAN*XV*77", "N3*1 PLAN WAY", "N4*SPRINGFIELD*IL*62701", "PER*BL*HELP*TE*2175550100", "N1*PE*MAPLE CLINIC*XX*1234567893", "LX*1",
    "CLP*A1*1*150.5*80.4*20.1*HM*ICN1*11*1", "CAS*PR*3*20.1", "NM1*QC*1*ABBOTT*ADA****MI*W1", "SVC*HC:99214*150.5*80.4**1", "DTM*472*20260312",
    "CAS*CO*45*50", "AMT*B6*100.5",
)  # fmt: skip


def payment(*segments: str) -> str:
    return interchange("835", "005010X221A1", *(segments or PAYMENT), functional="HP")


def test_a_payment_names_its_claim():
    paid = first("ExplanationOfBenefit", payment())
    claim = first("ExplanationOfBenefit", professional())
    assert paid["claim"]["reference"] == f"ExplanationOfBenefit/{claim['id']}" and paid["id"] != claim["id"]
    told = {one["category"]["coding"][0]["code"]: one["amount"]["value"] for one in paid["total"]}
    assert told == {"submitted": 150.5, "benefit": 80.4, "memberliability": 20.1}
    [line] = paid["item"]
    assert [one["amount"]["value"] for one in line["adjudication"]] == [150.5, 80.4, 100.5, 50.0]
    assert line["adjudication"][3]["reason"] == {
        "coding": [{"system": "https://x12.org/codes/claim-adjustment-reason-codes", "code": "45"}],
        "text": "CO",
    }
    assert paid["payment"] == {"date": "2026-04-20", "amount": {"value": 80.4, "currency": "USD"}}


def test_a_reversal_is_cancelled():
    assert (
        first("ExplanationOfBenefit", payment(*[one.replace("CLP*A1*1*", "CLP*A1*22*") for one in PAYMENT]))["status"]
        == "cancelled"
    )


def test_what_is_missing_is_said_by_place_and_the_claim_is_read():
    done = read(professional(*CLAIM[:4], "SV1*HC:99214*150.5**1*11**1", "DTP*472*D8*20261399").encode())
    assert done.verdict and not done.verdict.accepted and "IK5*R" in done.verdict.acknowledgement
    assert any(reason.startswith("DTP, element 3: it is no date") for _, reason in done.troubles)
    assert any(reason.startswith("SV1, element 3: it has to be told") for _, reason in done.troubles)
    assert done.groups


def test_no_value_of_anybody_is_in_a_reason():
    done = read(professional().replace("*F~", "*FEMALEABBOTT~").replace("D8*19500203", "D8*1950ABBOTT").encode())
    assert done.troubles and "ABBOTT" not in json.dumps(done.troubles)


@pytest.mark.parametrize("text", [professional(), enrolment(), payment()])
def test_good_ones_are_accepted(text):
    verdict = check(text)
    assert verdict.accepted and verdict.findings == [] and "IK5*A" in verdict.acknowledgement


def test_an_envelope_that_is_not_as_the_guide_asks_is_said_too():
    verdict = check(payment().replace("ST*835*0001~", "ST*835*0001*005010X221A1~"))
    assert not verdict.accepted and verdict.findings[0].place == "ST" and verdict.findings[0].line == 3


def test_a_kind_that_tells_nothing_of_persons_is_named():
    done = read(interchange("820", "005010X218", "BPR*I*1*C*ACH", functional="RA").encode())
    assert done.groups == [] and any("820 (premium payments) is not mapped" in reason for _, reason in done.troubles)


def test_two_versions_in_one_header_are_read_as_the_group_says():
    verdict = check(professional().replace("*^*00501*", "*U*00401*"))
    assert verdict.accepted and "IK5*A" in verdict.acknowledgement


@pytest.mark.parametrize("odd", ["1²", "9" * 40, "NaN", "Infinity", "1E400", "-", ".", "0x1"])
@pytest.mark.parametrize("place", ["**{}", "*UN*{}*", "*{}*UN", "*{}*CH"])
def test_odd_numbers_are_left_out_and_can_be_written(odd, place):
    """A superscript counts as a digit in Python, and JSON's writer takes no number above 64 bits."""
    usual = {"**{}": "1:2", "*UN*{}*": "1", "*{}*UN": "150.5", "*{}*CH": "0800"}[place]
    name = {"**{}": "diagnosisSequence", "*UN*{}*": "quantity", "*{}*UN": "net"}.get(place)
    text = professional().replace(place.format(usual), place.format(odd))
    [claim] = all_of("ExplanationOfBenefit", text)
    assert orjson.dumps(claim) and json.dumps(claim, allow_nan=False)
    assert name not in claim["item"][0] if name else "created" not in claim


def test_a_component_too_many_is_in_error_and_answered():
    """Five diagnosis pointers, where the guide has four."""
    verdict = check(professional().replace("**1:2~", "**1:2:1:2:1~"))
    assert not verdict.accepted and "IK3*SV1*" in verdict.acknowledgement
    assert [(one.line, one.place) for one in verdict.findings] == [(24, "SV1")]


def test_checking_stops_when_too_much_is_wrong(monkeypatch):
    monkeypatch.setattr("bluering.intake.claims.x12.bounds.MOST_BAD", 50)
    verdict = check(professional(*["A*B"] * 60))
    assert not verdict.accepted and "not checked further" in verdict.findings[0].reason and not verdict.acknowledgement


@pytest.mark.parametrize("text", ["", "ISA", "ISA*", professional()[:100], professional()[:106], "ISA" + "*" * 200])
def test_a_file_that_is_cut_off_is_not_accepted(text):
    assert not check(text).accepted and check(text).findings


def test_a_large_file_comes_in_parts_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr("bluering.intake.claims.x12.read.AT_ONCE", 2)
    claims = [segment for n in range(5) for segment in (CLAIM[0].replace("A1", f"A{n}"), *CLAIM[1:])]
    text = professional(*claims).encode()
    parts = list(parts_of(text))
    assert [len(part.groups) for part in parts] == [2, 2, 1]
    assert [part.verdict is None for part in parts] == [False, True, True]
    assert [group for part in parts for group in part.groups] == read(text).groups


def test_blanks_before_the_header_change_nothing():
    assert check("\r\n  " + professional()).accepted


def test_no_value_is_told_where_delimiters_change_within_a_file():
    """Read with the delimiters of the first header, a whole segment of the second interchange looks like a name."""
    done = read((professional() + professional().replace("*", "|") + "ST*ABBOTT ADA*ADA ABBOTT~").encode())
    assert len(done.groups) == 2 and done.troubles
    assert not any(value in json.dumps(done.troubles) for value in ("ABBOTT", "19500203", "W1", "ELM"))
