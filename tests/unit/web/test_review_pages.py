"""Case review in pages: over twenty persons to the end, one after the other; answers by link; and who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bluering.access.models import AuditEvent
from bluering.coordination import reviews
from bluering.coordination.models import Episode, Handoff, Review, ReviewSession
from bluering.record.models import PersonSummary
from bluering.record.queries import ChartValue


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def twenty(ana, panel):
    """Twenty persons of Ana's, new in collaborative care."""
    panel(20)
    for number, one in enumerate(PersonSummary.objects.order_by("person_id").values_list("person_id", flat=True)):
        since = timezone.localdate() - timedelta(days=number)
        Episode.objects.create(
            person_id=one, program="collaborative_care", state="active", level="intensive", since=since, by=ana
        )


@pytest.fixture
def chart(monkeypatch, dr):
    """Whose chart is opened: their own clinician is Dr. Dunn, and they said something."""
    dr.practitioner_id = "dr-dunn"
    dr.save()
    tables = {
        "patient": [{"source": "maple-ehr", "general_practitioner_id": "dr-dunn", "general_practitioner_display": "Dr. Dunn"}],
        "goal": [{"source": "maple-ehr", "description_text": "Back to the shop", "lifecycle_status": "active", "start_date": "2026-01-01"}],
        "medication_request": [{"source": "maple-ehr", "medication_text": "sertraline 50 mg", "authored_on_datetime": "2026-09-22", "status": "active"}],
    }  # fmt: skip
    monkeypatch.setattr("bluering.record.queries.chart", lambda person_id: ChartValue(person_id, tables))


def test_a_session_over_twenty_persons_to_the_end(as_user, ana, dr, twenty, chart):
    page = as_user(ana)
    assert text(page.get("/review/")).count("new, not yet reviewed") == 20
    where = page.post("/review/", {"program": "collaborative_care", "team": "Dr Amin, Ana"}).url
    said = text(page.get(where))
    assert (
        "0 of 20" in said and "Back to the shop" in said and "sertraline 50 mg" in said and 'value="Dr. Dunn"' in said
    )
    for number in range(20):
        here = ReviewSession.objects.get().current_id
        outcome = ("recommended", "no_change", "again")[number % 3]
        given = {
            "outcome": outcome,
            "words": "Evening dose" if outcome == "recommended" else "",
            "receiver": "Dr. Dunn",
        }
        assert page.post(f"{where}{here}/", given).url == where
        said = text(page.get(where))
        assert f"{number + 1} of 20" in said
    assert "Everybody was spoken about" in said
    assert Handoff.objects.filter(kind="case_review", receiver_user=dr, state="sent").count() == 7
    assert page.post(f"{where}end/").status_code == 302
    assert text(page.get("/review/")).count("new, not yet reviewed") == 13
    assert text(as_user(dr).get("/")).count("Evening dose") >= 7


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"outcome": "recommended", "receiver": "Dr. Dunn"}, "Write it in a sentence"), ({"outcome": "recommended", "words": "x"}, "receiver"),
        ({"outcome": "sing"}, "unknown"), ({"outcome": "again", "again_on": "soon"}, "Write the day"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_and_nothing_is_sent(as_user, ana, twenty, given, says):
    page = as_user(ana)
    where = page.post("/review/", {"program": "collaborative_care"}).url
    page.get(where)
    answer = page.post(f"{where}{ReviewSession.objects.get().current_id}/", given)
    assert answer.status_code == 302 and says.lower() in text(page.get(answer.url)).lower()
    assert not Handoff.objects.exists() and not Review.objects.exclude(outcome="").exists()


def test_two_at_once_say_it_once(as_user, ana, dr, twenty):
    page = as_user(ana)
    where = page.post("/review/", {}).url
    page.get(where)
    one = Review.objects.get(pk=ReviewSession.objects.get().current_id)
    reviews.decide(review=one, outcome="no_change", by=dr)
    answer = page.post(f"{where}{one.pk}/", {"outcome": "again"})
    assert "Dr. Dunn has said it meanwhile" in text(page.get(answer.url))


def test_back_and_forth(as_user, ana, twenty):
    page = as_user(ana)
    where = page.post("/review/", {}).url
    first, second = Review.objects.order_by("place")[:2]
    said = text(page.get(where))
    assert f"?at={second.pk}" in said and 'data-key="p"' not in said
    said = text(page.get(f"{where}?at={second.pk}"))
    assert 'data-key="p"' in said and "is-here" in said
    assert text(page.get(f"{where}?at=999999")).count("is-here") == 1


def test_nobody_to_speak_about(as_user, ana, walter):
    answer = as_user(ana).post("/review/", {"program": "compass"})
    assert answer.status_code == 422 and "nobody there" in text(answer).lower()


def test_queries_do_not_grow(as_user, ana, twenty, django_assert_max_num_queries):
    page = as_user(ana)
    where = page.post("/review/", {}).url
    page.get(where)
    with django_assert_max_num_queries(45):
        page.get(where)


@pytest.fixture
def sent(ana, dr, twenty) -> Handoff:
    session = reviews.start_session(by=ana)
    one = reviews.reviews_in(session, ana)[0]
    return reviews.decide(
        review=one, outcome="recommended", by=ana, words="Move the dose to the evening", receiver_user=dr
    ).handoff


def link(page, sent: Handoff) -> str:
    return "/h/" + text(page.post(f"/handoffs/{sent.pk}/link/")).split("/h/")[1].split("/")[0] + "/"


def test_a_recommendation_is_answered_without_a_log_in(as_user, ana, sent, client):
    page = as_user(ana)
    assert "A link to answer in one tap" in text(page.get(f"/handoffs/{sent.pk}/"))
    where = link(page, sent)
    client.logout()
    said, family = text(client.get(where)), PersonSummary.objects.get(person_id=sent.person_id).family
    assert "Move the dose to the evening" in said and "born 1951" in said and family not in said and "03/09" not in said
    answer = client.post(where, {"answer": "change"})
    assert answer.status_code == 422 and "in a sentence" in text(answer)
    assert "Thank you" in text(client.post(where, {"answer": "change", "words": "Half the dose"}))
    assert client.get(where).status_code == 410 and client.post(where, {"answer": "accept"}).status_code == 410
    sent.refresh_from_db()
    assert sent.state == "accepted" and "Half the dose" in sent.history.last().note
    assert AuditEvent.objects.filter(action="handoff.link.change", person_id=sent.person_id).count() == 1
    assert "Half the dose" in text(as_user(ana).get(f"/handoffs/{sent.pk}/"))


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_who_may_not(db, as_user, request, who, sent):
    page, session = as_user(request.getfixturevalue(who)), ReviewSession.objects.get()
    assert page.get("/review/").status_code == (200 if who == "ben" else 403)
    assert page.get(f"/review/{session.pk}/").status_code == 403
    assert page.post(f"/review/{session.pk}/end/").status_code == 403
    one = session.reviews.last()
    page.post(f"/review/{session.pk}/{one.pk}/", {"outcome": "no_change"})
    one.refresh_from_db()
    assert one.outcome == ""
    assert page.post(f"/handoffs/{sent.pk}/link/").status_code == 403
    assert page.get("/review/99999/").status_code == 404
    assert page.get("/h/never/").status_code == 410
