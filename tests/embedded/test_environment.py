"""Which value a variable gets, and who may read the secrets."""

from portal.desk.demo.wordings import COMPANY
from portal.embedded import environment
from portal.embedded.paths import Places


def test_a_file_is_read_as_people_write_it(tmp_path):
    path = tmp_path / ".env"
    path.write_text(
        "# comment\n\nA=1\nexport B='two words'\nC=\"x # y\"\nD = spaced # note\nE=\nno line\n1X=no\nURL=a=b#c\n",
        "utf-8",
    )
    found = environment.read(path)
    assert found == {"A": "1", "B": "two words", "C": "x # y", "D": "spaced", "E": "", "URL": "a=b#c"}


def test_a_missing_file_says_nothing(tmp_path):
    assert environment.read(tmp_path / "none") == {}


def test_the_caller_comes_before_the_file_and_the_file_before_the_defaults(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("SITE_URL=http://file\nDEBUG=0\n")
    monkeypatch.setenv("SITE_URL", "http://caller")
    monkeypatch.delenv("DEBUG", raising=False)
    own = environment.caller(tmp_path)
    result = environment.complete(own, {"SITE_URL": "http://default", "DEBUG": "1", "MAIL_FOLDER": "/mails"})
    assert (result["SITE_URL"], result["DEBUG"]) == ("http://caller", "0")
    assert result["MAIL_FOLDER"] == own.get("MAIL_FOLDER", "/mails")


def test_a_secret_in_a_file_is_not_overruled():
    result = environment.complete({"SECRET_KEY_FILE": "/run/secret"}, {"SECRET_KEY": "made up"})
    assert "SECRET_KEY" not in result


def test_secrets_are_made_once_and_kept_private(tmp_path):
    first = environment.kept_secrets(tmp_path)
    assert environment.kept_secrets(tmp_path) == first
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600
    assert len(set(first.values())) == len(environment.SECRETS) == 3
    assert all(len(value) >= 50 for value in first.values())


def test_another_checkout_has_other_secrets(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert environment.kept_secrets(tmp_path / "a") != environment.kept_secrets(tmp_path / "b")


def test_places_can_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("KONTAKTKLAR_VAR", str(tmp_path / "elsewhere"))
    assert Places.of(tmp_path).var == tmp_path / "elsewhere"
    monkeypatch.delenv("KONTAKTKLAR_VAR")
    assert Places.of(tmp_path).var == tmp_path / ".var"


def test_the_demo_speaks_in_the_name_of_its_company(tmp_path):
    """Its customers read on their pages and in mails who asks them."""
    assert environment.site_defaults(Places.of(tmp_path), 8000)["COMPANY_NAME"] == COMPANY
