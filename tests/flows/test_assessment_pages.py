"""Assessments in pages: begun, answered, finished, drawn; by link without a log-in; and who may not."""

import json
from datetime import date

import pytest

from bluering import pipeline
from bluering.assessing import links
from bluering.assessing.instruments import instruments
from bluering.coordination import safety
from bluering.coordination.models import Assessment, AssessmentLink, Panel
from bluering.identity.models import PersonLink
from bluering.web import plain

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NINE = instruments()["phq9"].scoring.of
SEVERAL = "LA6569-3"


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def as_user(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def walter(tmp_path, ana):
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


def begin(page, walter, **changes):
    given = {"instrument": "phq9", "way": "phone", "language": "en"} | changes
    return page.post(f"/people/{walter}/assessments/begin/", given)


def answers(links_, code: str = SEVERAL) -> dict:
    return {"question": list(links_), **dict.fromkeys(links_, code)}


def test_begun_answered_finished_and_drawn(as_user, ana, walter):
    page = as_user(ana)
    assert "Begin one" in text(page.get(f"/people/{walter}/assessments/"))
    made = begin(page, walter)
    assert made.status_code == 302
    asked = text(page.get(made.url))
    assert "Little interest or pleasure" in asked and asked.count("data-question=") == 10
    state = text(page.post(f"{made.url}answer/", answers(NINE[:1])))
    assert "1 of 9 answered" in state and "/69722-7" not in state
    page.post(made.url, answers(NINE[:8]) | {"act": "save"})
    state = text(page.post(f"{made.url}answer/", answers(NINE[8:], "LA6568-5")))
    assert "/69722-7" in state, "with a total above 0 the difficulty is asked"
    assert page.post(made.url, {"act": "finish"}).status_code == 302
    said = text(page.get(made.url))
    assert "mild" in said and ">8<" in said and "Kroenke" in said
    drawn = text(page.get(f"/people/{walter}/assessments/"))
    assert 'class="course"' in drawn and "8, mild" in drawn
    assert "PHQ-9" in text(page.get(f"/people/{walter}/timeline/"))


def test_whose_training_does_not_cover_it_sees_the_number_only(as_user, ana, walter):
    ana.credential = "MA"
    ana.save()
    page = as_user(ana)
    made = begin(page, walter)
    page.post(made.url, answers(NINE) | {"act": "finish"})
    said = text(page.get(made.url))
    assert "not in your scope of practice" in said and "mild" not in said and ">9<" in said
    assert "mild" not in text(page.get(f"/people/{walter}/assessments/"))


def test_item_nine_shows_the_safety_path_on_the_same_page(as_user, ana, walter):
    page = as_user(ana)
    made = begin(page, walter)
    state = text(page.post(f"{made.url}answer/", answers(["/44260-8"])))
    assert "tel:988" in state and safety.in_danger([walter]) == {walter}


def test_a_wrong_answer_is_said_and_not_kept(as_user, ana, walter):
    page = as_user(ana)
    made = begin(page, walter)
    state = text(page.post(f"{made.url}answer/", answers(NINE[:1], "LA0")))
    assert "choose one of the list" in state and "0 of 9 answered" in state
    page.post(made.url, {"act": "finish"})
    assert "answer at least one question" in text(page.get(made.url))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"by_proxy": "yes"}, "own report"),
        ({"on_day": "tomorrow"}, "Write the day"),
        ({"on_day": "2000-01-01"}, "last year"),
        ({"way": ""}, "Choose how"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(as_user, ana, walter, changes, says):
    answer = begin(as_user(ana), walter, **changes)
    assert answer.status_code == 422 and says in text(answer)


def test_missed_care_leads_to_help(as_user, ana, walter):
    page = as_user(ana)
    made = begin(page, walter, instrument="missed_care", language="es")
    assert "¿Qué lo hizo difícil?" in text(page.get(made.url))
    given = {
        "question": ["/what", "/why", "/words"],
        "/what": "visit",
        "/why": ["transport", "fear"],
        "/words": "No car",
        "act": "finish",
    }
    page.post(made.url, given)
    said = text(page.get(made.url))
    assert "Arrange the ride" in said and "Talk about what they fear" in said and "handoff/?kind=community" in said


def test_taken_back(as_user, ana, walter):
    page = as_user(ana)
    made = begin(page, walter)
    page.post(made.url, answers(NINE) | {"act": "finish"})
    assert page.post(f"{made.url}take-back/", {}).status_code == 422
    assert page.post(f"{made.url}take-back/", {"reason": "His brother"}).status_code == 302
    assert "His brother" in text(page.get(made.url))
    assert 'class="course"' not in text(page.get(f"/people/{walter}/assessments/"))


def sent(page, walter, language: str = "es") -> str:
    shown = text(begin(page, walter, way="link", language=language))
    return "/a/" + shown.split("/a/")[1].split("/")[0] + "/"


def test_by_link_in_spanish_with_item_nine(as_user, ana, walter, client):
    where = sent(as_user(ana), walter)
    client.logout()
    assert "Fecha de nacimiento" in text(client.get(where))
    assert client.get(f"{where}form/").status_code == 302, "not before the birth date"
    assert client.post(f"{where}answer/", answers(NINE[:1])).status_code == 302
    assert client.post(where, {"birth_date": "1951-03-10"}).status_code == 422
    assert client.post(where, {"birth_date": "1951-03-09"}).status_code == 302
    asked = text(client.get(f"{where}form/"))
    assert "Poco interés" in asked and "Walter" not in asked and "Andrews" not in asked
    assert "988" in text(client.post(f"{where}answer/", answers(["/44260-8"])))
    assert safety.standing_of(walter)[0].opened_by is None
    thanks = text(client.post(f"{where}form/", answers(NINE) | {"act": "send"}))
    assert "Gracias" in thanks and "988" in thanks
    assert Assessment.objects.get().score == 9
    assert "Gracias" in text(client.get(f"{where}form/")), "sent once"
    assert "no está solo" in thanks
    said = text(as_user(ana).get(f"/people/{walter}/assessments/"))
    assert "by themselves" in said


def test_a_link_that_works_no_more_says_whom_to_ask(as_user, ana, walter, client):
    where = sent(as_user(ana), walter, "en")
    page = as_user(ana)
    made = Assessment.objects.get()
    assert page.post(f"/assessments/{made.pk}/withdraw/").status_code == 302
    client.logout()
    for gone in (where, "/a/never-was/"):
        answer = client.get(gone)
        assert answer.status_code == 410 and "Ask your care team" in text(answer)
    assert client.get(f"{where}form/").status_code == 410


def test_guessing_birth_dates_ends_the_link(as_user, ana, walter, client):
    where = sent(as_user(ana), walter)
    client.logout()
    for _ in range(links.TRIES):
        client.post(where, {"birth_date": "1950-01-01"})
    assert client.post(where, {"birth_date": "1951-03-09"}).status_code == 410
    assert AssessmentLink.objects.get().opened_at is None


def test_nothing_answered_is_not_sent(as_user, ana, walter, client):
    where = sent(as_user(ana), walter, "en")
    client.logout()
    client.post(where, {"birth_date": "1951-03-09"})
    answer = client.post(f"{where}form/", {"act": "send"})
    assert answer.status_code == 422 and "Answer at least one question" in text(answer)


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_who_may_not(as_user, ana, walter, request, who):
    made = begin(as_user(ana), walter)
    page = as_user(request.getfixturevalue(who))
    assert page.get(f"/people/{walter}/assessments/").status_code == 403
    assert begin(page, walter).status_code == 403
    for address in (made.url, f"{made.url}take-back/"):
        assert page.get(address).status_code == 403
    for address in (f"{made.url}answer/", f"{made.url}withdraw/", made.url):
        assert page.post(address, answers(NINE[:1])).status_code == 403
    assert page.get("/assessments/999999/").status_code == 404


def test_every_line_is_there_in_every_language():
    lines = {language: plain.words("by_link", language) for language in plain.LANGUAGES}
    assert lines["en"].keys() == lines["es"].keys()
    assert all(line.strip() for said in lines.values() for line in said.values())
    assert not set(lines["en"].values()) & set(lines["es"].values())
    assert plain.our_language("es-MX") == "es" and plain.our_language("so") == "en"
