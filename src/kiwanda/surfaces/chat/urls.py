"""Addresses message providers post to. docs/how-to/messaging.md says what to enter where."""

from django.urls import path

from kiwanda.surfaces.chat import views

app_name = "chat"
urlpatterns = [
    path("sms/<str:secret>/incoming/", views.sms_incoming, name="sms_incoming"),
    path("sms/<str:secret>/delivery/", views.sms_delivery, name="sms_delivery"),
    path("whatsapp/", views.whatsapp, name="whatsapp"),
    path("slack/", views.slack, name="slack"),
]
