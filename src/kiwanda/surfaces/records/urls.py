"""Addresses of signed histories: the public check under /records/, the artisan's own under /records/mine."""

from django.urls import path

from kiwanda.surfaces.records import views

app_name = "records"
urlpatterns = [
    path("", views.check, name="check"),
    path("keys.json", views.keys, name="keys"),
    path("prices/<uuid:operation_id>", views.price, name="price"),
    path("mine", views.mine, name="mine"),
    path("mine/<uuid:record_id>.<str:kind>", views.download, name="download"),
]
