"""Payers' lists by month from CSV, ATR Groups, Lists and 834: who came and left, where they disagree with the practice, and what stays."""

import datetime as dt
import json

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.identity.models import PersonLink
from bluering.intake.models import CsvMapping
from bluering.intake.roster.mapping import Mapping
from bluering.population.models import Score
from bluering.rosters import queries
from bluering.rosters.actions import answer, confirm_month, reopen
from bluering.rosters.building import build, build_if_new
from bluering.rosters.models import Question, RosterMonth
from tests.flows.test_load import write

pytestmark = [pytest.mark.django_db, pytest.mark.long]

MEMBER = "urn:hhp"
MBI = "http://hl7.org/fhir/sid/us-mbi"
ATR = "http://hl7.org/fhir/us/davinci-atr/StructureDefinition/"
TODAY = timezone.localdate()
THIS = TODAY.replace(day=1)


def before(months: int) -> dt.date:
    number = THIS.year * 12 + THIS.month - 1 - months
    return dt.date(number // 12, number % 12 + 1, 1)


@pytest.fixture(autouse=True)
def practice(settings):
    """The practice's own record is the source ehr."""
    settings.PRACTICE_SOURCES = ["ehr"]


def patient(number: int, source: str = "ehr", **more) -> dict:
    return {
        "resourceType": "Patient", "id": f"p{number}", "identifier": [{"system": MEMBER, "value": f"M{number}"}],
        "name": [{"family": f"Family{number}", "given": ["Ada"]}], "birthDate": "1951-03-09", **more,
    }  # fmt: skip


def visit(number: int, day: dt.date) -> dict:
    moment = f"{day.isoformat()}T09:00:00Z"
    return {"resourceType": "Encounter", "id": f"v{number}", "status": "finished", "class": {"code": "AMB"}, "subject": {"reference": f"Patient/p{number}"}, "period": {"start": moment, "end": moment}}  # fmt: skip


def cover(number: int, **more) -> dict:
    return {"resourceType": "Coverage", "id": f"c{number}", "status": "active", "beneficiary": {"reference": f"Patient/p{number}"}, "payor": [{"display": "Heartland"}], "period": {"start": "2020-01-01"}, **more}  # fmt: skip


def load(tmp_path, source: str, *resources: dict) -> None:
    pipeline.load([write(tmp_path, f"{source}-{len(list(tmp_path.iterdir()))}.ndjson", *resources)], source=source)


def map_columns(header: str, **changes) -> None:
    mapping = Mapping.suggest(header.split(","))
    mapping = Mapping(**{**mapping.__dict__, "identifier_system": MEMBER, "payer": "Heartland", **changes})
    CsvMapping.objects.update_or_create(
        source="plan", defaults={"mapping": mapping.as_data(), "saved_at": timezone.now()}
    )


HEADER = "Member ID,Last Name,First Name,DOB,Risk Score"


def roster(tmp_path, month: dt.date, *numbers: int, scores: dict | None = None):
    """A month's list as CSV, loaded."""
    map_columns(HEADER)
    rows = [f"M{n},Family{n},Ada,3/9/1951,{(scores or {}).get(n, '')}" for n in numbers]
    file = tmp_path / f"roster_{month:%Y-%m}.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n")
    return pipeline.load([str(file)], source="plan")


def told() -> dict[str, tuple[int, int, int]]:
    return {f"{m.source} {m.month:%Y-%m}": (m.members, m.added, m.dropped) for m in queries.months()}


def person(number: int, source: str = "ehr") -> str:
    return PersonLink.objects.get(subject_key=f"{source}/p{number}", undone_at=None).person_id


def asked(state: str = "open") -> set[tuple[str, str]]:
    return {(one.kind, one.person_id) for one in Question.objects.filter(state=state)}


def test_months_tell_who_came_and_who_left(tmp_path):
    roster(tmp_path, before(1), 1, 2, 3, 4)
    roster(tmp_path, THIS, 2, 3, 4, 5)
    build()
    assert told() == {f"plan {before(1):%Y-%m}": (4, 0, 0), f"plan {THIS:%Y-%m}": (4, 1, 1)}
    (came,) = queries.members("plan", THIS, show="added")
    assert came.member_key == "plan/M5"
    assert [one.member_key for one in queries.members("plan", THIS, show="dropped")] == ["plan/M1"]


def test_the_same_list_again_changes_nothing_and_a_corrected_one_takes_its_place(tmp_path):
    roster(tmp_path, THIS, 1, 2, 3, 4)
    again = roster(tmp_path, THIS, 1, 2, 3, 4)
    assert again.loaded == {} and again.replaced == {}
    roster(tmp_path, THIS, 1, 2, 3)
    build()
    assert told() == {f"plan {THIS:%Y-%m}": (3, 0, 0)}


def test_a_bad_row_waits_with_its_place_and_the_others_count(tmp_path):
    map_columns(HEADER)
    file = tmp_path / "roster.csv"
    file.write_text(f"{HEADER}\nM1,Hale,Nora,2/30/1960,\nM2,Hale,Nora,3/9/1960,\n")
    done = pipeline.load([str(file)], source="plan")
    assert [(one["line"], "Date of birth" in one["reason"]) for one in done.quarantined] == [(2, True)]
    build()
    assert told() == {f"plan {THIS:%Y-%m}": (1, 0, 0)}


def test_without_columns_the_file_waits_and_says_where_to_map_them(tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text(f"{HEADER}\nM1,Hale,Nora,3/9/1960,\n")
    done = pipeline.load([str(file)], source="plan")
    assert "/sources/plan/columns/" in done.quarantined[0]["reason"]
    map_columns(HEADER)
    assert pipeline.replay().loaded["Group"] == 1


def test_half_a_list_is_held_and_drops_nobody_until_somebody_confirms_it(tmp_path, cleo):
    load(tmp_path, "ehr", *[one for n in range(1, 9) for one in (patient(n), visit(n, TODAY))])
    roster(tmp_path, before(1), *range(1, 9))
    roster(tmp_path, THIS, 1, 2, 3)
    build()
    held = RosterMonth.objects.get(month=THIS)
    assert held.standing == "held" and asked() == set()
    confirm_month(month=held, by=cleo)
    build()
    assert RosterMonth.objects.get(month=THIS).standing == "confirmed"
    assert asked() == {("dropped", person(n)) for n in range(4, 9)}
    roster(tmp_path, THIS, 1)
    build()
    assert RosterMonth.objects.get(month=THIS).standing == "held", "it shrank again after it was confirmed"


def test_each_disagreement_is_asked_about_once(tmp_path):
    long_ago = TODAY - dt.timedelta(days=900)
    load(
        tmp_path, "ehr",
        patient(1), visit(1, TODAY), patient(2), visit(2, long_ago), patient(3), visit(3, TODAY), cover(3),
        patient(4, deceasedDateTime=str(before(3))), visit(4, before(5)), patient(5), visit(5, TODAY), patient(6), visit(6, TODAY),
    )  # fmt: skip
    roster(tmp_path, before(1), 1, 2, 4, 5, 7)
    roster(tmp_path, THIS, 1, 2, 4, 7)
    build()
    seven = PersonLink.objects.get(subject_key="plan/M7").person_id
    assert asked() == {
        ("not_seen", person(2)), ("not_listed", person(3)), ("died", person(4)), ("dropped", person(5)), ("unknown", seven),
    }  # fmt: skip
    assert Question.objects.get(kind="unknown").since == before(1)
    assert Question.objects.get(kind="dropped").since == THIS
    again = build()
    assert again.questions == 5 and Question.objects.count() == 5


def test_cover_that_has_ended_or_another_payer_asks_nothing(tmp_path):
    load(
        tmp_path, "ehr", patient(1), visit(1, TODAY), cover(1, period={"start": "2020-01-01", "end": "2021-01-01"}),
        patient(2), visit(2, TODAY), cover(2, payor=[{"display": "Prairie"}]), patient(3), visit(3, TODAY), cover(3, status="cancelled"),
    )  # fmt: skip
    roster(tmp_path, THIS, 9)
    build()
    assert {kind for kind, _ in asked()} == {"unknown"}


def test_answers_stand_while_it_is_so_and_next_month_too(tmp_path, ana):
    roster(tmp_path, before(1), 1)
    build()
    answer(question=Question.objects.get(), answer="not_ours", note="sees Lakeside", by=ana)
    roster(tmp_path, THIS, 1)
    build()
    stands = Question.objects.get()
    assert (stands.state, stands.answer, stands.note, stands.answered_by) == (
        "answered",
        "not_ours",
        "sees Lakeside",
        "ana",
    )


def test_what_is_so_no_longer_goes_and_is_asked_anew_when_it_returns(tmp_path, ana):
    roster(tmp_path, THIS, 1, 2)
    build()
    first = Question.objects.get(person_id=PersonLink.objects.get(subject_key="plan/M1").person_id)
    answer(question=first, answer="not_ours", by=ana)
    roster(tmp_path, THIS, 2)
    build()
    first.refresh_from_db()
    assert first.state == "gone"
    roster(tmp_path, THIS, 1, 2)
    build()
    first.refresh_from_db()
    assert (first.state, first.answer) == ("open", "")


def test_what_was_put_off_comes_back_on_its_day(tmp_path, ana):
    roster(tmp_path, THIS, 1)
    build()
    tomorrow = TODAY + dt.timedelta(days=1)
    answer(question=Question.objects.get(), answer="later", until=tomorrow, by=ana)
    build()
    assert Question.objects.get().state == "answered"
    build(timezone.now() + dt.timedelta(days=1))
    assert Question.objects.get().state == "open"


def test_an_answer_can_be_taken_back(tmp_path, ana):
    roster(tmp_path, THIS, 1)
    build()
    answer(question=Question.objects.get(), answer="moved", by=ana)
    reopen(question=Question.objects.get(), by=ana)
    assert (Question.objects.get().state, Question.objects.get().answer) == ("open", "")


def test_scores_far_from_our_need_are_asked_about(tmp_path):
    load(tmp_path, "ehr", *[one for n in range(1, 13) for one in (patient(n), visit(n, TODAY))])
    roster(tmp_path, THIS, *range(1, 13), scores={n: n / 10 for n in range(1, 13)})
    now = timezone.now()
    for number in range(1, 13):
        level = {12: "minimal", 1: "extensive", 11: "moderate", 6: "extensive"}.get(number, "moderate")
        Score.objects.update_or_create(
            person_id=person(number),
            score="need",
            defaults={"level": level, "since": TODAY, "computed_at": now, "as_of": now},
        )
    build()
    assert asked() == {("payer_high", person(12)), ("we_high", person(1)), ("we_high", person(6))}
    assert Question.objects.get(kind="payer_high").payer_says == "Risk Score 1.2"


def group(*members: dict, updated: dt.date = TODAY, **more) -> dict:
    return {"resourceType": "Group", "id": "atr", "meta": {"lastUpdated": f"{updated}T12:00:00Z"}, "active": True, "type": "person", "actual": True,
            "managingEntity": {"display": "Heartland"}, "member": list(members), **more}  # fmt: skip


def entry(number: int, **more) -> dict:
    return {"entity": {"reference": f"Patient/p{number}"}, **more}


def test_atr_groups_keep_a_version_for_each_month_that_they_were_told_in(tmp_path):
    load(tmp_path, "atr", patient(1), patient(2), group(entry(1), entry(2), updated=before(1)))
    load(tmp_path, "atr", group(entry(2), updated=THIS))
    load(tmp_path, "atr", group(entry(2), entry(1, inactive=True), updated=TODAY))
    build()
    assert told() == {f"atr {before(1):%Y-%m}": (2, 0, 0), f"atr {THIS:%Y-%m}": (1, 0, 1)}


@pytest.mark.parametrize(
    "more",
    [
        {"inactive": True}, {"period": {"start": "2019-01-01", "end": "2019-12-31"}}, {"period": {"start": "2999-01-01"}},
        {"extension": [{"url": ATR + "ext-changeType", "valueCode": "dropped"}]},
    ],
)  # fmt: skip
def test_members_of_an_atr_group_who_are_not_attributed_now_do_not_count(tmp_path, more):
    load(tmp_path, "atr", patient(1), patient(2), group(entry(1), entry(2, **more)))
    build()
    assert told() == {f"atr {THIS:%Y-%m}": (1, 0, 0)}


def test_atr_members_by_number_alone_are_found_and_their_clinician_is_named(tmp_path):
    number = {"system": MBI, "value": "1AB2CD3EF45"}
    load(tmp_path, "ehr", patient(1, identifier=[number]), visit(1, TODAY))
    clinician = {
        "url": ATR + "ext-attributedProvider",
        "valueReference": {"identifier": {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1999900073"}},
    }
    load(tmp_path, "atr", group({"entity": {"type": "Patient", "identifier": number}, "extension": [clinician]}))
    build()
    (member,) = queries.members("atr", THIS)
    assert (member.person_id, member.clinician) == (person(1), "NPI 1999900073") and asked() == set()


def test_groups_of_devices_are_no_list_of_members(tmp_path):
    load(tmp_path, "atr", group({"entity": {"reference": "Device/d1"}}, type="device"))
    build()
    assert told() == {}


def test_fhir_lists_of_patients_count_by_their_date_and_without_what_was_deleted(tmp_path):
    items = [
        {"item": {"reference": "Patient/p1"}},
        {"item": {"reference": "Patient/p2"}, "deleted": True},
        {"item": {"reference": "Patient/p3"}},
    ]
    one = {
        "resourceType": "List",
        "id": "l",
        "status": "current",
        "mode": "snapshot",
        "title": "Our members",
        "date": str(THIS),
        "entry": items,
    }
    other = one | {"id": "m", "entry": [{"item": {"reference": "Observation/o"}}]}
    load(tmp_path, "plan", *map(patient, (1, 2, 3)), one, other)
    build()
    assert told() == {f"plan {THIS:%Y-%m}": (2, 0, 0)}


def enrolment(written: dt.date, whole: bool, *covers: tuple[int, str, str]) -> list[dict]:
    """Cover as an 834 becomes it: number, start, end."""
    tag = {"system": "urn:bluering:roster", "code": "whole-enrolment" if whole else "enrolment"}
    meta = {"lastUpdated": f"{written}T00:00:00Z", "tag": [tag]}
    return [cover(n, meta=meta, period={"start": start} | ({"end": end} if end else {})) for n, start, end in covers]


def test_enrolment_counts_who_is_covered_in_the_month(tmp_path):
    load(
        tmp_path,
        "plan",
        *map(patient, (1, 2)),
        *enrolment(before(1), False, (1, "2020-01-01", ""), (2, "2020-01-01", "")),
    )
    load(tmp_path, "plan", *enrolment(THIS, False, (2, "2020-01-01", str(THIS - dt.timedelta(days=1)))))
    build()
    assert told() == {f"plan {before(1):%Y-%m}": (2, 0, 0), f"plan {THIS:%Y-%m}": (1, 0, 1)}


def test_a_whole_enrolment_file_drops_whom_it_leaves_out(tmp_path):
    load(
        tmp_path,
        "plan",
        *map(patient, (1, 2)),
        *enrolment(before(1), True, (1, "2020-01-01", ""), (2, "2020-01-01", "")),
    )
    load(tmp_path, "plan", *enrolment(THIS, True, (1, "2020-01-01", "")))
    build()
    assert told() == {f"plan {before(1):%Y-%m}": (2, 0, 0), f"plan {THIS:%Y-%m}": (1, 0, 1)}


def test_ordinary_cover_is_no_list_of_members(tmp_path):
    load(tmp_path, "plan", patient(1), cover(1))
    build()
    assert told() == {}


def test_plain_lists_of_medicare_numbers_are_lists_of_their_month(tmp_path):
    file = tmp_path / f"P.PCPB.M{THIS:%y%m}.D241120.T1000000"
    file.write_text("MBIs\nMBI000001\nMBI000002\nduplicate file\n")
    done = pipeline.load([str(file)], source="cms")
    assert len(done.quarantined) == 1 and done.quarantined[0]["line"] == 4
    build()
    assert told() == {f"cms {THIS:%Y-%m}": (2, 0, 0)}


def test_the_questions_equal_a_slow_obvious_reckoning(tmp_path):
    """The same in plain Python, over a made-up practice in which everything occurs."""
    seen = {n: TODAY - dt.timedelta(days=days) for n, days in zip(range(1, 25), [0, 400, 800, 1200] * 6, strict=True)}
    ours = [n for n in range(1, 25) if n % 3]
    load(
        tmp_path,
        "ehr",
        *[one for n in ours for one in (patient(n), visit(n, seen[n]))],
        *[cover(n) for n in ours if n % 5 == 0],
    )
    lists = {before(2): set(range(1, 19)), before(1): set(range(3, 21)), THIS: set(range(5, 23))}
    for month, numbers in lists.items():
        roster(tmp_path, month, *sorted(numbers))
    build()
    edge = TODAY.replace(year=TODAY.year - 2)
    expected = set()
    for n in range(1, 25):
        listed, was = n in lists[THIS], any(n in lists[month] for month in lists)
        key = person(n) if n in ours else None
        if listed and n not in ours:
            expected.add(("unknown", PersonLink.objects.get(subject_key=f"plan/M{n}").person_id))
        elif listed and seen[n] < edge:
            expected.add(("not_seen", key))
        elif n in ours and not listed and was and seen[n] >= edge:
            expected.add(("dropped", key))
        elif n in ours and not was and n % 5 == 0 and seen[n] >= edge:
            expected.add(("not_listed", key))
    assert asked() == expected and len({kind for kind, _ in expected}) >= 3


def test_json_of_a_group_names_no_person(tmp_path):
    roster(tmp_path, THIS, 1)
    from bluering.pipeline.reading_files import standing

    assert "Family1" not in json.dumps(standing("Group", "plan"))


def test_a_build_waits_for_news(tmp_path, ana):
    load(tmp_path, "ehr", patient(1), visit(1, TODAY - dt.timedelta(days=9)))
    roster(tmp_path, THIS, 1)
    assert build_if_new() is not None, "nothing had been built"
    assert build_if_new() is None
    roster(tmp_path, THIS, 1, 2)
    assert build_if_new().members == 2
    assert build_if_new() is None
