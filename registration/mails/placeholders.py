"""Which placeholders a mail may name: what each means, and how it may look."""

from typing import Any

from django.utils.translation import gettext_lazy

from meeting.letters import Placeholder


def _places(*rows: tuple[str, Any, Any]) -> list[Placeholder]:
    return [Placeholder(*row) for row in rows]


OF_MEETING = [
    *_places(
        ("title", gettext_lazy("title of the meeting"), ""),
        ("dates", gettext_lazy("its days"), ""),
        ("city", gettext_lazy("city"), ""),
        ("venue", gettext_lazy("venue, as the building"), ""),
        ("where", gettext_lazy("a line with venue and city"), ""),
        ("organizer", gettext_lazy("who holds the meeting"), ""),
        ("contact", gettext_lazy("the secretariat's e-mail address"), ""),
        ("papers_due", gettext_lazy("the day on which papers are due"), ""),
        ("registration_ends", gettext_lazy("when registration closes"), ""),
    ),
    Placeholder("site", gettext_lazy("address of the meeting's site"), "", True),
]
OF_PERSON = _places(
    ("person", gettext_lazy("honorific and name"), "Ms. Amina YUSUF"),
    ("name", gettext_lazy("name"), "Amina YUSUF"),
    (
        "organization",
        gettext_lazy("State or organization"),
        gettext_lazy("Ministry of the Interior"),
    ),
)
OF_REGISTRATION = [
    *OF_PERSON,
    *_places(
        ("function", gettext_lazy("function"), gettext_lazy("Director")),
        ("category", gettext_lazy("category"), gettext_lazy("Member State")),
        ("reference", gettext_lazy("reference of the registration"), "7KQ4M-2XD9B"),
        ("status", gettext_lazy("status"), gettext_lazy("Confirmed")),
        (
            "attendance",
            gettext_lazy("in person or remotely"),
            gettext_lazy("In person"),
        ),
        ("days", gettext_lazy("the person's days"), ""),
        (
            "starts_for_you",
            gettext_lazy("a sentence: when the meeting begins for the person"),
            "",
        ),
        (
            "how",
            gettext_lazy("a sentence: what to bring, or how to join remotely"),
            gettext_lazy(
                "You have a seat. Bring an identity document with a photograph, and"
                " your reference."
            ),
        ),
        (
            "where_and_what",
            gettext_lazy("a sentence: where it is and what to bring"),
            gettext_lazy(
                "Bring an identity document with a photograph, and your reference."
            ),
        ),
        (
            "your_sessions",
            gettext_lazy("a line with the chosen sessions, if any"),
            gettext_lazy("Your sessions and side events: Working breakfast."),
        ),
        ("link_ends", gettext_lazy("until when the private link works"), ""),
        ("questions", gettext_lazy("a sentence: answer this mail"), ""),
    ),
    Placeholder("link", gettext_lazy("the person's private link"), "", True),
]
OF_SPEAKER = [
    *OF_PERSON,
    *_places(
        (
            "appearances",
            gettext_lazy("where the person appears on the agenda"),
            gettext_lazy("II. Implementing the New York Declaration"),
        ),
    ),
]
OF_ONE_KIND = [
    *_places(
        (
            "secretariat_writes",
            gettext_lazy("a line with what the secretariat wrote, if anything"),
            gettext_lazy("The secretariat writes: Please write it in full."),
        ),
        (
            "to_be_corrected",
            gettext_lazy("what is to be corrected"),
            gettext_lazy("Function"),
        ),
        (
            "meanwhile",
            gettext_lazy("a sentence: what becomes of the seat meanwhile"),
            gettext_lazy("Your seat stays yours meanwhile."),
        ),
        ("position", gettext_lazy("place on the waiting list"), "3"),
        (
            "remotely_instead",
            gettext_lazy("a sentence: who takes part remotely needs no seat"),
            "",
        ),
        ("offer_ends", gettext_lazy("until when the seat is kept"), ""),
        (
            "reason_given",
            gettext_lazy("a line with the reason, where the person may know it"),
            gettext_lazy("The reason given: All places are taken."),
        ),
        (
            "choice",
            gettext_lazy("the session or option"),
            gettext_lazy("Working breakfast"),
        ),
        ("choice_ends", gettext_lazy("until when the place is kept"), ""),
        (
            "give_up",
            gettext_lazy("a sentence: give up the place if you cannot come"),
            gettext_lazy(
                "You cannot come to it? Please give it up by the link, so that somebody"
                " else can."
            ),
        ),
        (
            "submitted",
            gettext_lazy("reference shown after the form that was not used"),
            "9XK2Q-7TR4M",
        ),
        (
            "changes",
            gettext_lazy("what of the agenda has changed that concerns the person"),
            gettext_lazy(
                "Item III “Title” moved from 11.30 to 12.00, Conference Room 8."
            ),
        ),
        (
            "release_note",
            gettext_lazy("the note that you wrote as you released the agenda, if any"),
            gettext_lazy("Two speakers are confirmed."),
        ),
        (
            "calendar_line",
            gettext_lazy(
                "a sentence, where the person's calendar is brought up to date"
            ),
            gettext_lazy("What is attached brings your calendar up to date."),
        ),
    ),
    Placeholder(
        "all_changes",
        gettext_lazy("address of the page with all changes of the agenda"),
        "",
        True,
    ),
]


def placeholders(kind_places: tuple[str, ...] = ()) -> list[Placeholder]:
    """Those of a mail to a registered person, with those of its kind first."""
    own = [place for place in OF_ONE_KIND if place.name in kind_places]
    return [*own, *OF_REGISTRATION, *OF_MEETING]


def speaker_placeholders() -> list[Placeholder]:
    return [*OF_SPEAKER, *OF_MEETING]
