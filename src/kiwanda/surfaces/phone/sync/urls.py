"""The app's doors, below ``/m/v1/``."""

from django.urls import path

from kiwanda.surfaces.phone.sync import endpoint, files, login, push

urlpatterns = [
    path("code", login.code, name="sync_code"),
    path("devices", login.devices, name="sync_devices"),
    path("devices/me", login.leave, name="sync_leave"),
    path("sync", endpoint.sync, name="sync"),
    path("files", files.create, name="files"),
    path("files/<uuid:photo_id>", files.upload, name="file"),
    path("push", push.subscription, name="push"),
    path("push-key", push.key, name="push_key"),
]
