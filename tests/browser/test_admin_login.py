from playwright.sync_api import expect

from tests.making import make_user


def test_staff_log_in(page, site, axe):
    make_user("secretariat", password="correct horse", is_superuser=True)

    page.goto(f"{site}/admin/")
    assert axe(page) == []
    page.get_by_label("Username").fill("secretariat")
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Log in").click()

    expect(page).to_have_url(f"{site}/admin/")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def test_the_login_page_is_styled(page, site):
    sheets = []
    page.on("response", lambda answer: sheets.append((answer.url, answer.status)))

    page.goto(f"{site}/admin/login/")

    found = {status for url, status in sheets if "/static/" in url}
    assert found == {200}
