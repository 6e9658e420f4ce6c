"""Short pages of help: one for what each role can do here, and one for each question that people really have.

Sentences may hold links (marking.py). `roles` empty = for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access.roles import Role
from portal.ui.navigation import ASKERS

if TYPE_CHECKING:
    from portal.people.models import User

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and what stands below it; as numbered steps where their order counts."""

    title: Words
    sentences: tuple[Words, ...]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Guide:
    """One page. `act`: the one button, as the name of a page and the words on it."""

    slug: str
    title: Words
    lead: Words
    parts: tuple[Part, ...]
    act: tuple[str, Words] | None = None
    roles: tuple[Role, ...] = ()
    #: The page tells what the holder of this role can do.
    of_role: Role | None = None


QUESTIONS = (
    Guide(
        "ask",
        _("How do I ask whether I may contact somebody?"),
        _("You look the customer up, say what for, and get the answer at once."),
        (
            Part(
                _("Step by step"),
                (
                    _("Look the customer up by name, number, address or telephone number."),
                    _("Choose the [reason](#purpose), the [address](#address) and the account you would write from."),
                    _("Read the [answer](#verdict). Below it stand the reasons and the nearest way that is allowed."),
                    _("If an approval is needed, press “Ask for approval”. You see who decides and by when."),
                ),
                steps=True,
            ),
            Part(
                _("When the answer is no"),
                (
                    _("The answer names another way where there is one: often a letter, or the company's own account."),
                    _("If you think a rule is wrong, tell the [data protection officer](#dpo). Rules can be changed."),
                ),
            ),
        ),
        ("check", _("May I make contact?")),
        ASKERS,
    ),
    Guide(
        "already-wrote",
        _("I already wrote to a customer. What now?"),
        _("It happens to many. Report it today; then it can be put right, and nobody is blamed for reporting."),
        (
            Part(
                _("What to do now"),
                (
                    _("Write nothing more over that way, and delete nothing: it shows what happened."),
                    _("[Report it](incident_report). Only what happened and when is asked; the rest can follow."),
                    _("Wait for the [data protection officer](#dpo). They say what to tell the customer."),
                ),
                steps=True,
            ),
            Part(
                _("What happens then"),
                (
                    _("The officer sees the report and judges the risk. The company may have [72 hours](#clock)."),
                    _("You see how it stands under [My reports](incidents_mine)."),
                    _("You may get a short course, so that it is easier next time. It is no punishment."),
                ),
            ),
            Part(
                _("If it was your own phone or profile"),
                (
                    _("Say so in the report. Keep the messages until the officer has seen them."),
                    _("For next time there are [company accounts](company_accounts)."),
                ),
            ),
        ),
        ("incident_report", _("Report it")),
    ),
    Guide(
        "permit",
        _("I have a permit. How do I use it?"),
        _("Press “Make contact now” just before you write or call, and say afterwards what came of it."),
        (
            Part(
                _("Step by step"),
                (
                    _("Open the [permit](#permit) under [My permits](permits)."),
                    _("Press “Make contact now”. The portal looks again whether it still holds."),
                    _("Write or call: this customer, this address, this text."),
                    _("Say what happened. If the customer said no, that no counts from this moment."),
                ),
                steps=True,
            ),
            Part(
                _("Why a permit can end early"),
                (
                    _("The customer withdraws a [consent](#consent) or raises an [objection](#objection)."),
                    _("Your [certificate](#certificate) has run out. Then the permit rests until you pass again."),
                ),
            ),
        ),
        ("permits", _("My permits")),
        ASKERS,
    ),
    Guide(
        "customer-says-stop",
        _("A customer says: stop. What do I do?"),
        _("Record it at once. No form is needed, and no reason: saying it is enough."),
        (
            Part(
                _("Step by step"),
                (
                    _("Open the customer and press “Stop contact”."),
                    _("Choose whether it is about [advertising](#advertising) only or about everything."),
                    _("Save. From then on every answer takes it into account, for all colleagues."),
                ),
                steps=True,
            ),
            Part(
                _("If the customer asks what is stored"),
                (
                    _("Hand it to the [data protection officer](#dpo) the same day: a month is short."),
                    _("Do not answer yourself, and send no data."),
                ),
            ),
        ),
        ("customers", _("Find the customer")),
        ASKERS,
    ),
    Guide(
        "decide",
        _("How do I decide on a request?"),
        _("You see what the rules say and why they ask you. You may be stricter than they are, never milder."),
        (
            Part(
                _("What to look at"),
                (
                    _("Is the [reason](#purpose) true, and would the customer expect this message?"),
                    _("Does the text say only that? One offer in it makes it [advertising](#advertising)."),
                    _("Is there a milder way? The page names those that are allowed without you."),
                ),
            ),
            Part(
                _("What you can do"),
                (
                    _("Approve, decline with a reason, ask for changes, or put it off for a while."),
                    _("Name a [deputy](deputies) before you go on leave; requests do not wait."),
                    _("Requests of your own go to somebody else, always."),
                ),
            ),
        ),
        ("inbox", _("To the inbox")),
        (Role.MANAGER, Role.DPO),
    ),
    Guide(
        "training",
        _("How does the training work?"),
        _("Short lessons, then a quiz. You can stop at any time and go on later; nothing is lost."),
        (
            Part(
                _("Good to know"),
                (
                    _("Each answer is saved as you give it. You see a summary before you hand in."),
                    _("If you do not pass, you can try again. The page says how often before you start."),
                    _("Your manager sees only whether your [certificate](#certificate) is valid, due or overdue."),
                    _("Your answers are deleted once you have passed."),
                ),
            ),
        ),
        ("training", _("To my training")),
    ),
    Guide(
        "sign-in",
        _("Signing in, second factor, language"),
        _("What to do when a sign-in fails, and where to change what you see."),
        (
            Part(
                _("When a sign-in fails"),
                (
                    _("Ask for a [new password](account_reset_password). The link arrives by e-mail."),
                    _("After several tries the portal makes you wait for some minutes."),
                    _("If you have lost your second factor, ask an administrator. They know you and can remove it."),
                ),
            ),
            Part(
                _("What you can change yourself"),
                (
                    _("[Second factor](second_factor) and [where you are signed in](sessions)."),
                    _("Language and appearance: in the bar at the top. Mails come in the same language."),
                ),
            ),
        ),
    ),
)
ROLES = (
    Guide(
        "employee",
        _("What can I do here as an employee?"),
        _("Ask “may I?”, request a contact, use your permits, do your training."),
        (
            Part(
                _("You can"),
                (
                    _("[look up](check) whether a contact is allowed, as often as you like,"),
                    _("hand in [requests](requests) and see what became of them,"),
                    _("use your [permits](permits) and record what the customer said,"),
                    _("[report](incident_report) what already happened."),
                ),
            ),
            Part(_("You cannot"), (_("see requests of other people, or decide on your own."),)),
        ),
        ("check", _("May I make contact?")),
        (Role.EMPLOYEE,),
        Role.EMPLOYEE,
    ),
    Guide(
        "manager",
        _("What can I do here as a manager?"),
        _("Decide on the requests of your people, and see whether their training is valid."),
        (
            Part(
                _("You can"),
                (
                    _("decide in the [inbox](inbox), by keyboard or with the thumb,"),
                    _("see in [your team](team) whose training is valid, due or overdue,"),
                    _("name a [deputy](deputies) for your absence."),
                ),
            ),
            Part(
                _("You cannot"),
                (_("decide on requests of your own, or see marks and answers of your people."),),
            ),
        ),
        ("inbox", _("To the inbox")),
        (Role.MANAGER,),
        Role.MANAGER,
    ),
    Guide(
        "data-protection-officer",
        _("What can I do here as data protection officer?"),
        _("Decide what carries a high risk, handle incidents and people's rights, and keep the rules right."),
        (
            Part(
                _("You can"),
                (
                    _("decide requests of high risk in the [inbox](inbox),"),
                    _("lead [incidents](incidents) with their clock,"),
                    _("answer [requests of data subjects](rights),"),
                    _("keep the [record of processing activities](processing),"),
                    _("draft, test and release [rule sets](rule_sets),"),
                    _("read the [audit trail](audit) and hand out [evidence](evidence)."),
                ),
            ),
            Part(
                _("You cannot"),
                (_("change or delete an entry of the trail, or release a rule set that you wrote yourself."),),
            ),
        ),
        ("inbox", _("To the inbox")),
        (Role.DPO,),
        Role.DPO,
    ),
    Guide(
        "consent-officer",
        _("What can I do here as consent officer?"),
        _("Record and withdraw consents, keep customers and addresses in order, import lists."),
        (
            Part(
                _("You can"),
                (
                    _("record [consents](#consent), withdrawals and objections of a [customer](customers),"),
                    _("write [wordings](consent_texts) in versions and in both languages,"),
                    _("[import](imports) customers and consents, with a dry run first,"),
                    _("keep the [suppression list](suppression)."),
                ),
            ),
            Part(_("You cannot"), (_("decide on requests, or change a consent once it is recorded."),)),
        ),
        ("customers", _("Find the customer")),
        (Role.CONSENT_OFFICER,),
        Role.CONSENT_OFFICER,
    ),
    Guide(
        "training-author",
        _("What can I do here as an author?"),
        _("Write courses and questions, publish them in versions, and see which questions work."),
        (
            Part(
                _("You can"),
                (
                    _("write [courses](author_courses) in German and English,"),
                    _("bring in question banks and see how questions fare, without names,"),
                    _("assign courses to people, departments or roles."),
                ),
            ),
            Part(_("You cannot"), (_("change a published version or somebody's answers."),)),
        ),
        ("author_courses", _("To the courses")),
        (Role.TRAINING_AUTHOR,),
        Role.TRAINING_AUTHOR,
    ),
    Guide(
        "auditor",
        _("What can I do here as an auditor or in the works council?"),
        _("Read everything that serves as evidence, and verify that nobody has changed it."),
        (
            Part(
                _("You can"),
                (
                    _("read and verify the [audit trail](audit),"),
                    _("get [evidence packs](evidence) with a program that verifies them,"),
                    _("see [how long](retention) what is kept, and the annex to the works agreement."),
                ),
            ),
            Part(_("You cannot"), (_("write anything, anywhere."),)),
        ),
        ("audit", _("To the audit trail")),
        (Role.AUDITOR,),
        Role.AUDITOR,
    ),
    Guide(
        "administrator",
        _("What can I do here as an administrator?"),
        _("Keep people, roles, accounts and the machinery in order."),
        (
            Part(
                _("You can"),
                (
                    _("manage [people](people) and what they may do,"),
                    _("keep [company accounts](company_accounts), [machines](machines) and [webhooks](webhooks),"),
                    _("see [deliveries](outbox) that failed and try them again."),
                ),
            ),
            Part(
                _("You cannot"),
                (_("read drafts of messages or answers of a quiz merely because you are administrator."),),
            ),
        ),
        ("people", _("To the people")),
        (Role.ADMINISTRATOR,),
        Role.ADMINISTRATOR,
    ),
)
BY_SLUG = {guide.slug: guide for guide in (*QUESTIONS, *ROLES)}
#: Which question people have on the pages of a section.
OF_SECTION = {
    "check": "ask",
    "customers": "customer-says-stop",
    "requests": "ask",
    "permits": "permit",
    "inbox": "decide",
    "incidents": "already-wrote",
    "training": "training",
    "team": "training",
    "sessions": "sign-in",
    "second-factor": "sign-in",
    "password": "sign-in",
}


def is_for(guide: Guide, user: User) -> bool:
    return not guide.roles or user.has_role(*guide.roles)


def guides_for(user: User, guides: tuple[Guide, ...]) -> list[Guide]:
    return [guide for guide in guides if is_for(guide, user)]


def guide_for_section(section: str, user: User) -> Guide | None:
    """The guide that helps on this page, if it is one for this person."""
    guide = BY_SLUG.get(OF_SECTION.get(section, ""))
    return guide if guide is not None and is_for(guide, user) else None
