"""The pulse: an open page asks every two seconds whether there is anything new for it."""

import json

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from bluering.web import news
from bluering.web.asked import Asked


@require_GET
def pulse(request: Asked) -> HttpResponse:
    """204 when nothing new concerns the page, else 200 and the event `news`; the event `stamp` only moves the page's stamp on.

    Says how many changes there are, never what or about whom.
    """
    since, now = news.read_stamp(request.GET.get("since", "")), news.newest()
    if now == since:
        return HttpResponse(status=204)
    count = news.count_news(request.user, since, now, request.GET.get("about", ""))
    response = HttpResponse(status=200 if count else 204)
    said = {"stamp": str(now), "count": count}
    response["HX-Trigger"] = json.dumps({"news" if count else "stamp": said})
    return response
