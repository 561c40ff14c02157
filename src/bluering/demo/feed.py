"""What happens at the hospital while one watches: arrivals, admissions and discharges of made-up persons, as ADT messages.

Pure: `next_event` takes who there is, who is in the hospital and the moment, and gives the message to send and who is in the hospital then.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

MOST_OPEN = 4
SEVERAL = 2
CAUSES = (
    ("J18.9", "Pneumonia, unspecified organism"),
    ("R07.9", "Chest pain, unspecified"),
    ("I50.9", "Heart failure, unspecified"),
    ("N39.0", "Urinary tract infection, site not specified"),
    ("R10.9", "Unspecified abdominal pain"),
)


@dataclass(frozen=True)
class Known:
    """A person of the practice, as the hospital knows them. `number` is the digits that their numbers share."""

    number: str
    family: str
    given: str
    born: str
    sex: str


@dataclass(frozen=True)
class Visit:
    """Somebody in the hospital: E in the emergency department, I on a ward. `turns` counts what has happened since."""

    person: Known
    number: str
    kind: str
    since: str
    cause: int
    turns: int = 0


def next_event(known: Sequence[Known], open_visits: Sequence[Visit], now: dt.datetime) -> tuple[str, list[Visit]]:
    """(message, the visits that are open after it). `now` is in the hospital's zone, and decides everything that chance decides."""
    rng = Random(int(now.timestamp()))
    waiting = sorted(open_visits, key=lambda visit: visit.turns, reverse=True)
    free = [person for person in known if all(visit.person.number != person.number for visit in open_visits)]
    if not waiting or (free and len(waiting) < MOST_OPEN and waiting[0].turns < SEVERAL):
        visit = Visit(rng.choice(free), f"F{int(now.timestamp())}", "E", _stamp(now), rng.randrange(len(CAUSES)))
        return message("A04", visit, now), [*_older(open_visits), visit]
    oldest, others = waiting[0], _older(waiting[1:])
    if oldest.kind == "E" and rng.random() < 0.6:
        admitted = replace(oldest, kind="I", turns=0)
        return message("A06", admitted, now), [*others, admitted]
    return message("A03", oldest, now), others


def _older(visits: Sequence[Visit]) -> list[Visit]:
    return [replace(visit, turns=visit.turns + 1) for visit in visits]


def message(event: str, visit: Visit, now: dt.datetime) -> str:
    """An ADT message as the hospital's system writes it."""
    person, at = visit.person, _stamp(now)
    code, words = CAUSES[visit.cause]
    left = {36: "01", 45: at} if event == "A03" else {}
    fields = {2: visit.kind, 3: "ED^04" if visit.kind == "E" else "4W^12^A", 7: "2201^Stay^Dana^^^Dr", 19: visit.number}
    fields |= {44: visit.since} | left
    segments = [
        f"MSH|^~\\&|PAS|CGH|BLUERING|MAPLE|{at}||ADT^{event}|{event}-{visit.number}-{at}|P|2.5.1",
        f"EVN|{event}|{at}",
        f"PID|1||CG{person.number}^^^CGMRN^MR~M{person.number}^^^MAPLE^MR||{person.family}^{person.given}||{person.born}|{person.sex}",
        "PV1|1|" + "|".join(fields.get(n, "") for n in range(2, 46)),
        f"DG1|1||{code}^{words}^I10|||A",
    ]
    return "\r".join(segments) + "\r"


def _stamp(moment: dt.datetime) -> str:
    return moment.strftime("%Y%m%d%H%M%S%z")
