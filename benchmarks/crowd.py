"""Pages of a practice with many at work: 300 coordinators, five million contacts, everybody on a panel in a program with something to do.

`python -m benchmarks --crowd` measures just this and writes its section of docs/benchmarks.md. With DATABASE_URL it runs on PostgreSQL.
"""

import random

from benchmarks.practice import REQUESTS, prepare, row

COORDINATORS, CONTACTS, PANEL = 300, 5_000_000, 200
PAGES = (
    ("Today", "/"), ("My day", "/day/"), ("My patients", "/patients/"), ("Tasks", "/tasks/"), ("Registry", "/registry/"),
    ("Case review", "/review/"), ("Questions", "/questions/"),
)  # fmt: skip
NUMBERS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
    "postgresql": "WITH n(i) AS (SELECT generate_series(1, {count}))",
}
MOMENT = {
    "sqlite": "datetime('now', '-' || (i % 700) || ' days')",
    "postgresql": "now() - make_interval(days => (i % 700)::int)",
}
CONTACT = """
{numbers},
held AS (SELECT person_id, coordinator_id, row_number() OVER (ORDER BY person_id) - 1 AS place FROM coordination_panel WHERE until IS NULL)
INSERT INTO coordination_contact (person_id, at, mode, reached, whom, purpose, minutes, note, by_id, topics)
SELECT held.person_id, {moment}, 'phone', i % 5 <> 0, 'person', 'Checking in', 5 + i % 20, '', held.coordinator_id, '[]'
FROM n JOIN held ON held.place = i % {held}
"""


def measure(persons: int) -> list[str]:
    """Rows of the table: each page as one of the coordinators opens it."""
    prepare(persons)
    _fill()
    return _pages(persons)


def _fill() -> None:
    """Coordinators, panels, episodes, tasks and contacts, once."""
    from django.db import connection

    from bluering.access.models import Role, User
    from bluering.coordination.models import Contact, Panel

    if Contact.objects.count() >= CONTACTS:
        return
    have = User.objects.filter(role=Role.COORDINATOR).count()
    User.objects.bulk_create(
        User(
            username=f"c{number}",
            display_name=f"Coordinator {number}",
            role=Role.COORDINATOR,
            credential="RN",
            password="!",
        )
        for number in range(have, COORDINATORS)
    )
    _panels()
    _episodes()
    held = Panel.objects.filter(until=None).count()
    vendor = connection.vendor
    sql = CONTACT.format(numbers=NUMBERS[vendor].format(count=CONTACTS), moment=MOMENT[vendor], held=held)
    with connection.cursor() as cursor:
        cursor.execute(sql if vendor == "postgresql" else _first_insert(sql))


def _first_insert(sql: str) -> str:
    """SQLite wants the names before the INSERT's own SELECT, after the INSERT."""
    head, _, rest = sql.partition("INSERT INTO")
    into, _, select = rest.partition("SELECT")
    return f"INSERT INTO{into} {head} SELECT{select}"


def _panels() -> None:
    import datetime as dt

    from bluering.access.models import Role, User
    from bluering.coordination.models import Panel
    from bluering.identity.models import Person

    held = set(Panel.objects.filter(until=None).values_list("person_id", flat=True))
    free = [
        one
        for one in Person.objects.order_by("id").values_list("id", flat=True)[: COORDINATORS * PANEL * 2]
        if one not in held
    ]
    rows = []
    for user in User.objects.filter(role=Role.COORDINATOR, username__startswith="c", panel=None):
        some, free = free[:PANEL], free[PANEL:]
        rows += [Panel(person_id=one, coordinator=user, since=dt.date(2026, 1, 5)) for one in some]
    Panel.objects.bulk_create(rows, batch_size=5_000)


def _episodes() -> None:
    import datetime as dt

    from django.utils import timezone

    from bluering.coordination.models import Episode, Panel, Task

    today, episodes, tasks = timezone.localdate(), [], []
    done = set(Episode.objects.values_list("person_id", flat=True))
    for number, (person, user) in enumerate(
        Panel.objects.filter(until=None).values_list("person_id", "coordinator_id")
    ):
        if person not in done and number % 2 == 0:
            since = today - dt.timedelta(days=number % 200 + 7)
            episodes.append(
                Episode(
                    person_id=person,
                    program="chronic_care_management",
                    state="active",
                    level="steady",
                    since=since,
                    by_id=user,
                )
            )
        if number % 10 == 0:
            due = today + dt.timedelta(days=number % 9 - 3)
            tasks.append(
                Task(
                    person_id=person, title="Call the pharmacy", due_date=due, by_id=user, owner_id=user, state="taken"
                )
            )
    Episode.objects.bulk_create(episodes, batch_size=5_000)
    Task.objects.bulk_create(tasks, batch_size=5_000)


def _pages(persons: int) -> list[str]:
    from django.db import connection
    from django.test import Client

    from bluering.access.models import User
    from bluering.coordination.models import Contact, Panel

    user = User.objects.get(username="c100")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    panel = list(Panel.objects.filter(coordinator=user, until=None).values_list("person_id", flat=True))
    people = random.Random(7).sample(panel, min(REQUESTS, len(panel)))
    addresses = {name: [address] * REQUESTS for name, address in PAGES}
    addresses |= {
        name: [f"/people/{one}/{tab}" for one in people]
        for name, tab in (
            ("Person", ""),
            ("Contacts of a person", "contacts/"),
            ("Assessments of a person", "assessments/"),
        )
    }
    engine, contacts = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor], Contact.objects.count()
    return [
        row(f"{name}, {engine}, {contacts:,} contacts", client, told, persons, len(panel))
        for name, told in addresses.items()
    ]
