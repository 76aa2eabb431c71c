"""Addresses of this surface."""

from django.urls import URLPattern

app_name = "partner_api"
urlpatterns: list[URLPattern] = []
