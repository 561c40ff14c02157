"""Read items of the Inbox again, as a page asked a worker to, with progress that the page shows."""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.db.models import F
from django.utils import timezone
from django_tasks import task

from bluering.errors import Refusal
from bluering.intake.inbox import queries
from bluering.intake.inbox.queries import Wanted
from bluering.intake.models import Arrival, InboxEvent, Quarantine, Replay
from bluering.intake.models.arrivals import ArrivalState
from bluering.paths import home
from bluering.pipeline.arriving import replay_arrivals
from bluering.pipeline.loading import load

AT_ONCE = 500


@task()
def read_again(replay_id: int) -> int:
    """Read the items of a Replay again; returns how many came in. Refused while another load is under way, and tried again later."""
    replay = Replay.objects.select_related("by").get(pk=replay_id)
    wanted = Wanted(**replay.wanted)
    Replay.objects.filter(pk=replay_id).update(done=0, came_in=0, problem="")
    try:
        for kind in queries.kinds(wanted):
            for tried, came_in in WAYS[kind](list(queries.rows(kind, wanted).values_list("pk", flat=True))):
                _note(replay, kind, tried, came_in)
    except Refusal as problem:
        Replay.objects.filter(pk=replay_id).update(problem=str(problem))
        raise
    Replay.objects.filter(pk=replay_id).update(finished_at=timezone.now(), problem="")
    return Replay.objects.values_list("came_in", flat=True).get(pk=replay_id)


def _note(replay: Replay, kind: str, tried: int, came_in: list[int]) -> None:
    Replay.objects.filter(pk=replay.pk).update(done=F("done") + tried, came_in=F("came_in") + len(came_in))
    InboxEvent.objects.bulk_create(
        [InboxEvent(kind=kind, item_id=pk, what=InboxEvent.What.REPLAYED, by=replay.by) for pk in came_in],
        batch_size=AT_ONCE,
    )


def _pieces(ids: list[int]) -> Iterator[tuple[int, list[int]]]:
    """A file that is still there is read anew, as it may have been mended; else the kept bytes of the piece are."""
    rows = Quarantine.objects.filter(pk__in=ids).only("pk", "source", "file", "line", "reason")
    by_file: dict[tuple[str, str], list[Quarantine]] = {}
    for row in rows:
        by_file.setdefault((row.source, row.file), []).append(row)
    loose: dict[str, list[int]] = {}
    for (source, file), pieces in by_file.items():
        if Path(file).is_file():
            yield len(pieces), _read_file(source, file, pieces)
        else:
            loose.setdefault(source, []).extend(piece.pk for piece in pieces)
    for source, keys in loose.items():
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            yield len(some), _read_bytes(source, some)


def _read_file(source: str, file: str, pieces: Iterable[Quarantine]) -> list[int]:
    still = {(bad["line"], bad["reason"]) for bad in load([file], source=source).quarantined}
    return _settled(piece.pk for piece in pieces if (piece.line, piece.reason) not in still)


def _read_bytes(source: str, keys: list[int]) -> list[int]:
    """Each piece as a file of its own, in a folder that goes away; what is put aside anew is the piece that waits already."""
    with tempfile.TemporaryDirectory(dir=home(), prefix="again-") as folder:
        for key, raw in Quarantine.objects.filter(pk__in=keys).values_list("pk", "raw"):
            (Path(folder) / f"{key}.ndjson").write_bytes(bytes(raw))
        summary = load([folder], source=source)
        Quarantine.objects.filter(source=source, file__startswith=folder).delete()
    still = {int(Path(bad["file"]).stem) for bad in summary.quarantined}
    return _settled(key for key in keys if key not in still)


def _settled(ids: Iterable[int]) -> list[int]:
    came_in = list(ids)
    Quarantine.objects.filter(pk__in=came_in).update(state="replayed")
    return came_in


def _messages(ids: list[int]) -> Iterator[tuple[int, list[int]]]:
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        replay_arrivals(some)
        read = Arrival.objects.filter(pk__in=some, state=ArrivalState.DONE)
        yield len(some), list(read.values_list("pk", flat=True))


WAYS = {"piece": _pieces, "message": _messages}
