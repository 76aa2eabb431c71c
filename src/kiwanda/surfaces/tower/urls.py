"""Addresses of this surface."""

from django.urls import URLPattern

app_name = "tower"
urlpatterns: list[URLPattern] = []
