"""What the secretariat of a meeting asks besides what every meeting asks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, IntegerField, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from meeting.models import Meeting
from meeting.states import find_state
from meeting.words import plain
from registration.models.category import Category


class QuestionQuerySet(models.QuerySet["Question"]):
    def asked(self) -> Self:
        """What the form asks today, with its options and categories: three queries."""
        asked = self.filter(is_retired=False).select_related(
            "depends_on", "depends_option"
        )
        return asked.prefetch_related("options", "categories")

    def for_lists(self) -> Self:
        """All that somebody may have answered, also what is no longer asked."""
        return self.prefetch_related("options")

    def deciding(self) -> Self:
        """Those that another question may hang on."""
        return self.filter(kind__in=Question.DECIDING)

    def with_answer_count(self) -> Self:
        """How many people answered each, as `answer_count`."""
        return self.annotate(
            answer_count=_count_of(Count("answers"))
            + _count_of(Count("options__choices__registration", distinct=True))
        )


def _count_of(count: Count) -> Subquery:
    """A query of its own: joined with another one it would count too many."""
    own = Question.objects.order_by().filter(pk=OuterRef("pk")).values("pk")
    return Subquery(own.annotate(n=count).values("n"), output_field=IntegerField())


LIST_IS_OPEN = _(
    "A choice from a list is not stored encrypted. Ask for a text, number, date or"
    " file, or do not mark it as sensitive."
)
KIND_STAYS = _(
    "Answers were given, or another question hangs on it: it stays of this kind. To ask"
    " otherwise, retire it and add another question."
)
SENSITIVITY_STAYS = _(
    "Answers were given: they stay stored as they are. To ask otherwise, retire it and"
    " add another question."
)


class Question(models.Model):
    """A question of one meeting's registration form."""

    class Kind(models.TextChoices):
        SHORT = "short", _("short text")
        LONG = "long", _("long text")
        NUMBER = "number", _("number")
        YES_NO = "yes_no", _("yes or no")
        ONE = "one", _("one of a list")
        SEVERAL = "several", _("several of a list")
        DATE = "date", _("date")
        COUNTRY = "country", _("country")
        FILE = "file", _("file")

    KEY = "question_"
    # Answered by choosing options, each of which may have places.
    LISTS = (Kind.ONE, Kind.SEVERAL)
    # What another question may hang on: a few values that can be named.
    DECIDING = (Kind.YES_NO, Kind.ONE, Kind.SEVERAL, Kind.COUNTRY)

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, related_name="questions", verbose_name=_("meeting")
    )
    text = models.CharField(
        _("question"), max_length=300, help_text=_("As people read it.")
    )
    kind = models.CharField(_("answer"), max_length=8, choices=Kind, default=Kind.SHORT)
    help_text = models.CharField(
        _("hint"),
        max_length=500,
        blank=True,
        help_text=_("Stands below the question: why it is asked, or an example."),
    )
    is_required = models.BooleanField(_("must be answered"), default=False)
    categories = models.ManyToManyField(
        Category,
        related_name="questions",
        blank=True,
        verbose_name=_("only for"),
        help_text=_("Categories that are asked. None chosen: everybody is."),
    )
    depends_on = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="dependents",
        null=True,
        blank=True,
        verbose_name=_("only if"),
        help_text=_("Asked only if this other question has the answer below."),
    )
    depends_option = models.ForeignKey(
        "Option",
        models.PROTECT,
        related_name="dependents",
        null=True,
        blank=True,
        editable=False,
    )
    depends_value = models.CharField(
        _("has the answer"),
        max_length=300,
        blank=True,
        help_text=_("“yes” or “no”, the words of an option, or the name of a country."),
    )
    is_sensitive = models.BooleanField(
        _("sensitive"),
        default=False,
        help_text=_(
            "Stored encrypted, masked in lists, and shown only to those who may see"
            " sensitive answers; each reading is recorded."
        ),
    )
    retention_days = models.PositiveIntegerField(
        _("days for which answers are kept"),
        null=True,
        blank=True,
        help_text=_("After the meeting. Empty: as long as the registration."),
    )
    is_retired = models.BooleanField(
        _("retired"),
        default=False,
        help_text=_("No longer asked; the answers that were given stay."),
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(is_sensitive=True, kind__in=["one", "several"]),
                name="question_sensitive_is_written",
                violation_error_message=LIST_IS_OPEN,
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def key(self) -> str:
        """Its name among the fields of the form, and in corrections."""
        return f"{self.KEY}{self.pk}"

    @classmethod
    def number_of(cls, key: str) -> int | None:
        """Which question a key names; None where it names a field of all meetings."""
        number = key.removeprefix(cls.KEY)
        return None if number == key else int(number)

    @property
    def is_list(self) -> bool:
        return self.kind in self.LISTS

    @property
    def kept_until(self) -> date | None:
        """The last day on which its answers are kept, where it has a time of its own."""
        if self.retention_days is None:
            return None
        return self.meeting.ends_on + timedelta(days=self.retention_days)

    def applies(
        self, category_id: int | None, answers: Mapping[int, str | Collection[int]]
    ) -> bool:
        """Whether somebody of this category, with these answers to others, is asked.

        `answers` has, by the question's number, a text or the numbers of options.
        """
        only_for = {category.pk for category in self.categories.all()}
        if only_for and category_id not in only_for:
            return False
        if self.depends_on_id is None:
            return True
        answer = answers.get(self.depends_on_id) or ""
        if self.depends_option_id:
            return not isinstance(answer, str) and self.depends_option_id in answer
        return answer == self.depends_value

    @property
    def is_answered(self) -> bool:
        """Whether somebody has answered it, so that it must stay of its kind."""
        if self.pk is None:
            return False
        chosen = self.options.filter(choices__isnull=False)
        return self.answers.exists() or chosen.exists()

    @property
    def is_in_use(self) -> bool:
        """Whether something is lost or left hanging if it is deleted."""
        return self.is_answered or (self.pk is not None and self.dependents.exists())

    @classmethod
    @transaction.atomic
    def move(cls, pk: int, by: int) -> None:
        """Put it before the one above it (-1), or behind the one below it (+1)."""
        meeting = Meeting.objects.select_for_update().get(questions=pk)
        order = list(meeting.questions.values_list("pk", flat=True))
        place = order.index(pk)
        order.insert(max(place + by, 0), order.pop(place))
        for position, each in enumerate(order, start=1):
            cls.objects.filter(pk=each).exclude(position=position).update(
                position=position
            )

    def put_last(self) -> None:
        """A new one comes after all others of its meeting."""
        last = self.meeting.questions.aggregate(last=Max("position"))["last"]
        self.position = (last or 0) + 1

    def name_to_keep(self, name: str) -> str:
        """Of a file sent as an answer: as it came, unless it may tell what is inside."""
        return f"document{Path(name).suffix.lower()}" if self.is_sensitive else name

    def clean(self) -> None:
        self._check_sensitive()
        self._check_unchanged()
        self.depends_option = None
        if self.depends_on is None:
            self.depends_value = ""
            return
        other = self.depends_on
        if other.pk == self.pk or other.meeting_id != self.meeting_id:
            text = _("Choose another question of the same meeting.")
            raise ValidationError({"depends_on": ValidationError(text, "other")})
        if other.kind not in self.DECIDING:
            text = _("Only a yes or no, a choice from a list or a country can decide.")
            raise ValidationError({"depends_on": ValidationError(text, "kind")})
        if self._hangs_on_itself():
            text = _("These questions would wait for one another.")
            raise ValidationError({"depends_on": ValidationError(text, "circle")})
        self._take_condition(other, plain(self.depends_value))

    def _check_sensitive(self) -> None:
        if not self.is_sensitive:
            return
        if self.is_list:
            raise ValidationError(
                {"is_sensitive": ValidationError(LIST_IS_OPEN, "list")}
            )
        if not settings.DATA_KEYS:
            text = _(
                "Sensitive answers are stored encrypted, and no key is set for that."
                " Ask whoever runs this site to set DATA_KEYS first."
            )
            raise ValidationError({"is_sensitive": ValidationError(text, "no_key")})

    def _check_unchanged(self) -> None:
        """What was answered, or decides on others, can be read in one way only."""
        stored = self.pk and Question.objects.filter(pk=self.pk).first()
        if not stored:
            return
        if stored.kind != self.kind and stored.is_in_use:
            raise ValidationError({"kind": ValidationError(KIND_STAYS, "in_use")})
        if stored.is_sensitive != self.is_sensitive and stored.is_answered:
            error = ValidationError(SENSITIVITY_STAYS, "answered")
            raise ValidationError({"is_sensitive": error})

    def _take_condition(self, other: "Question", words: str) -> None:
        """Keep which answer is meant: an option by itself, so that it may be renamed."""
        if other.is_list:
            options = {plain(option.text): option for option in other.options.all()}
            self.depends_option = options.get(words)
            values = [str(option) for option in options.values()]
            value = str(self.depends_option or "")
        elif other.kind == self.Kind.YES_NO:
            values = ["yes", "no"]
            said = {plain(_("Yes")): "yes", plain(_("No")): "no"}
            value = words if words in values else said.get(words, "")
        else:
            state = find_state(self.depends_value)
            values = [str(_("the name of a country"))]
            value = state.code if state else ""
        if not value:
            text = _("Write one of the answers to that question: %(values)s.")
            params = {"values": ", ".join(values)}
            error = ValidationError(text, "condition", params)
            raise ValidationError({"depends_value": error})
        self.depends_value = value

    def _hangs_on_itself(self) -> bool:
        above = self.depends_on
        seen = {self.pk}
        while above is not None:
            if above.pk in seen:
                return True
            seen.add(above.pk)
            above = above.depends_on
        return False


def applicable(
    questions: Iterable[Question],
    category_id: int | None,
    answers: Mapping[int, str | Collection[int]],
) -> list[Question]:
    """Those that somebody is asked; what hangs on one that is not asked is not either."""
    by_pk = {question.pk: question for question in questions}
    known: dict[int, bool] = {}

    def is_asked(question: Question) -> bool:
        if question.pk not in known:
            known[question.pk] = False  # What waits for itself is never asked.
            above = by_pk.get(question.depends_on_id)
            is_open = above is None or is_asked(above)
            known[question.pk] = is_open and question.applies(category_id, answers)
        return known[question.pk]

    return [question for question in by_pk.values() if is_asked(question)]


class Option(models.Model):
    """One of the answers that a question of a list offers."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    text = models.CharField(_("answer"), max_length=200)
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Empty: no limit.")
    )
    is_retired = models.BooleanField(
        _("retired"), default=False, help_text=_("No longer offered; answers stay.")
    )
    position = models.PositiveIntegerField(_("order"), default=0, db_index=True)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "text"],
                name="option_once_a_question",
                violation_error_message=_("This option is there already."),
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_in_use(self) -> bool:
        """Whether somebody chose it, or another question hangs on it."""
        return self.choices.exists() or self.dependents.exists()


auditlog.register(Question, m2m_fields={"categories"})
auditlog.register(Option)
