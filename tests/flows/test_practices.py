"""Three practices in one installation: whose persons one reaches, one worklist for who serves several, each by its own clock and numbers."""

import datetime as dt

import pytest
from django.conf import settings as django_settings
from django.test import Client

from bluering import pipeline
from bluering.access.models import Practice, User
from bluering.coordination import policies
from bluering.coordination.models import Panel
from bluering.identity.models import MatchPair, PersonLink
from bluering.intake.models import DocumentState, IncomingDocument
from bluering.pipeline import who_is_who
from bluering.population.models import Gap
from bluering.record.models import Visit
from tests.flows.test_load import write

pytestmark = [pytest.mark.django_db, pytest.mark.long]
CHICAGO, DENVER = "America/Chicago", "America/Denver"


def patient(key: str, family: str, given: str = "Ada", born: str = "1951-03-07") -> dict:
    return {"resourceType": "Patient", "id": key, "name": [{"family": family, "given": [given]}], "gender": "female", "birthDate": born}  # fmt: skip


def pressure(key: str, person: str, on: str, systolic: int) -> list[dict]:
    """Hypertension, and a blood pressure."""
    about = {"subject": {"reference": f"Patient/{person}"}}
    part = {
        "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
        "valueQuantity": {"value": systolic, "unit": "mmHg"},
    }
    low = {
        "code": {"coding": [{"system": "http://loinc.org", "code": "8462-4"}]},
        "valueQuantity": {"value": 70, "unit": "mmHg"},
    }
    clinical = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]}
    return [
        {"resourceType": "Condition", "id": f"c{key}", "clinicalStatus": clinical, "onsetDateTime": "2020-01-05", **about,
         "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]}},
        {"resourceType": "Observation", "id": f"o{key}", "status": "final", "effectiveDateTime": on, "component": [part, low], **about,
         "category": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}],
         "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]}},
    ]  # fmt: skip


def load(tmp_path, source: str, *resources: dict) -> None:
    pipeline.load([write(tmp_path, f"{source}.ndjson", *resources)], source=source)


def person_of(key: str) -> str:
    return PersonLink.objects.get(subject_key=key, undone_at=None).person_id


def client(user) -> Client:
    made = Client(SERVER_NAME="127.0.0.1")
    made.force_login(User.objects.get(pk=user.pk))
    return made


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def eva(db) -> User:
    return User.objects.create(username="eva", role="coordinator", display_name="Eva Three")


@pytest.fixture
def three(tmp_path, ana, ben, eva, dr) -> dict[str, Practice]:
    """Ana and Dr. Dunn serve Maple, Ben serves Aspen in the mountains, Eva serves both and Birch; one person each, one of the hospital alone."""
    load(tmp_path, "maple", patient("m1", "Mapleton"))
    load(tmp_path, "aspen", patient("a1", "Aspenwood", born="1960-01-02"))
    load(tmp_path, "birch", patient("b1", "Birchfield", born="1970-05-06"))
    load(tmp_path, "hospital", patient("h1", "Nowhere", born="1980-09-10"))
    found = {}
    for name, zone, staff in (
        ("Maple", CHICAGO, [ana, dr, eva]),
        ("Aspen", DENVER, [ben, eva]),
        ("Birch", CHICAGO, [eva]),
    ):
        found[name] = Practice.objects.create(name=name, time_zone=zone, sources=[name.lower()])
        found[name].staff.set(staff)
    return found


REACH = [
    ("ana", "maple/m1", True), ("ana", "aspen/a1", False), ("ana", "hospital/h1", True), ("ben", "aspen/a1", True), ("ben", "maple/m1", False),
    ("eva", "maple/m1", True), ("eva", "aspen/a1", True), ("eva", "birch/b1", True), ("dr", "maple/m1", True), ("dr", "birch/b1", False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "key", "may"), REACH)
def test_one_reaches_the_persons_of_the_practices_one_serves(request, three, who, key, may):
    user = request.getfixturevalue(who)
    person = person_of(key)
    answer = client(user).get(f"/people/{person}/")
    assert answer.status_code == (200 if may else 403)
    assert may or (
        "of a practice that you do not serve" in text(answer) and key.split("/")[0].title() not in text(answer)
    )
    assert (person in policies.reachable(user, "person.read", [person])) is may


def test_whom_one_holds_one_reaches_wherever_they_are_patients(three, ana):
    person = person_of("aspen/a1")
    Panel.objects.create(person_id=person, coordinator=ana, since=dt.date(2026, 1, 5))
    assert client(ana).get(f"/people/{person}/").status_code == 200


def test_who_serves_none_by_name_serves_all(three):
    everywhere = User.objects.create(username="gus", role="coordinator")
    assert len(policies.reachable(everywhere, "person.read", [person_of(key) for key in ("maple/m1", "aspen/a1")])) == 2


def test_search_finds_nobody_of_other_practices_and_does_not_count_them(three, ana):
    page = client(ana)
    assert "Mapleton" in text(page.post("/find/", {"q": "mapleton"}))
    said = text(page.post("/find/", {"q": "aspenwood"}))
    assert 'href="/people/' not in said and "1 other" not in said and "others look after" not in said


def test_acts_are_refused_too(three, ana):
    person = person_of("aspen/a1")
    for address in (
        f"/people/{person}/contact/",
        f"/people/{person}/assign/",
        f"/people/{person}/handoff/",
        f"/people/{person}/team/",
    ):
        assert client(ana).get(address).status_code == 403, address


def test_a_person_of_two_practices_is_reached_from_both(three, tmp_path, ana, ben):
    number = [{"system": "urn:card", "value": "1"}]
    load(tmp_path, "maple", patient("m2", "Both") | {"identifier": number})
    load(tmp_path, "aspen", patient("a2", "Both") | {"identifier": number})
    person = person_of("maple/m2")
    assert person == person_of("aspen/a2")
    assert [client(user).get(f"/people/{person}/").status_code for user in (ana, ben)] == [200, 200]


def test_pairs_of_others_are_not_asked_of_one(three, tmp_path, ana, ben):
    load(tmp_path, "lab", patient("l1", "Aspenwood", given="Adah", born="1960-01-02"))
    who_is_who.look()
    pair = MatchPair.objects.get(left_key="aspen/a1", right_key="lab/l1")
    MatchPair.objects.filter(pk=pair.pk).update(state="waiting")
    assert "Aspenwood" in text(client(ben).get("/who/")) and "Aspenwood" not in text(client(ana).get("/who/"))
    assert client(ana).get(f"/who/{pair.pk}/").status_code == 404
    assert client(ana).post(f"/who/{pair.pk}/", {"verdict": "same"}).status_code == 404
    assert client(ana).post(f"/who/{pair.pk}/take-back/").status_code == 404
    pair.refresh_from_db()
    assert pair.state == "waiting"


def test_documents_that_came_to_another_practice_are_not_shown(three, ana, ben):
    made = IncomingDocument.objects.create(source="aspen", digest="d" * 64, state=DocumentState.WAITING, received_at="2026-11-20T10:00:00Z", text="Aspenwood")  # fmt: skip
    assert f"/inbox/documents/{made.pk}/" in text(client(ben).get("/inbox/documents/"))
    assert f"/inbox/documents/{made.pk}/" not in text(client(ana).get("/inbox/documents/"))
    assert client(ana).get(f"/inbox/documents/{made.pk}/").status_code == 404
    assert client(ana).post(f"/inbox/documents/{made.pk}/find/", {"q": "aspenwood"}).status_code in (200, 404)
    assert "Aspenwood" not in text(client(ana).post(f"/inbox/documents/{made.pk}/find/", {"q": "aspenwood"}))


def hold(user, *keys: str) -> None:
    for key in keys:
        Panel.objects.create(person_id=person_of(key), coordinator=user, since=dt.date(2026, 1, 5))


def test_who_serves_three_has_one_worklist_that_names_the_practice(three, eva):
    hold(eva, "maple/m1", "aspen/a1", "birch/b1")
    page = client(eva)
    said = text(page.get("/patients/"))
    assert all(name in said for name in ("Mapleton", "Aspenwood", "Birchfield"))
    assert all(f'<span class="tiny">{name}</span>' in said for name in three)
    narrowed = text(page.post("/patients/", {"practice": "Birch"}))
    assert "Birchfield" in narrowed and "Mapleton" not in narrowed
    assert "Aspen" in text(page.get(f"/people/{person_of('aspen/a1')}/"))


def test_who_serves_one_is_not_told_its_name_on_every_row(three, ana):
    hold(ana, "maple/m1")
    said = text(client(ana).get("/patients/"))
    assert "Mapleton" in said and '<span class="tiny">Maple</span>' not in said and 'id="practice"' not in said


def test_a_visit_stands_by_the_clock_of_its_practice(three, eva, ben):
    from django.utils import timezone

    hold(eva, "maple/m1", "aspen/a1")
    noon = timezone.now().astimezone(dt.UTC).replace(hour=18, minute=0, second=0, microsecond=0)
    for key in ("maple/m1", "aspen/a1"):
        Visit.objects.create(person_id=person_of(key), appointment_key=f"{key}/v", start=noon, end=noon, status="booked", source=key.split("/")[0])  # fmt: skip
    said = text(client(eva).get("/"))
    local = noon.astimezone(django_settings_zone())
    mountain = noon.astimezone(zone(DENVER))
    assert f"{local.hour}:00" in said and f"{mountain.hour}:00 {mountain:%Z}" in said
    hold_nothing = text(client(ben).get("/"))
    assert f"{mountain:%Z}" not in hold_nothing


def zone(name: str):
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def django_settings_zone():
    return zone(django_settings.TIME_ZONE)


def test_a_page_is_by_the_clock_of_who_asks_and_leaves_none_behind(three, ben):
    from django.utils import timezone

    client(ben).get("/")
    assert timezone.get_current_timezone_name() == django_settings.TIME_ZONE


def due(key: str) -> list[tuple[str, str]]:
    return [(gap.rule, gap.state) for gap in Gap.objects.filter(person_id=person_of(key), rule="bp_above_target")]


def test_each_practice_has_its_own_numbers(three, tmp_path):
    load(tmp_path, "maple", patient("m1", "Mapleton"), *pressure("1", "m1", "2026-11-02", 135))
    load(tmp_path, "aspen", patient("a1", "Aspenwood"), *pressure("2", "a1", "2026-11-02", 135))
    as_of = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    pipeline.run(as_of=as_of)
    assert due("maple/m1") == due("aspen/a1") == []
    Practice.objects.filter(name="Aspen").update(numbers={"bp_above_target/systolic_limit": 130})
    pipeline.run(as_of=as_of)
    assert due("maple/m1") == [] and due("aspen/a1") == [("bp_above_target", "open")]
    pipeline.run(person_id=person_of("aspen/a1"), as_of=as_of)
    assert due("aspen/a1") == [("bp_above_target", "open")]
    events = Gap.objects.get(rule="bp_above_target").history.count()
    pipeline.run(as_of=as_of)
    pipeline.run(person_ids=[person_of("aspen/a1"), person_of("maple/m1")], as_of=as_of)
    assert Gap.objects.get(rule="bp_above_target").history.count() == events, "nothing goes to and fro between runs"


def test_a_day_is_the_same_day_by_every_clock_and_a_moment_is_not(three, tmp_path):
    """A result of which only the day is told stays on its day; what happened late in the evening is by the practice's own clock."""
    from bluering.record import engine

    load(
        tmp_path,
        "aspen",
        patient("a1", "Aspenwood"),
        *pressure("2", "a1", "2026-11-02", 150),
        *pressure("3", "a1", "2026-11-03T05:30:00Z", 150),
    )
    person = person_of("aspen/a1")
    sql = "SELECT id, effective_datetime::DATE::TEXT FROM observation WHERE person_id = ? ORDER BY id"
    for zone_name, evening in ((None, "2026-11-02"), (DENVER, "2026-11-02"), ("America/New_York", "2026-11-03")):
        told = dict(engine.connect(zone=zone_name).execute(sql, [person]).fetchall())
        assert told == {"o2": "2026-11-02", "o3": evening}, zone_name
    few = engine.connect(person)
    engine.move_days(few, ["observation"], "Pacific/Honolulu")
    engine.set_clock(few, "Pacific/Honolulu")
    assert dict(few.execute(sql, [person]).fetchall()) == {"o2": "2026-11-02", "o3": "2026-11-02"}


def test_administrators_make_change_and_take_away_practices(three, cleo):
    page = client(cleo)
    said = text(page.get("/practices/"))
    assert "Maple" in said and "America/Denver" in said and "Eva Three" in said
    made = page.post("/practices/new/", {"name": "Cedar", "time_zone": CHICAGO, "sources": ["hospital"], "shares": "no", "numbers": "bp_above_target/systolic_limit = 135"})  # fmt: skip
    assert made.status_code == 302
    cedar = Practice.objects.get(name="Cedar")
    assert (cedar.sources, cedar.shares, cedar.numbers) == (
        ["hospital"],
        False,
        {"bp_above_target/systolic_limit": 135},
    )
    assert (
        page.post(f"/practices/{cedar.pk}/remove/").status_code == 302
        and not Practice.objects.filter(name="Cedar").exists()
    )


WRONG = [
    ({"name": ""}, "Write how it is called"), ({"name": "maple"}, "another practice is called so"), ({"time_zone": "Mountain"}, "Not a time zone"),
    ({"sources": []}, "Choose at least one"), ({"sources": ["maple"]}, "is of Maple already"), ({"numbers": "x/y = 3"}, "is no number of a rule"),
    ({"numbers": "bp_above_target/systolic_limit"}, "line 1 is not written as"), ({"numbers": "bp_above_target/systolic_limit = -1"}, "below nought"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "says"), WRONG)
def test_what_cannot_be_is_said_beside_its_field(three, cleo, wrong, says):
    given = {"name": "Cedar", "time_zone": CHICAGO, "sources": ["hospital"], "shares": "yes", "numbers": ""} | wrong
    answer = client(cleo).post("/practices/new/", given)
    assert answer.status_code == 422 and says.lower() in text(answer).lower()
    assert Practice.objects.count() == 3


@pytest.mark.parametrize("who", ["ana", "ben", "dr", "wen"])
def test_nobody_else_manages_practices(request, three, who):
    page = client(request.getfixturevalue(who))
    maple = three["Maple"].pk
    for answer in (page.get("/practices/"), page.get(f"/practices/{maple}/"), page.post(f"/practices/{maple}/", {"name": "Mine"}), page.post(f"/practices/{maple}/remove/")):  # fmt: skip
        assert answer.status_code == 403
    assert Practice.objects.filter(name="Maple").exists()


def test_what_came_unread_to_another_practice_is_not_a_stewards_to_open(three, wen, tmp_path):
    from bluering.intake.models import Quarantine

    three["Maple"].staff.add(wen)
    broken = tmp_path / "broken.ndjson"
    broken.write_text('{"resourceType": "Patient", "id": "secret-aspen"\n')
    pipeline.load([str(broken)], source="aspen")
    pipeline.load([str(broken)], source="hospital")
    theirs, everybodys = Quarantine.objects.get(source="aspen"), Quarantine.objects.get(source="hospital")
    page = client(wen)
    said = text(page.get("/inbox/"))
    assert f"/inbox/piece/{everybodys.pk}/" in said and f"/inbox/piece/{theirs.pk}/" not in said
    assert page.get(f"/inbox/piece/{everybodys.pk}/").status_code == 200
    for answer in (
        page.get(f"/inbox/piece/{theirs.pk}/"), page.post(f"/inbox/piece/{theirs.pk}/bytes/"), page.post(f"/inbox/piece/{theirs.pk}/claim/"),
        page.post(f"/inbox/piece/{theirs.pk}/release/"), page.post(f"/inbox/piece/{theirs.pk}/take-up/"), page.get("/sources/aspen/columns/"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert page.post("/inbox/set-aside/", {"why": "Old"}).status_code == 302
    theirs.refresh_from_db()
    everybodys.refresh_from_db()
    assert (theirs.state, everybodys.state) == ("waiting", "set_aside")
    assert page.post("/inbox/replay/", {}).status_code == 400, "nothing of theirs is left"
