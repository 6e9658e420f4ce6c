"""What Anna asks for, asked again by somebody else with their own session: not a byte of her things, and no difference
between what is hers and what does not exist."""

import re
from urllib.parse import quote

from django.db import transaction
from django.test import Client

from contacts.requests.numbers import permit_number
from tests.browsing import lasting
from tests.test_permission_matrix import COLUMNS, MATRIX, address, db, scene, stage  # noqa: F401  fixtures

#: Rows of the matrix that are Anna's: she is answered and a stranger of the same rank is not.
ANNA, STRANGER = COLUMNS.index("anna"), COLUMNS.index("stranger")
HERS = [
    (name, method)
    for name, method, expected in MATRIX
    if expected.split()[STRANGER] == "404" and expected.split()[ANNA] in ("200", "302")
]
#: Who replays them: everybody whom the table answers with 404.
SECRETS = ("anna@firma.example", "Mustermann", "erika.4711@kundin.example", "Ihr Gerät ist fertig")


def replay(browser, path, method):
    return browser.get(path) if method == "GET" else browser.post(path, {})


def absent(path: str) -> str:
    """The same address of something that is not there: the last number in it is another one. The check digits of a
    permit must be right, or it is told as a slip, whatever there is."""
    permit = re.search(r"P-\d+-\d\d", path)
    if permit is not None:
        return path.replace(permit.group(), permit_number(99_999))
    numbers = list(re.finditer(r"\d+", path))
    assert numbers, path
    last = numbers[-1]
    return path[: last.start()] + "9" * max(len(last.group()), 5) + path[last.end() :]


def test_there_is_something_to_replay():
    assert len(HERS) >= 25


def test_nothing_of_annas_reaches_a_stranger(scene, time_machine):  # noqa: F811
    """Every request that is hers, by everybody to whom it does not exist: the answer is that of an address of nothing,
    byte by byte, with the same headers."""
    time_machine.move_to(scene["now"])
    browsers = {column: Client() for column in COLUMNS[1:]}
    for column, browser in browsers.items():
        browser.force_login(getattr(scene["cast"], column))
    told, pairs, expected = [], 0, {(row[0], row[1]): row[2].split() for row in MATRIX}
    for name, method in HERS:
        with transaction.atomic():
            path = address(name, scene)
            foreign = [one for one in browsers if expected[name, method][COLUMNS.index(one)] == "404"]
            for column in foreign:
                mine, nothing = replay(browsers[column], path, method), replay(browsers[column], absent(path), method)
                pairs += 1
                if _bare(mine) != _bare(nothing):
                    told.append((name, method, column, mine.status_code, nothing.status_code))
                told += [(name, column, secret) for secret in SECRETS if secret.encode() in mine.content]
            transaction.set_rollback(True)
    assert told == []
    assert pairs >= 150


def _bare(answer) -> tuple:
    """Without its own address, which the words may repeat."""
    status, headers, body = lasting(answer)
    headers.pop("Content-Length", None)
    path = answer.request["PATH_INFO"]
    return status, headers, body.replace(path.encode(), b"").replace(quote(path).encode(), b"")
