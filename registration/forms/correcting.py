"""The form that corrects what was registered."""

import copy
from collections.abc import Collection, Iterator
from typing import Any

from crispy_forms.layout import LayoutObject
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registration.forms.cautions import Caution
from registration.forms.layout import Unseen
from registration.forms.meanwhile import SEEN, TellsMeanwhile
from registration.forms.person import PersonForm
from registration.models import Category, Question, Registration, Status

COSTS = {
    Status.RECEIVED: _(
        "You have a seat now. If you change your category to “%(category)s”, you give it"
        " up until the secretariat has decided anew."
    ),
    Status.WAITING: _(
        "You have a seat now. With these changes you lose it and are put on the waiting"
        " list, because all seats for what you ask are taken."
    ),
}


class CorrectionForm(TellsMeanwhile, PersonForm):
    """The same questions to somebody who is registered; the address stays.

    `only` names the fields, questions or "sessions" that the secretariat asked for.
    """

    button = _("Save changes")

    def __init__(
        self,
        *args: Any,
        instance: Registration,
        only: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        self.before = copy.copy(instance)
        super().__init__(*args, instance=instance, only=only, **kwargs)
        if only is not None:
            self._keep_only({*only})

    def _keep_only(self, wanted: set[str]) -> None:
        if "category" in wanted:
            # A State is named in another way than an organization.
            wanted.add("organization")
        asked = {name for name in self.fields if name.startswith(Question.KEY)}
        for name in self.fields.keys() - wanted - asked:
            del self.fields[name]

    def _categories(self) -> QuerySet[Category]:
        # What they chose stays a choice, even if it is no longer offered.
        own = Category.objects.filter(pk=self.instance.category_id)
        return super()._categories() | own

    def _hidden(self) -> list[LayoutObject | str]:
        # The next page sends it back with all else that was given.
        hidden = super()._hidden()
        return hidden if self.step else [Unseen((SEEN, self.seen)), *hidden]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.only is not None and not self.has_changed():
            text = _(
                "Nothing is changed yet. Correct what the secretariat asks for, or write"
                " to the secretariat if it is right as it is."
            )
            raise ValidationError(text, code="unchanged")
        return cleaned

    def find_cautions(self) -> Iterator[Caution]:
        yield from super().find_cautions()
        self.instance.set_keys()
        if lost_to := self.instance.loses_place(self.before):
            now = self.instance
            key = f"{now.category_id}:{now.organization_key}:{now.attendance}"
            text = COSTS[lost_to] % {"category": now.category}
            yield Caution(f"seat:{key}", text)
