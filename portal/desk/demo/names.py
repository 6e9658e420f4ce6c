"""Invented people and places. Telephone numbers are those that the Bundesnetzagentur keeps free for fiction."""

FIRST_NAMES = [
    "Anna",
    "Bernd",
    "Carla",
    "Daniel",
    "Elif",
    "Frank",
    "Gisela",
    "Hannes",
    "Ines",
    "Jan",
    "Katrin",
    "Lars",
    "Maria",
    "Niels",
    "Olga",
    "Paul",
    "Renate",
    "Selim",
    "Thea",
    "Uwe",
    "Vera",
    "Willi",
    "Yasmin",
    "Zoran",
    "Britta",
    "Dirk",
    "Eva",
    "Georg",
    "Heike",
    "Ingo",
]
LAST_NAMES = [
    "Albrecht",
    "Becker",
    "Conrad",
    "Demir",
    "Engels",
    "Faßbender",
    "Graf",
    "Hartmann",
    "Ibrahim",
    "Jäger",
    "Klein",
    "Lorenz",
    "Müller",
    "Neumann",
    "Otto",
    "Pohl",
    "Quast",
    "Richter",
    "Schäfer",
    "Thelen",
    "Ulrich",
    "Voss",
    "Wagner",
    "Yildiz",
    "Zimmermann",
    "Breuer",
    "Esser",
    "Hermanns",
    "Küpper",
    "Nolden",
]
COMPANIES = (
    "Bäckerei Kornblume GmbH",
    "Autohaus Rheinbogen KG",
    "Zahnarztpraxis am Ring",
    "Hotel Sternwarte GmbH",
    "Schreinerei Ahorn e. K.",
    "Kanzlei Weber & Partner",
    "Gärtnerei Lindenhof GbR",
)
STREETS = ("Lindenstraße", "Heidestraße", "Am Mühlbach", "Ringstraße", "Kirchgasse", "Goethestraße", "Amselweg")
TOWNS = ("50667 Köln", "50823 Köln", "51147 Köln", "53111 Bonn", "51373 Leverkusen", "50354 Hürth")
_PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def plain(name: str) -> str:
    """A name as it stands in an e-mail address."""
    return name.lower().translate(_PLAIN)
