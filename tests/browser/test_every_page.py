"""What holds for every page: everybody can read and use it, it fits the screen, and it weighs little."""

from pathlib import Path

import axe_playwright_python
import pytest
from tests.browser.page_addresses import PUBLIC, build_addresses
from tests.browser.pages import create_login_helper
from tests.browser.staffed_company import write_office

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
MAX_PAGE_BYTES = 150_000
VIEWPORTS = {"phone": {"width": 400, "height": 850}, "desk": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
RUN_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) =>
    `${id}: ${nodes.slice(0, 3).map(({ target, any }) => `${target} ${any[0]?.message ?? ""}`).join(" | ")}`);
}"""


@pytest.fixture(scope="module", autouse=True)
def shows_every_page():
    """The server of these tests has the page of components, and the pages of a lost password."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRILSE_SHOW_COMPONENTS", "1")
        patch.setenv("GRILSE_SMTP_URL", "smtp://127.0.0.1:9")
        yield


@pytest.fixture(scope="module")
def served_company(database, shows_every_page):
    """A company with people, a batch, findings, a ticket and an entry: an address of each page."""
    from tests.example_batch import write_example
    from tests.integration.people.staff import write_entry

    from grilse.access.models import Company, Membership
    from grilse.access.tenancy import tenant_transaction
    from grilse.attention.models import Finding
    from grilse.attention.refresh import refresh_findings
    from grilse.farm.models import Area, Container, Station
    from grilse.helpdesk.actions import tickets

    office = write_office()
    company = office.company
    write_example(Company.objects.using("owner").get(pk=company), number="B-1", sea_days=120)
    with tenant_transaction(company, office.logins["maria"]):
        refresh_findings()
        number = tickets.open_ticket(tickets.NewTicket(title="Torn net"))
    entry = write_entry(company, office.persons["maria"], title="A calm day", mood=7)

    def find(model):
        return (model.objects.using("owner").filter(company=company).order_by("-pk").values_list("pk", flat=True)[0],)

    membership = Membership.objects.using("owner").get(company=company, user=office.logins["maria"])
    return build_addresses(
        {
            "batch": ("B-1",), "site-area": find(Area), "site-station": find(Station), "container": find(Container),
            "person": (office.persons["maria"],), "journal-change": (entry,), "ticket": (number,),
            "finding": find(Finding), "settings-login": (membership.user_id,),
            "performance-query": ("list.batches.first",),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def cookies(browser, served):
    return create_login_helper(browser, served)("maria")


def measure_weight(page, address):
    """Return the bytes on the wire of a page that the browser has never seen."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    session.detach()
    return sum(sizes)


def look_at(browser, served, addresses, **how):
    """Return what is wrong with each page, in light and in dark: what axe-core finds, its width and its weight."""
    found = {}
    context = browser.new_context(base_url=served, service_workers="block", **how)
    page = context.new_page()
    for name, address in addresses.items():
        weight = measure_weight(page, address)
        if weight > MAX_PAGE_BYTES:
            found[f"{name} weighs"] = weight
        if page.evaluate("document.documentElement.scrollWidth") > page.viewport_size["width"]:
            found[f"{name} is too wide"] = page.evaluate("document.documentElement.scrollWidth")
        page.evaluate(AXE.read_text())
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            if wrong := page.evaluate(RUN_AXE):
                found[f"{name}, {scheme}"] = wrong
    context.close()
    return found


@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_every_page_is_accessible_fits_and_weighs_little(browser, served, served_company, cookies, viewport):
    how = {"viewport": VIEWPORTS[viewport], "bypass_csp": True}
    assert look_at(browser, served, served_company, storage_state=cookies, **how) == {}


@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_pages_without_a_login_are_accessible_in_norwegian_too(browser, served, served_company, viewport):
    addresses = {name: served_company[name] for name in PUBLIC}
    how = {"viewport": VIEWPORTS[viewport], "bypass_csp": True, "locale": "nb-NO"}
    assert look_at(browser, served, addresses, **how) == {}


def test_a_fault_of_a_page_is_found(browser, served, cookies):
    context = browser.new_context(base_url=served, storage_state=cookies, bypass_csp=True)
    page = context.new_page()
    page.goto("/settings/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><b style=\"color:#ddd\">Pale</b>')"
    )
    page.evaluate(AXE.read_text())
    found = " ".join(page.evaluate(RUN_AXE))
    context.close()
    assert "label: #main > input" in found
    assert "color-contrast: " in found
