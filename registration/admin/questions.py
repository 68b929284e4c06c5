"""What the secretariat asks of its own: questions, with the options of lists."""

from typing import Any

from adminsortable2.admin import (
    CustomInlineFormSet,
    SortableAdminBase,
    SortableStackedInline,
)
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, ManyToManyField, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from meeting.admin.base import (
    MeetingFilter,
    OfOneMeeting,
    OwnWidgets,
    PlenaryModelAdmin,
    tag,
)
from meeting.admin.fields import Ticks
from meeting.admin_site import working_meeting
from meeting.forms import LineField
from meeting.models import Meeting
from registration.admin.seats import seat
from registration.answers import condition_in_words
from registration.models import Category, Option, Places, Question
from registration.models.question import KIND_STAYS, SENSITIVITY_STAYS

IN_USE = _(
    "“%s” cannot be deleted: answers were given, or another question hangs on it. Retire"
    " it instead: it is asked no more, and what was answered stays."
)
OPTION_IN_USE = _(
    "“%(option)s” cannot be deleted: somebody chose it, or another question hangs on it."
    " Retire it instead: it is offered no more, and what was answered stays."
)


class QuestionForm(forms.ModelForm):
    """Of one meeting: the question's, or the one that is worked on."""

    meeting: Meeting

    class Meta:
        model = Question
        fields = []
        field_classes = {
            "text": LineField,
            "help_text": LineField,
            "depends_value": LineField,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = self.instance
        if question.pk is None:
            question.meeting = self.meeting
        elif question.depends_on:
            self.initial["depends_value"] = condition_in_words(question)
        if self.fields:  # None for who may only look.
            self._offer_of_the_meeting(question)
            self._keep_what_was_answered(question)

    def _offer_of_the_meeting(self, question: Question) -> None:
        offered = Q(pk__in=Category.objects.of(question.meeting).values("pk"))
        others = Q(
            pk__in=question.meeting.questions.deciding().filter(is_retired=False)
        )
        if question.pk:
            offered |= Q(pk__in=question.categories.values("pk"))
            others |= Q(pk=question.depends_on_id)
        categories, depends_on = self.fields["categories"], self.fields["depends_on"]
        for field in (categories, depends_on):
            field.widget.can_add_related = field.widget.can_change_related = False
        categories.queryset = Category.objects.filter(offered)
        depends_on.queryset = Question.objects.filter(others).exclude(pk=question.pk)
        depends_on.empty_label = _("always asked")

    def _keep_what_was_answered(self, question: Question) -> None:
        is_answered = question.is_answered
        stays = {
            "kind": KIND_STAYS if question.is_in_use else "",
            "is_sensitive": SENSITIVITY_STAYS if is_answered else "",
        }
        for name, reason in stays.items():
            if reason:
                self.fields[name].disabled = True
                self.fields[name].help_text = reason


class OptionForm(forms.ModelForm):
    class Meta:
        field_classes = {"text": LineField}


class OptionFormSet(CustomInlineFormSet):
    def clean(self) -> None:
        # First, because Django would list every registration that chose it.
        self._keep_what_was_chosen()
        super().clean()
        is_any_left = any(
            form.has_changed() or form.instance.pk
            for form in self.forms
            if not self._should_delete_form(form)
        )
        if self.instance.is_list and not is_any_left:
            text = _("Write the answers that people choose from.")
            raise ValidationError(text, code="no_options")
        if is_any_left and not self.instance.is_list:
            text = _(
                "Only a list has options. Choose “one of a list” or “several of a list”"
                " above, or take the options away."
            )
            raise ValidationError(text, code="no_list")

    def _keep_what_was_chosen(self) -> None:
        for form in self.initial_forms:
            if self._should_delete_form(form) and form.instance.is_in_use:
                params = {"option": form.instance.text}
                raise ValidationError(OPTION_IN_USE, code="in_use", params=params)


class OptionInline(OwnWidgets, SortableStackedInline):
    model = Option
    form = OptionForm
    formset = OptionFormSet
    template = "admin/sortable_stacked.html"
    extra = 0
    fields = ["text", ("capacity", "is_retired", "chosen")]
    readonly_fields = ["chosen"]
    verbose_name_plural = _("options of a list, in their order")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Option]:
        return super().get_queryset(request).annotate(choice_count=Count("choices"))

    @admin.display(description=_("chosen by"))
    def chosen(self, option: Option) -> int:
        return getattr(option, "choice_count", 0)  # A new one has none.


@admin.register(Question)
class QuestionAdmin(OfOneMeeting, SortableAdminBase, PlenaryModelAdmin):
    section = "registration"
    form = QuestionForm
    list_display = [
        "text",
        "kind_of_answer",
        "asked_of",
        "shown_if",
        "required",
        "answers_given",
        "state",
        "moves",
    ]
    list_filter = [MeetingFilter, "kind", "is_retired"]
    list_select_related = ["meeting", "depends_on", "depends_option"]
    # Said again, because a query that counts does without the model's own order.
    ordering = ["position", "pk"]
    sortable_by = []
    empty_value_display = ""
    list_per_page = 200
    search_fields = ["text"]
    actions = ["retire", "ask_again"]
    inlines = [OptionInline]

    def get_fieldsets(
        self, request: HttpRequest, obj: Question | None = None
    ) -> list[tuple[str | None, dict[str, Any]]]:
        asked = ["text", "help_text", "kind", ("is_required", "is_sensitive")]
        kept = ["retention_days", "is_retired"] if obj else ["retention_days"]
        return [
            (None, {"fields": ["meeting", *asked]}),
            (
                _("Who is asked"),
                {"fields": ["categories", ("depends_on", "depends_value")]},
            ),
            (_("How long"), {"fields": kept}),
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: Question | None = None
    ) -> list[str]:
        return ["meeting"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        questions = super().get_queryset(request).with_answer_count()
        return questions.prefetch_related("categories")

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField:
        kwargs["widget"] = Ticks
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        field.widget.legend = field.label
        return field

    # Saving.

    def save_model(
        self, request: HttpRequest, obj: Question, form: QuestionForm, change: bool
    ) -> None:
        # Before anything is written, as whoever registers begins with it too.
        Places.locked(obj.meeting_id)
        if not change:
            obj.put_last()
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: QuestionForm, formsets: list, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        # An option may have more places than before.
        seat(request, [form.instance.meeting_id])

    def has_delete_permission(
        self, request: HttpRequest, obj: Question | None = None
    ) -> bool:
        is_in_use = obj is not None and obj.is_in_use
        return not is_in_use and super().has_delete_permission(request, obj)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        question = self.get_object(request, object_id)
        if question and self.has_delete_permission(request) and question.is_in_use:
            self.message_user(request, IN_USE % question, messages.ERROR)
            return redirect("admin:registration_question_change", question.pk)
        return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request: HttpRequest) -> dict[str, tuple]:
        """One is deleted on its own page, which says what would be lost."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.action(description=_("Retire: ask no more"), permissions=["change"])
    def retire(self, request: HttpRequest, questions: QuerySet[Question]) -> None:
        count = _set_retired(questions, True)
        text = ngettext("%d question retired.", "%d questions retired.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    @admin.action(description=_("Ask again"), permissions=["change"])
    def ask_again(self, request: HttpRequest, questions: QuerySet[Question]) -> None:
        count = _set_retired(questions, False)
        text = ngettext("%d question asked again.", "%d questions asked again.", count)
        self.message_user(request, text % count, messages.SUCCESS)

    # The list.

    def get_list_display(self, request: HttpRequest) -> list[str]:
        may = self.has_change_permission(request)
        return self.list_display if may else self.list_display[:-1]

    @admin.display(description=_("kind of answer"))
    def kind_of_answer(self, question: Question) -> str:
        return question.get_kind_display()

    @admin.display(description=_("only for"))
    def asked_of(self, question: Question) -> str:
        names = [category.name for category in question.categories.all()]
        return ", ".join(names) or str(_("everybody"))

    @admin.display(description=_("only if"))
    def shown_if(self, question: Question) -> str:
        if question.depends_on is None:
            return ""
        return f"{question.depends_on} – {condition_in_words(question)}"

    @admin.display(description=_("required"))
    def required(self, question: Question) -> str:
        return _("yes") if question.is_required else ""

    @admin.display(description=_("answers"))
    def answers_given(self, question: Question) -> int:
        return question.answer_count  # Annotated by get_queryset().

    @admin.display(description=_("state"))
    def state(self, question: Question) -> SafeString:
        tags = []
        if question.is_sensitive:
            tags.append(tag("open", _("sensitive")))
        if question.is_retired:
            tags.append(tag("off", _("retired")))
        return format_html_join(" ", "{}", ((each,) for each in tags))

    @admin.display(description=_("order"))
    def moves(self, question: Question) -> SafeString:
        """Buttons of the list's own form: each sends it to an address of its own."""
        return format_html(
            '<span class="moves">{}{}</span>',
            _move_button(question, "up", "↑", _("Move up: %s") % question),
            _move_button(question, "down", "↓", _("Move down: %s") % question),
        )

    # Pages of our own.

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "<int:pk>/move/<str:way>/",
            self.admin_site.admin_view(self.move),
            name="registration_question_move",
        )
        return [own, *super().get_urls()]

    @method_decorator(require_POST)
    def move(self, request: HttpRequest, pk: int, way: str) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        question = Question.objects.filter(pk=pk).first()
        if question is None or way not in MOVES:
            raise Http404
        Question.move(pk, MOVES[way])
        url = reverse("admin:registration_question_changelist")
        return redirect(f"{url}?meeting={question.meeting_id}")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        meeting = working_meeting(request)  # The filter may have changed it.
        if meeting and getattr(response, "context_data", None) is not None:
            response.context_data["preview"] = reverse("register", args=[meeting.slug])
        return response

    def view_on_site(self, question: Question) -> str:
        return reverse("register", args=[question.meeting.slug])


MOVES = {"up": -1, "down": +1}


def _move_button(question: Question, way: str, sign: str, words: str) -> SafeString:
    url = reverse("admin:registration_question_move", args=[question.pk, way])
    button = '<button formaction="{}" aria-label="{}">{}</button>'
    return format_html(button, url, words, sign)


def _set_retired(questions: QuerySet[Question], is_retired: bool) -> int:
    changed = [each for each in questions if each.is_retired != is_retired]
    for question in changed:
        question.is_retired = is_retired
        question.save(update_fields=["is_retired"])
    return len(changed)
