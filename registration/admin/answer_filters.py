"""The list of registrations by what people answered and chose."""

from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from agenda.models import Session
from meeting.models import Meeting
from registration.answers import value_in_words
from registration.mailings.choosing import has_got, has_not_got
from registration.models import Answer, Choice, Mailing, Question, Registration

Kind = Question.Kind
Lookups = list[tuple[str, str]]
# More would be a page of filters above the list.
MOST_QUESTIONS = 12
MOST_MAILINGS = 12
UNANSWERED = "none"


class AnswerFilter(admin.SimpleListFilter):
    """Who gave which answer to a question; made anew for each question."""

    question: Question
    # What was answered, in codes, where the question itself does not say what can be.
    values: list[str] = []

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin
    ) -> list[tuple[str, str]]:
        return [*self._answers(), (UNANSWERED, _("no answer"))]

    def _answers(self) -> Lookups:
        if self.question.is_list:
            options = self.question.options.all()
            return [(str(option.pk), option.text) for option in options]
        values = ["yes", "no"] if self.question.kind == Kind.YES_NO else self.values
        named = [(value, value_in_words(self.question, value)) for value in values]
        return named if self.question.kind == Kind.YES_NO else sorted(named, key=_words)

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        value = self.value()
        if value not in dict(self.lookup_choices):
            return queryset
        if self.question.is_list:
            given = Choice.objects.filter(option__question=self.question)
            asked = Q(option=value) if value != UNANSWERED else Q()
        else:
            given = Answer.objects.filter(question=self.question)
            asked = Q(value=value) if value != UNANSWERED else Q()
        found = Exists(given.filter(asked, registration=OuterRef("pk")))
        return queryset.filter(~found if value == UNANSWERED else found)


def _words(lookup: tuple[str, str]) -> str:
    return lookup[1]


class SessionFilter(admin.SimpleListFilter):
    """Who chose a session or side event, and who waits for a place in it."""

    title = _("chosen session")
    parameter_name = "chosen"
    sessions: list[Session] = []

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Lookups:
        lookups = []
        for session in self.sessions:
            lookups.append((str(session.pk), str(session)))
            if session.capacity is not None:
                waits = _("%s: on the waiting list") % session
                lookups.append((f"{session.pk}-waiting", waits))
        return lookups

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        pk, _dash, status = self.value().partition("-")
        chosen = Choice.objects.filter(session=pk, registration=OuterRef("pk"))
        return queryset.filter(
            Exists(chosen.filter(status=status) if status else chosen)
        )


class MailingFilter(admin.SimpleListFilter):
    """Who has got a mail to many, and who has not."""

    title = _("mail to many")
    parameter_name = "mailing"
    mailings: list[Mailing] = []

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Lookups:
        return [
            lookup
            for mailing in self.mailings
            for lookup in (
                (str(mailing.pk), _("%s: has it") % mailing),
                (f"{mailing.pk}-not", _("%s: has not got it") % mailing),
            )
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        if self.value() not in dict(self.lookup_choices):
            return queryset
        pk, _dash, has_not = self.value().partition("-")
        once = next(each.once for each in self.mailings if str(each.pk) == pk)
        return has_not_got(queryset, once) if has_not else has_got(queryset, once)


class NeedsFilter(admin.SimpleListFilter):
    title = _("needs")
    parameter_name = "needs"
    fields = {"access": "access_needs", "dietary": "dietary_needs"}

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> Lookups:
        return [("access", _("Access needs")), ("dietary", _("Dietary needs"))]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Registration]
    ) -> QuerySet[Registration]:
        field = self.fields.get(self.value())
        return queryset.exclude(**{field: ""}) if field else queryset


def filters_of(meeting: Meeting) -> list[type[admin.SimpleListFilter]]:
    """What can be chosen from in the meeting's own questions and mails: five queries.

    Sensitive answers are sealed, so that nothing can be found by them.
    """
    questions = meeting.questions.deciding().filter(is_sensitive=False)
    questions = questions.order_by("is_retired", "position", "pk").for_lists()
    questions = list(questions[:MOST_QUESTIONS])
    countries = [each for each in questions if each.kind == Kind.COUNTRY]
    answered = Answer.objects.filter(question__in=countries)
    answered = answered.values_list("question", "value").distinct().order_by()
    values: dict[int, list[str]] = {}
    for pk, value in answered:
        values.setdefault(pk, []).append(value)
    sessions = list(meeting.sessions.to_choose())
    mailings = meeting.mailings.exclude(state=Mailing.State.DRAFT)
    mailings = list(mailings.filter(to=Mailing.To.REGISTERED)[:MOST_MAILINGS])
    return [
        type("OfMailing", (MailingFilter,), {"mailings": mailings}),
        type("ChosenSession", (SessionFilter,), {"sessions": sessions}),
        *(_filter_of(each, values.get(each.pk, [])) for each in questions),
    ]


def _filter_of(question: Question, values: list[str]) -> type[AnswerFilter]:
    own = {
        "question": question,
        "values": values,
        "title": Truncator(question.text).chars(40),
        "parameter_name": question.key,
    }
    return type("Answers", (AnswerFilter,), own)
