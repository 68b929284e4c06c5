"""Each kind of mail that the system writes by itself, with its words as they come.

The secretariat may write its own instead, for each meeting and language (`MailText`).
A paragraph is a text of its own, so that translators meet each sentence once.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

RECEIVED = "received"
ANEW = "anew"
CORRECTED = "corrected"
KNOWN = "known"
REMINDER = "reminder"
MOVED = "moved"
CHANGED = "changed"
OFFER_PASSED = "offer_passed"
CHOICE_CONFIRMED = "choice_confirmed"
CHOICE_OFFERED = "choice_offered"
LINK = "link"
# As the outbox, which knows other mails too, names them.
KIND = "registration_%s"

WHO = _("{person}\n{organization}\nReference: **{reference}**")
SEE_OR_CHANGE = _("See or change your registration")
SEE_OR_WITHDRAW = _("See, correct or withdraw")
SEE = _("See your registration")
FOOT = (
    _(
        "The link is private: whoever has it can act for you. It works until {link_ends}."
    ),
    _("{questions}"),
)


@dataclass(frozen=True)
class Kind:
    """A mail about one's own registration; `places` are those that it alone has."""

    name: str
    label: Words
    # When it is sent, for the staff.
    sent: Words
    subject: Words
    paragraphs: tuple[Words, ...]
    button: Words = SEE
    places: tuple[str, ...] = ()
    has_calendar: bool = False

    @property
    def body(self) -> str:
        return "\n\n".join(map(str, self.paragraphs))


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            RECEIVED,
            _("Registration received"),
            _("when somebody registers and you decide later"),
            _("Registration received: {title}"),
            (
                _("We have received your registration for the {title}, {dates}."),
                WHO,
                _(
                    "The secretariat looks at it now, and writes to you with its"
                    " decision. Until then your place is not confirmed."
                ),
            ),
            button=SEE_OR_WITHDRAW,
            has_calendar=True,
        ),
        Kind(
            ANEW,
            _("Decided on anew"),
            _("when you decide anew on somebody who was told something else"),
            _("Decided on anew: {title}"),
            (
                _(
                    "The secretariat decides anew on your registration for the {title},"
                    " {dates}. What we wrote to you before no longer holds."
                ),
                WHO,
                _(
                    "The secretariat looks at it now, and writes to you with its"
                    " decision. Until then your place is not confirmed."
                ),
            ),
            button=SEE_OR_WITHDRAW,
            has_calendar=True,
        ),
        Kind(
            "needs_correction",
            _("Something to be corrected"),
            _("when you ask somebody for a correction"),
            _("Please correct your registration: {title}"),
            (
                _(
                    "The secretariat asks you to correct something in your registration"
                    " for the {title}, {dates}."
                ),
                WHO,
                _(
                    "{secretariat_writes}\nTo be corrected: {to_be_corrected}.\n"
                    "{meanwhile}"
                ),
            ),
            button=_("Correct it"),
            places=("secretariat_writes", "to_be_corrected", "meanwhile"),
        ),
        Kind(
            "waiting",
            _("On the waiting list"),
            _("when somebody is put on the waiting list"),
            _("On the waiting list: {title}"),
            (
                _(
                    "Your registration for the {title}, {dates}, is approved, but no"
                    " seat is free for you yet."
                ),
                WHO,
                _(
                    "Your place on the waiting list: {position}.\n"
                    "We write to you when a seat is free for you. Please do not travel"
                    " before. {remotely_instead}"
                ),
            ),
            button=SEE_OR_CHANGE,
            places=("position", "remotely_instead"),
            has_calendar=True,
        ),
        Kind(
            "offered",
            _("A seat is offered"),
            _("when a seat is kept for somebody who waits"),
            _("A seat is free for you: {title}"),
            (
                _(
                    "A seat has become free at the {title}, {dates}, and it is kept for"
                    " you."
                ),
                WHO,
                _(
                    "Please accept it by the link until {offer_ends}. After that it is"
                    " offered to the next person on the waiting list.\n"
                    "You cannot come? Please withdraw by the link, so that somebody"
                    " else can."
                ),
            ),
            button=_("Accept your seat"),
            places=("offer_ends",),
            has_calendar=True,
        ),
        Kind(
            "confirmed",
            _("Confirmed"),
            _("when somebody has a seat, or takes part remotely"),
            _("Confirmed: {title}"),
            (
                _("Your registration for the {title}, {dates}, is confirmed."),
                WHO,
                _("Your days: {days}.\n{how}\n{your_sessions}"),
            ),
            button=SEE_OR_WITHDRAW,
            has_calendar=True,
        ),
        Kind(
            "declined",
            _("Declined"),
            _("when you decline a registration"),
            _("Not accepted: {title}"),
            (
                _(
                    "The secretariat could not accept your registration for the"
                    " {title}, {dates}."
                ),
                WHO,
                "{reason_given}",
            ),
            places=("reason_given",),
            has_calendar=True,
        ),
        Kind(
            "withdrawn",
            _("Withdrawn"),
            _("when somebody withdraws"),
            _("Withdrawn: {title}"),
            (
                _("Your registration for the {title}, {dates}, is withdrawn."),
                WHO,
                _(
                    "Was it not you, or do you want to come after all? While"
                    " registration is open, register again by the link."
                ),
            ),
            has_calendar=True,
        ),
        Kind(
            CORRECTED,
            _("Changes saved"),
            _("when somebody changes their registration by the link"),
            _("Changes saved: {title}"),
            (
                _(
                    "Your registration for the {title}, {dates}, was changed by your"
                    " private link."
                ),
                WHO,
                _("Status: {status}"),
            ),
            has_calendar=True,
        ),
        Kind(
            MOVED,
            _("Date, hours or place changed"),
            _("when dates, hours or place of the meeting have changed"),
            _("Changed: {title}"),
            (
                _("The dates, the hours or the place of the {title} have changed."),
                _(
                    "Your days: {days}.\n{starts_for_you}\n{where}\n"
                    "What is attached brings your calendar up to date."
                ),
                WHO,
            ),
            button=SEE_OR_WITHDRAW,
            has_calendar=True,
        ),
        Kind(
            CHANGED,
            _("Agenda changed"),
            _("when you release the agenda and write to those concerned"),
            _("The agenda has changed: {title}"),
            (
                _("The agenda of the {title} has changed in what concerns you:"),
                _(
                    "{changes}\n{release_note}\n{calendar_line}\n"
                    "All changes: {all_changes}"
                ),
                WHO,
            ),
            places=("changes", "release_note", "calendar_line", "all_changes"),
        ),
        Kind(
            OFFER_PASSED,
            _("The offer of a seat has passed"),
            _("when somebody has not accepted a seat in time"),
            _("The offer has passed: {title}"),
            (
                _(
                    "The seat at the {title}, {dates}, that was kept for you was not"
                    " accepted in time, and was offered to the next person."
                ),
                WHO,
                _(
                    "You are on the waiting list still, now at its end. If you no longer"
                    " want to come, please withdraw by the link."
                ),
            ),
            button=SEE_OR_CHANGE,
        ),
        Kind(
            CHOICE_CONFIRMED,
            _("A place in a session"),
            _("when somebody who waited has a place in a session"),
            _("You have a place: {title}"),
            (
                _(
                    "You have a place in “{choice}” at the {title}: one has become free."
                ),
                WHO,
                "{give_up}",
            ),
            places=("choice", "give_up"),
        ),
        Kind(
            CHOICE_OFFERED,
            _("A place in a session is offered"),
            _("when a place in a session is kept for somebody who waits"),
            _("A place is free for you: {title}"),
            (
                _(
                    "A place has become free in “{choice}” at the {title}, and it is"
                    " kept for you."
                ),
                WHO,
                _(
                    "Please accept it by the link until {choice_ends}. After that it is"
                    " offered to the next person who waits."
                ),
            ),
            button=_("Accept the place"),
            places=("choice", "choice_ends"),
        ),
        Kind(
            KNOWN,
            _("Registered already"),
            _("when somebody registers once more with the same address"),
            _("You are registered already: {title}"),
            (
                _(
                    "A registration form for the {title}, {dates}, was sent with your"
                    " address. You are registered already, so it changed nothing."
                ),
                WHO,
                _(
                    "Status of your registration: {status}. The reference shown after"
                    " that form, {submitted}, is not used. To correct something, use the"
                    " link."
                ),
            ),
            button=SEE_OR_WITHDRAW,
            places=("submitted",),
        ),
        Kind(
            LINK,
            _("The private link, asked for"),
            _("when somebody asks for the lost link"),
            _("Your link: {title}"),
            (
                _(
                    "Somebody, probably you, asked for the link to your registration for"
                    " the {title}, {dates}."
                ),
                WHO,
                _(
                    "Status of your registration: {status}.\n"
                    "It was not you? Then there is nothing to do: the link was sent to"
                    " you alone."
                ),
            ),
            button=SEE_OR_WITHDRAW,
        ),
        Kind(
            REMINDER,
            _("Reminder"),
            _("some days before the meeting, to whoever takes part"),
            _("Soon: {title}"),
            (
                "{starts_for_you}",
                WHO,
                _(
                    "Your days: {days}.\n{where_and_what}\n"
                    "You cannot come? Please withdraw by the link."
                ),
            ),
            button=SEE_OR_WITHDRAW,
            has_calendar=True,
        ),
    )
}
