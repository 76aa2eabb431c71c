"""Addresses of the customer's page: GS1 Digital Link paths under /p/."""

from django.urls import path

from kiwanda.surfaces.passport import views

app_name = "passport"
urlpatterns = [
    path("01/<str:gtin>/21/<str:serial>", views.piece, name="piece"),
    path("01/<str:gtin>/21/<str:serial>/qr.svg", views.piece_qr, name="piece_qr"),
    path("01/<str:gtin>/21/<str:serial>/epcis.json", views.piece_epcis, name="piece_epcis"),
    path("01/<str:gtin>/10/<str:batch>", views.batch, name="batch"),
    path("01/<str:gtin>/10/<str:batch>/epcis.json", views.batch_epcis, name="batch_epcis"),
]
