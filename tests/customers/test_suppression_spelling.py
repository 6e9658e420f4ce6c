"""All ways of writing one address give one digest, and different addresses give different ones."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.customers.suppression.digests import family_of, normalise_address, ring

LETTERS = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)
WORDS = st.text(string.ascii_lowercase + "äöüßéłøñαβγжя日本", min_size=1, max_size=10)
LOCAL = st.lists(st.text(string.ascii_lowercase + string.digits + "_-+äß", min_size=1, max_size=8), min_size=1).map(
    ".".join
)
DOMAIN = st.lists(
    st.one_of(LETTERS, WORDS, st.sampled_from(["straße", "strasse", "i❤", "☕", "müller"])), min_size=1
).map(lambda labels: ".".join([*labels, "example"]))


def digest(channel: str, value: str, platform: str = "") -> str:
    normalised = normalise_address(channel, platform, value)
    assert normalise_address(channel, platform, normalised) == normalised, "a normal form is its own normal form"
    return ring().digest(family_of(channel, platform, normalised), normalised)


# --- e-mail


@pytest.mark.parametrize(
    "spelling",
    [
        "ERIKA@Straße.Example",
        " erika@straße.example ",
        "erika@straße.example.",
        "erika@xn--strae-oqa.example",
        "Erika@XN--STRAE-OQA.EXAMPLE",
        "erika@straße。example",
        "erika＠straße．example",
        "mailto:erika@straße.example",
        "Erika Muster <erika@straße.example>",
        '"erika"@straße.example',
        "erika@stra\u00adße.example",
        "\ufefferika@straße.example\u200b",
        "erika@STRAẞE.example",
    ],
)
def test_spellings_of_one_mail_address(spelling):
    assert digest("email", spelling) == digest("email", "erika@straße.example")


@pytest.mark.parametrize("spelling", ["i@xn--i-7iq.ws", "I@I❤.WS", "i@i❤\ufe0f.ws"])
def test_emoji_domains(spelling):
    """IDNA 2008 knows no emoji, registries of some countries do."""
    assert digest("email", spelling) == digest("email", "i@i❤.ws")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("erika@straße.example", "erika@strasse.example"),
        ("groß@kundin.example", "gross@kundin.example"),
        ("erika.muster@kundin.example", "erikamuster@kundin.example"),
        ("erika+shop@kundin.example", "erika@kundin.example"),
        ("erika@kundin.example", "erika@kundin.example.com"),
        ("erika@müller.example", "erika@mueller.example"),
        ("erika@faß.example", "erika@fass.example"),
        ("erika@βόλος.example", "erika@βόλοσ.example"),
    ],
)
def test_different_mail_addresses(one, other):
    assert digest("email", one) != digest("email", other)


@given(LOCAL, DOMAIN, st.data())
def test_any_mail_address_in_any_dress(local, domain, data):
    plain = f"{local}@{domain}"
    ascii_domain = ".".join(
        label if label.isascii() else "xn--" + label.encode("punycode").decode() for label in domain.split(".")
    )
    dressed = data.draw(
        st.sampled_from(
            [
                "".join(letter if letter == "ß" else letter.upper() for letter in plain),
                f" {plain}\u00a0",
                f"{plain}.",
                f"mailto:{plain}",
                f"<{plain}>",
                f"{local}@{ascii_domain}",
                f"{local}@{ascii_domain.upper()}",
                plain.replace("@", "＠"),
            ]
        )
    )
    if data.draw(st.booleans()):
        dressed = "\u200b".join(dressed[:3]) + dressed[3:]
    assert digest("email", dressed) == digest("email", plain)


@given(LOCAL, DOMAIN, LOCAL, DOMAIN)
def test_no_two_mail_addresses_are_one(local, domain, other_local, other_domain):
    one, other = f"{local}@{domain}", f"{other_local}@{other_domain}"
    assert (digest("email", one) == digest("email", other)) == (one == other)


@given(st.text(max_size=60))
def test_no_text_breaks_the_mail_spelling(text):
    normalise_address("email", "", text)


# --- telephone

SPELLINGS = [
    "{area}{number}",
    "{area} {number}",
    "{area}/{number}",
    "{area} - {number}",
    "({area}) {number}",
    "+49{short}{number}",
    "+49 {short} {number}",
    "+49 (0) {short} {number}",
    "+49 (0){short}/{number}",
    "+49-{short}-{number}",
    "0049 {short} {number}",
    "0049 (0) {short} {number}",
    "tel:+49-{short}-{number}",
    "＋49 {short} {number}",
    "\u200e+49 {short} {number}",
]


@given(
    st.sampled_from(["0221", "030", "089", "0171", "0151", "0160", "0421"]),
    st.integers(2_000_000, 9_999_999),
    st.sampled_from(SPELLINGS),
    st.sampled_from(SPELLINGS),
)
def test_any_number_in_any_spelling(area, number, one, other):
    values = {"area": area, "short": area[1:], "number": number}
    assert digest("phone", one.format(**values)) == digest("sms", other.format(**values))


@given(st.integers(2_000_000, 9_999_999), st.integers(2_000_000, 9_999_999), st.sampled_from(SPELLINGS))
def test_no_two_numbers_are_one(one, other, spelling):
    first = spelling.format(area="0221", short="221", number=one)
    second = SPELLINGS[0].format(area="0221", number=other)
    assert (digest("phone", first) == digest("phone", second)) == (one == other)


@pytest.mark.parametrize(
    ("platform", "spelling"),
    [
        ("whatsapp", "https://wa.me/491713920001"),
        ("whatsapp", "wa.me/491713920001?text=Hallo"),
        ("whatsapp", "https://api.whatsapp.com/send?phone=491713920001&text=x"),
        ("whatsapp", "whatsapp://send?phone=+491713920001"),
        ("whatsapp", "0171 3920001"),
        ("telegram", "https://t.me/+491713920001"),
        ("signal", "https://signal.me/#p/+491713920001"),
    ],
)
def test_a_number_in_a_messengers_link_is_the_number(platform, spelling):
    assert digest("messenger", spelling, platform) == digest("phone", "+49 171 3920001")


def test_an_extension_rings_somewhere_else():
    assert digest("phone", "0221 123456 ext. 12") == digest("phone", "+49221123456;ext=12")
    assert digest("phone", "0221 123456 ext. 12") != digest("phone", "0221 123456")


def test_numbers_without_a_country_are_read_in_the_houses_region(settings):
    german = digest("phone", "0221 555 4711")
    settings.PHONE_REGION = "AT"
    assert digest("phone", "0221 555 4711") != german
    assert digest("phone", "+49 221 555 4711") == german


@given(st.text(max_size=60))
def test_no_text_breaks_the_number_spelling(text):
    normalise_address("phone", "", text)
    normalise_address("messenger", "telegram", text)


# --- profiles


@pytest.mark.parametrize(
    ("platform", "spellings"),
    [
        (
            "instagram",
            [
                "erika_m",
                "@Erika_M",
                "instagram.com/erika_m",
                "https://www.instagram.com/erika_m/?igsh=abc",
                "http://instagram.com/@erika_m/",
                "https://www.instagram.com/erika_m/reels/",
                "instagram.com/erika_m?hl=de#x",
            ],
        ),
        ("tiktok", ["@erika_m", "erika_m", "https://www.tiktok.com/@erika_m?lang=de", "tiktok.com/@Erika_M/video/123"]),
        ("x", ["@erika_m", "x.com/erika_m", "https://twitter.com/Erika_M/status/12", "mobile.twitter.com/erika_m"]),
        (
            "linkedin",
            [
                "erika-müller-123",
                "linkedin.com/in/erika-müller-123",
                "https://de.linkedin.com/in/erika-m%C3%BCller-123/de/",
                "https://www.linkedin.com/in/Erika-Müller-123?trk=x",
            ],
        ),
        (
            "xing",
            [
                "Erika_Muster3",
                "xing.com/profile/Erika_Muster3",
                "https://www.xing.com/profile/Erika_Muster3/cv?sc_o=x",
                "http://xing.com/profile/erika_muster3/",
            ],
        ),
        (
            "facebook",
            [
                "erika.muster",
                "erikamuster",
                "facebook.com/Erika.Muster",
                "https://m.facebook.com/erika.muster?ref=x",
                "https://de-de.facebook.com/erika.muster/photos",
                "m.me/erika.muster",
            ],
        ),
        (
            "facebook",
            [
                "100012345",
                "facebook.com/profile.php?id=100012345",
                "https://www.facebook.com/people/Erika-M/100012345/",
            ],
        ),
        ("telegram", ["@erika_m", "t.me/erika_m", "https://telegram.me/Erika_M", "tg://resolve?domain=erika_m"]),
        ("threema", ["ABCD1234", "abcd1234", "https://threema.id/ABCD1234?text=x"]),
    ],
)
def test_spellings_of_one_profile(platform, spellings):
    channel = "messenger" if platform in ("telegram", "threema") else "social_dm"
    assert len({digest(channel, spelling, platform) for spelling in spellings}) == 1


def test_different_profiles_stay_different():
    values = [
        ("social_dm", "facebook.com/profile.php?id=1", "facebook"),
        ("social_dm", "facebook.com/profile.php?id=2", "facebook"),
        ("social_dm", "linkedin.com/in/acme", "linkedin"),
        ("social_dm", "linkedin.com/company/acme", "linkedin"),
        ("social_dm", "erika", "instagram"),
        ("social_dm", "erika", "tiktok"),
        ("messenger", "@erika1", "telegram"),
        ("messenger", "@maxim1", "telegram"),
        ("messenger", "erika1", "signal"),
    ]
    assert len({digest(*value) for value in values}) == len(values)


@given(st.text(string.ascii_letters + string.digits + "_", min_size=1, max_size=20))
def test_any_name_in_any_address(name):
    for platform, link in {
        "instagram": "https://www.instagram.com/{}/",
        "tiktok": "https://www.tiktok.com/@{}",
        "x": "https://x.com/{}",
        "linkedin": "https://www.linkedin.com/in/{}/",
        "xing": "https://www.xing.com/profile/{}",
        "facebook": "https://www.facebook.com/{}",
    }.items():
        assert digest("social_dm", link.format(name), platform) == digest("social_dm", f"@{name}", platform)


@given(st.text(max_size=60), st.sampled_from(["instagram", "facebook", "linkedin", "threema"]))
def test_no_text_breaks_the_profile_spelling(text, platform):
    normalise_address("social_dm", platform, text)


# --- letters


def test_a_letter_counts_with_the_name(customer, now):
    from contacts.customers.models import Customer
    from tests.cast import point

    other = Customer.objects.create(number="2", first_name="Max", last_name="Muster")
    digests = {
        point(other, "letter", "Heidestraße 17, 51147 Köln", now=now).digest,
        *customer.contact_points.filter(channel="letter").values_list("digest", flat=True),
    }
    assert len(digests) == 2
    assert normalise_address("letter", "", " HEIDESTRASSE  17, 51147 Köln") == "heidestrasse 17, 51147 köln"
