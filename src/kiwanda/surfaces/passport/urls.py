"""Addresses of this surface."""

from django.urls import URLPattern

app_name = "passport"
urlpatterns: list[URLPattern] = []
