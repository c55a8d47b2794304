"""The login page: its error messages, and where it redirects to."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.people import can_be_read_out, fits, sign_in
from tests.helpers.chromium import Watcher
from tests.helpers.seed import PASSWORD

# Chromium logs an error for every document with such a status.
REFUSALS = ("status of 400", "status of 401", "status of 403", "status of 404", "status of 422")


def test_errors_are_shown_at_the_field_and_in_a_summary(visit: Visit, watcher: Watcher) -> None:
    watcher.expect(*REFUSALS)
    page = visit()
    page.goto("/login")
    page.get_by_role("button", name="Sign in").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("You are not signed in yet")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Enter your password.").click()
    expect(page.get_by_label("Password")).to_be_focused()

    page.get_by_label("E-mail address").fill("carl@school.example")
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(summary).to_contain_text("E-mail address or password is wrong.")
    expect(page.get_by_label("E-mail address")).to_have_value("carl@school.example")
    expect(page.get_by_label("Password")).to_have_value("")


def test_signing_in_leads_to_the_requested_page(visit: Visit) -> None:
    page = visit()
    sign_in(page, "carl", at="/notifications")
    expect(page.get_by_role("heading", name="Notifications")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/exams")
    expect(page).to_have_url("/login?next=/exams")


def test_signing_in_does_not_redirect_to_other_sites(visit: Visit) -> None:
    page = visit()
    sign_in(page, "carl", at="/login?next=//elsewhere.example/")
    expect(page).to_have_url("/exams")


def test_two_tabs_lead_to_where_one_wanted_to_go(visit: Visit) -> None:
    first = visit()
    second = first.context.new_page()
    first.goto("/login?next=/progress")
    second.goto("/login?next=/notifications")
    for page, heading in ((first, "My progress"), (second, "Notifications")):
        page.get_by_label("E-mail address").fill("carl@school.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_without_cookies_it_says_that_they_are_needed(visit: Visit, watcher: Watcher) -> None:
    watcher.expect(*REFUSALS)
    page = visit()
    page.goto("/login")
    page.context.clear_cookies()
    page.get_by_label("E-mail address").fill("carl@school.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("signing in needs cookies")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url("/exams")


def test_what_was_typed_survives_signing_out_in_another_tab(visit: Visit, watcher: Watcher) -> None:
    watcher.expect(*REFUSALS)
    page = visit("ines")
    page.goto("/classes/new")
    page.get_by_label("Name").fill("Chemistry")
    page.get_by_label("Description").fill("Two\nlines, and <b>marks</b>")
    other = page.context.new_page()
    other.goto("/notifications")
    other.get_by_role("button", name="Sign out").click()
    expect(other.get_by_text("You are signed out.")).to_be_visible()

    page.get_by_role("button", name="Create the class").click()
    expect(page.get_by_role("heading", name="Not saved yet")).to_be_visible()
    expect(page.get_by_text("You have signed out in the meantime")).to_be_visible()
    fits(page)
    can_be_read_out(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    tab = opened.value
    tab.get_by_label("E-mail address").fill("ines@school.example")
    tab.get_by_label("Password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    expect(tab.get_by_role("button", name="Sign out")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("You are signed in as Ines")).to_be_visible()
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_role("heading", name="Chemistry")).to_be_visible()


def test_a_page_of_another_role_says_so(visit: Visit, watcher: Watcher) -> None:
    watcher.expect(*REFUSALS)
    page = visit("carl")
    page.goto("/sessions")
    expect(page.get_by_role("heading", name="You do not have access")).to_be_visible()
    page.goto("/nowhere")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.get_by_role("link", name="Go to the start page").click()
    expect(page).to_have_url("/exams")
