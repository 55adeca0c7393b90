"""The pack in a real browser: silent, offline, drawn, sorted by click and by keyboard, read by keyboard, printed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.homes import PmoHome
from tests.end_to_end.pack_home import AS_OF, make_pack_home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM = next((found for name in BROWSERS if (found := shutil.which(name))), None)
MARKS = ".chart .mark-line path, .chart .mark-symbol path, .chart .mark-rect path, .chart .mark-rule line"
MOST_STOPS = 300

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason=f"no browser here: none of {', '.join(BROWSERS)} is installed"
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home: PmoHome = make_pack_home(tmp_path_factory.mktemp("browser") / "home")
    assert home.refresh(AS_OF).exit_code == 3
    assert home.run("report").exit_code == 0
    return home.root / f"reports/{AS_OF}/pmo-pack.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def said() -> list[str]:
    """What the page wrote to the console, threw, or asked for from elsewhere."""
    return []


@pytest.fixture
def page(browser: Browser, file: Path, said: list[str]) -> Iterator[Page]:
    def judge(route: Route) -> None:
        if route.request.url.split("#")[0] == file.as_uri():
            route.continue_()
            return
        said.append(f"asked for {route.request.url}")
        route.abort()

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.route("**/*", judge)
    opened = context.new_page()
    opened.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    opened.on("pageerror", lambda error: said.append(f"thrown: {error}"))
    opened.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
    opened.goto(file.as_uri())
    yield opened
    context.close()


def focused(page: Page) -> str:
    """Id, target or text of what has the focus."""
    script = "(e => e.id || e.getAttribute('href') || e.textContent.trim())(document.activeElement)"
    return str(page.evaluate(script))


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the element has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if focused(page) == wanted:
            return
    raise AssertionError(f"{wanted} cannot be reached with {MOST_STOPS} presses of Tab")


def wait_for_page(page: Page, key: str) -> None:
    """Until it is the one that is shown; the address changes a moment before."""
    page.wait_for_function(f"document.getElementById('{key}').classList.contains('current')")


def column(page: Page, heading: str) -> list[str]:
    """The values of a column of the position, from top to bottom, as they sort."""
    place = page.locator('table[data-key="position"] thead th').all_text_contents()
    index = next(number for number, text in enumerate(place, start=1) if text.strip().startswith(heading))
    cells = page.locator(f'table[data-key="position"] tbody tr > :nth-child({index})')
    return [cell.get_attribute("data-v") or "" for cell in cells.all()]


def test_it_opens_without_an_error_and_without_a_request(page: Page, said: list[str]) -> None:
    for link in page.locator("nav a").all():
        link.click()
    assert said == []


def test_the_charts_are_drawn(page: Page) -> None:
    charts = page.locator("#overview .chart")
    assert charts.count() >= 6
    for chart in charts.all():
        box = chart.bounding_box()
        assert box is not None
        assert box["width"] > 200 and box["height"] > 50
    assert page.locator(MARKS).count() > 30
    assert page.locator("#overview .chart[role=img] > title").count() == charts.count()


def test_a_click_on_a_heading_sorts_numbers_as_numbers_and_a_second_turns_them(page: Page) -> None:
    button = page.locator('table[data-key="position"] button.sort', has_text="Consumed")
    before = column(page, "Consumed")
    button.click()
    up = column(page, "Consumed")
    assert up == sorted(before, key=Decimal)
    assert up != sorted(before)
    assert button.locator("xpath=..").get_attribute("aria-sort") == "ascending"
    button.click()
    assert column(page, "Consumed") == up[::-1]
    assert button.locator("xpath=..").get_attribute("aria-sort") == "descending"


def test_what_is_unknown_stays_last_in_both_directions(page: Page) -> None:
    button = page.locator('table[data-key="position"] button.sort', has_text="Budget")
    for _ in range(2):
        button.click()
        values = column(page, "Budget")
        unknown = values.count("")
        assert 0 < unknown < len(values)
        assert values[-unknown:] == [""] * unknown


def test_the_keyboard_sorts_too(page: Page) -> None:
    page.locator('table[data-key="position"] thead').evaluate("e => e.querySelector('button').focus()")
    tab_to(page, "Consumed")
    before = column(page, "Consumed")
    page.keyboard.press("Enter")
    assert column(page, "Consumed") == sorted(before, key=Decimal)
    page.keyboard.press("Space")
    assert column(page, "Consumed") == sorted(before, key=Decimal, reverse=True)
    assert "Consumed, descending" in (page.locator("#said").text_content() or "")


def test_a_project_is_reached_by_keyboard_alone(page: Page) -> None:
    tab_to(page, "#project-WEB")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'heading-project-WEB'")
    assert page.locator("#project-WEB").is_visible()
    assert not page.locator("#overview").is_visible()
    assert page.locator("#project-WEB .chart").first.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#project-WEB').contains(document.activeElement)")


def test_the_first_stop_skips_to_the_content(page: Page) -> None:
    page.keyboard.press("Tab")
    assert focused(page) == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_definition_is_one_step_away_and_the_way_back_too(page: Page) -> None:
    page.locator('table[data-key="position"] a.info').nth(1).click()
    wait_for_page(page, "definitions")
    assert page.locator(".glossary > div:target").count() == 1
    page.go_back()
    wait_for_page(page, "overview")


def test_a_pointer_over_the_sign_of_a_heading_shows_its_definition(page: Page) -> None:
    sign = page.locator('table[data-key="position"] a.info').nth(2)
    assert sign.get_attribute("aria-label") == "Definition of Committed"
    sign.hover()
    said = sign.get_attribute("title") or ""
    assert said and said == page.locator(f"{sign.get_attribute('href')} dd").text_content()


@pytest.mark.parametrize("width", [1440, 1024, 390, 320])
def test_nothing_makes_the_page_wider_than_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    for target in ("overview", "project-WEB", "definitions"):
        page.evaluate(f"location.hash = '#{target}'")
        wait_for_page(page, target)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, target


def test_it_prints_every_project_with_its_figures(page: Page) -> None:
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 4
    page.emulate_media(media="print")
    assert page.locator("article.page").count() == page.locator("article.page:visible").count()
    assert page.locator("#project-WEB table").first.is_visible()


def test_everything_can_be_read_without_the_script(browser: Browser, file: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(file.as_uri())
    assert opened.locator("article.page:visible").count() == opened.locator("article.page").count()
    assert opened.locator('table[data-key="time-WEB"]').is_visible()
    context.close()
