"""HL7 v2: bare parsing beside two libraries, messages accepted and kept, messages through to the rules, and a discharge on its way to Today."""

import asyncio
import datetime as dt
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS, ACCEPTED, THROUGH, DISCHARGES, RATE = 16, 20_000, 10_000, 60, 20
PEOPLE = ["Abbott", "Baker", "Chen", "Diaz", "Evans", "Fisher", "Gupta", "Hansen", "Ibarra", "Jones"]


def adt(event: str, number: str, patient: int, at: str, *, left: str = "") -> bytes:
    """An ADT message of nine segments, about 900 bytes, as a hospital sends it."""
    stay = "|".join(
        {
            2: "I",
            3: "4E^12^A^GENERAL",
            7: "1487^Okoro^Ada^^^Dr",
            10: "MED",
            19: f"V{patient}",
            36: left and "01",
            44: at,
            45: left,
        }.get(n, "")
        for n in range(2, 46)
    )
    segments = [
        f"MSH|^~\\&|ADT1|GENERAL|BLUERING|MAPLE|{at}||ADT^{event}^ADT_{event}|{number}|P|2.5.1",
        f"EVN|{event}|{at}",
        f"PID|1||M{patient}^^^GENERAL^MR~9{patient:08}^^^SSA^SS||{PEOPLE[patient % 10]}{patient}^Ada^Q||19{patient % 60 + 30}0203|F||2106-3|12 Elm St^^Springfield^IL^62701||(217)555-{patient % 10_000:04}|||M",
        "PD1||||1487^Okoro^Ada",
        "NK1|1|Baker^Tom|SPO|12 Elm St^^Springfield^IL^62701|(217)555-0100",
        f"PV1|1|{stay}",
        "PV2|||^Shortness of breath",
        "DG1|1||I50.9^Heart failure, unspecified^I10|||A",
        "IN1|1|HMO|77|Prairie Health Plan||||G-17",
    ]  # fmt: skip
    return "\r".join(segments).encode() + b"\r"


def measure() -> list[str]:
    """Rows of the table."""
    return [*parsing(), *accepting(), *through()]


def parsing() -> list[str]:
    """Bare parsing in one process: ours down to every field of every segment, and the two libraries'."""
    import hl7
    from hl7apy.parser import parse_message

    from bluering.intake.hl7v2.message import Message

    raw = [adt("A01", str(n), n, "20261120080000") for n in range(2_000)]

    def ours(one: bytes) -> int:
        return sum(len(segment.reps(field)) for segment in Message.parse(one).segments for field in range(1, 20))

    rates = {
        "`hl7apy` parse": _rate(lambda one: parse_message(one.decode(), find_groups=False), raw[:200]),
        "`hl7` parse": _rate(lambda one: hl7.parse(one.decode()), raw),
        "our parser, every field": _rate(ours, raw),
        "our parser, heading only": _rate(lambda one: Message.parse(one).heading, raw),
    }
    return [f"| {what} | ADT of 9 segments | {rate:,.0f} messages/s |" for what, rate in rates.items()]


def _rate(work: Callable[[bytes], object], messages: list[bytes]) -> float:
    began = time.perf_counter()
    for one in messages:
        work(one)
    return len(messages) / (time.perf_counter() - began)


def accepting() -> list[str]:
    """Messages a second from first byte to durable acknowledgement, each connection waiting for every answer."""
    with tempfile.TemporaryDirectory(prefix="bluering-bench-") as home:
        _bluering(home, "setup").wait()
        with _listener(home) as port:
            each = ACCEPTED // CONNECTIONS
            scripts = [
                [adt("A01", f"{n}-{i}", n * each + i, "20261120080000") for i in range(each)]
                for n in range(CONNECTIONS)
            ]
            seconds = _run(_send_all(port, scripts))
    return [
        f"| MLLP, kept on the disk and acknowledged | {ACCEPTED:,} ADT over {CONNECTIONS} connections | {ACCEPTED / seconds:,.0f} messages/s |"
    ]


def through() -> list[str]:
    """Messages that wait, through to the record and the rules: admitted and discharged, in one process."""
    with tempfile.TemporaryDirectory(prefix="bluering-bench-") as home:
        code = f"import django; django.setup(); from benchmarks import messages; print(messages.take_in({THROUGH}))"
        _bluering(home, "setup").wait()
        done = subprocess.run(
            [sys.executable, "-c", code], env=_environment(home), capture_output=True, check=True, text=True
        )
    rate = float(done.stdout.split()[-1])
    return [
        f"| Messages through to record and rules | {THROUGH:,} ADT of {THROUGH // 2:,} stays | {rate:,.0f} messages/s |"
    ]


def take_in(count: int) -> float:
    """Keep so many messages and take them in; returns how many a second."""
    from bluering import pipeline
    from bluering.intake import arrivals
    from bluering.intake.arrivals import Incoming

    today = dt.date.today().strftime("%Y%m%d")
    told = [adt("A01", f"a{n}", n, f"{today}0100") for n in range(count // 2)]
    told += [adt("A03", f"d{n}", n, f"{today}0200", left=f"{today}0200") for n in range(count // 2)]
    arrivals.keep([Incoming("general", "hl7v2", "ADT1|GENERAL", f"{n}", raw) for n, raw in enumerate(told)])
    began = time.perf_counter()
    while pipeline.process_arrivals():
        pass
    return count / (time.perf_counter() - began)


def to_today(home: str, persons: int) -> list[str]:
    """At the pace of 20 messages a second: from sending a discharge until the Today page of the right coordinator holds it.

    Asks Django in this process, which looks at the same practice as the listener.
    """
    with _listener(home, "--source", "bench-general") as port:
        seconds = _run(_discharges(port))
    _take_from_dana()
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    what = f"{DISCHARGES} discharges among {RATE} messages/s, {persons:,} persons"
    return [f"| A discharge until Today has it | {what} | p50 {p50:.1f} s, p95 {p95:.1f} s |"]


async def _discharges(port: int) -> list[float]:
    """Admit, give to a panel, then send discharges among other news; seconds until Today names each."""
    now, base = dt.datetime.now(), int(time.time()) % 1_000_000 * 100
    early = (now - dt.timedelta(hours=30)).strftime("%Y%m%d%H%M")
    line = await asyncio.open_connection("127.0.0.1", port)
    for n in range(DISCHARGES):
        await _exchange(line, adt("A01", f"a{base + n}", base + n, early))
    names = [f"{PEOPLE[(base + n) % 10]}{base + n}" for n in range(DISCHARGES)]
    await asyncio.to_thread(_give_to_dana, names)
    sent: dict[str, float] = {}
    watching = asyncio.create_task(asyncio.to_thread(_watch, names, sent))
    await asyncio.sleep(1)
    for n in range(DISCHARGES * 5):
        if n % 5:
            message = adt("A08", f"u{base}-{n}", base + n % DISCHARGES, early)
        else:
            left = dt.datetime.now().strftime("%Y%m%d%H%M%S")
            sent[names[n // 5]] = time.perf_counter()
            message = adt("A03", f"d{base + n // 5}", base + n // 5, left, left=left)
        await _exchange(line, message)
        await asyncio.sleep(1 / RATE)
    return await watching


def _give_to_dana(names: list[str]) -> None:
    from bluering.access.models import User
    from bluering.coordination.models import Panel
    from bluering.record.models import PersonSummary

    end, dana = time.monotonic() + 60, User.objects.get(username="dana")
    while (
        (found := list(PersonSummary.objects.filter(family__in=names).values_list("person_id", flat=True)))
        and len(found) < len(names)
    ) or not found:
        if time.monotonic() > end:
            raise RuntimeError("The admissions did not come through.")
        time.sleep(0.2)
    Panel.objects.bulk_create(Panel(person_id=person, coordinator=dana, since=dt.date.today()) for person in found)


def _take_from_dana() -> None:
    """The next run finds the panel as it was."""
    from bluering.coordination.models import Panel
    from bluering.identity.models import PersonLink

    ours = PersonLink.objects.filter(source="bench-general").values("person_id")
    Panel.objects.filter(person_id__in=ours).delete()


def _watch(names: list[str], sent: dict[str, float]) -> list[float]:
    """Ask for Today again and again until every name stands under 'home from hospital'."""
    from django.test import Client

    from bluering.access.models import User

    client, seen = Client(SERVER_NAME="127.0.0.1"), {}
    client.force_login(User.objects.get(username="dana"))
    end = time.monotonic() + 120
    while len(seen) < len(names) and time.monotonic() < end:
        page = client.get("/").content.decode()
        home = page[page.find('id="home"') :]
        home = home[: home.find("</section>")]
        now = time.perf_counter()
        seen |= {
            name: now - sent[name] for name in re.findall(r"[A-Z][a-z]+\d+", home) if name in sent and name not in seen
        }
        time.sleep(0.1)
    return sorted(seen.values())


async def _send_all(port: int, scripts: list[list[bytes]]) -> float:
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in scripts]
    began = time.perf_counter()
    await asyncio.gather(*(_send(line, script) for line, script in zip(lines, scripts, strict=True)))
    return time.perf_counter() - began


async def _send(line, messages: list[bytes]) -> None:
    for message in messages:
        await _exchange(line, message)


async def _exchange(line, message: bytes) -> None:
    reader, writer = line
    writer.write(b"\x0b" + message + b"\x1c\r")
    answer = await reader.readuntil(b"\x1c\r")
    if b"MSA|AA" not in answer:
        raise RuntimeError("A message was not accepted.")


def _run(main):
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def _listener(home: str, *words: str):
    import contextlib

    @contextlib.contextmanager
    def running() -> Iterator[int]:
        more = words or ("--no-work",)
        process = _bluering(home, "listen", "--port", "0", *more, stderr=subprocess.PIPE)
        assert process.stderr is not None
        said = next(line for line in iter(process.stderr.readline, b"") if b"Listening" in line)
        try:
            yield int(re.search(rb":(\d+)", said)[1])  # type: ignore[index]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)

    return running()


def _bluering(home: str, *words: str, **how) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "bluering.cli", *words], env=_environment(home), stdout=subprocess.DEVNULL, **how
    )


def _environment(home: str) -> dict[str, str]:
    return os.environ | {
        "BLUERING_HOME": home, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "DJANGO_SETTINGS_MODULE": "bluering.settings",
    }  # fmt: skip
