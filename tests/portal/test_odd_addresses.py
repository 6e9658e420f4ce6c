"""Addresses that nobody types by accident: not found, never a fault of the server."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/requests/R-²/",
        "/requests/R-٣/",
        "/inbox/R-²/",
        "/check/R-²/",
        "/permits/P-²-1/",
        "/permits/P-100042-²/",
        "/customers/%00/",
        "/customers/4711%00/edit/",
        "/customers/%00/consents/new/",
        "/check/customers/a%00/",
        "/mails/%00/",
    ],
)
def test_an_odd_number_is_not_found(client: Client, cast, customer, path):
    for someone in (cast.dora, cast.mona, cast.clara):
        client.force_login(someone)
        assert client.get(path).status_code in (403, 404), someone


@pytest.mark.parametrize("path", ["/language/", "/theme/"])
@pytest.mark.parametrize("target", ["customer", "start", "customers/", "nonsense", "a.b", "", "//x.example", "\x00"])
def test_where_one_was_is_a_path_and_never_a_word(client: Client, cast, path, target):
    client.force_login(cast.anna)
    response = client.post(path, {"language": "de", "theme": "dark", "next": target})
    assert (response.status_code, response.url) == (302, "/")
