import re
from html import unescape

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from meeting import letters
from meeting.letters import Address, Frame, Letter, Placeholder, Typed, mistakes
from meeting.words import inert
from tests.parts.reader import Reader

LINK = "https://plenary.example/15/me/a-token/"
KNOWN = {"name", "organization", "note", "title", "link"}
PLACES = [Placeholder(name, "", "", name == "link") for name in sorted(KNOWN)]
BODY = (
    "Good news for {name}.\n\n{name} of **{organization}**\n- {name}\n\n"
    "# {note}\n\n> {name}: [{name}]({link}) and {link}"
)
HOSTILE = [
    "{{ 7*7 }}{% now 'Y' %}",
    "{name.__class__.__mro__}",
    "{link}",
    "{organization}",
    "<b>bold</b><script>alert(1)</script><img src=x onerror=alert(1)>",
    '"><a href="javascript:alert(1)">x</a>',
    "&lt;b&gt; &amp; &#60;",
    "**bold** _em_ `code` # head\n\n- list",
    "[x](http://evil.example) ![x](http://evil.example/x.png) <http://evil.example>",
    "http://evil.example www.evil.example pay@evil.example",
    "\ue000link\ue001 \ue000__class__\ue001 \uf8ff",
    "https://link.placeholder.invalid/",
    "x\r\nBcc: a@b.c\r\n\r\nBody",
    "\x00\x07\x1b[31m\x7f\x85",
    "\u202eevil\u2066\u2069\u200f\u200b",
    "e" + "\u0301" * 5000,
    "x" * 10_000,
    "محمد עברית 王",
    "Côte d'Ivoire & \\1 \\g<0>",
    " ",
]


def letter(subject="{name}: {title}", body=BODY, frame=None):
    frame = frame or Frame("A Meeting", "See it", ("Works for {name}.",))
    return Letter(subject, body, frame, KNOWN)


def values(typed="Amina", **more):
    named = dict.fromkeys(("name", "organization", "note"), Typed(typed))
    return named | {"title": "A Meeting", "link": Address(LINK)} | more


def shape(html):
    """What is in it but words."""
    found = Reader(html)
    return found.tags, found.links


def shown(words):
    """As somebody reads it: whatever is not seen away."""
    return " ".join(words.replace("\u2060", "").split())


@given(st.text(max_size=300) | st.sampled_from(HOSTILE))
@example("{link}")
@example("\ue000link\ue001")
@example("https://link.placeholder.invalid/")
@example("x" * 10_000)
def test_what_was_typed_arrives_as_typed_and_lives_in_nothing(typed):
    written, plain = letter().to(values(typed)), letter().to(values("Amina"))
    expected = inert(typed)

    if expected:
        assert shape(written.html) == shape(plain.html)
        assert written.text.count("\n") == plain.text.count("\n")
        assert written.text == plain.text.replace("Amina", expected)
        assert written.subject == " ".join(f"{expected}: A Meeting".split())
        assert f"<strong><bdi>{_escaped(expected)}</bdi></strong>" in written.html
    assert set(Reader(written.html).links) == {LINK}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", written.text + written.subject)


def _escaped(words):
    for sign, escaped in zip(
        "&<>\"'", ["amp", "lt", "gt", "quot", "#x27"], strict=True
    ):
        words = words.replace(sign, f"&{escaped};")
    return words


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_words_do_nothing_in_a_mail(typed):
    written = letter().to(values(typed))
    html = Reader(written.html)

    # One <b>, that of the template.
    assert html.tags.count("b") == 1
    assert not {"script", "img"} & set(html.tags)
    assert set(html.links) == {LINK}
    assert shown(inert(typed)) in shown(html.text)
    assert "evil.example" not in written.text + written.html


@pytest.mark.parametrize("typed", HOSTILE[:-1])
def test_plain_values_are_no_markup_either(typed):
    """Of the staff or of the system: not made inert, and yet no part of the HTML."""
    written = letter().to(values("Amina", note=typed, title=typed))

    assert shape(written.html) == shape(letter().to(values(note="words")).html)


@given(st.text(alphabet="{}[]()<>!*_#`\\\n -abklmnie:/.\"'&\ue000\ue001", max_size=120))
@example("[x](https://name.placeholder.invalid/)")
@example("[x](https://nothing.placeholder.invalid/) https://a.placeholder.invalid/")
@example("\ue000nothing\ue001 \ue000link\ue001")
@example("[x]({name})")
@example("<https://example.org/{name}>")
@example("[x]: {name}\n\n[x]")
def test_any_text_of_the_staff_makes_a_harmless_mail(body):
    hostile = values('"><script>alert(1)</script>javascript:alert(1)')
    written = letter(body, body, Frame(body, "See", (body,))).to(hostile)
    html = Reader(written.html)

    assert not {"script", "img", "iframe"} & set(html.tags)
    assert all(re.match(r"(https?:|mailto:|[^:]*$)", each) for each in html.links)
    assert not any("alert" in each for each in html.links)


@pytest.mark.parametrize(
    "body",
    [
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](https://example.org/x.png)",
        "<img src=x><script>alert(1)</script>",
        '<a href="javascript:alert(1)" onclick="x()">x</a>',
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_text_of_the_staff_carries_no_script_and_no_image(body):
    html = Reader(letter(body=body).to(values()).html)

    # That of an image is one to press, and nothing is loaded.
    assert set(html.links) - {"https://example.org/x.png"} == {LINK}
    assert not {"img", "script"} & set(html.tags)


@pytest.mark.parametrize(
    "words", ["<b>x</b> &amp;", "https://link.placeholder.invalid/", "a {b} c"]
)
def test_whatever_else_the_staff_write_arrives_as_typed(words):
    written = letter(body=f"{words}\n\n{words}", frame=Frame(words)).to(values())

    assert Reader(written.html).text.count(words) == 4  # With the title, and the foot.
    assert written.text == f"{words}\n\n{words}\n"


def test_the_title_of_a_meeting_is_not_looked_at_for_placeholders():
    written = letter(frame=Frame("\ue000link\ue001 {link}")).to(values())

    assert "<b>link {link}</b>" in written.html


def test_a_typed_value_is_never_the_address_of_a_link():
    written = letter(body="[x]({name})").to(values("javascript:alert(1)"))

    assert Reader(written.html).links == ["#", LINK]


def test_what_stands_in_a_link_is_typed_words_and_our_address():
    written = letter(body="See [{name}]({link}).").to(values("<b>&"))

    assert (
        f'<a href="{LINK}" rel="noopener noreferrer"><bdi>&lt;b&gt;&amp;</bdi></a>'
        in (written.html)
    )
    assert f"See <b>& <{LINK}>." in written.text


def test_the_same_letter_is_written_to_each_with_their_own_values():
    same = letter()

    first, other = same.to(values("Ann")), same.to(values("Bob"))

    assert "Bob" not in first.text + first.html
    assert "Ann" not in other.text + other.html


@pytest.mark.parametrize("empty", ["", " ", "\x00", "\u202e"])
def test_what_stands_for_nothing_leaves_no_gap(empty):
    body = "It is so.\n\nDear {name},\n{note}\n- {organization}.\n\n{note}\n\nEnd {note} here"
    written = letter("{note} It", body, Frame("M")).to(
        values("Ann", note=empty, organization=Typed(empty))
    )

    assert written.subject == "It"
    assert written.text == "It is so.\n\nDear Ann,\n\nEnd here\n"
    assert "<p></p>" not in written.html
    assert "<li>" not in written.html


def test_only_what_is_named_is_worked_out():
    class Values(dict):
        def __missing__(self, name):
            raise AssertionError(name)

    written = letter("s", "{title}", Frame("M")).to(Values(title="T"))

    assert written.text == "T\n"


def test_a_plain_text_reads_without_signs():
    body = "Done.\n\n## Before\n\n**Bring** [it]({link}), [write](mailto:a@b.example)."

    written = letter(body=body, frame=Frame("M")).to(values())

    assert (
        written.text == f"Done.\n\nBefore\n\nBring it <{LINK}>, write <a@b.example>.\n"
    )


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("en", "ltr"), ("zh-hans", "ltr")]
)
def test_a_mail_is_set_in_the_direction_of_its_language(language, direction):
    with translation.override(language):
        html = letter().to(values()).html

    assert f'<html lang="{language}" dir="{direction}">' in html


def test_what_is_the_same_for_all_is_made_once(monkeypatch):
    made = []
    monkeypatch.setattr(
        letters,
        "render_to_string",
        lambda name, context: made.append(name) or render_to_string(name, context),
    )
    same = letter()

    for number in range(3):
        same.to(values(f"Amina YUSUF {number}"))

    assert made == ["email/letter.txt", "email/letter.html"]


# What is said before a text is saved.


def wrong(text):
    return [error.code for error in mistakes(text, PLACES)]


def sentences(text):
    return [message for error in mistakes(text, PLACES) for message in error.messages]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{nmae}", "placeholder"),
        ("{Name}", "placeholder"),
        ("{ name }", "placeholder"),
        ("{x.__class__}", "placeholder"),
        ("{{ name }}", "placeholder"),
        ("{{name}}", "brace"),
        ("{name", "brace"),
        ("name}", "brace"),
        ("{}", "brace"),
        ("[x]({name})", "link"),
        ("[x](https://example.org/{name})", "link"),
        ("[x]({link}?a=b)", "link"),
        ("[x](<{link}>)", "link"),
        ("<https://example.org/{name}>", "link"),
        ("[x]\n\n[x]: {link}", "link"),
        ("[x](www.example.org)", "address"),
        ("[x](javascript:alert(1))", "address"),
        ("[x]()", "address"),
        ("![x](https://example.org/x.png)", "image"),
    ],
)
def test_a_mistake_is_said(text, code):
    assert code in wrong(f"Some words. {text}")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dear {name} of {organization}",
        "**{name}**, [here]({link})",
        "[a](https://example.org/x) [b](http://x.example) [c](mailto:a@b.example)",
        "[A (b)](https://example.org/A_(b))",
        "a (see [1]) and b",
    ],
)
def test_a_good_text_is_left_in_peace(text):
    assert wrong(text) == []


def test_a_mistake_names_what_was_meant():
    assert sentences("{nmae} {nmae}") == [
        "There is no placeholder {nmae}. Did you mean {name}?"
    ]
    assert sentences("{zzzz}") == [
        "There is no placeholder {zzzz}. Choose one of those in the list, or write it"
        " without braces."
    ]
    assert sentences("Dear {{name}}, welcome")[0].startswith(
        "At “Dear {{name}}, welcom…”, a brace stands alone or is doubled."
    )
    assert sentences("[x]({name})") == [
        "“{name}” cannot be the address of a link: only {link}, and nothing beside it,"
        " can stand there."
    ]


@given(st.text(alphabet="{}[]()<>! \n\\_*:/.abelmnk\ue000", max_size=80))
def test_a_text_without_mistakes_arrives_without_braces(body):
    if not wrong(body):
        written = letter(body=body).to(values())

        assert not re.search(r"[{}]", written.text)
        assert not re.search(r"[{}\ue000\ue001]", unescape(Reader(written.html).text))
        assert "placeholder.invalid" not in written.html
