"""Texts that the secretariat writes in Markdown, made into safe HTML."""

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from meeting.symbols import split_symbols

TAGS = {
    "a", "blockquote", "br", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}


def link_symbols(state: StateCore) -> None:
    """Make document symbols in running text into links; leave those in links alone."""
    for block in state.tokens:
        children, depth = [], 0
        for token in block.children or []:
            depth += token.nesting if token.type.startswith("link_") else 0
            if token.type == "text" and depth == 0:
                children += _pieces(token.content)
            else:
                children.append(token)
        if block.children:
            block.children = children


def _pieces(text: str) -> list[Token]:
    tokens = []
    for words, url in split_symbols(text):
        piece = Token("text", "", 0, content=words)
        if url:
            opening = Token("link_open", "a", 1, attrs={"href": url})
            tokens += [opening, piece, Token("link_close", "a", -1)]
        else:
            tokens.append(piece)
    return tokens


_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_markdown.core.ruler.push("symbols", link_symbols)


def to_html(text: str) -> SafeString:
    """HTML of an allow-list of tags; headings begin at the second level."""
    # The page's own title is the first-level heading.
    html = _markdown.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"https", "http", "mailto"}
    )
    return SafeString(clean)
