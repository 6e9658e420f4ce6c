"""From which account or device."""

from contacts.policy.facts import Channel, PlatformStatus, SendingAccount
from contacts.policy.rule import Basis, Kind, Outcome, Rule

RULES = (
    Rule(
        id="ACC-01",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="account",
        condition=lambda f, d, t: (
            f.sending_account == SendingAccount.PRIVATE_ACCOUNT and not (d.emergency and f.channel == Channel.PHONE)
        ),
        condition_text="sending_account=private_account AND NOT (emergency AND channel=phone)",
        reason_en="Customers are never contacted from private accounts or private devices.",
        reason_de="Kunden werden nie über private Accounts oder private Geräte kontaktiert.",
        citation="LG Baden-Baden 3 S 13/23; GDPR Art. 5(1)(f), 6, 29, 32(4)",
        basis=Basis.LAW,
    ),
    Rule(
        id="ACC-02",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="account",
        condition=lambda f, d, t: d.on_platform and not f.company_present_on_platform,
        condition_text="channel in {messenger, social_dm} AND company_present_on_platform=false",
        reason_en="The company has no official presence on this platform.",
        reason_de="Das Unternehmen ist auf dieser Plattform nicht offiziell vertreten.",
        citation="house rule; GDPR Art. 24, 26, 28; DDG §5",
        basis=Basis.POLICY,
    ),
    Rule(
        id="ACC-03",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="account",
        condition=lambda f, d, t: (
            f.channel == Channel.MESSENGER
            and f.sending_account == SendingAccount.COMPANY_SHARED_DEVICE
            and not f.address_book_isolated
            and (f.platform is None or f.platform in t.address_book_upload_platforms)
        ),
        condition_text="channel=messenger AND sending_account=company_shared_device AND address_book_isolated=false AND platform in address_book_upload_platforms",
        reason_en="The app would upload the whole address book including people who do not use the service.",
        reason_de="Die App würde das gesamte Adressbuch hochladen, auch von Personen, die den Dienst nicht nutzen.",
        citation="GDPR Art. 6(1), 25, 44 ff.; LfD Niedersachsen Merkblatt WhatsApp; HmbBfDI",
        basis=Basis.LAW,
    ),
    Rule(
        id="ACC-04",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_MANAGER_APPROVAL,
        factor="account",
        condition=lambda f, d, t: d.on_platform and f.sending_account == SendingAccount.COMPANY_SHARED_DEVICE,
        condition_text="channel in {messenger, social_dm} AND sending_account=company_shared_device",
        reason_en="Use the verified company account; a shared device needs a manager's approval.",
        reason_de="Nutzen Sie den verifizierten Firmenaccount; ein gemeinsames Gerät braucht eine Freigabe.",
        citation="GDPR Art. 32, 5(2)",
        basis=Basis.POLICY,
    ),
    Rule(
        id="ACC-05",
        kind=Kind.GATE,
        outcome=Outcome.FORBIDDEN,
        factor="account",
        condition=lambda f, d, t: d.on_platform and f.platform_status == PlatformStatus.NOT_APPROVED,
        condition_text="channel in {messenger, social_dm} AND platform_status=not_approved",
        reason_en="This platform is not approved (missing contract, or an unlawful data transfer).",
        reason_de="Diese Plattform ist nicht freigegeben (fehlender Vertrag oder unzulässige Datenübermittlung).",
        citation="GDPR Art. 26, 28, 32, 35, 44 ff.",
        basis=Basis.POLICY,
    ),
    Rule(
        id="ACC-06",
        kind=Kind.GATE,
        outcome=Outcome.NEEDS_DPO_APPROVAL,
        factor="account",
        condition=lambda f, d, t: (
            d.on_platform and f.platform_status == PlatformStatus.UNDER_REVIEW and not d.emergency
        ),
        condition_text="channel in {messenger, social_dm} AND platform_status=under_review AND NOT emergency",
        reason_en="The data-protection review of this platform is not finished; the DPO decides.",
        reason_de="Die Datenschutzprüfung der Plattform ist nicht abgeschlossen; der DSB entscheidet.",
        citation="GDPR Art. 28, 35, 44 ff.",
        basis=Basis.POLICY,
    ),
)
