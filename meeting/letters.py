"""Texts with placeholders, as the secretariat writes them, made into mails.

A placeholder such as {name} stands for one of a list of values, and nothing else in a
text is read. Values are put in once, after the text has become HTML: what somebody
typed into a form arrives as typed, and lives in nothing.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from html import escape

import nh3
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from meeting.words import inert, one_line

PLACE = re.compile(r"\{([^{}\n]{1,60})\}")
# In HTML on its way, a placeholder stands between two signs that nobody types.
BEGIN, END = "\ue000", "\ue001"
SIGNS = re.compile("[\ue000-\uf8ff]")
TOKEN = re.compile(f"{BEGIN}([a-z_]+){END}")
# In the address of a link it stands as an address of its own.
PLACE_IN_LINK = re.compile(r"\]\(\{([a-z_]+)\}\)")
TOKEN_IN_LINK = re.compile(r"https://([a-z-]+)\.placeholder\.invalid/")
LINK = re.compile(r"\[([^\]\n]+)\]\(([^()\s]+)\)")
TAGS = {
    "a",
    "blockquote",
    "br",
    "em",
    "h2",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "strong",
    "ul",
}

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")


class Typed(str):
    """A value that somebody typed into a form; made harmless where it is put in."""


class Address(str):
    """A value that is an address of ours, and may be that of a link."""


@dataclass(frozen=True)
class Placeholder:
    """One of the values that a text may name, what it means, and how it may look."""

    name: str
    meaning: str
    sample: str
    is_address: bool = False

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class Written:
    """A mail as it goes out."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Frame:
    """What stands around a text, and is no part of it.

    `button` names where {link} leads; `foot` are sentences with placeholders.
    """

    heading: str
    button: str = ""
    foot: tuple[str, ...] = ()


def mistakes(text: str, known: Collection[Placeholder]) -> Iterator[ValidationError]:
    """What is wrong with the placeholders of a text, each with what to do."""
    names = {placeholder.name: placeholder for placeholder in known}
    for found in dict.fromkeys(PLACE.findall(text)):
        if found not in names:
            yield _unknown(found, names)
    for link in dict.fromkeys(re.findall(r"\]\(([^)\n]*)\)", text)):
        inside = PLACE.findall(link)
        is_whole = inside and link == f"{{{inside[0]}}}"
        placeholder = names.get(inside[0]) if inside else None
        if inside and not (is_whole and placeholder and placeholder.is_address):
            sentence = _(
                "“%(link)s” cannot be the address of a link: only {link}, and nothing"
                " beside it, can stand there."
            )
            yield ValidationError(sentence, "link", {"link": link})


def _unknown(found: str, names: Iterable[str]) -> ValidationError:
    meant = get_close_matches(found.strip().casefold(), names, n=1, cutoff=0.5)
    params = {"found": f"{{{found}}}", "meant": meant and f"{{{meant[0]}}}"}
    if meant:
        sentence = _("There is no placeholder %(found)s. Did you mean %(meant)s?")
    else:
        sentence = _(
            "There is no placeholder %(found)s. Choose one of those in the list, or"
            " write it without braces."
        )
    return ValidationError(sentence, "placeholder", params)


@dataclass
class Letter:
    """A text, ready to be written to one or to thousands.

    The work that is the same for all is done once.
    """

    subject: str
    body: str
    frame: Frame
    known: Collection[str]
    _framed: dict[str, tuple[str, str]] = field(default_factory=dict)

    def to(self, values: Mapping[str, str]) -> Written:
        """The mail for the person of these values; only those that are named are read."""
        subject = one_line(self._put_in(self.subject, values))
        body = self._without_empty(SIGNS.sub("", self.body), values)
        if body not in self._framed:
            self._framed[body] = self._frame(body)
        text, html = self._framed[body]
        return Written(
            subject,
            re.sub(r"\n{3,}", "\n\n", self._put_in(text, values)).strip() + "\n",
            _put_into_html(html, values),
        )

    def _names(self, text: str) -> list[str]:
        return [name for name in PLACE.findall(text) if name in self.known]

    def _put_in(self, text: str, values: Mapping[str, str]) -> str:
        def value(match: re.Match) -> str:
            if match[1] not in self.known:
                return match[0]
            return _in_text(values[match[1]])

        return PLACE.sub(value, text)

    def _without_empty(self, text: str, values: Mapping[str, str]) -> str:
        """Without placeholders that stand for nothing, and lines of such alone."""
        empty = {name for name in self._names(text) if not values[name]}
        if not empty:
            return text.strip()
        lines = []
        for line in text.splitlines():
            left = line
            for name in empty:
                left = re.sub(rf"[ \t]?\{{{name}\}}", "", left)
            if left == line or left.strip(" .,;:-*"):
                lines.append(left.strip() if left != line else line)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

    def _frame(self, body: str) -> tuple[str, str]:
        """Text and HTML around this body, its placeholders still to be put in."""
        first, _blank, rest = body.partition("\n\n")
        context = {
            "heading": self.frame.heading,
            "button": self.frame.button,
            "address": SafeString(f"{BEGIN}link{END}"),
        }
        text = render_to_string(
            "email/letter.txt",
            context | {"body": _as_text(body), "foot": self.frame.foot},
        )
        html = render_to_string(
            "email/letter.html",
            context
            | {
                "first": _to_html(self._marked(first), is_inline=True),
                "rest": _to_html(self._marked(rest)),
                "foot": [
                    _to_html(self._marked(line), is_inline=True)
                    for line in self.frame.foot
                ],
            },
        )
        return text, html

    def _marked(self, text: str) -> str:
        def in_link(match: re.Match) -> str:
            if match[1] not in self.known:
                return match[0]
            return f"](https://{match[1].replace('_', '-')}.placeholder.invalid/)"

        def token(match: re.Match) -> str:
            if match[1] not in self.known:
                return match[0]
            return f"{BEGIN}{match[1]}{END}"

        return PLACE.sub(token, PLACE_IN_LINK.sub(in_link, text))


def _as_text(markdown: str) -> str:
    """The same to be read as it is: without signs of emphasis, links written out."""
    plain = LINK.sub(r"\1 (\2)", markdown).replace("**", "")
    return re.sub(r"(?m)^#{1,6}[ \t]+", "", plain)


@lru_cache(maxsize=256)
def _to_html(markdown: str, *, is_inline: bool = False) -> SafeString:
    if is_inline:
        html = _markdown.renderInline(re.sub(r"^#{1,6}[ \t]+", "", markdown))
    else:
        html = _markdown.render(markdown).replace("h1>", "h2>")
    schemes = {"https", "http", "mailto"}
    return SafeString(
        nh3.clean(
            html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=schemes
        ).strip()
    )


def _in_text(value: str) -> str:
    return inert(value) if isinstance(value, Typed) else one_line(value)


def _put_into_html(html: str, values: Mapping[str, str]) -> str:
    def in_link(match: re.Match) -> str:
        return escape(values[match[1].replace("-", "_")])

    def value(match: re.Match) -> str:
        found = values[match[1]]
        words = escape(_in_text(found))
        if isinstance(found, Typed):
            return f"<bdi>{words}</bdi>"
        is_in_attribute = match.string[: match.start()].endswith('href="')
        if isinstance(found, Address) and not is_in_attribute:
            return f'<a href="{words}">{words}</a>'
        return words

    # Links first: a value that is put in later is never looked at again.
    return TOKEN.sub(value, TOKEN_IN_LINK.sub(in_link, html))
