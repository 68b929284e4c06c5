"""What of the public site goes into a copy, by the names of its routes.

A route that is in neither is copied; a test sees to it that each is in one of them.
"""

COPIED = {
    "agenda",
    "agenda-atom",
    "agenda-docx",
    "agenda-ics",
    "agenda-json",
    "agenda-pdf",
    "agenda-xml",
    "contributed-papers",
    "documents",
    "home",
    "item",
    "item-ics",
    "material",
    "material-thumbnail",
    "organization-of-work-docx",
    "organization-of-work-pdf",
    "page",
    "release",
    "release-changes",
    "releases",
    "session",
    "session-ics",
    "speaker",
    "speaker-photo",
    "speaker-thumbnail",
    "speakers",
}
# What needs a server, is somebody's own, or is not the meeting's.
LEFT_OUT = {
    "calendar-feed",
    "contribute",
    "contribute-file",
    "contribute-send",
    "contribute-sent",
    "contribute-zone",
    "current",
    "documents-zip",
    "embed",
    "embed-fragment",
    "erased",
    "healthz",
    "lost-link",
    "lost-link-sent",
    "manifest",
    "meetings",
    "mine",
    "mine-calendar",
    "mine-stars",
    "now",
    "now-part",
    "now-version",
    "offline",
    # They agreed to be listed for as long as registrations are kept, not for ever.
    "participants",
    "privacy-notice",
    "readyz",
    "register",
    "registered",
    "search",
    "session-zip",
    "unsubscribe",
    "worker",
}
# Views of a page that become files: the parameters of their addresses.
VIEWS = {"agenda": {"by", "view"}, "documents": {"by"}}
# They work without a server, once they are told of none.
SCRIPTS = {"js/copy.js", "js/reader.js"}
