"""The map of the site: each prefix is written once, under its full address."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from meeting import health, views

# /<slug>/
meeting_urls = [
    path("", views.home, name="home"),
    path("", include("agenda.urls")),
    path("", include("registration.urls")),
    path("<str:page>/", views.page, name="page"),
]

# /anymail/<provider>/tracking/
webhook_urls = []
if settings.ANYMAIL_PROVIDER:
    webhook_urls.append(path("anymail/", include("meeting.mail.bounces.webhook")))

urlpatterns = [
    path("", views.current, name="current"),
    path("meetings/", views.meetings, name="meetings"),
    path("admin/", admin.site.urls),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    *webhook_urls,
    path("<slug:slug>/", include(meeting_urls)),
]
handler400 = "meeting.views.refused"
handler404 = "meeting.views.not_found"
handler500 = "meeting.views.failed"
