"""Addresses the USSD provider calls. The secret in them is what makes them ours."""

from django.urls import path

from kiwanda.surfaces.ussd import views

app_name = "ussd"
urlpatterns = [
    path("<str:secret>/", views.hop, name="hop"),
    path("<str:secret>/ended/", views.ended, name="ended"),
]
