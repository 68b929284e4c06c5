"""Texts with placeholders, as the secretariat writes them, made into mails.

A placeholder such as {name} stands for one of a list of values, and nothing else in a
text is read. Values are put in once, after the text has become HTML: what somebody
typed into a form arrives as typed, and lives in nothing.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from html import escape
from urllib.parse import unquote

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
# As the address of a link it is an address of its own.
PLACE_IN_LINK = re.compile(r"\]\(\{([a-z_]+)\}\)")
ADDRESS = re.compile(r"https://([a-z-]+)\.placeholder\.invalid/")
SLOT = re.compile(f'{BEGIN}([a-z_]+){END}|(?<=href="){ADDRESS.pattern}(?=")')
IN_HREF = 2  # The group of SLOT that is an address.
LINK = re.compile(r"\[([^\]\n]+)\]\(([^()\s]+)\)")
# Whatever follows "](" is meant as an address.
MEANT = re.compile(r"\]\(([^)\n]*)\)")
WHOLE = re.compile(r"(https?://|mailto:)\S+")
HREF = re.compile(r'href="([^"]*)"')
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

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "entity"]
)


class Typed(str):
    """A value that somebody typed into a form; made harmless where it is put in."""


class Lines(str):
    """A value of several lines, which stay lines."""


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
    """What is wrong with the placeholders and links of a text, and what to do."""
    names = {placeholder.name: placeholder for placeholder in known}
    for found in dict.fromkeys(PLACE.findall(text)):
        if found not in names:
            yield _unknown(found, names)
    # Of the same length, so that the place of what is left can be told.
    rest = PLACE.sub(lambda match: " " * len(match[0]), text)
    if brace := re.search(r"[{}]", rest):
        sentence = _(
            "At “%(near)s”, a brace stands alone or is doubled. A placeholder stands"
            " between one { and one }, as {%(name)s}. Elsewhere write no braces."
        )
        start, end = max(brace.start() - 15, 0), brace.end() + 15
        near = one_line(text[start:end])
        near = f"{'…' if start else ''}{near}{'…' if end < len(text) else ''}"
        params = {"near": near, "name": next(iter(names), "")}
        yield ValidationError(sentence, "brace", params)
    yield from _wrong_links(text, names)


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


def _wrong_links(
    text: str, names: Mapping[str, Placeholder]
) -> Iterator[ValidationError]:
    if "![" in text:
        sentence = _("Mails carry no images. Write [words](https://…) for a link.")
        yield ValidationError(sentence, "image")
    for link in dict.fromkeys(MEANT.findall(text)):
        if not PLACE.search(link) and not WHOLE.fullmatch(link):
            sentence = _(
                "“%(link)s” is no whole address. Begin it with https:// or mailto:."
            )
            yield ValidationError(sentence, "address", {"link": link})
    # Links are written in more than one way: looked at as they come out.
    html = _to_html(_marked(SIGNS.sub("", text), names))
    for href in dict.fromkeys(map(unquote, HREF.findall(html))):
        whole = ADDRESS.fullmatch(href)
        name = whole and whole[1].replace("-", "_")
        if name in names and names[name].is_address:
            continue
        link = re.sub(
            f"{BEGIN}([a-z_]+){END}", r"{\1}", f"{{{name}}}" if name else href
        )
        if name or link != href:
            sentence = _(
                "“%(link)s” cannot be the address of a link: only {link}, and nothing"
                " beside it, can stand there."
            )
            yield ValidationError(sentence, "link", {"link": link})


@dataclass(frozen=True)
class Slot:
    """Where a value is put in: among the words, or as the address of a link."""

    name: str
    is_address: bool = False


# Words as they are, and slots between them.
Parts = list[str | Slot]


class Letter:
    """A text, ready to be written to one or to thousands.

    The work that is the same for all is done once.
    """

    def __init__(
        self, subject: str, body: str, frame: Frame, known: Collection[str]
    ) -> None:
        self.frame, self.known = frame, frozenset(known)
        self._subject = self._parts(subject)
        self._body = SIGNS.sub("", body)
        self._names = {slot.name for slot in _slots(self._parts(self._body))}
        self._framed: dict[frozenset[str], tuple[Parts, Parts]] = {}

    def to(self, values: Mapping[str, str]) -> Written:
        """The mail for the person of these values; only those that are named are read."""
        words = _Words(values)
        empty = frozenset(name for name in self._names if not words[name])
        if empty not in self._framed:
            self._framed[empty] = self._frame(_without(self._body, empty))
        text, html = self._framed[empty]
        return Written(
            one_line(_as_text(self._subject, words)),
            re.sub(r"\n{3,}", "\n\n", _as_text(text, words)).strip() + "\n",
            _as_html(html, words),
        )

    def _frame(self, body: str) -> tuple[Parts, Parts]:
        """Text and HTML around this body, with slots for the values."""
        first, _blank, rest = body.partition("\n\n")
        frame, known = self.frame, self.known
        text = render_to_string(
            "email/letter.txt",
            {
                "body": _readable(body),
                "button": frame.button,
                "foot": [_readable(line) for line in frame.foot],
            },
        )
        html = render_to_string(
            "email/letter.html",
            {
                "heading": SIGNS.sub("", frame.heading),
                "button": frame.button,
                "address": _address_of("link"),
                "first": _to_html(_marked(first, known), is_inline=True),
                "rest": _to_html(_marked(rest, known)),
                "foot": [
                    _to_html(_marked(line, known), is_inline=True)
                    for line in frame.foot
                ],
            },
        )
        return self._parts(text), self._parts(html, SLOT)

    def _parts(self, text: str, pattern: re.Pattern = PLACE) -> Parts:
        parts: Parts = []
        end = 0
        for match in pattern.finditer(text):
            name = match[match.lastindex].replace("-", "_")
            if name in self.known:
                is_address = match.lastindex == IN_HREF
                parts += [text[end : match.start()], Slot(name, is_address)]
                end = match.end()
        return [*parts, text[end:]]


class _Words(dict):
    """What stands for each placeholder, made harmless once."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__()
        self.values_of = values

    def __missing__(self, name: str) -> str:
        value = self.values_of[name]
        if isinstance(value, Lines):
            words = "\n".join(map(one_line, value.splitlines()))
        else:
            words = inert(value) if isinstance(value, Typed) else one_line(value)
        self[name] = words
        return words


def _slots(parts: Parts) -> Iterator[Slot]:
    return (part for part in parts if isinstance(part, Slot))


def _as_text(parts: Parts, words: _Words) -> str:
    # Put in once: a value is never looked at again.
    return "".join(
        part if isinstance(part, str) else words[part.name] for part in parts
    )


def _as_html(parts: Parts, words: _Words) -> str:
    return "".join(
        part if isinstance(part, str) else _value_in_html(part, words) for part in parts
    )


def _value_in_html(slot: Slot, words: _Words) -> str:
    text = escape(words[slot.name])
    value = words.values_of[slot.name]
    if slot.is_address:
        return text if isinstance(value, Address) else "#"
    if isinstance(value, Typed):
        return f"<bdi>{text}</bdi>"
    if isinstance(value, Lines):
        return text.replace("\n", "<br>")
    if isinstance(value, Address):
        return f'<a href="{text}">{text}</a>'
    return text


def _without(body: str, empty: Collection[str]) -> str:
    """Without placeholders that stand for nothing, and lines of such alone."""
    lines = []
    for line in body.splitlines():
        left = line
        for name in empty:
            left = re.sub(rf"[ \t]?\{{{name}\}}", "", left)
        if left == line or left.strip(" .,;:-*"):
            lines.append(left.strip() if left != line else line)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _address_of(name: str) -> str:
    return f"https://{name.replace('_', '-')}.placeholder.invalid/"


def _marked(text: str, known: Collection[str]) -> str:
    """Its placeholders between signs that Markdown leaves alone."""

    def in_link(match: re.Match) -> str:
        return f"]({_address_of(match[1])})" if match[1] in known else match[0]

    def sign(match: re.Match) -> str:
        return f"{BEGIN}{match[1]}{END}" if match[1] in known else match[0]

    return PLACE.sub(sign, PLACE_IN_LINK.sub(in_link, text))


def _readable(markdown: str) -> str:
    """The same to be read as it is: without signs of emphasis, links written out."""
    # Between angle brackets no mail program takes what follows along (RFC 3986, C).
    plain = LINK.sub(r"\1 <\2>", markdown).replace("**", "").replace("<mailto:", "<")
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
