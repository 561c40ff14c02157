"""The care team as its page shows it: who is on it, who coordinates and leads, what was said."""

from dataclasses import dataclass
from datetime import date

from bluering.coordination.ring_work import OUR_RECORD
from bluering.coordination.team import Mate
from bluering.record.names import source_name
from bluering.web.status import BEHALF, CHANNEL, TEAM_STATE, Look, look
from bluering.web.words import day_words, many


@dataclass(frozen=True)
class Row:
    """One of the team. `about` is the line of facts under the name, `reach` how they like to be reached."""

    mate: Mate
    state: Look
    about: str
    reach: str
    behalf: str
    said: str


def rows(mates: list[Mate], today: date) -> list[Row]:
    return [_row(mate, today) for mate in mates]


def _row(mate: Mate, today: date) -> Row:
    seen = f"{many(mate.times, 'day')} in the last year" if mate.times else ""
    others = [source for source in mate.sources if source != OUR_RECORD]
    told = ", ".join(map(source_name, others)) if len(others) > 1 else ""
    return Row(
        mate=mate,
        state=look(TEAM_STATE, mate.state),
        about=" · ".join(
            filter(None, (mate.organization, mate.why.rstrip("."), seen, f"told by {told}" if told else ""))
        ),
        reach=f"by {CHANNEL[mate.channel].lower()}" if mate.channel else "",
        behalf=f"coordinates for {BEHALF[mate.behalf]}" if mate.behalf else "",
        said=f"{mate.said_by}, {day_words(mate.said_at, today)}" if mate.said_by else "",
    )


def coordinators(found: list[Row]) -> list[Row]:
    """Everybody who coordinates, whoever leads first."""
    here = [row for row in found if row.mate.state != "gone" and (row.mate.behalf or row.mate.leads)]
    return sorted(here, key=lambda row: not row.mate.leads)
