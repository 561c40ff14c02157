"""Rules and pages over a demo practice of a given size, kept in the folder BLUERING_BENCH names so that it is made once."""

import os
import random
import statistics
import time
from pathlib import Path

PAGES = (("Today", "/"), ("My patients", "/patients/"))
REQUESTS = 60


def prepare(persons: int) -> None:
    """Make the practice unless it is there."""
    home = Path(os.environ.get("BLUERING_BENCH", "/tmp/bluering-bench")) / str(persons)
    os.environ["BLUERING_HOME"] = str(home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bluering.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from bluering.practice import ensure_demo
    from bluering.progress import Progress
    from bluering.record import charts

    call_command("migrate", verbosity=0)
    ensure_demo(persons=persons, on_progress=Progress())
    charts.build_missing()


def rules(persons: int) -> list[str]:
    """All rules over everybody and over one person."""
    from bluering import pipeline
    from bluering.coordination.models import Panel

    everybody = pipeline.run()
    seconds = min(pipeline.run().seconds for _ in range(2))
    some = random.Random(7).sample(list(Panel.objects.values_list("person_id", flat=True)), 30)
    single = sorted(timed(lambda person=person: pipeline.run(person_id=person)) for person in some)
    return [
        f"| All {everybody.rules} rules, everybody | {everybody.persons:,} persons | {seconds:.1f} s, {everybody.persons / seconds:,.0f} persons/s |",
        f"| All {everybody.rules} rules, one person | {len(some)} persons, one after the other | p50 {middle(single)}, p95 {tail(single)} |",
    ]


def months(persons: int) -> list[str]:
    """The table of person-months from everybody's claims, coverage and stays."""
    from bluering.evaluation import person_month

    built = person_month.build()
    return [f"| Person-months | {built.rows:,} of {built.persons:,} persons | {built.seconds:.1f} s |"]


def pages(persons: int) -> list[str]:
    """Server time of pages, from request to finished response, as the busiest coordinator."""
    from django.db.models import Count
    from django.test import Client

    from bluering.access.models import User
    from bluering.coordination.models import Panel

    user = User.objects.filter(role="coordinator").annotate(size=Count("panel")).order_by("-size")[0]
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(user)
    panel = list(Panel.objects.filter(coordinator=user, until=None).values_list("person_id", flat=True))
    people = random.Random(7).sample(panel, min(REQUESTS, len(panel)))
    addresses = {name: [address] * REQUESTS for name, address in PAGES} | {"Person": [f"/people/{p}/" for p in people]}
    return [row(name, client, list_, persons, len(panel)) for name, list_ in addresses.items()]


def row(name: str, client, addresses: list[str], persons: int, panel: int) -> str:
    """One page's row; the first requests are not counted."""
    for address in addresses[:3]:
        assert client.get(address).status_code == 200, address
    times = sorted(timed(lambda address=address: client.get(address)) for address in addresses)
    return f"| {name} | {persons:,} persons, a panel of {panel:,}; {len(times)} requests | p50 {middle(times)}, p95 {tail(times)} |"


def timed(act) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def middle(times: list[float]) -> str:
    return f"{statistics.median(times):.0f} ms"


def tail(times: list[float]) -> str:
    return f"{times[int(len(times) * 0.95)]:.0f} ms"
