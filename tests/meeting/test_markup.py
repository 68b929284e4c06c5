from meeting.markup import to_html


def test_paragraphs_lists_and_headings_below_the_pages_own():
    html = to_html("# Passes\n\nBring a *photo*.\n\n- one\n- two")

    assert html == (
        "<h2>Passes</h2>\n<p>Bring a <em>photo</em>.</p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
    )


def test_symbols_in_running_text_become_links_and_those_in_links_stay():
    html = to_html("See A/RES/70/1 and [A/RES/71/1](https://example.org/).")

    assert html == (
        '<p>See <a href="https://undocs.org/A/RES/70/1" rel="noopener noreferrer">'
        'A/RES/70/1</a> and <a href="https://example.org/" rel="noopener noreferrer">'
        "A/RES/71/1</a>.</p>\n"
    )


def test_nothing_that_runs_comes_through():
    html = to_html("<script>x</script> [a](javascript:x) ![b](https://e.example/i.png)")

    assert "<script" not in html
    assert "javascript:" not in html.replace("[a](javascript:x)", "")
    assert "<img" not in html
