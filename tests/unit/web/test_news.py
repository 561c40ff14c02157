"""Pages bring themselves up to date: what is news for whom, what a pulse says, and what of it is written down."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination.models import Contact, Handoff, HandoffEvent, Panel
from bluering.identity.models import Person
from bluering.intake.models import Load
from bluering.population.models import Gap, GapEvent
from bluering.record.models import Chart, Visit
from bluering.web import middleware, news

BY_ITSELF = {"X-By-Itself": "1"}
OTHER = "0" * 32


def pulse(client, since, about=""):
    return client.get("/pulse/", {"since": str(since), "about": about}, headers=BY_ITSELF)


def a_contact(person_id, by):
    Contact.objects.create(
        person_id=person_id, at=timezone.now(), mode="phone", reached=True, whom="person", purpose="Weight", minutes=3, by=by
    )  # fmt: skip


def a_turn(person_id, ana):
    gap, _ = Gap.objects.get_or_create(person_id=person_id, rule="r", key="k", opened_at=timezone.now())
    GapEvent.objects.create(gap=gap, at=timezone.now(), what="opened")


def a_move(person_id, ana):
    handoff = Handoff.objects.create(
        person_id=person_id,
        kind="question",
        title="Which dose?",
        sender="Ben",
        receiver="Ana",
        owner=ana,
        opened_by=ana,
    )
    HandoffEvent.objects.create(handoff=handoff, by=ana, what="open", to_state="draft")


def a_panel_row(person_id, ana):
    Panel.objects.filter(person_id=person_id).delete()
    Panel.objects.create(person_id=person_id, coordinator=ana, since=timezone.localdate())


def a_load(person_id, ana):
    Person.objects.get_or_create(id=person_id)
    load = Load.objects.create(source="maple-ehr")
    Chart.objects.update_or_create(person_id=person_id, defaults={"facts": b"", "needs": load.pk})
    Load.objects.filter(pk=load.pk).update(finished_at=timezone.now())


def test_nothing_new_is_no_answer_and_four_queries(as_user, ana, walter):
    client, since = as_user(ana), news.newest()
    pulse(client, since)
    with CaptureQueriesContext(connection) as queries:
        response = pulse(client, since)
    assert response.status_code == 204 and "HX-Trigger" not in response
    assert len(queries) == 4, "the session, the user, their practices, the stamp"


@pytest.mark.parametrize("happens", [a_contact, a_turn, a_move, a_panel_row, a_load])
def test_what_happens_to_ones_own_person_is_news(as_user, ana, walter, happens):
    since = news.newest()
    happens(walter, ana)
    response = pulse(as_user(ana), since)
    assert response.status_code == 200 and response["HX-Trigger"] == (
        f'{{"news": {{"stamp": "{news.newest()}", "count": 1}}}}'
    )
    assert pulse(as_user(ana), since, walter).status_code == 200


@pytest.mark.parametrize("happens", [a_contact, a_turn, a_load])
def test_what_happens_to_others_only_moves_the_stamp_on(as_user, ana, ben, walter, happens):
    since = news.newest()
    happens(OTHER, ben)
    response = pulse(as_user(ana), since)
    assert response.status_code == 204 and response["HX-Trigger"].startswith('{"stamp"')
    assert pulse(as_user(ana), since, walter).status_code == 204


@pytest.mark.parametrize("wrong", ["ben", "cleo", "wen"])
def test_nobody_learns_that_something_happened_to_a_person_of_others(as_user, request, ana, walter, wrong):
    user, since = request.getfixturevalue(wrong), news.newest()
    a_contact(walter, ana)
    a_load(walter, ana)
    assert pulse(as_user(user), since).status_code == 204
    assert pulse(as_user(user), since, walter).status_code == 204


def test_a_clinician_hears_of_persons_who_come_to_her_and_of_what_is_handed_to_her(as_user, ana, dr, walter):
    since = news.newest()
    a_contact(walter, ana)
    assert pulse(as_user(dr), since).status_code == 200
    Visit.objects.all().delete()
    assert pulse(as_user(dr), since).status_code == 204
    Handoff.objects.create(
        person_id=walter, kind="question", title="Q", sender="A", receiver="D", receiver_user=dr, opened_by=ana
    )
    assert pulse(as_user(dr), since).status_code == 200


def test_a_load_under_way_is_no_news_until_it_has_finished(as_user, ana, walter):
    since = news.newest()
    load = Load.objects.create(source="maple-ehr")
    assert pulse(as_user(ana), since).status_code == 204 and news.newest() == since
    Chart.objects.create(person_id=walter, facts=b"x", needs=load.pk)
    Load.objects.update(finished_at=timezone.now())
    assert pulse(as_user(ana), since).status_code == 200


def test_facts_added_to_a_chart_by_an_older_load_are_none(as_user, ana, walter):
    Chart.objects.create(person_id=walter, facts=b"x")
    Chart.objects.update(built_at=timezone.now() - timedelta(hours=1))
    since = news.newest()
    Load.objects.create(source="maple-ehr", finished_at=timezone.now())
    assert pulse(as_user(ana), since).status_code == 204


@pytest.mark.parametrize("wrong", ["", "1.2", "1.2.3.4.5.6.7.x", "1.2.3.4.5.6.7.-8", "1.2.3.4.5.6.7." + "9" * 30])
def test_a_stamp_that_is_none_is_answered_with_a_sentence(as_user, ana, wrong):
    response = pulse(as_user(ana), wrong)
    assert response.status_code == 400 and "Reload the page" in response.content.decode()


def test_without_a_log_in_there_is_no_pulse(client, db):
    assert pulse(client, news.newest()).status_code == 302


@pytest.mark.parametrize("page", ["/", "/patients/", "/handoffs/", "/people/{}/", "/people/{}/gaps/"])
def test_pages_carry_the_stamp_at_which_they_were_made(as_user, ana, walter, page):
    said = as_user(ana).get(page.format(walter)).content.decode()
    assert f'data-stamp="{news.newest()}"' in said
    assert f'data-about="{walter if "people" in page else ""}"' in said


def test_a_page_that_renews_itself_is_the_same_read(as_user, ana, walter):
    client = as_user(ana)
    for _ in range(3):
        client.get(f"/people/{walter}/", headers=BY_ITSELF)
        client.get("/", headers=BY_ITSELF)
    assert AuditEvent.objects.filter(action="person.read").count() == 1
    assert AuditEvent.objects.filter(action="person.list.read").count() == 1
    client.get(f"/people/{walter}/")
    client.get(f"/people/{walter}/gaps/", headers=BY_ITSELF)
    assert AuditEvent.objects.filter(action="person.read").count() == 3, "another page, and one opened by hand"


def test_who_appears_on_a_page_that_renews_itself_is_written_down(as_user, ana, walter, panel):
    client = as_user(ana)
    client.get("/")
    panel(1)
    client.get("/", headers=BY_ITSELF)
    assert AuditEvent.objects.filter(action="person.list.read").count() == 2


def test_after_ten_minutes_it_is_another_read(as_user, ana, walter, monkeypatch):
    client = as_user(ana)
    client.get(f"/people/{walter}/")
    now = timezone.now()
    monkeypatch.setattr("bluering.access.audit.timezone.now", lambda: now + timedelta(minutes=11))
    client.get(f"/people/{walter}/", headers=BY_ITSELF)
    assert AuditEvent.objects.filter(action="person.read").count() == 2


def test_a_colleagues_read_is_not_ones_own(as_user, ana, dr, walter):
    as_user(dr).get(f"/people/{walter}/")
    as_user(ana).get(f"/people/{walter}/", headers=BY_ITSELF)
    assert AuditEvent.objects.filter(action="person.read", user=ana).count() == 1


def test_a_page_left_open_is_locked_like_any_other(as_user, ana, settings):
    client = as_user(ana)
    client.get("/")
    session = client.session
    session[middleware.SEEN] = time.time() - settings.IDLE_LIMIT_SECONDS + 30
    session.save()
    assert pulse(client, news.newest()).status_code == 204
    assert client.session[middleware.SEEN] == session[middleware.SEEN], "asking by itself is no use"
    session[middleware.SEEN] = time.time() - settings.IDLE_LIMIT_SECONDS - 1
    session.save()
    response = client.get("/pulse/", {"since": str(news.newest())}, headers={**BY_ITSELF, "HX-Request": "true"})
    assert response["HX-Redirect"].startswith("/log-in/")
