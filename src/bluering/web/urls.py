"""Every address of Bluering's pages. Persons appear in addresses only by their opaque ids."""

from django.urls import path

from bluering.web.views import entrance, gallery

urlpatterns = [
    path("log-in/", entrance.log_in, name="log-in"),
    path("log-out/", entrance.log_out, name="log-out"),
    path("theme/", entrance.theme, name="theme"),
    path("health/", entrance.health, name="health"),
    path("ui/", gallery.ui, name="ui"),
]

handler403 = "bluering.web.views.problems.refused"
handler404 = "bluering.web.views.problems.not_found"
handler500 = "bluering.web.views.problems.failed"
