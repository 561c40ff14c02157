"""The demo practice put to work: staff, files through the real intake, panels, contacts and handoffs, rules."""

import datetime as dt
import itertools
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from bluering import pipeline
from bluering.access.models import User
from bluering.coordination.episodes.actions import program_of
from bluering.coordination.models import Contact, Episode, EpisodeEvent, Handoff, HandoffEvent, Panel, Task, TaskEvent
from bluering.demo import panels, staff, work, write_practice
from bluering.demo.clock import Clock
from bluering.demo.directory import display
from bluering.demo.generate import people
from bluering.demo.lists import PAYER, ROSTER, SCORE
from bluering.demo.papers import write_faxes
from bluering.demo.systems import MEMBER
from bluering.errors import Refusal
from bluering.evaluation import person_month
from bluering.identity.models import Person, PersonLink
from bluering.intake.roster.mapping import Mapping
from bluering.intake.tables.actions import keep_sample, save_mapping
from bluering.paths import home
from bluering.pipeline import who_is_who
from bluering.record import providers
from bluering.rosters import building as rosters

PASSWORD = "blue-ring-demo"
HOME_SOURCE = "maple-ehr"
# The practice's fax, and among how many persons those whom its first pages concern are.
FAX, FAXES_ABOUT = "maple-fax", 60
Progress = Callable[[str, int, int], None]


def ensure_demo(*, persons: int, on_progress: Progress | None = None) -> int:
    """Make and load the demo practice unless it is here; returns how many persons there are. Goes on where it was stopped."""
    marker = home() / "demo.json"
    if not marker.exists():
        if Person.objects.exists() and not (home() / "demo-files").exists():
            raise Refusal(
                "This folder holds an installation with data of its own. Set BLUERING_HOME to an empty folder for the demo."
            )
        load_demo(persons=persons, on_progress=on_progress)
        _write_whole(marker, {"persons": persons, "today": str(timezone.localdate())})
    return Person.objects.filter(links__undone_at=None).distinct().count()


def load_demo(*, persons: int, today: dt.date | None = None, on_progress: Progress | None = None) -> None:
    """Eight systems' files through the intake, then the people who work here and what they have done, then the rules."""
    day = today or timezone.localdate()
    folder = home() / "demo-files"
    made = folder / "made.json"
    if not made.exists():
        shutil.rmtree(folder, ignore_errors=True)
        told = (lambda done, total: on_progress("making persons", done, total)) if on_progress else None
        write_practice(folder, persons=persons, today=day, on_progress=told)
        _write_whole(made, {"persons": persons})
    make_staff()
    tell_columns(folder / ROSTER)
    for source in sorted(
        (p.name for p in folder.iterdir() if p.is_dir()), key=lambda name: (name != HOME_SOURCE, name)
    ):
        pipeline.load([str(folder / source)], source=source, on_progress=_named(on_progress, f"loading {source}"))
    who_is_who.look_if_new()
    write_faxes(home() / "documents-in" / FAX, [*itertools.islice(people(persons), FAXES_ABOUT)], Clock(day))
    assign_panels(persons, day)
    add_work(day)
    providers.refresh()
    pipeline.run(on_progress=on_progress)
    person_month.build()
    rosters.build()
    shutil.rmtree(folder)


def tell_columns(folder: Path) -> None:
    """The data steward has told what the columns of the plan's lists are."""
    steward, sample = User.objects.get(username="wen"), min(folder.glob("*.csv")).read_bytes()
    row = keep_sample(source=ROSTER, raw=sample, by=steward)
    mapping = replace(Mapping.suggest(row.header), identifier_system=MEMBER, payer=PAYER, score_name=SCORE)
    save_mapping(source=ROSTER, mapping=mapping, by=steward)


def _named(on_progress: Progress | None, step: str) -> Progress | None:
    return (lambda _, done, total: on_progress(step, done, total)) if on_progress else None


def log_ins() -> list[dict]:
    """Who may log in to the demo, coordinators first."""
    return [{"username": s.username, "name": s.name, "role": s.role, "password": PASSWORD} for s in staff()]


@transaction.atomic
def make_staff() -> None:
    """The demo's log-ins; those that exist stay as they are."""
    for member in staff():
        user, new = User.objects.get_or_create(
            username=member.username,
            defaults={
                "display_name": member.name,
                "role": member.role,
                "credential": member.credential,
                "practitioner_id": member.practitioner_id,
            },
        )
        if new:
            user.set_password(PASSWORD)
            user.save()


def _persons() -> dict[str, str]:
    """The practice's patient id → person."""
    links = PersonLink.objects.filter(source=HOME_SOURCE, undone_at=None).values_list("subject_key", "person_id")
    return {key.split("/", 1)[1]: person for key, person in links}


@transaction.atomic
def assign_panels(persons: int, day: dt.date) -> None:
    """Who coordinates whom, as if it had been so for half a year."""
    known, users = _persons(), {user.username: user for user in User.objects.all()}
    taken = set(Panel.objects.values_list("person_id", flat=True))
    since = day - dt.timedelta(days=180)
    rows = {
        known[patient]: Panel(person_id=known[patient], coordinator=users[username], since=since, reason="demo")
        for patient, username in panels(persons)
        if patient in known and known[patient] not in taken
    }
    Panel.objects.bulk_create(rows.values(), batch_size=1000)


@transaction.atomic
def add_work(day: dt.date) -> None:
    """Contacts, handoffs, episodes and tasks of the last weeks, once."""
    if Contact.objects.exists() or Handoff.objects.exists():
        return
    known, users = _persons(), {user.username: user for user in User.objects.all()}
    for item in work(day):
        if item["person"] in known:
            add = next((one for key, one in ADDS.items() if key in item), _add_handoff)
            add(item, known[item["person"]], users)


def _add_contact(item: dict, person_id: str, users: dict[str, User]) -> None:
    Contact.objects.create(
        person_id=person_id, at=item["at"], mode=item["mode"], reached=item["reached"], whom=item.get("whom", "person"),
        purpose=item["purpose"], minutes=item["minutes"], note=item.get("note", ""), by=users[item["username"]],
    )  # fmt: skip


def _add_episode(item: dict, person_id: str, users: dict[str, User]) -> None:
    """An episode as the actions would have left it: considered, and agreed to where it is followed."""
    by, since = users[item["username"]], item["since"]
    agreed = {"consent_by": "person", "consent_how": "phone", "consent_on": since, "cost_said": True} if since else {}
    made = Episode.objects.create(
        person_id=person_id, program=item["program"], version=program_of(item["program"]).version, state=item["state"],
        level=item["level"], found=item["found"], by=by, at=_at_nine(item["considered"]), since=since,
        level_since=since, decide_by=item["decide_by"], turn=int(item["state"] != "considered"), **agreed,
    )  # fmt: skip
    EpisodeEvent.objects.create(
        episode=made, by=by, what="consider", to_state="considered", at=_at_nine(item["considered"])
    )
    if item["state"] != "considered":
        what, day = ("enroll", since) if since else ("reach_out", item["considered"])
        EpisodeEvent.objects.create(
            episode=made, by=by, what=what, from_state="considered", to_state=item["state"], level=item["level"], at=_at_nine(day)
        )  # fmt: skip


def _add_task(item: dict, person_id: str, users: dict[str, User]) -> None:
    by, owner = users[item["username"]], users.get(item["owner"])
    made = Task.objects.create(
        person_id=person_id, title=item["task"], act=item["act"], due_date=item["due"], by=by, owner=owner,
        state="taken" if owner else "open", at=_at_nine(item["opened"]),
    )  # fmt: skip
    TaskEvent.objects.create(task=made, by=by, what="open", to=owner, at=_at_nine(item["opened"]))


# What tells a piece of work, and how it is added; a handoff has none of these.
ADDS: dict[str, Callable[[dict, str, dict[str, User]], None]] = {
    "mode": _add_contact, "program": _add_episode, "task": _add_task,
}  # fmt: skip


def _at_nine(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


# The confirmations a handoff of the demo has had, by the state it is in.
CONFIRMED: dict[str, tuple[str, ...]] = {
    "received": ("information_confirmed",),
    "accepted": ("information_confirmed", "responsibility_confirmed"),
    "in_progress": ("information_confirmed", "responsibility_confirmed"),
    "result_back": ("information_confirmed", "responsibility_confirmed"),
}


def _add_handoff(item: dict, person_id: str, users: dict[str, User]) -> None:
    owner = users[item.get("username", "dana")]
    opened = _at_nine(item["opened"])
    later = opened + dt.timedelta(hours=5)
    told = CONFIRMED.get(item["state"], ())
    confirmed = {f"{name}_at": later for name in told} | {f"{name}_by": owner for name in told}
    result = {"result_at": later + dt.timedelta(days=3)} if item["state"] == "result_back" else {}
    receivers = {display(user.practitioner_id): user for user in users.values() if user.practitioner_id}
    handoff = Handoff.objects.create(
        person_id=person_id, kind=item["kind"], title=item["title"], sender=item["sender"], receiver=item["receiver"],
        owner=owner, receiver_user=receivers.get(item["receiver"]), state=item["state"], due_date=item["due"],
        fact_key=item.get("fact_key") or "", opened_at=opened, opened_by=owner, **confirmed, **result,
    )  # fmt: skip
    HandoffEvent.objects.create(handoff=handoff, at=opened, by=owner, what="open", to_state="draft")
    if item["state"] != "draft":
        HandoffEvent.objects.create(
            handoff=handoff, at=opened, by=owner, what="send", from_state="draft", to_state=item["state"]
        )


def _write_whole(file: Path, value: dict) -> None:
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(value))
    partial.rename(file)
