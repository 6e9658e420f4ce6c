from contacts.policy.promotion.rule import PromotionRule

RULE = PromotionRule(
    id="PRO-18",
    title_de="Fest- und Geburtstagsgruß",
    title_en="Seasonal or birthday greeting",
    reason_de="Grüße zu Festen pflegen das Geschäft; die vorsichtige Ansicht hält sie für Werbung.",
    reason_en="Greetings on festive days foster business; the cautious view takes them for advertising.",
    citation="RL 2006/114/EG Art. 2 lit. a",
    de=(
        "frohe*/fröhliche*/schöne*/gesegnete*/besinnliche* … weihnacht*/festtage*/ostern/osterfest/weihnachtstage/feiertage/fest/adventszeit",
        "gutes neues jahr",
        "guten rutsch",
        "prosit neujahr",
        "alles gute/liebe … geburtstag",
        "herzlichen glückwunsch … geburtstag/jubiläum",
        "glückwünsche … geburtstag/jubiläum",
        "weihnachtsgrüße*",
    ),
    en=(
        "merry/happy christmas/holidays/easter/birthday",
        "happy new year",
        "seasons greetings",
        "birthday wishes/greetings",
        "festive season",
    ),
    not_beside=("geschlossen", "closed", "notdienst", "erreichbar", "öffnungszeiten", "opening"),
    hits=("Wir wünschen frohe Weihnachten.", "Alles Gute zum Geburtstag!", "Merry Christmas from all of us."),
    misses=("Über die Feiertage ist das Büro geschlossen.", "Ihr Geburtsdatum ist nicht hinterlegt."),
)
