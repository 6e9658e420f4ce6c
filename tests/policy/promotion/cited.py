"""Rulings beside those of PUR-01 on what is advertising; written out here, so that a rule cites nothing else."""

CITED = {
    "OLG Köln 6 U 222/12",
    "KG 5 U 35/20",
    "OLG Schleswig 6 U 25/23",
    "OLG Nürnberg 3 U 965/23",
}
