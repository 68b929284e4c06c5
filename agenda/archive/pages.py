"""A page of the site made into one of a copy: what needs a server goes, links lead on."""

import posixpath
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from urllib.parse import quote, urldefrag, urljoin

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lxml import html

from agenda.archive.addresses import Address, Bounds, address_of
from agenda.archive.routes import SCRIPTS

Element = html.HtmlElement
Find = Callable[[Address], PurePosixPath | None]
LINKS = ("href", "src", "poster")
LINKED = " | ".join(f"//@{name}/.." for name in LINKS)
NEEDS_SERVER = " | ".join(
    (
        "//form",
        "//*[@data-only-online]",
        "//*[@data-follows]",
        "//*[@data-star]",
        "//link[@rel='manifest']",
        "//meta[@name='htmx-config']",
    )
)
# Of these nothing stays where they held nothing but a link that is left out.
HOLDERS = {"div", "li", "nav", "p", "span", "ul"}
CSS_LINK = re.compile(r"""(url\(\s*|@import\s+)(["']?)([^"')\s]+)\2""")


def parse(content: bytes) -> Element:
    return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))


def written(page: Element) -> bytes:
    return html.tostring(page, doctype="<!doctype html>", encoding="utf-8")


def links_of(page: Element) -> Iterator[tuple[Element, str, str]]:
    """What leads on or is shown: the element, its attribute and the address in it."""
    for element in page.xpath(LINKED):
        for name in LINKS:
            link = element.get(name)
            if link and not link.startswith("#") and element.get("rel") != "canonical":
                yield element, name, link


def leave_out(page: Element, address: Address, bounds: Bounds) -> None:
    """Take away what is of no use without a server, and what is so for a moment only."""
    for element in page.xpath(NEEDS_SERVER):
        element.drop_tree()
    for element in page.find_class("now-mark"):
        element.drop_tree()
    for element in page.find_class("is-now"):
        element.classes.discard("is-now")
    for element in page.xpath("//*[@*[starts-with(name(), 'hx-')]]"):
        for name in [name for name in element.attrib if name.startswith("hx-")]:
            del element.attrib[name]
    kept = {static(name) for name in SCRIPTS}
    for script in page.xpath("//script[@src]"):
        if script.get("src") not in kept:
            script.drop_tree()
        for name in [name for name in script.attrib if name.startswith("data-")]:
            del script.attrib[name]
    for element, _name, link in links_of(page):
        target = address_of(link, address)
        if target and bounds.has(target) and bounds.leaves_out(target):
            _drop_link(element)


def join(page: Element, address: Address, bounds: Bounds, find: Find) -> None:
    """Have links lead to files of the copy, and to the site where that has the rest."""
    here = find(address)
    for element, name, link in links_of(page):
        target = address_of(link, address)
        if target is None:
            continue
        if not bounds.has(target):
            element.set(name, urljoin(str(address), link))
        elif file := find(target):
            element.set(name, relative(file, here, urldefrag(link).fragment))
        elif element.tag == "a":
            element.drop_tag()  # The words stay; they lead nowhere.
        else:
            element.drop_tree()


def relative(file: PurePosixPath, here: PurePosixPath, fragment: str = "") -> str:
    """The way from one file of the copy to another."""
    way = quote(posixpath.relpath(str(file), str(here.parent)))
    return f"{way}#{fragment}" if fragment else way


def say(page: Element, line: SafeString) -> None:
    """Write a line above all that the page has."""
    words = html.fragment_fromstring(
        format_html('<div class="copied"><p class="wrap">{}</p></div>', line)
    )
    heads = page.find_class("masthead") or [page.body]
    heads[0].insert(0, words)


def links_of_sheet(sheet: str, address: Address) -> list[Address]:
    found = (address_of(match[3], address) for match in CSS_LINK.finditer(sheet))
    return [each for each in found if each]


def join_sheet(sheet: str, address: Address, find: Find) -> str:
    """The same for a style sheet; what is not of this site stays."""

    def replaced(match: re.Match) -> str:
        target = address_of(match[3], address)
        file = find(target) if target else None
        way = relative(file, find(address)) if file else match[3]
        return f"{match[1]}{match[2]}{way}{match[2]}"

    return CSS_LINK.sub(replaced, sheet)


def _drop_link(link: Element) -> None:
    """Within a sentence its words stay; alone it goes, with what only held it."""
    holder = link.getparent()
    if link.tag == "a" and (holder.tag not in HOLDERS or _has_own_text(holder)):
        link.drop_tag()
        return
    link.drop_tree()
    while holder.tag in HOLDERS and not len(holder) and not _has_own_text(holder):
        empty, holder = holder, holder.getparent()
        empty.drop_tree()


def _has_own_text(element: Element) -> bool:
    texts = [element.text, *(child.tail for child in element)]
    return any(text and text.strip() for text in texts)
