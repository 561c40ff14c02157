"""What is done in the background: the same steps of the pipeline, as tasks on the queue."""

import datetime as dt

from django_tasks import task

from bluering import pipeline
from bluering.access import audit
from bluering.evaluation import person_month
from bluering.filing.reading import take_documents
from bluering.jobs.worker import Scheduled
from bluering.pipeline import who_is_who
from bluering.pulling.bulk import pull_due as pull_what_is_due
from bluering.quality import run as quality
from bluering.record import charts, providers, store, summaries
from bluering.rosters import building as rosters


@task()
def build_charts() -> int:
    """Make the charts that the last load made obsolete, so that nobody waits for theirs."""
    return charts.build_missing()


@task()
def run_rules() -> dict:
    """All rules over all persons."""
    summary = pipeline.run()
    return {"persons": summary.persons, "opened": summary.opened, "closed": summary.closed}


@task()
def refresh_visits() -> int:
    """The window of visits moves with the day."""
    return summaries.refresh_visits()


@task()
def compact() -> int:
    """Join the record's small files."""
    return len([pipeline.compact(table) for table in store.loaded_tables()])


@task()
def pull_due() -> int:
    """Go on fetching from the servers whose turn it is."""
    return pull_what_is_due()


@task()
def seal_audit() -> bool:
    """Close the audit events of the last minutes into a sealed batch."""
    return audit.seal() is not None


@task()
def mind_sources() -> int:
    """Count what came from each source by the hour, and notice those that have fallen silent."""
    return quality.mind_sources()


@task()
def check_record() -> dict:
    """Every gate over the record, and the codes that nobody can read."""
    looked = quality.check_record()
    return {"gates": looked.gates, "failing": looked.failing, "unmapped": looked.unmapped}


@task()
def look_who_is_who() -> dict:
    """Compare new patients with everybody: what is likely is linked, what is doubtful waits for somebody."""
    looked = who_is_who.look_if_new()
    return {"joined": looked.joined, "waiting": looked.waiting} if looked else {}


@task()
def learn_who_is_who() -> str:
    """Train the weights again: names and errors change with the records."""
    return who_is_who.learn()


@task()
def build_months() -> int:
    """The table of person-months, from all claims and stays that have come."""
    return person_month.build().rows


@task()
def build_rosters() -> int:
    """Payers' lists by month, and where they and the practice disagree, when anything may have changed since."""
    built = rosters.build_if_new()
    return built.questions if built else 0


@task()
def refresh_providers() -> int:
    """The directory of clinicians and organisations, from all sources."""
    return providers.refresh()


SCHEDULE = (
    Scheduled(take_documents, dt.timedelta(minutes=1)),
    Scheduled(mind_sources, dt.timedelta(minutes=5)),
    Scheduled(check_record, dt.timedelta(hours=1)),
    Scheduled(pull_due, dt.timedelta(minutes=2)),
    Scheduled(seal_audit, dt.timedelta(minutes=5)),
    Scheduled(run_rules, dt.timedelta(hours=1)),
    Scheduled(refresh_visits, dt.timedelta(hours=1)),
    Scheduled(refresh_providers, dt.timedelta(hours=1)),
    Scheduled(build_charts, dt.timedelta(minutes=10)),
    Scheduled(look_who_is_who, dt.timedelta(minutes=10)),
    Scheduled(learn_who_is_who, dt.timedelta(days=7)),
    Scheduled(build_months, dt.timedelta(days=1)),
    Scheduled(build_rosters, dt.timedelta(minutes=10)),
    Scheduled(compact, dt.timedelta(days=7)),
)
