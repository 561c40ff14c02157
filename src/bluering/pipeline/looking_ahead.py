"""Whom a version of a program would find, as a page asked a worker to see."""

from django_tasks import task

from bluering.coordination.work_tables import work_tables
from bluering.population import preview
from bluering.population.models import Preview


@task()
def look_ahead(preview_id: int) -> int:
    """Take a look that was asked for; returns for how many persons something would change. Whoever asked again meanwhile gets the newer one."""
    wanted = Preview.objects.filter(pk=preview_id).first()
    return preview.look_ahead(wanted, work_tables).rows.count() if wanted else 0
