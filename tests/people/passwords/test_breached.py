"""Which passwords are refused, by our own list and by one of the company's."""

import hashlib

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.people.passwords.bloom import Bloom
from portal.people.passwords.building import BITS, FILE, MARKS, build, common, plain
from portal.people.passwords.leaked import stands_in
from portal.people.services import first_password


def sentences(password: str) -> list[str]:
    try:
        validate_password(password)
    except ValidationError as refusal:
        return refusal.messages
    return []


@pytest.mark.parametrize(
    "password",
    [
        "Kontaktklar2026!",
        "P@ssw0rt2024",
        "qwertzuiop123",
        "Sommer-Sommer",
        "123123123123",
        "München2026!",
        "aaaaaaaaaaaaaa",
    ],
)
def test_what_many_people_choose_is_refused(password):
    assert "Many people have this password. Choose one that nobody would guess." in sentences(password)


@pytest.mark.parametrize("password", ["sieben-zwerge-am-bach", "Lampenfieber im Gurkenglas", "x7#Kd92!mQpZ4w"])
def test_what_nobody_would_guess_is_taken(password):
    assert sentences(password) == []


@pytest.mark.parametrize("password", ["kurz-aber-1", "Zu-Kurz-11!"])
def test_eleven_characters_are_too_few(password):
    assert len(password) == 11
    assert any("12" in sentence for sentence in sentences(password))


def test_sixty_four_characters_and_blanks_are_taken():
    assert sentences("Wo der Wind am Abend durch die alten Weiden geht, da ist Ruh'!!") == []


def test_the_file_is_what_the_rules_make():
    assert FILE.read_bytes() == bytes(build().data)
    assert FILE.stat().st_size <= 300 * 1024


def test_no_member_is_forgotten_and_few_others_are_refused():
    kept = Bloom(BITS, MARKS, FILE.read_bytes())
    members = list(common())
    assert len(members) > 50_000
    assert all(plain(one) in kept for one in members[:: len(members) // 2000])
    wrongly = sum(plain(first_password()) in kept for _turn in range(3000))
    assert wrongly <= 30


def test_a_broken_file_stops_the_check(tmp_path):
    with pytest.raises(ValueError, match="the file has 3 bytes"):
        Bloom(BITS, MARKS, b"abc")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [":17", ""])
def test_every_line_of_a_companys_list_is_found_and_nothing_else(tmp_path, ending, count):
    digests = sorted(hashlib.sha1(str(number).encode()).hexdigest().upper() for number in range(300))
    file = tmp_path / "leaked.txt"
    file.write_bytes("".join(f"{digest}{count}{ending}" for digest in digests).encode())
    assert all(stands_in(file, digest.lower()) for digest in digests)
    others = [hashlib.sha1(f"x{number}".encode()).hexdigest() for number in range(300)]
    assert not any(stands_in(file, digest) for digest in [*others, "0" * 40, "F" * 40])


def test_a_password_of_the_companys_list_is_refused(settings, tmp_path):
    file = tmp_path / "leaked.txt"
    file.write_text(hashlib.sha1(b"sieben-zwerge-am-bach").hexdigest().upper() + ":3\n")
    settings.BREACHED_PASSWORDS_FILE = str(file)
    assert sentences("sieben-zwerge-am-bach") == ["This password stands in a list of stolen passwords. Choose another."]


def test_a_list_that_cannot_be_read_is_no_pass(settings, tmp_path):
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "gone.txt")
    with pytest.raises(OSError):
        sentences("sieben-zwerge-am-bach")
