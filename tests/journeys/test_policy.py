"""Every page there is, in a real browser, by somebody who may read it: nothing breaks the policy, nothing complains."""

import pytest
from django.test import Client
from django.utils import timezone

from tests.test_permission_matrix import COLUMNS, MATRIX, _made, address
from tests.ui.conftest import company, in_browser  # noqa: F401  fixtures

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
#: No pages: files, parts of pages (alone they name no icon), answers for programs, and what only answers under DEBUG.
NO_PAGES = (
    "api_", "scim_", "healthz", "readyz", "security_txt", "csp_report", "mail", "metrics", "manifest", "service_worker",
    "search_hits",
)  # fmt: skip
DOWNLOADS = (
    "evidence_file", "consent_evidence", "consent_evidence_json", "consent_receipt", "consent_forecast_csv",
    "import_progress", "screening_progress", "import_template", "import_errors", "screening_result", "author_export",
    "lesson_picture", "preferences_receipts", "works_agreement_pdf", "audit_heads", "data_request_letter",
)  # fmt: skip
#: Pages whose things exclude those of others (a second draft of one course, say): not seen here. May only get fewer.
MOST_LEFT_OUT = 27
LISTEN = """
window.__broken = [];
document.addEventListener("securitypolicyviolation", (one) =>
    window.__broken.push(`${one.effectiveDirective} ${one.blockedURI}`));
"""


def pages() -> list[tuple[str, str]]:
    """Each page with who reads it: the first in the table to whom it is shown, strangers' pages by a stranger."""
    found = []
    for name, method, expected in MATRIX:
        readers = [one for one, status in zip(COLUMNS, expected.split(), strict=True) if status == "200"]
        if method == "GET" and readers and not name.startswith(NO_PAGES) and name not in DOWNLOADS:
            found.append((name, readers[0]))
    return found


def test_no_page_breaks_its_policy(transactional_db, settings, live_server, in_browser):  # noqa: F811
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    scene = _made(timezone.now())
    visits, sessions, failed = [], {}, []
    for name, reader in pages():
        try:
            visits.append((name, reader, address(name, scene)))
        except Exception as error:  # things of two rows may exclude each other when nothing is rolled back
            failed.append((name, type(error).__name__))
    for _name, reader, _path in visits:
        if reader not in sessions and reader != "nobody":
            client = Client()
            client.force_login(getattr(scene["cast"], reader))
            sessions[reader] = client.cookies["session"].value
    told, seen = in_browser(walk, live_server.url, visits, sessions)
    assert not told, "\n".join(told)
    assert seen >= 80 and len(failed) <= MOST_LEFT_OUT, failed


def walk(browser, base, visits, sessions) -> tuple[list[str], int]:
    """What each page's browser complained about, and how many pages were shown."""
    told: list[str] = []
    shown = 0
    for reader in dict.fromkeys(one[1] for one in visits):
        context = browser.new_context(base_url=base)
        if reader in sessions:
            context.add_cookies([{"name": "session", "value": sessions[reader], "url": base}])
        context.add_init_script(LISTEN)
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda one, said=said: said.append(one.text) if _is_a_fault(one) else None)
        page.on("pageerror", lambda one, said=said: said.append(str(one)))
        for name, _reader, path in [one for one in visits if one[1] == reader]:
            said.clear()
            answer = page.goto(path, wait_until="load")
            broken = page.evaluate("window.__broken")
            shown += answer is not None and answer.status == 200
            complaints = [one for one in said if answer is not None and answer.status == 200]
            told += [f"{reader} {name} {path}: {one}" for one in [*broken, *complaints]]
        context.close()
    return told, shown


def _is_a_fault(said) -> bool:
    """All that pages load lies among the static files. That a page itself answers 404, or a file without an icon, is no
    fault of any policy, and browsers say it late, when the next page is asked for."""
    missing = said.text.startswith("Failed to load resource") and "/static/" not in said.location.get("url", "")
    return said.type == "error" and not missing


def test_what_breaks_the_policy_is_heard(transactional_db, live_server, in_browser):  # noqa: F811
    def act(browser, base):
        page = browser.new_page()
        page.add_init_script(LISTEN)
        page.goto(f"{base}/login/")
        page.evaluate(
            "() => { const one = document.createElement('script'); one.textContent = '1'; document.body.append(one); }"
        )
        page.evaluate(
            "() => { const p = document.createElement('p'); p.setAttribute('style', 'color:red');"
            " document.body.append(p); }"
        )
        page.wait_for_timeout(100)
        return page.evaluate("window.__broken")

    broken = in_browser(act, live_server.url)
    assert any(one.startswith("style-src") for one in broken), broken
