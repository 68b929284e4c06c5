"""What people typed, made harmless for mail programs."""

import re

from django import template
from django.template.defaultfilters import stringfilter

from registration.fields import one_line

register = template.Library()

# Mail programs turn into a link whatever looks like an address: "x://", "www.x",
# "evil.example", "a@b". A word joiner at the joint is seen by them and by nobody else.
JOINER = "\u2060"
JOINT = re.compile(
    r"(?<=:)(?=//)|(?<=\w)(?=@)|(?<=@)(?=\w)|(?<=\w[.\u3002\uff0e\uff61])(?=\w\w)"
)


@register.filter
@stringfilter
def inert(text: str) -> str:
    """On one line, looking as typed, and never a link."""
    return JOINT.sub(JOINER, one_line(text))
