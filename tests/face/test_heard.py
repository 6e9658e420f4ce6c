"""The walk can fail: each fault that it looks for is put into a page, and told."""

import pytest

from tests.face.house import Answer, open_house
from tests.face.pages import Page, Shown
from tests.face.walk import walk
from tests.ui.conftest import in_browser  # noqa: F401  fixture

pytestmark = pytest.mark.journey
SOUND = """<!doctype html><html lang="en" data-bs-theme="light"><head>
<meta charset="utf-8"><title>Ours – Kontaktklar</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>Ours</h1>{}</main></body></html>"""
FAULTY = {
    "sound": ("<p>Fine.</p>", ""),
    "language": ("<script>document.documentElement.lang = 'fr'</script>", 'speaks "fr"'),
    "theme": ("<script>document.documentElement.dataset.bsTheme = 'dark'</script>", "is dark"),
    "title": ("<script>document.title = '– Kontaktklar'</script>", "no title of its own"),
    "one heading": ("<h1>Theirs</h1>", "2 h1"),
    "order of headings": ("<h3>Below</h3>", "h3 after h1"),
    "words": ("<a href='/x'></a>", "no words"),
    "focus": ("<style>a { outline: none !important }</style><a href='/x'>x</a>", "focus is not seen"),
    "sideways": ("<table><tr><td>" + "x" * 60 + "</table>", "wider by"),
    "console": ("<script>console.error('broken')</script>", "console: broken"),
    "script": ("<script>nobody.knows()</script>", "script: "),
    "missing file": ("<img alt='x' src='/static/nothing.png'>", "console: "),
    "axe: label": ("<input name='q'>", "axe critical label"),
    "axe: contrast": ("<p style='color:#ccc;background:#fff'>Pale words</p>", "axe serious color-contrast"),
}


def as_page(name: str, body: str, policy: str = "", status: int = 200) -> Shown:
    headers = {"Content-Type": "text/html"} | ({"Content-Security-Policy": policy} if policy else {})
    answer = Answer(status, headers, SOUND.format(body).encode())
    return Shown(Page(name, "filled", "nobody"), "light", "en", "/ours/", answer)


@pytest.fixture
def told(in_browser) -> dict[str, list[str]]:  # noqa: F811
    """What the walk says of each page with one fault."""
    pages = [as_page(kind, body) for kind, (body, _expected) in FAULTY.items()]
    pages.append(as_page("policy", "<p style='color:red'>Red words</p>", "default-src 'none'"))
    pages.append(as_page("status", "<p>Fine.</p>", status=500))
    with open_house() as house:
        lines = in_browser(walk, house, pages)
    return {one.page.name: [line for line in lines if line.startswith(f"{one.page} ")] for one in pages}


def test_every_fault_is_told_and_a_sound_page_has_none(told):
    assert told.pop("sound") == []
    assert any("breaks the policy: style-src" in line for line in told.pop("policy"))
    assert any("answers 500" in line for line in told.pop("status"))
    missed = {kind: lines for kind, lines in told.items() if not any(FAULTY[kind][1] in line for line in lines)}
    assert missed == {}
