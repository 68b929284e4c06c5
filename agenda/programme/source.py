"""The YAML text of a programme: its plain data, and the line of each piece of it."""

from typing import Any

import yaml
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agenda.programme.mistakes import Location, Mistake, ProgrammeError, where

_TAG = "tag:yaml.org,2002:"
_NULL = _TAG + "null"
# What an unquoted word may be taken for, besides text.
_READ = {_TAG + name for name in ("int", "float", "bool", "null", "timestamp")}
_BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff")


class _Loader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node, index: object) -> yaml.Node:
        event = self.peek_event()
        # They save typing for programmers, confuse everybody else, and can be made
        # to go round in circles.
        if event.anchor is not None:
            raise yaml.composer.ComposerError(None, None, "alias", event.start_mark)
        return super().compose_node(parent, index)


class Source:
    """One file: `data` as dictionaries, lists and values, and where each was read."""

    def __init__(self, content: bytes, name: str, fields: set[str]) -> None:
        self.name, self.fields = name, fields
        self.mistakes: list[Mistake] = []
        self.root = self._compose(self._decode(content))
        self.data = self._convert(self.root, ())

    def line(self, location: Location) -> int:
        """The line of a piece; where it is missing, of what it is missing in."""
        key, node = self._find(location)
        return (key or node).start_mark.line + 1

    def text(self, location: Location) -> str:
        """What the file has there, as it was typed."""
        node = self._find(location)[1]
        return node.value if isinstance(node, yaml.ScalarNode) else ""

    def _find(self, location: Location) -> tuple[yaml.Node | None, yaml.Node]:
        """The key, if any, and value at a location, or as near as the file goes."""
        key, node = None, self.root
        for part in location:
            if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                key, node = None, node.value[part]
            elif isinstance(node, yaml.MappingNode):
                found = [pair for pair in node.value if pair[0].value == part]
                if not found:
                    break
                key, node = found[0]
            else:
                break
        return key, node

    def _decode(self, content: bytes) -> str:
        try:
            if content.startswith(_BYTE_ORDER_MARKS):
                raise UnicodeDecodeError("utf-8", content, 0, 1, "UTF-16")
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            sentence = _(
                "has a letter that is not in UTF-8; save the file again with the"
                " encoding “UTF-8”."
            )
            raise self._stop(line, sentence) from error

    def _compose(self, text: str) -> yaml.Node:
        try:
            # The reader refuses characters that cannot be seen.
            loader = _Loader(text)
            node = loader.get_single_node()
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            sentence = _("has a character that cannot be printed; delete it.")
            raise self._stop(line, sentence) from error
        except yaml.MarkedYAMLError as error:
            raise self._stop(*_explain(error)) from error
        except RecursionError as error:
            raise self._stop(1, _("has too many brackets in each other.")) from error
        if node is None or node.tag == _NULL:
            raise self._stop(1, _("is empty; expected a programme, from “format:” on."))
        return node

    def _stop(self, line: int, sentence: str) -> ProgrammeError:
        return ProgrammeError(
            self.name, [Mistake(line, gettext("this file"), str(sentence))]
        )

    def _convert(self, node: yaml.Node, location: Location) -> Any:
        if not node.tag.startswith(_TAG):
            sentence = _("begins with “%s”; put the text in quotes.")
            self._add(node, location, sentence % node.tag)
        match node:
            case yaml.MappingNode():
                return self._convert_mapping(node, location)
            case yaml.SequenceNode():
                return [
                    self._convert(each, (*location, place))
                    for place, each in enumerate(node.value)
                ]
        return self._convert_scalar(node)

    def _convert_mapping(
        self, node: yaml.MappingNode, location: Location
    ) -> dict[str, Any]:
        data, lines = {}, {}
        for key, value in self._pairs(node):
            name = key.value
            if not isinstance(name, str):
                self._add(key, location, _("is no field name; expected “name: value”."))
            elif name in lines:
                sentence = gettext("is there twice, first in line %s; keep one.")
                self._add(key, (*location, name), sentence % lines[name])
            else:
                lines[name] = key.start_mark.line + 1
                data[name] = self._convert(value, (*location, name))
        return data

    def _pairs(self, node: yaml.MappingNode) -> list[tuple[yaml.Node, yaml.Node]]:
        """Keys and values; in braces, a comma does not end a text that needs it.

        To YAML, `{title: A compact for safe, orderly migration}` is a title, and a
        field "orderly migration" with nothing in it.
        """
        pairs: list[tuple[yaml.Node, yaml.Node]] = []
        for key, value in node.value:
            if node.flow_style and pairs and self._goes_on(pairs[-1][1], key, value):
                start, end = pairs[-1][1].start_mark, key.end_mark
                text = start.buffer[start.pointer : end.pointer]
                whole = yaml.ScalarNode(_TAG + "str", text, start, end)
                pairs[-1] = (pairs[-1][0], whole)
            else:
                pairs.append((key, value))
        node.value = pairs
        return pairs

    def _goes_on(self, before: yaml.Node, key: yaml.Node, value: yaml.Node) -> bool:
        plain = all(
            isinstance(each, yaml.ScalarNode) and each.style is None
            for each in (before, key)
        )
        has_colon = value.start_mark.index > key.end_mark.index
        return plain and not has_colon and key.value not in self.fields

    def _convert_scalar(self, node: yaml.ScalarNode) -> Any:
        if node.tag not in _READ:
            return node.value
        try:
            return yaml.SafeLoader("").construct_object(node)
        except (ValueError, OverflowError):  # 2017-02-30
            return node.value

    def _add(self, node: yaml.Node, location: Location, sentence: str) -> None:
        line = node.start_mark.line + 1
        self.mistakes.append(Mistake(line, where(location), str(sentence)))


# What the parser says, the beginning or the end of the trouble, and what to do.
_EXPLANATIONS = [
    (
        "alias",
        "end",
        _(
            "has a text that begins with “&” or “*”; put it in quotes. (References"
            " within the file are not part of the format.)"
        ),
    ),
    ("'\\t'", "end", _("is indented with a tab; use spaces.")),
    (
        "mapping values are not allowed",
        "end",
        _(
            "has a second colon, or is indented too far; put a text with a colon in"
            ' quotes, as in title: "One: two".'
        ),
    ),
    (
        "cannot start any token",
        "end",
        _("has a text that begins with “%(sign)s”; put it in quotes."),
    ),
    (
        "quoted scalar",
        "start",
        _("opens a quotation mark that is not closed, or not well."),
    ),
    (
        "flow",
        "start",
        _(
            "opens a bracket that is not closed as expected; a text with a comma, colon"
            " or bracket inside { } or [ ] needs quotes."
        ),
    ),
    (
        "simple key",
        "start",
        _(
            "is neither “field: value” nor “- entry”; a text that goes on in a second"
            " line is indented further than its field."
        ),
    ),
    (
        "block",
        "end",
        _(
            "does not line up with the lines above; fields that belong together begin"
            " in the same column."
        ),
    ),
    (
        "single document",
        "end",
        _("begins a second programme (“---”); write one to a file."),
    ),
]


def _explain(error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """Line and sentence for what the YAML parser stumbled over."""
    said = f"{error.context or ''} {error.problem or ''}"
    end = error.problem_mark
    start = error.context_mark or end
    for words, side, sentence in _EXPLANATIONS:
        if words in said:
            line = (start if side == "start" else end).line + 1
            return line, str(sentence) % {"sign": end.buffer[end.pointer]}
    return end.line + 1, gettext("cannot be read here: %(problem)s.") % {
        "problem": error.problem
    }
