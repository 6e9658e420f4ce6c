"""Signing in with the password of an LDAP directory: a real slapd with a folder of its own."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from django.core.cache import cache

from portal.audit.models import AuditEntry
from portal.directory.ldap import Unsafe, proved
from portal.people.models import User
from tests.directory.conftest import free_port

pytestmark = pytest.mark.django_db
BASE = "dc=firma,dc=example"
READER, READERS_PASSWORD, ANNAS_PASSWORD = f"cn=reader,{BASE}", "leser-geheim", "blaue-tasse-im-regen"
SLAPD = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/libexec:/usr/lib/openldap")
CONFIG = """include {schema}/core.schema
include {schema}/cosine.schema
include {schema}/inetorgperson.schema
{modules}
pidfile {folder}/pid
database mdb
suffix "dc=firma,dc=example"
rootdn "cn=reader,dc=firma,dc=example"
rootpw leser-geheim
directory {folder}/data
"""
PEOPLE = """dn: dc=firma,dc=example
objectClass: dcObject
objectClass: organization
dc: firma
o: Firma

dn: uid=anna,dc=firma,dc=example
objectClass: inetOrgPerson
uid: anna
cn: Anna Beispiel
sn: Beispiel
mail: anna@firma.example
userPassword: blaue-tasse-im-regen

dn: uid=stranger,dc=firma,dc=example
objectClass: inetOrgPerson
uid: stranger
cn: Nobody Here
sn: Here
mail: not-in-the-portal@firma.example
userPassword: blaue-tasse-im-regen

dn: cn=Privacy,dc=firma,dc=example
objectClass: groupOfNames
cn: Privacy
member: uid=anna,dc=firma,dc=example
"""


@pytest.fixture(scope="session")
def slapd(tmp_path_factory):
    if SLAPD is None:
        if os.environ.get("CI"):
            pytest.fail("There is no slapd here, so nothing shows that signing in by LDAP works. Install it.")
        pytest.skip("There is no slapd here; install it to try signing in by LDAP.")
    folder, port = tmp_path_factory.mktemp("slapd"), free_port()
    (folder / "data").mkdir()
    schema = next(path for path in ("/etc/ldap/schema", "/etc/openldap/schema") if Path(path).is_dir())
    modules = "modulepath /usr/lib/ldap\nmoduleload back_mdb" if Path("/usr/lib/ldap/back_mdb.so").exists() else ""
    (folder / "slapd.conf").write_text(CONFIG.format(schema=schema, modules=modules, folder=folder))
    (folder / "people.ldif").write_text(PEOPLE)
    fill = [SLAPD, "-T", "add", "-f", str(folder / "slapd.conf"), "-l", str(folder / "people.ldif")]
    subprocess.run(fill, check=True, capture_output=True)
    url = f"ldap://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([SLAPD, "-f", str(folder / "slapd.conf"), "-h", url, "-d", "0"], stderr=log)
        try:
            _wait(folder / "pid")
            yield url
        finally:
            process.kill()
            process.wait()


def _wait(pid: Path) -> None:
    for _turn in range(200):
        if pid.exists():
            return
        time.sleep(0.05)
    pytest.fail("slapd did not start within ten seconds")


@pytest.fixture
def ldap(slapd, settings):
    settings.LDAP_URL, settings.LDAP_BASE = slapd, BASE
    settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD = READER, READERS_PASSWORD
    cache.clear()
    yield settings
    cache.clear()


def sign_in(client, email: str, password: str) -> bool:
    client.post("/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def test_the_password_of_the_directory_signs_in(client, cast, ldap):
    assert sign_in(client, "anna@firma.example", ANNAS_PASSWORD)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@firma.example", "falsch"),
        ("anna@firma.example", ""),
        ("not-in-the-portal@firma.example", ANNAS_PASSWORD),
        ("sven@firma.example", ANNAS_PASSWORD),
        ("*", ANNAS_PASSWORD),
        ("anna*@firma.example", ANNAS_PASSWORD),
        ("anna@firma.example)(uid=*", ANNAS_PASSWORD),
    ],
)
def test_what_is_not_right_lets_nobody_in(client, cast, ldap, email, password):
    assert not sign_in(client, email, password)


@pytest.mark.parametrize("typed", ["*", "anna*", "anna@firma.example)(mail=*", "\\2a", "\x00"])
def test_what_is_typed_is_no_part_of_the_filter(ldap, typed):
    assert proved(typed, ANNAS_PASSWORD) is None


def test_a_deactivated_person_stays_outside(client, cast, ldap):
    User.objects.filter(pk=cast.anna.pk).update(is_active=False)
    assert not sign_in(client, "anna@firma.example", ANNAS_PASSWORD)


def test_roles_follow_the_groups_of_the_directory(client, cast, ldap):
    ldap.LDAP_GROUP_FILTER, ldap.DIRECTORY_ROLES = "(member={dn})", {"privacy": frozenset({"dpo"})}
    assert sign_in(client, "anna@firma.example", ANNAS_PASSWORD)
    assert User.objects.get(pk=cast.anna.pk).roles == ["employee", "dpo"]
    assert [entry.job for entry in AuditEntry.objects.filter(verb="person.changed")] == ["directory.ldap"]


def test_it_works_with_local_passwords_switched_off(client, cast, ldap):
    ldap.LOCAL_SIGN_IN = False
    assert not sign_in(client, "anna@firma.example", "kontakt-klar-2026")
    assert sign_in(client, "anna@firma.example", ANNAS_PASSWORD)


def test_a_directory_that_is_down_stops_nobody_else(client, cast, ldap):
    ldap.LDAP_URL = "ldap://127.0.0.1:9"
    assert not sign_in(client, "anna@firma.example", ANNAS_PASSWORD)
    assert sign_in(client, "anna@firma.example", "kontakt-klar-2026")


def test_no_password_goes_over_the_network_in_clear(ldap):
    ldap.LDAP_URL = "ldap://directory.firma.example"
    with pytest.raises(Unsafe):
        proved("anna@firma.example", ANNAS_PASSWORD)
