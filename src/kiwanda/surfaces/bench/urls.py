"""The phone bench of the demo; nowhere else."""

from django.urls import path

from kiwanda.surfaces.bench import views

app_name = "bench"
urlpatterns = [
    path("phones/", views.phones, name="phones"),
    path("phones/<uuid:artisan_id>/state", views.state, name="state"),
    path("phones/<uuid:artisan_id>/do", views.do, name="do"),
]
