"""The addresses of registration, all under /<slug>/."""

from django.urls import include, path

from registration.views import (
    calendar,
    documents,
    lost_link,
    own,
    own_data,
    privacy,
    registering,
    unsubscribing,
)

# /<slug>/register/
register_urls = [
    path("", registering.register, name="register"),
    path("privacy/", privacy.privacy_notice, name="privacy-notice"),
    path("erased/", own_data.erased, name="erased"),
    path("sent/<str:token>/", registering.registered, name="registered"),
    path("link/", lost_link.lost_link, name="lost-link"),
    path("link/sent/", lost_link.lost_link_sent, name="lost-link-sent"),
]
# /<slug>/me/<token>/choices/<pk>/
choice_urls = [
    path("accept/", own.accept_choice, name="me-choice-accept"),
    path("give-up/", own.give_up, name="me-choice-give-up"),
]
# /<slug>/me/<token>/documents/
document_urls = [
    path("", documents.documents, name="me-documents"),
    path("<int:pk>/", documents.open_document, name="me-document"),
]
# /<slug>/me/<token>/
me_urls = [
    path("", own.me, name="me"),
    path("correct/", own.correct, name="me-correct"),
    path("withdraw/", own.withdraw, name="me-withdraw"),
    path("return/", own.come_back, name="me-return"),
    path("accept/", own.accept, name="me-accept"),
    path("language/", own.change_language, name="me-language"),
    path("follow/", own.change_follow, name="me-follow"),
    path("news/", own.change_news, name="me-news"),
    path("choices/<int:pk>/", include(choice_urls)),
    path("documents/", include(document_urls)),
    path("documents.zip", documents.all_documents, name="me-documents-zip"),
    path("calendar.ics", own.calendar, name="me-calendar"),
    path("data/", own_data.own_data, name="me-data"),
    path("data.json", own_data.as_json, name="me-data-json"),
    path("files/<int:answer>/", own_data.own_file, name="me-file"),
    path("erase/", own_data.erase_own, name="me-erase"),
]
urlpatterns = [
    path("register/", include(register_urls)),
    path("participants/", registering.participants, name="participants"),
    path("me/<str:token>/", include(me_urls)),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar-feed"),
    path("news/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
]
