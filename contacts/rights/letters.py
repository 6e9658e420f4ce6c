"""The words of the letters, in both languages: letters of the company are written, not translated by a catalogue.

Each is a title and paragraphs; `{…}` is filled in by `paper`. What the officer wrote (a reason) stands in a paragraph
of its own, as it was written.
"""

from __future__ import annotations

WHAT = {
    "de": {
        "access": "Auskunft über Ihre Daten (Art. 15 DSGVO)",
        "portability": "Ihre Daten zum Mitnehmen (Art. 20 DSGVO)",
        "rectification": "Berichtigung Ihrer Daten (Art. 16 DSGVO)",
        "restriction": "Einschränkung der Verarbeitung (Art. 18 DSGVO)",
        "objection": "Widerspruch (Art. 21 DSGVO)",
        "erasure": "Löschung Ihrer Daten (Art. 17 DSGVO)",
    },
    "en": {
        "access": "access to your data (Art. 15 GDPR)",
        "portability": "your data to take along (Art. 20 GDPR)",
        "rectification": "rectification of your data (Art. 16 GDPR)",
        "restriction": "restriction of processing (Art. 18 GDPR)",
        "objection": "objection (Art. 21 GDPR)",
        "erasure": "erasure of your data (Art. 17 GDPR)",
    },
}
GREETING = {"de": "Guten Tag {name},", "en": "Good day {name},"}
NOBODY = {"de": "Guten Tag,", "en": "Good day,"}
CLOSING = {
    "de": "Mit freundlichen Grüßen\n{company}",
    "en": "Yours sincerely\n{company}",
}
ASK_US = {
    "de": "Fragen dazu beantwortet unser Datenschutz: {contact}. Bitte nennen Sie die Nummer {number}.",
    "en": "Our data protection officer is glad to answer questions: {contact}. Please give the number {number}.",
}
COMPLAIN = {
    "de": "Sie können sich bei einer Datenschutz-Aufsichtsbehörde beschweren, zum Beispiel bei der Ihres Wohnorts, und "
    "Ihr Recht vor Gericht geltend machen.",
    "en": "You can complain to a data protection supervisory authority, for instance to that of the place where you "
    "live, and take the matter to court.",
}
TITLES = {
    "de": {
        "receipt": "Wir haben Ihre Anfrage erhalten",
        "extension": "Ihre Anfrage dauert länger",
        "access": "Auskunft über Ihre Daten",
        "done": "Ihre Anfrage ist erledigt",
        "erased": "Ihre Daten sind gelöscht",
        "refusal": "Zu Ihrer Anfrage",
    },
    "en": {
        "receipt": "We have received your request",
        "extension": "Your request takes longer",
        "access": "The data we hold about you",
        "done": "Your request has been dealt with",
        "erased": "Your data are erased",
        "refusal": "About your request",
    },
}
#: Paragraphs are parted by an empty line.
WORDS: dict[str, dict[str, str]] = {
    "de": {
        "receipt": """\
am {received} ist Ihre Anfrage bei uns eingegangen: {what}.

Wir antworten bis zum {due} (Art. 12 Abs. 3 DSGVO). Damit niemand anderes an Ihre Daten kommt, fragen wir vorher \
nach, wenn wir nicht sicher sind, wer uns schreibt (Art. 12 Abs. 6 DSGVO).""",
        "extension": """\
zu Ihrer Anfrage vom {received} ({what}) brauchen wir mehr Zeit als einen Monat, und zwar aus diesem Grund:

{reason}

Wir antworten bis zum {due}. Diese Frist erlaubt Art. 12 Abs. 3 DSGVO; sie wird nicht noch einmal verlängert.""",
        "access": """\
Sie haben am {received} um Auskunft gebeten. Auf den nächsten Seiten steht alles, was wir im Zusammenhang mit \
der Kontaktaufnahme über Sie gespeichert haben: woher es kommt, wofür wir es brauchen, wie lange wir es \
aufheben, wer es bekommen hat, und jeder Kontakt.

Sie können verlangen, dass wir Falsches berichtigen (Art. 16 DSGVO), Daten löschen (Art. 17) oder ihre \
Verarbeitung einschränken (Art. 18), und Sie können widersprechen (Art. 21). Der Werbung können Sie jederzeit \
widersprechen, ohne Gründe zu nennen.""",
        "done": """\
Ihre Anfrage vom {received} ({what}) haben wir am {closed} erledigt:

{reason}""",
        "erased": """\
wie Sie am {received} verlangt haben, haben wir Ihre Daten am {closed} gelöscht (Art. 17 DSGVO).

Zwei Dinge bleiben: Ihre Adressen als verschlüsselte Prüfwerte auf unserer Sperrliste, damit Sie niemand wieder \
anschreibt, auch nicht aus einer neuen Liste (Art. 17 Abs. 3, Art. 21 Abs. 3 DSGVO), und der Nachweis erteilter \
Einwilligungen, solange wir ihn führen müssen (Art. 7 Abs. 1, Art. 17 Abs. 3 Buchst. e DSGVO, § 7a UWG).

Dieser Brief ist das Letzte, was wir mit Ihrem Namen geschrieben haben. Wir haben keine Kopie davon.""",
        "refusal": """\
Ihrer Anfrage vom {received} ({what}) kommen wir aus diesem Grund nicht nach:

{reason}""",
    },
    "en": {
        "receipt": """\
your request came in on {received}: {what}.

We answer by {due} (Art. 12(3) GDPR). So that nobody else gets at your data, we ask you first where we are not \
sure who is writing to us (Art. 12(6) GDPR).""",
        "extension": """\
we need more than a month for your request of {received} ({what}), for this reason:

{reason}

We answer by {due}. Art. 12(3) GDPR allows that; the time is not extended again.""",
        "access": """\
on {received} you asked for access to your data. The next pages show all that we hold about you in connection \
with contacting you: where it comes from, what we need it for, how long we keep it, who was given it, and every \
contact.

You may ask us to put right what is wrong (Art. 16 GDPR), to erase data (Art. 17) or to restrict their \
processing (Art. 18), and you may object (Art. 21). To advertising you may object at any time, without giving \
reasons.""",
        "done": """\
we dealt with your request of {received} ({what}) on {closed}:

{reason}""",
        "erased": """\
as you asked on {received}, we erased your data on {closed} (Art. 17 GDPR).

Two things stay: your addresses as keyed hashes on our suppression list, so that nobody contacts you again, not \
from a new list either (Art. 17(3), 21(3) GDPR), and the proof of consents that you gave, for as long as we must \
be able to show it (Art. 7(1), 17(3)(e) GDPR, section 7a UWG).

This letter is the last thing that we have written with your name. We keep no copy of it.""",
        "refusal": """\
we do not comply with your request of {received} ({what}), for this reason:

{reason}""",
    },
}
#: In these the person learns of the authority and the courts.
WITH_COMPLAINT = ("extension", "access", "refusal")
