"""Scope of practice by table: each act, each training."""

import pytest

from bluering.access import scope
from bluering.access.models import Role, User
from bluering.errors import BadInput, Refusal

TRAININGS = ("clinician", "rn", "lpn", "social_worker", "chw", "ma")
# Act → who may, in the order above: y yes, w within bounds, - no.
TABLE = {
    "assess": "yyww--",
    "triage": "yy-w--",
    "approve_plan": "yy-w--",
    "administer": "yyyyyy",
    "interpret": "yy-w--",
    "suicide_risk": "yy-y--",
    "collect_medicines": "yyy-wy",
    "reconcile_medicines": "yyw---",
    "order": "y-----",
    "educate": "yywwww",
    "therapy": "w--w--",
    "link_resources": "yyyyyy",
    "discuss_consent": "yyyywy",
}
BADGE = {"clinician": "MD", "rn": "RN", "lpn": "LPN", "social_worker": "LSW", "chw": "CHW", "ma": "MA"}


def somebody(badge: str, role: str = Role.COORDINATOR) -> User:
    return User(username="x", role=role, credential=badge)


def test_every_act_is_in_the_table():
    assert set(scope.acts()) == set(TABLE)


@pytest.mark.parametrize("act", TABLE)
def test_who_may(act):
    said = ""
    for training in TRAININGS:
        user = somebody(BADGE[training])
        said += "w" if scope.bounds(user, act) else "y" if scope.may(user, act) else "-"
    assert said == TABLE[act]


@pytest.mark.parametrize(
    ("badge", "training"),
    [("RN", "rn"), ("rn, bsn", "rn"), ("LICSW", "social_worker"), ("", "ma"), ("Wizard", "ma"), ("LPN; lead", "lpn")],
)
def test_a_badge_is_read_as_it_is_written(badge, training):
    assert scope.training_of(somebody(badge)) == training


def test_a_clinician_is_one_whatever_the_badge_says():
    assert scope.training_of(somebody("", Role.CLINICIAN)) == "clinician"


def test_a_refusal_names_who_could():
    with pytest.raises(Refusal, match=r"assess a risk of suicide is not in your scope .* a registered nurse"):
        scope.require(somebody("CHW"), "suicide_risk")
    scope.require(somebody("RN"), "suicide_risk")


def test_a_site_has_its_own(tmp_path, monkeypatch):
    own = tmp_path / "scope" / "scope.yaml"
    own.parent.mkdir()
    own.write_text(
        scope.SHIPPED.read_text().replace(
            "order or change a medicine, may: [clinician]", "order or change a medicine, may: [clinician, rn]"
        )
    )
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    assert scope.may(somebody("RN"), "order")


def test_a_training_nobody_knows_is_refused(tmp_path, monkeypatch):
    own = tmp_path / "scope" / "scope.yaml"
    own.parent.mkdir()
    own.write_text(scope.SHIPPED.read_text().replace("may: [clinician]}", "may: [wizard]}"))
    monkeypatch.setenv("BLUERING_RULES", str(tmp_path))
    with pytest.raises(BadInput, match="wizard"):
        scope.acts()
