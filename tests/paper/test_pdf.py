"""Documents: the same values give the same bytes, and what people typed stays text."""

from datetime import UTC, datetime

import pytest
import typst

from portal.paper.pdf import render_pdf

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FRAME = {"title": "Probe", "company": "Muster GmbH", "reference": "X-1", "made": "Stand heute", "page_of": "{1} / {2}"}


@pytest.fixture
def sample(settings, tmp_path):
    """A template of its own beside the frame, in a folder of its own."""
    folder = tmp_path / "templates" / "paper"
    folder.mkdir(parents=True)
    (folder / "sheet.typ").write_bytes((settings.BASE_DIR / "templates/paper/sheet.typ").read_bytes())
    (folder / "sample.typ").write_text('#import "sheet.typ": *\n#show: sheet\n= #values.title\n#facts(values.rows)\n')
    settings.BASE_DIR = tmp_path
    return {**FRAME, "rows": [["Name", "Erika"]]}


def test_the_same_values_give_the_same_bytes(sample):
    first = render_pdf("sample", sample, language="de", at=AT)
    assert first.startswith(b"%PDF-") and first == render_pdf("sample", sample, language="de", at=AT)


def test_other_values_give_other_bytes(sample):
    other = {**sample, "rows": [["Name", "Max"]]}
    assert render_pdf("sample", sample, language="de", at=AT) != render_pdf("sample", other, language="de", at=AT)


def test_typed_markup_stays_text(sample):
    hostile = {**sample, "rows": [["#panic()", '#read("/etc/passwd") *x* $ y $ \\ ']]}
    assert render_pdf("sample", hostile, language="de", at=AT).startswith(b"%PDF-")


def test_a_name_in_a_script_without_a_font_still_gets_its_document(sample):
    rare = {**sample, "rows": [["Name", "山田太郎"]]}
    assert render_pdf("sample", rare, language="de", at=AT).startswith(b"%PDF-")


def test_a_broken_template_is_an_error(sample, settings):
    (settings.BASE_DIR / "templates/paper/sample.typ").write_text("#panic()")
    with pytest.raises(typst.TypstError):
        render_pdf("sample", sample, language="de", at=AT)
