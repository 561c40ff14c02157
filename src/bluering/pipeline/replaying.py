"""Read once more what could not be read."""

from collections import Counter
from pathlib import Path

from bluering.intake.models import Quarantine
from bluering.pipeline.loading import LoadSummary, load


def replay() -> LoadSummary:
    """Load again every quarantined piece whose file is still there; what now can be read leaves the quarantine."""
    total = LoadSummary()
    waiting = Quarantine.objects.filter(state="waiting")
    for source in waiting.order_by("source").values_list("source", flat=True).distinct():
        files = sorted({f for f in waiting.filter(source=source).values_list("file", flat=True) if Path(f).exists()})
        if not files:
            continue
        standing = list(waiting.filter(source=source, file__in=files).values_list("id", flat=True))
        summary = load(files, source=source)
        still = {(q["file"], q["line"], q["reason"]) for q in summary.quarantined}
        for piece in Quarantine.objects.filter(id__in=standing).only("id", "file", "line", "reason"):
            if (piece.file, piece.line, piece.reason) not in still:
                Quarantine.objects.filter(id=piece.id).update(state="replayed")
        _add_up(total, summary)
    return total


def _add_up(total: LoadSummary, one: LoadSummary) -> None:
    for name in ("loaded", "unchanged", "replaced"):
        setattr(total, name, dict(Counter(getattr(total, name)) + Counter(getattr(one, name))))
    total.quarantined += one.quarantined
    total.seconds += one.seconds
