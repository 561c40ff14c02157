"""How fetching stands, for verbs and pages."""

from bluering.intake.models import Pull, PullRun


def standing(source: str = "") -> list[dict]:
    """Every server, or a source's, with its last run (None before the first)."""
    pulls = Pull.objects.order_by("source")
    return [_said(pull) for pull in (pulls.filter(source=source) if source else pulls)]


def _said(pull: Pull) -> dict:
    names = ("source", "base_url", "of", "group", "types", "every", "last_transaction_time", "next_at", "last_error")
    return {name: getattr(pull, name) for name in names} | {"run": _run(pull.runs.order_by("-id").first())}


def _run(run: PullRun | None) -> dict | None:
    names = ("state", "since", "progress", "notes", "summary", "error", "started_at", "finished_at", "next_at")
    return None if run is None else {name: getattr(run, name) for name in names}
