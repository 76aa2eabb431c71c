"""Addresses of the artisan's pages. Short, because they are sent in SMS."""

from django.urls import include, path

from kiwanda.surfaces.phone import shell, views

app_name = "phone"
urlpatterns = [
    path("v1/", include("kiwanda.surfaces.phone.sync.urls")),
    path("app", shell.page, name="app"),
    path("app/sw.js", shell.service_worker, name="app_worker"),
    path("app/manifest.webmanifest", shell.manifest, name="app_manifest"),
    path("app/<str:name>", shell.app_file, name="app_file"),
    path("", views.offers.feed, name="offers"),
    path("login", views.login.ask_number, name="login"),
    path("code", views.login.ask_code, name="code"),
    path("logout", views.login.leave, name="logout"),
    path("language", views.login.set_language, name="language"),
    path("offers/<uuid:offer_id>", views.offers.detail, name="offer"),
    path("offers/<uuid:offer_id>/accept", views.offers.accept, name="accept"),
    path("offers/<uuid:offer_id>/decline", views.offers.decline, name="decline"),
    path("offers/<uuid:offer_id>/counter", views.offers.counter, name="counter"),
    path("work", views.work.feed, name="work"),
    path("work/<uuid:work_order_id>", views.work.detail, name="work_order"),
    path("work/<uuid:work_order_id>/progress", views.work.progress, name="progress"),
    path("work/<uuid:work_order_id>/hand-in", views.work.hand_in_pieces, name="hand_in"),
    path("materials/<uuid:issue_id>/confirm", views.work.confirm, name="confirm_material"),
    path("incoming/<uuid:hand_in_id>/receive", views.work.receive, name="receive"),
    path("inspections/<uuid:inspection_id>/appeal", views.work.appeal, name="appeal"),
    path("pay", views.pay.statement, name="pay"),
    path("pay/corrections/<uuid:correction_id>", views.pay.answer, name="answer_correction"),
    path("me", views.me.profile, name="me"),
    path("me/days-off", views.me.days_off, name="days_off"),
    path("me/days-off/<str:run>/cancel", views.me.cancel_days_off, name="cancel_days_off"),
    path("me/consent", views.me.consent, name="consent"),
    path("work/<uuid:work_order_id>/contest", views.work.contest, name="contest_move"),
    path("messages", views.messages.feed, name="messages"),
    path("messages/<uuid:action_id>/contest", views.messages.contest, name="contest_action"),
    path("call", views.help.call_me, name="call"),
    path("why", views.help.why_idle, name="why_idle"),
]
