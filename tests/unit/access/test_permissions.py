"""Roles against actions, and whose persons each role reaches."""

import pytest
from django.contrib.auth.models import AnonymousUser

from bluering.access import policy
from bluering.access.permissions import may, may_for_some, require
from bluering.errors import BadInput, Refusal

ABOUT_A_PERSON = sorted(action for action, rule in policy.load().items() if rule.about_person)


@pytest.mark.parametrize("action", ABOUT_A_PERSON)
def test_a_coordinator_reaches_persons_she_holds(ana, action):
    assert may(ana, action, panel_holder="ana")


@pytest.mark.parametrize("action", ABOUT_A_PERSON)
def test_a_coordinator_reaches_persons_she_covers(ana, action):
    assert may(ana, action, panel_holder="ben", covered={"ben"})


@pytest.mark.parametrize("action", ABOUT_A_PERSON)
def test_a_coordinator_reaches_persons_on_nobodys_panel(ana, action):
    assert may(ana, action, panel_holder=None)


@pytest.mark.parametrize("action", ABOUT_A_PERSON)
def test_a_coordinator_does_not_reach_a_colleagues_persons(ben, action):
    assert not may(ben, action, panel_holder="ana")


@pytest.mark.parametrize("action", ABOUT_A_PERSON)
@pytest.mark.parametrize("holder", ["cleo", "ana", None])
def test_an_administrator_reaches_no_person(cleo, action, holder):
    assert not may(cleo, action, panel_holder=holder, covered={"ana"})


def test_a_clinician_reads_everybody_of_the_practice(dr):
    assert may(dr, "person.read", panel_holder="ana")


def test_a_clinician_does_not_change_panels(dr):
    assert not may(dr, "panel.assign", panel_holder=None)


@pytest.mark.parametrize("action", ABOUT_A_PERSON)
@pytest.mark.parametrize("holder", ["ana", None])
def test_a_data_steward_reaches_no_person(wen, action, holder):
    assert not may(wen, action, panel_holder=holder, covered={"ana"})


@pytest.mark.parametrize(
    ("action", "who"),
    [("intake.read", "cleo wen"), ("inbox.work", "wen"), ("inbox.open", "wen"), ("documents.file", "ana wen"),
     ("sources.read", "cleo wen"), ("sources.manage", "cleo wen"), ("person.find", "ana dr"), ("figures.read", "cleo")],
)  # fmt: skip
def test_data_work_and_people_work_are_apart(ana, cleo, dr, wen, action, who):
    assert [user.username for user in (ana, cleo, dr, wen) if may(user, action)] == who.split()


@pytest.mark.parametrize("action", ["audit.read", "users.manage"])
def test_only_administrators_manage(ana, cleo, dr, action):
    assert [may(user, action) for user in (ana, cleo, dr)] == [False, True, False]


def test_without_a_role_nothing_is_allowed(ana):
    ana.role = ""
    assert not any(may(ana, action, panel_holder="ana") for action in policy.load())


def test_a_closed_account_may_do_nothing(ana):
    ana.is_active = False
    assert not may(ana, "person.read", panel_holder="ana")


def test_being_a_superuser_adds_nothing(cleo):
    cleo.is_superuser = True
    assert not may(cleo, "person.read", panel_holder=None)


def test_nobody_signed_in_may_do_nothing():
    assert not may(AnonymousUser(), "ui.read")


def test_forgetting_who_holds_the_person_is_a_bug_and_opens_nothing(ana):
    with pytest.raises(TypeError):
        may(ana, "person.read")


def test_an_unknown_action_is_a_bug(ana):
    with pytest.raises(KeyError):
        may(ana, "person.delete")


def test_a_menu_asks_whether_some_person_is_reached(ana, cleo):
    assert may_for_some(ana, "contact.log") and not may_for_some(cleo, "contact.log")


def test_a_refusal_names_who_could(ben):
    with pytest.raises(Refusal, match="ana, who holds this person, or whoever covers for ana; clinicians"):
        require(ben, "person.read", panel_holder="ana")


def test_a_refusal_of_something_not_about_a_person_names_the_role(ana):
    with pytest.raises(Refusal, match="Who could: administrators"):
        require(ana, "audit.read")


def test_a_role_nobody_knows_stops_the_start_and_says_where(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("person.read:\n  nurse: yes\n")
    with pytest.raises(BadInput, match=r"policy.yaml, person.read: unknown role 'nurse'"):
        policy.load(file)


def test_a_reach_nobody_knows_stops_the_start_and_says_where(tmp_path):
    file = tmp_path / "policy.yaml"
    file.write_text("person.read:\n  about: person\n  coordinator: [mine]\n")
    with pytest.raises(BadInput, match=r"policy.yaml, person.read, coordinator"):
        policy.load(file)
