"""Live updates: browsers ask whether the event log has moved and refresh only what listens."""

from django.urls import path

from kiwanda.surfaces.live import views

app_name = "live"
urlpatterns = [path("position", views.position, name="position")]
