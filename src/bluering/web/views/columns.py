"""How a source writes its tables: bring a sample, say what it is and what its columns are, look how it is understood, save."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from bluering.access import audit, permissions
from bluering.errors import BadInput
from bluering.intake.models import CsvMapping
from bluering.intake.schedule.mapping import Mapping as Schedule
from bluering.intake.tables import actions
from bluering.intake.tables.columns import Columns
from bluering.intake.tables.kinds import KINDS, from_data, likely
from bluering.intake.tables.table import Table, read_table
from bluering.record.queries import source_name
from bluering.web import columns_tried, columns_view
from bluering.web.asked import Asked
from bluering.web.doors import own_source

SAMPLED_CELLS = 200


@require_http_methods(["GET", "POST"])
def columns(request: Asked, source: str) -> HttpResponse:
    """The page of one source. What a sample says is shown to those who may see the bytes of what comes in."""
    permissions.require(request.user, "sources.manage")
    own_source(request, source)
    act = request.POST.get("act", "")
    if act == "sample":
        return bring(request, source)
    row = CsvMapping.objects.filter(source=source).first()
    if act == "save":
        return save(request, source, row)
    return page(request, source, row, chosen(request, row) if act else None)


def chosen(request: Asked, row: CsvMapping | None) -> Columns:
    """The columns as chosen on the page. Who is shown no words for states keeps those that were saved."""
    saved = from_data(row.mapping) if row else None
    words = saved.statuses if isinstance(saved, Schedule) else {}
    return columns_view.mapping_from(request.POST, None if permissions.may(request.user, "inbox.open") else words)


def bring(request: Asked, source: str) -> HttpResponse:
    """Keep the beginning of an uploaded file as the sample."""
    given = request.FILES.get("file")
    try:
        if given is None:
            raise BadInput("file: choose a file first.")
        actions.keep_sample(source=source, raw=given.read(actions.SAMPLE_BYTES + 1), by=request.user)
    except BadInput as problem:
        row = CsvMapping.objects.filter(source=source).first()
        return page(request, source, row, None, fault=str(problem).removeprefix("file: "))
    return redirect("columns", source=source)


def save(request: Asked, source: str, row: CsvMapping | None) -> HttpResponse:
    mapping = chosen(request, row)
    try:
        actions.save_mapping(source=source, mapping=mapping, by=request.user)
    except BadInput:
        return page(request, source, row, mapping)
    messages.success(
        request, "Saved. Files of this source are read so from now on; what waits in the Inbox can be read again."
    )
    return redirect("columns", source=source)


def page(request: Asked, source: str, row: CsvMapping | None, tried: Columns | None, fault: str = "") -> HttpResponse:
    facts: dict = {"source": source, "source_name": source_name(source), "row": row, "fault": fault}
    if row is None or not row.sample:
        return render(request, "sources/columns.html", facts, status=422 if fault else 200)
    table = read_table(bytes(row.sample), most_rows=actions.SAMPLE_ROWS)
    mapping = tried or start(row, table, KINDS.get(request.GET.get("kind", "")))
    named = permissions.may(request.user, "inbox.open")
    if named:
        audit.record(request.user, "sources.sample.read", detail=f"columns {row.pk}")
    facts |= columns_view.choices(table, mapping, named=named) | columns_tried.dry_run(
        table, mapping, source, named=named
    )
    if request.htmx:
        return render(request, "sources/_dry_run.html", facts)
    asked_to_save = request.method == "POST" and request.POST.get("act") == "save"
    return render(request, "sources/columns.html", facts, status=422 if fault or asked_to_save else 200)


def start(row: CsvMapping, table: Table, kind: type[Columns] | None) -> Columns:
    """What is saved where the sample still has its columns, else a guess; of the `kind` that somebody asked for."""
    saved = from_data(row.mapping) if row.saved_at else None
    if saved and kind in (None, type(saved)) and set(saved.columns.values()) <= set(table.header):
        return saved
    cells = [cell for line in table.rows[:SAMPLED_CELLS] for cell in line.cells.values()]
    return (kind or (type(saved) if saved else likely(table.header))).suggest(table.header, cells)
