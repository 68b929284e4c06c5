"""A test of a mail's words, to whoever writes them and to nobody else."""

from collections.abc import Iterable
from uuid import uuid4

from django.contrib.auth.models import User
from django.db.models import Model, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from meeting.letters import Written
from meeting.mail.cleaning import is_address
from meeting.mail.models import TEST, Message
from meeting.mail.testing import too_many
from registration.mails.wording import Wording
from registration.models import Registration


def why_not(user: User) -> str:
    """Why no test can be sent to this member of the staff; empty where one can be."""
    if not is_address(user.email):
        return _(
            "Your account has no e-mail address that a test could go to. Whoever looks"
            " after accounts can write it there: Staff and audit, Users."
        )
    return too_many(user)


def owe_test(
    user: User, wording: Wording, written: Written, language: str, person: Model | None
) -> Message:
    """Owe it as it was written for this person, or for somebody made up."""
    with translation.override(language):
        subject = f"[{_('Test')}] {written.subject}"
    is_about = isinstance(person, Registration)
    return Message.owe(
        user,
        TEST,
        to=user.email,
        once=f"{_name(person.pk)}{uuid4().hex}" if is_about else "",
        reply_to=wording.meeting.contact_email,
        language=language,
        subject=subject,
        text=written.text,
        html=written.html,
    )


def tests_about(people: Iterable[Registration]) -> QuerySet[Message]:
    """Those that were written with the data of one of these: to be erased with them."""
    theirs = Q(pk__in=[])
    for person in people:
        theirs |= Q(once__startswith=_name(person.pk))
    return Message.objects.filter(theirs, kind=TEST)


def pass_on(tests: QuerySet[Message], pk: int) -> None:
    """Have them named after the one that their person has become part of."""
    for test in tests:
        test.once = f"{_name(pk)}{test.once.rpartition(':')[2]}"
        test.save(update_fields=["once"])


def _name(pk: int) -> str:
    return f"{TEST}:{pk}:"
