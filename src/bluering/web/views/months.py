"""Cost and use by month: what care was used, what payers paid, and which months may be compared."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bluering.access import permissions
from bluering.evaluation import months as evaluation
from bluering.quality import gates
from bluering.web import months_view
from bluering.web.asked import Asked
from bluering.web.words import as_day, day_words


@require_GET
def months(request: Asked) -> HttpResponse:
    """Figures by month; those whose claims have not all come are drawn apart and not averaged. Nobody by name."""
    permissions.require(request.user, "figures.read")
    found, built = evaluation.practice_months(), evaluation.last_build()
    average = evaluation.together(found)
    facts = {
        "built": day_words(as_day(built.at), timezone.localdate()) if built else "",
        "figures": months_view.figures(found, average) if found else [],
        "settings": months_view.by_setting(average),
        "rows": months_view.rows(found),
        "complete": sum(one.complete for one in found),
        "averaged": min(evaluation.AVERAGED, sum(one.complete for one in found)),
        "blocked": gates.blocked("months"),
    }
    return render(request, "months/months.html", facts)
