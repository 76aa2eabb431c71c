"""All addresses of the site, one include per surface."""

from django.contrib import admin
from django.urls import include, path

from kiwanda.surfaces.pictures import picture

urlpatterns = [
    path("pictures/<str:sha256>", picture, name="picture"),
    path("accounts/", include("allauth.urls")),
    path("break-glass/", admin.site.urls),
    path("m/", include("kiwanda.surfaces.phone.urls")),
    path("p/", include("kiwanda.surfaces.passport.urls")),
    path("records/", include("kiwanda.surfaces.records.urls")),
    path("api/v1/", include("kiwanda.surfaces.partner_api.urls")),
    path("hooks/pay/", include("kiwanda.surfaces.rails.urls")),
    path("hooks/ussd/", include("kiwanda.surfaces.ussd.urls")),
    path("hooks/", include("kiwanda.surfaces.chat.urls")),
    path("demo/", include("kiwanda.surfaces.bench.urls")),
    path("live/", include("kiwanda.surfaces.live.urls")),
    path("", include("kiwanda.surfaces.tower.urls")),
]
