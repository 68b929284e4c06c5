"""The site's own settings, with the bare views beside its pages."""

from meeting.settings import *  # noqa: F403

ROOT_URLCONF = "bare"
