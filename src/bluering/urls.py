"""All addresses: the door for machines, then the pages for people, whose answers to errors are everybody's."""

from django.urls import include, path

from bluering.web.urls import handler403, handler404, handler500

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns = [
    path("", include("bluering.api.urls")),
    path("", include("bluering.web.urls")),
]
