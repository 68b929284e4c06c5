"""Webcasts and recordings: what is watched when, and whose films we may show."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from agenda.models import Session

YOUTUBE = {"www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be"}
VIMEO = {"vimeo.com", "www.vimeo.com"}
YOUTUBE_PLAYER = "https://www.youtube-nocookie.com/embed/"
VIMEO_PLAYER = "https://player.vimeo.com/video/"


@dataclass(frozen=True)
class Video:
    """A film to watch; with `frame`, within our page."""

    url: str
    is_recording: bool
    frame: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.frame or self.url).hostname or ""

    @property
    def origin(self) -> str:
        """The one site that its page may show in a frame."""
        return _origin(self.frame)


def video_of(session: Session) -> Video | None:
    """The recording once it is over, if there is one; else the webcast."""
    is_recording = bool(session.recording and (session.is_over or not session.webcast))
    url = session.recording if is_recording else session.webcast
    if not url:
        return None
    return Video(url, is_recording, frame_of(url) if session.is_embedded else "")


def frame_of(url: str) -> str:
    """The address of the film alone; empty where its site is none of those allowed."""
    frame = _player(url)
    return frame if _origin(frame) in settings.WEBCAST_HOSTS else ""


def _player(url: str) -> str:
    """Where a film is that was given by the page around it, as people copy it."""
    parts = urlsplit(url)
    path = parts.path.strip("/")
    if parts.hostname in YOUTUBE:
        known = parse_qs(parts.query).get("v", [path.rsplit("/", 1)[-1]])[0]
        return YOUTUBE_PLAYER + known if re.fullmatch(r"[\w-]+", known) else url
    if parts.hostname in VIMEO and path.isdecimal():
        return VIMEO_PLAYER + path
    return url


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
