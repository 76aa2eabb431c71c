"""Addresses payment rails post to: ``/hooks/pay/<rail>/<what the rail made up>``."""

from django.urls import path

from kiwanda.surfaces.rails.views import take_post

urlpatterns = [path("<slug:rail>/<str:address>", take_post, name="rail_post")]
