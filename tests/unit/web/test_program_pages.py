"""Programs in pages: who is found, every decision on the person's page, and who may not."""

import shutil

import pytest
from django.utils import timezone

from bluering.coordination.episodes.actions import consider, move_episode
from bluering.coordination.models import Contact, Episode
from bluering.population import rules
from bluering.population.models import Preview, ProgramFinding

AGREED = {"said_by": "person", "how": "phone", "cost_said": "yes"}


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def found(walter) -> ProgramFinding:
    return ProgramFinding.objects.create(
        person_id=walter,
        program="compass",
        finding="enter",
        title="PHQ-9 14",
        sentence="Depression with a PHQ-9 of 14.",
        since=timezone.localdate(),
    )


@pytest.fixture
def considered(walter, ana) -> Episode:
    return consider(person_id=walter, program="compass", by=ana, why="Asked about it")


def decided(page, episode: Episode, move: str, **given):
    """The decision as the form sends it, by somebody who sees the newest turn."""
    episode.refresh_from_db()
    return page.post(f"/episodes/{episode.pk}/{move}/", {"seen": episode.turn, **given})


def test_whom_the_criteria_name_is_considered_from_the_programs_page(as_user, ana, walter, found):
    page = as_user(ana)
    assert "1 found" in text(page.get("/programs/"))
    assert "Depression with a PHQ-9 of 14." in text(page.get("/programs/compass/"))
    assert "May be for" in text(page.get(f"/people/{walter}/programs/"))
    assert page.post(f"/people/{walter}/programs/compass/consider/", {}).status_code == 302
    assert "1 found" not in text(page.get("/programs/"))
    assert "considered" in text(page.get("/programs/compass/"))


def test_the_whole_way_from_outreach_to_graduation_and_back(as_user, ana, walter, considered):
    page = as_user(ana)
    assert decided(page, considered, "reach_out").status_code == 302
    tried = {"mode": "phone", "reached": "no", "whom": "person", "minutes": "2"}
    assert decided(page, considered, "attempt", **tried).status_code == 302
    assert Contact.objects.filter(purpose="COMPASS: asking", reached=False).count() == 1
    assert "usual share of cost" in text(page.get(f"/episodes/{considered.pk}/enroll/"))
    assert decided(page, considered, "enroll", level="intensive", **AGREED).status_code == 302
    assert decided(page, considered, "step_down", level="watch", reason="At target").status_code == 302
    assert decided(page, considered, "graduate", reason="Held for two months").status_code == 302
    said = text(page.get(f"/people/{walter}/programs/"))
    assert "graduated, watched" in said and "Graduate: Held for two months" in said
    assert page.post(f"/episodes/{considered.pk}/again/", {"reason": "PHQ-9 of 12"}).status_code == 302
    assert Episode.objects.get(state="active").previous_id == considered.pk
    assert "graduate: Held for two months" in text(page.get(f"/people/{walter}/timeline/"))


@pytest.mark.parametrize(
    ("move", "given", "says"),
    [
        ("enroll", {}, "Say who agreed"),
        ("enroll", {"said_by": "person", "how": "phone"}, "Say what it costs them first"),
        ("decline", {}, "Say why in a sentence"),
        ("decline", {"reason": "No"}, "Choose what it was"),
        ("decline", {"reason": "No", "until": "tomorrow"}, "Write the day as"),
        ("decline", {"reason": "No", "because": "cost", "until": "2020-01-01"}, "Choose a day after today"),
        ("unsuitable", {"reason": "x" * 401}, "at most 400"),
    ],
)
def test_what_is_missing_is_said(as_user, ana, considered, move, given, says):
    answer = decided(as_user(ana), considered, move, **given)
    assert answer.status_code == 422 and says in text(answer)
    considered.refresh_from_db()
    assert considered.state == "considered"


def test_a_reason_of_ones_own_is_asked_for_without_a_finding(as_user, ana, walter):
    answer = as_user(ana).post(f"/people/{walter}/programs/compass/consider/", {})
    assert answer.status_code == 422 and not Episode.objects.exists()


def test_two_who_decide_at_once(as_user, ana, dr, considered):
    move_episode(episode=considered, move="reach_out", by=dr)
    late = as_user(ana).post(f"/episodes/{considered.pk}/unsuitable/", {"seen": 0, "reason": "Moves away"})
    assert late.status_code == 422 and "Dr. Dunn has decided meanwhile (ask them)" in text(late)


@pytest.mark.parametrize("address", ["/programs/wishes/", "/episodes/999/keep/", "/episodes/999/again/"])
def test_what_there_is_not(as_user, ana, address):
    assert as_user(ana).get(address).status_code == 404


def test_a_move_there_is_not(as_user, ana, walter, considered):
    assert as_user(ana).get(f"/episodes/{considered.pk}/jump/").status_code == 404
    assert as_user(ana).get(f"/people/{walter}/programs/wishes/consider/").status_code == 404


@pytest.mark.parametrize("who", ["ben", "cleo", "wen"])
def test_nobody_else_decides(db, as_user, who, request, walter, found, considered):
    page = as_user(request.getfixturevalue(who))
    for address in (
        f"/people/{walter}/programs/",
        f"/people/{walter}/programs/compass/consider/",
        f"/episodes/{considered.pk}/keep/",
        f"/episodes/{considered.pk}/again/",
    ):
        assert page.get(address).status_code == 403
    assert page.post(f"/episodes/{considered.pk}/unsuitable/", {"seen": 0, "reason": "x"}).status_code == 403


def test_administrators_see_counts_and_nobody(as_user, cleo, wen, walter, found, considered):
    page = as_user(cleo)
    assert "considered: 1" in text(page.get("/programs/"))
    assert "PHQ-9 of 14" not in text(page.get("/programs/compass/"))
    assert as_user(wen).get("/programs/").status_code == 403


def test_a_colleague_does_not_see_whom_another_holds(as_user, ben, walter, found, considered):
    said = text(as_user(ben).get("/programs/compass/"))
    assert "PHQ-9 of 14" not in said and walter not in said


def test_whoever_left_for_the_cost_is_counted(as_user, ana, cleo, considered):
    gone = {"reason": "The copay", "because": "cost"}
    assert decided(as_user(ana), considered, "decline", **gone).status_code == 302
    said = text(as_user(cleo).get("/programs/compass/"))
    assert "Why people left" in said and "The cost" in said


@pytest.fixture
def proposed(tmp_path, monkeypatch):
    """COMPASS from a PHQ-9 of 15, tried."""
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    folder = shutil.copytree(rules.SHIPPED / "programs" / "compass", tmp_path / "next" / "programs" / "compass")
    said = (
        (folder / "rule.yaml").read_text().replace("phq9_from: 10", "phq9_from: 15").replace("version: 1", "version: 2")
    )
    (folder / "rule.yaml").write_text(said)
    return folder


def test_a_next_version_says_what_is_new_and_for_whom(as_user, dr, cleo, ben, walter, proposed):
    page = as_user(dr)
    assert "The next version" in text(page.get("/programs/compass/"))
    assert "phq9 from" in text(page.get("/programs/compass/next/"))
    assert page.post("/programs/compass/next/try/").status_code == 302
    assert "Looking at everybody" in text(page.get("/programs/compass/next/"))
    asked = Preview.objects.get()
    asked.rows.create(person_id=walter, change="leave", sentence="PHQ-9 of 14 on Oct 1.")
    Preview.objects.update(finished_at=timezone.now(), found_now=1)
    assert "PHQ-9 of 14 on Oct 1." in text(page.get("/programs/compass/next/"))
    for other in (cleo, ben):
        said = text(as_user(other).get("/programs/compass/next/"))
        assert "Would be found no more" in said and "PHQ-9 of 14" not in said, "numbers, not names"
    rule = proposed / "rule.yaml"
    rule.write_text(rule.read_text().replace("phq9_from: 15", "phq9_from: 12"))
    assert "has been changed since" in text(as_user(dr).get("/programs/compass/next/"))
    rule.write_text("id: other")
    assert "id is" in text(as_user(dr).get("/programs/compass/next/"))


def test_who_may_not_try(as_user, ana, wen, proposed):
    assert as_user(ana).post("/programs/compass/next/try/").status_code == 403
    assert as_user(wen).get("/programs/compass/next/").status_code == 403
    assert as_user(ana).get("/programs/rising_risk/next/").status_code == 404
