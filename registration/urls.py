"""The addresses of registration, all under /<slug>/."""

from django.urls import include, path

from registration.views import own, registering

# /<slug>/register/
register_urls = [
    path("", registering.register, name="register"),
    path("privacy/", registering.privacy_notice, name="privacy-notice"),
    path("sent/<str:token>/", registering.registered, name="registered"),
]
# /<slug>/me/<token>/
me_urls = [
    path("", own.me, name="me"),
    path("correct/", own.correct, name="me-correct"),
    path("withdraw/", own.withdraw, name="me-withdraw"),
    path("return/", own.come_back, name="me-return"),
    path("calendar.ics", own.calendar, name="me-calendar"),
]
urlpatterns = [
    path("register/", include(register_urls)),
    path("participants/", registering.participants, name="participants"),
    path("me/<str:token>/", include(me_urls)),
]
