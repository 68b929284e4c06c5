"""The links by which confirmed remote participants take part: theirs alone."""

from typing import TYPE_CHECKING

from agenda.models import Release, Session

if TYPE_CHECKING:
    from registration.models import Registration


def takes_part_remotely(registration: "Registration") -> bool:
    is_remote = registration.attendance == registration.Attendance.REMOTE
    is_confirmed = registration.status == registration.Status.CONFIRMED
    return is_remote and is_confirmed and not registration.meeting.is_over


def remote_sessions(registration: "Registration") -> list[Session]:
    """Those whose link the person may have, today's first: two queries.

    The link is said at once; all else of a session is as readers know it. Of what
    people choose, only where they have a place.
    """
    if not takes_part_remotely(registration):
        return []
    meeting = registration.meeting
    with_link = meeting.sessions.exclude(remote_url="")
    known = Release.objects.as_readers_know(with_link)
    today = meeting.today
    to_come = [each for each in known if each.date is None or each.date >= today]
    if any(session.is_chosen for session in to_come):
        seats = {session.pk for session in seated(registration)}
        to_come = [s for s in to_come if not s.is_chosen or s.pk in seats]
    return sorted(to_come, key=lambda session: session.by_hours)


def seated(registration: "Registration") -> list[Session]:
    """The sessions that the person chose, and has a place in."""
    return [
        choice.session
        for choice in registration.chosen_sessions
        if choice.status == choice.Status.CONFIRMED
    ]
