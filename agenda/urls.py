"""The programme's addresses, all under /<slug>/."""

from django.urls import include, path, register_converter
from django.urls.converters import IntConverter

from agenda import portraits, release_views, session_page, speaker_pages, views
from agenda.contributing import views as contributing
from agenda.documents import views as documents
from agenda.feeds import views as feeds
from agenda.giving import views as giving
from agenda.offline import views as offline
from agenda.own import views as own
from agenda.papers import views as papers
from agenda.papers.keeping import FORMS, PAPERS
from agenda.search import views as search
from agenda.today import views as today


class NumberConverter(IntConverter):
    """Each number in one way, so that nothing has a second address."""

    regex = "[1-9][0-9]{0,9}"


register_converter(NumberConverter, "number")

# /<slug>/releases/
release_urls = [
    path("", release_views.releases, name="releases"),
    path("<number:number>/", release_views.release, name="release"),
    path("<number:number>/changes/", release_views.changes, name="release-changes"),
]

# /<slug>/organization-of-work.pdf and its like
paper_urls = [
    path(f"{paper}.{form}", papers.download, {"paper": paper, "form": form}, name)
    for paper in PAPERS
    for form in FORMS
    for name in [f"{paper}-{form}"]
]
# /<slug>/speakers/
speaker_urls = [
    path("", speaker_pages.speakers, name="speakers"),
    path("<str:speaker>/", speaker_pages.speaker, name="speaker"),
    path("<str:speaker>/photo", portraits.photo, name="speaker-photo"),
    path("<str:speaker>/thumbnail", portraits.thumbnail, name="speaker-thumbnail"),
]
# /<slug>/mine/
own_urls = [
    path("", own.mine, name="mine"),
    path("stars", own.stars, name="mine-stars"),
    path("<str:token>.ics", own.calendar, name="mine-calendar"),
]
# /<slug>/documents/<pk>/
material_urls = [
    path("thumbnail", giving.thumbnail, name="material-thumbnail"),
    path("<str:filename>", giving.material, name="material"),
]
# /<slug>/contribute/<token>/
contributing_urls = [
    path("", contributing.contribute, name="contribute"),
    path("zone/", contributing.change_zone, name="contribute-zone"),
    path("<number:pk>/", contributing.send, name="contribute-send"),
    path("<number:pk>/sent/", contributing.sent, name="contribute-sent"),
    path("files/<number:pk>/", contributing.own_file, name="contribute-file"),
]
urlpatterns = [
    path("agenda/", views.agenda, name="agenda"),
    path("agenda.ics", feeds.agenda_ics, name="agenda-ics"),
    path("agenda.atom", release_views.agenda_atom, name="agenda-atom"),
    path("agenda.json", feeds.agenda_json, name="agenda-json"),
    path("agenda.xml", feeds.agenda_xml, name="agenda-xml"),
    path("agenda/<str:item>/", views.item, name="item"),
    path("agenda/<str:item>.ics", feeds.item_ics, name="item-ics"),
    path("releases/", include(release_urls)),
    path("sessions/<number:pk>.ics", feeds.session_ics, name="session-ics"),
    path("embed/", feeds.embed, name="embed"),
    path("embed/fragment", feeds.embed_fragment, name="embed-fragment"),
    path("now/", today.now, name="now"),
    path("now/part/", today.now_part, name="now-part"),
    path("now/version/", today.now_version, name="now-version"),
    path("speakers/", include(speaker_urls)),
    path("sessions/<number:pk>/", session_page.session, name="session"),
    path("sessions/<number:pk>/documents.zip", giving.session_zip, name="session-zip"),
    path("documents/", documents.documents, name="documents"),
    path("documents.zip", giving.documents_zip, name="documents-zip"),
    path("documents/<number:pk>/", include(material_urls)),
    path(
        "contributed-papers/", documents.contributed_papers, name="contributed-papers"
    ),
    path("contribute/<str:token>/", include(contributing_urls)),
    *paper_urls,
    path("search/", search.search, name="search"),
    path("mine/", include(own_urls)),
    path("offline/", offline.offline, name="offline"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
]
