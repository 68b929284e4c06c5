import pytest

from meeting.symbols import official_document_url, split_symbols
from meeting.templatetags.plenary import symbols


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("see A/RES/70/1.", {"A/RES/70/1": "https://undocs.org/A/RES/70/1"}),
        ("A/RES/71/1, Annex II", {"A/RES/71/1": "https://undocs.org/A/RES/71/1"}),
        ("(A/RES/71/1)", {"A/RES/71/1": "https://undocs.org/A/RES/71/1"}),
        (
            "as A/RES/491 (V) says",
            {"A/RES/491 (V)": "https://undocs.org/A/RES/491%20(V)"},
        ),
        ("S/RES/1440 (2002)", {"S/RES/1440 (2002)": "https://undocs.org/S/RES/1440%20(2002)"}),
        ("A/RES/71/1 (2016)", {"A/RES/71/1": "https://undocs.org/A/RES/71/1"}),
        ("A/68/L.5", {"A/68/L.5": "https://undocs.org/A/68/L.5"}),
        ("E/CN.9/2018/2", {"E/CN.9/2018/2": "https://undocs.org/E/CN.9/2018/2"}),
        ("ST/IC/2015/19", {"ST/IC/2015/19": "https://undocs.org/ST/IC/2015/19"}),
        ("A/C.3/71/L.4/Rev.1", {"A/C.3/71/L.4/Rev.1": "https://undocs.org/A/C.3/71/L.4/Rev.1"}),
        ("A/RES/S-27/2", {"A/RES/S-27/2": "https://undocs.org/A/RES/S-27/2"}),
        (
            "A/RES/56/203 and A/RES/58/208",
            {
                "A/RES/56/203": "https://undocs.org/A/RES/56/203",
                "A/RES/58/208": "https://undocs.org/A/RES/58/208",
            },
        ),
        ("ESA/P/WP/249", {}),
        ("POP/834", {}),
        ("an A/B test, s/he, and/or 24/7", {}),
        ("https://undocs.org/A/RES/70/1", {}),
        ("ST/foo", {}),
        ("A/68/L.5/", {"A/68/L.5": "https://undocs.org/A/68/L.5"}),
        ("A/RES/377(V)", {"A/RES/377(V)": "https://undocs.org/A/RES/377(V)"}),
    ],
)  # fmt: skip
def test_symbols_in_a_text(text, linked):
    assert {words: url for words, url in split_symbols(text) if url} == linked
    assert "".join(words for words, _url in split_symbols(text)) == text


def test_what_is_no_symbol_has_no_document():
    assert official_document_url("ESA/P/WP/249") == ""


def test_symbols_are_linked_and_all_else_is_escaped():
    assert symbols("<b> A/RES/70/1 & more") == (
        '&lt;b&gt; <a href="https://undocs.org/A/RES/70/1">A/RES/70/1</a> &amp; more'
    )


def test_the_rest_of_a_title_leads_where_it_should():
    assert symbols("Follow-up to A/RES/70/1", "/15/agenda/x/") == (
        '<a href="/15/agenda/x/">Follow-up to </a>'
        '<a href="https://undocs.org/A/RES/70/1">A/RES/70/1</a>'
    )
