"""A PHQ-9 by phone, on paper and by link: every answer is kept, item 9 opens the safety path at once, the total becomes a fact of the record."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from bluering import pipeline
from bluering.access.models import AuditEvent
from bluering.assessing import actions, links, queries
from bluering.assessing.instruments import instruments
from bluering.coordination import safety
from bluering.coordination.models import Assessment, AssessmentLink, Panel, Task
from bluering.errors import BadInput, Refusal
from bluering.identity.models import PersonLink
from bluering.population.models import Gap
from bluering.record import engine
from bluering.record import queries as record

pytestmark = [pytest.mark.django_db, pytest.mark.long]
PHQ9 = instruments()["phq9"]
NINE = PHQ9.scoring.of


@pytest.fixture
def walter(tmp_path, ana):
    """A man of the practice on Ana's panel."""
    people = [
        {
            "resourceType": "Patient",
            "id": "p1",
            "birthDate": "1951-03-09",
            "gender": "male",
            "name": [{"family": "Andrews", "given": ["Walter"]}],
        }
    ]
    (tmp_path / "people.ndjson").write_text("\n".join(map(json.dumps, people)))
    pipeline.load([str(tmp_path / "people.ndjson")], source="maple-ehr")
    person = PersonLink.objects.get(subject_key="maple-ehr/p1").person_id
    Panel.objects.create(person_id=person, coordinator=ana, since=date(2025, 1, 1))
    return person


def chosen(digits: str) -> dict[str, str]:
    return {
        link: PHQ9.questionnaire.question(link).options[int(digit)].code
        for link, digit in zip(NINE, digits, strict=False)
        if digit != "-"
    }


def begun(walter, ana, **changes) -> Assessment:
    return actions.begin(**{"person_id": walter, "instrument": "phq9", "way": "phone", "by": ana, **changes})


def totals() -> list[tuple]:
    return (
        engine.connect()
        .execute("SELECT source, value_quantity, status FROM observation WHERE code = '44261-6' ORDER BY id")
        .fetchall()
    )


def test_a_total_becomes_a_fact_and_rules_read_it(walter, ana):
    row = actions.answer(assessment=begun(walter, ana), given=chosen("222222220"), by=ana)
    assert row.answers["/44261-6"] == 16
    done = actions.finish(assessment=row, by=ana)
    assert (done.state, done.score, done.finished_by) == ("done", 16, ana)
    assert totals() == [("maple-ehr", 16.0, "final")]
    (gap,) = Gap.objects.filter(rule="phq9_without_followup", state="open")
    assert gap.title.startswith("PHQ-9 16") and gap.person_id == walter
    (course,) = queries.courses(record.chart(walter).tables["observation"])
    assert [(point.value, point.source) for point in course.points] == [(16.0, "maple-ehr")]
    assert AuditEvent.objects.filter(action="assessment.finish", person_id=walter).count() == 1


def test_what_was_begun_is_kept_and_gone_on_with(walter, ana, dr):
    row = actions.answer(assessment=begun(walter, ana), given=chosen("12"), by=ana)
    again = begun(walter, ana)
    assert again.pk == row.pk and len(again.answers) == 2
    actions.answer(assessment=again, given={NINE[2]: "LA6571-9"}, by=dr)
    actions.answer(assessment=row, given={NINE[3]: "LA6569-3"}, by=ana)
    row.refresh_from_db()
    assert len(row.answers) == 4, "two who fill it in lose nothing of each other"
    row = actions.answer(assessment=row, given={NINE[0]: ""}, by=ana)
    assert NINE[0] not in row.answers
    assert queries.begun_by(ana) == [row]


def test_item_nine_opens_the_safety_path_before_the_rest_is_answered(walter, ana):
    row = actions.answer(assessment=begun(walter, ana), given={"/44260-8": "LA6569-3"}, by=ana)
    (concern,) = safety.standing_of(walter)
    assert concern.assessment == row and "Several days" in concern.detail
    actions.answer(assessment=row, given={"/44260-8": "LA6569-3"}, by=ana)
    actions.answer(assessment=row, given={"/44260-8": "LA6568-5"}, by=ana)
    assert len(safety.standing_of(walter)) == 1, "an answer taken back is settled by somebody, not by itself"


def test_without_an_answer_there_is_no_total(walter, ana):
    row = actions.answer(assessment=begun(walter, ana), given=chosen("22222222-"), by=ana)
    assert "/44261-6" not in row.answers
    done = actions.finish(assessment=row, by=ana)
    assert done.score is None and totals() == []
    items = engine.connect().execute("SELECT count(*) FROM observation WHERE value_code = 'LA6570-1'").fetchone()
    assert items == (8,), "what was answered is a fact all the same"


def test_nothing_answered_is_not_finished(walter, ana):
    with pytest.raises(BadInput, match="Nothing is answered"):
        actions.finish(assessment=begun(walter, ana), by=ana)


def test_what_was_entered_in_error_is_taken_back(walter, ana):
    done = actions.finish(
        assessment=actions.answer(assessment=begun(walter, ana), given=chosen("222222220"), by=ana), by=ana
    )
    row = actions.take_back(assessment=done, reason="It was his brother", by=ana)
    assert (row.state, row.void_reason) == ("void", "It was his brother") and totals() == []
    assert not Gap.objects.filter(rule="phq9_without_followup", state="open").exists()
    with pytest.raises(Refusal, match="taken back already"):
        actions.take_back(assessment=row, reason="again", by=ana)
    with pytest.raises(BadInput, match="reason"):
        actions.take_back(assessment=begun(walter, ana), reason=" ", by=ana)


def test_finishing_that_was_cut_short_is_finished_once(walter, ana, monkeypatch):
    row = actions.answer(assessment=begun(walter, ana), given=chosen("222222220"), by=ana)
    real = actions._begun
    monkeypatch.setattr(actions, "_begun", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        actions.finish(assessment=row, by=ana)
    monkeypatch.setattr(actions, "_begun", real)
    row.refresh_from_db()
    assert row.state == "part" and totals() == [("maple-ehr", 16.0, "final")]
    actions.answer(assessment=row, given=chosen("11111111-") | {"/44260-8": ""}, by=ana)
    actions.finish(assessment=Assessment.objects.get(pk=row.pk), by=ana)
    assert totals() == [], "the total of before stands no more"


@pytest.mark.parametrize(("digits", "days"), [("222222220", 0), ("000000010", 2)])
def test_whose_training_does_not_cover_it_asks_somebody_to_read_it(walter, ana, digits, days):
    ana.credential = "MA"
    ana.save()
    row = actions.answer(assessment=begun(walter, ana), given=chosen(digits), by=ana)
    actions.finish(assessment=row, by=ana)
    (task,) = Task.objects.all()
    assert (task.act, task.assessment, task.owner) == ("interpret", row, None)
    assert task.due_date == timezone.localdate() + timedelta(days=days)


def test_who_interprets_is_not_asked_to(walter, ana):
    row = actions.answer(assessment=begun(walter, ana), given=chosen("222222220"), by=ana)
    actions.finish(assessment=row, by=ana)
    assert not Task.objects.exists()


def test_on_paper_of_last_week(walter, ana):
    day = timezone.localdate() - timedelta(days=7)
    row = actions.answer(assessment=begun(walter, ana, way="paper", on_day=day), given=chosen("000000001"), by=ana)
    actions.finish(assessment=row, by=ana)
    said = (
        engine.connect().execute("SELECT effective_datetime::DATE FROM observation WHERE code = '44261-6'").fetchone()
    )
    assert said == (day,)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"instrument": "zarit"}, "instrument"), ({"way": "dream"}, "way"), ({"language": "so"}, "language"),
        ({"by_proxy": True}, "by_proxy"), ({"on_day": date(2020, 1, 1)}, "on_day"), ({"on_day": date(2999, 1, 1)}, "on_day"),
        ({"instrument": "audit_c", "language": "es"}, "language"),
    ],
)  # fmt: skip
def test_what_cannot_begin(walter, ana, changes, complaint):
    with pytest.raises(BadInput, match=f"^{complaint}:"):
        begun(walter, ana, **changes)


@pytest.mark.parametrize(("link", "value"), [("/44250-9", "LA0"), ("/nowhere", "x"), ("/44261-6", "27")])
def test_what_cannot_be_answered(walter, ana, link, value):
    with pytest.raises(BadInput, match=link):
        actions.answer(assessment=begun(walter, ana), given={link: value}, by=ana)


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else_fills_it_in(walter, ana, who, request):
    wrong, row = request.getfixturevalue(who), begun(walter, ana)
    for act in (
        lambda: begun(walter, wrong),
        lambda: actions.answer(assessment=row, given=chosen("1"), by=wrong),
        lambda: actions.finish(assessment=row, by=wrong),
        lambda: actions.take_back(assessment=row, reason="x", by=wrong),
        lambda: links.send(person_id=walter, instrument="phq9", by=wrong),
        lambda: links.withdraw(assessment=row, by=wrong),
    ):
        with pytest.raises(Refusal):
            act()


def test_by_link_the_birth_date_opens_it(walter, ana):
    row, secret = links.send(person_id=walter, instrument="phq9", by=ana, language="es")
    assert secret not in str(AssessmentLink.objects.values())
    with pytest.raises(BadInput, match="birth_date"):
        links.open_link(secret=secret, birth_date=date(1951, 3, 10))
    assert links.open_link(secret=secret, birth_date=date(1951, 3, 9)) == row
    actions.answer(assessment=row, given=chosen("000000001"), by=None)
    assert safety.standing_of(walter)[0].opened_by is None
    done = actions.finish(assessment=row, by=None)
    assert (done.score, done.finished_by) == (1, None)
    assert Task.objects.get().act == "interpret", "answers that came by themselves are read by somebody"


def test_a_link_ends(walter, ana):
    row, secret = links.send(person_id=walter, instrument="phq9", by=ana)
    for _ in range(links.TRIES):
        with pytest.raises(BadInput):
            links.open_link(secret=secret, birth_date=None)
    with pytest.raises(Refusal, match="not valid any more"):
        links.open_link(secret=secret, birth_date=date(1951, 3, 9))
    same, newer = links.send(person_id=walter, instrument="phq9", by=ana)
    assert same == row and links.link_of(newer)
    with pytest.raises(Refusal):
        links.link_of(secret)
    AssessmentLink.objects.update(expires_at=timezone.now())
    with pytest.raises(Refusal):
        links.link_of(newer)
    _, last = links.send(person_id=walter, instrument="phq9", by=ana)
    links.withdraw(assessment=row, by=ana)
    for wrong in (last, "", "x" * 32):
        with pytest.raises(Refusal, match="Ask your care team"):
            links.link_of(wrong)
