"""The registry in pages: columns, filters, order, CSV without formulas, and who may not."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination import safety
from bluering.coordination.models import Episode
from bluering.population.models import ProgramFinding
from bluering.record.models import PersonSummary


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def followed(walter, person, ana):
    """Mr Andrews does not get better; somebody on nobody's panel does."""
    today = timezone.localdate()
    other = person("o" * 32, "Okafor", "Grace")
    for one, first, last in ((walter, 16, 17), (other, 16, 4)):
        Episode.objects.create(
            person_id=one, program="compass", state="active", level="steady", since=today - timedelta(days=90), by=ana
        )
        said = {
            "first": first,
            "first_on": str(today - timedelta(days=90)),
            "last": last,
            "last_on": str(today - timedelta(days=5)),
        }
        ProgramFinding.objects.create(
            person_id=one, program="compass", finding="course", key="phq9", evidence=said, since=today
        )
    return walter


def test_everybody_in_a_program_with_how_they_go(as_user, ana, followed):
    said = text(as_user(ana).get("/registry/"))
    assert "16 → 17" in said and "16 → 4" in said and "not better" in said and "-75 %" in said
    assert "1 of 2" in said and "compare with others" in said
    assert AuditEvent.objects.filter(action="person.list.read", detail="registry").count() == 2


@pytest.mark.parametrize(
    ("show", "names"),
    [
        ("stuck", "Andrews"),
        ("improved", "Okafor"),
        ("overdue", "Okafor"),
        ("safety", ""),
        ("unreviewed", "Andrews Okafor"),
        ("nonsense", "Andrews Okafor"),
    ],
)
def test_narrowed(as_user, ana, followed, show, names):
    said = text(as_user(ana).get(f"/registry/?show={show}"))
    for name in ("Andrews", "Okafor"):
        assert (f">{name}, " in said) == (name in names), (show, name)


@pytest.mark.parametrize(
    "sort",
    [
        "name",
        "-name",
        "program",
        "weeks",
        "talks",
        "due",
        "phq9",
        "-phq9",
        "gad7",
        "a1c",
        "bp",
        "reviewed",
        "minutes",
        "nonsense",
    ],
)
def test_every_column_sorts(as_user, ana, followed, sort):
    said = text(as_user(ana).get(f"/registry/?sort={sort}"))
    assert said.count("aria-sort") == 1
    if sort in ("-name", "-phq9"):
        assert said.index("Okafor, Grace") < said.index("Andrews, Walter")
    if sort in ("name", "phq9"):
        assert said.index("Andrews, Walter") < said.index("Okafor, Grace")


def test_who_is_in_danger_is_first_whatever_the_order(as_user, ana, followed):
    safety.raise_concern(person_id="o" * 32, why="staff", detail="x", by=ana)
    said = text(as_user(ana).get("/registry/?sort=name"))
    assert said.index("Okafor, Grace") < said.index("Andrews, Walter")


def test_of_one_program_and_one_coordinator(as_user, dr, followed):
    page = as_user(dr)
    assert "Nobody is in a program yet" in text(page.get("/registry/?program=rising_risk"))
    assert "Okafor, Grace" not in text(page.get("/registry/?whose=ana"))


def test_as_csv_without_anything_a_spreadsheet_would_run(as_user, ana, followed):
    PersonSummary.objects.filter(person_id=followed).update(name="=HYPERLINK(1)")
    answer = as_user(ana).get("/registry/csv/?sort=name")
    assert answer["Content-Type"].startswith("text/csv") and "attachment" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(text(answer))))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "Okafor, Grace"]
    assert (rows[1]["phq9_first"], rows[1]["phq9_last"], rows[1]["program"]) == ("16", "4", "compass")
    assert AuditEvent.objects.filter(action="registry.export").count() == 2


def test_queries_do_not_grow(as_user, ana, panel, django_assert_max_num_queries):
    panel(40)
    for one in PersonSummary.objects.values_list("person_id", flat=True):
        Episode.objects.create(
            person_id=one, program="compass", state="active", level="steady", since=timezone.localdate(), by=ana
        )
    page = as_user(ana)
    with django_assert_max_num_queries(32):
        assert text(page.get("/registry/")).count("COMPASS<span") == 40


@pytest.mark.parametrize("who", ["cleo", "wen"])
def test_who_may_not(db, as_user, request, who):
    page = as_user(request.getfixturevalue(who))
    assert page.get("/registry/").status_code == 403 and page.get("/registry/csv/").status_code == 403


def test_more_than_fit_on_a_page_ask_for_a_coordinator(as_user, dr, ana, followed, monkeypatch):
    from bluering.coordination import registry

    monkeypatch.setattr(registry, "MOST", 1)
    page = as_user(dr)
    said = text(page.get("/registry/"))
    assert "choose a coordinator" in said and 'value="ana"' in said and "Andrews, Walter" not in said
    assert "Andrews, Walter" in text(page.get("/registry/?whose=ana"))
    assert page.get("/registry/csv/").status_code == 422 or "choose a coordinator" in text(page.get("/registry/csv/"))
    assert "choose a coordinator" in text(page.get("/review/"))
    answer = page.post("/review/", {})
    assert answer.status_code == 422 and "choose a coordinator" in text(answer)
    assert page.post("/review/", {"whose": "ana"}).status_code == 302
