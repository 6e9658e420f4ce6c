"""What other systems send and are told about customers; the names are those of the pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from contacts.customers.models import ContactPoint, Customer, InboundContact, Objection
from contacts.customers.services import KEEPERS
from portal.machines.names import ChannelName, Day, Instant, KindName, PlatformName, RelationshipName, SourceName
from portal.machines.paging import PageOut, Paging
from portal.machines.rest import Texts, example
from portal.people.models import User

#: What only those see and change who keep the customers.
KEPT = ("salutation", "parental_consent", "language", "timezone")
Word = Annotated[str, Field(max_length=100)]


class CustomerChange(Texts):
    """The fields to change; what is not named stays as it is."""

    kind: KindName = "consumer"
    relationship: RelationshipName = "prospect"
    salutation: str = Field("", max_length=20)
    first_name: Word = ""
    last_name: Word = Field("", description="A customer has a last name or a company.")
    company: str = Field("", max_length=200)
    birth_date: Day | None = None
    parental_consent: bool = Field(False, description="True: the parents have consented.")
    last_transaction_on: Day | None = Field(None, description="The day of the last purchase.")
    robinson_listed: bool = False
    language: Literal["de", "en"] = "de"
    timezone: str = Field("Europe/Berlin", max_length=40, description="A zone of the IANA data base.")


class CustomerNew(CustomerChange):
    """A customer that nobody has entered yet."""

    model_config = example(number="8000", last_name="Neumann", language="de")

    number: str = Field(
        min_length=1, max_length=40, pattern="^[^/]+$", description="The number the customer has in your system."
    )


class CustomerFilters(Paging):
    """Which customers: several filters narrow the list together."""

    number: str | None = Field(None, min_length=1, max_length=40, description="The customer of this number.")
    address: str | None = Field(
        None, min_length=1, max_length=500, description="Who has this address, in whatever spelling, in use now."
    )
    channel: ChannelName | None = Field(None, description="The channel of the address; without it e-mail.")
    platform: PlatformName | None = Field(None, description="The platform of the address, for messengers and networks.")
    q: str | None = Field(None, min_length=1, max_length=200, description="Words, as in the search of the page.")
    kind: KindName | None = None
    relationship: RelationshipName | None = None


class CustomerOut(Schema):
    """A customer. Salutation, parents' consent, language and time zone are null for whoever does not keep customers."""

    id: int
    number: str
    kind: KindName
    relationship: RelationshipName
    salutation: str | None
    first_name: str
    last_name: str
    company: str
    birth_date: Day | None
    parental_consent: bool | None
    last_transaction_on: Day | None
    robinson_listed: bool
    language: str | None
    timezone: str | None


class CustomersOut(PageOut):
    items: list[CustomerOut]


class PointNew(Texts):
    """An address with its source: how the company came to have it counts as much as the address itself."""

    model_config = example(channel="email", value="neu@post.example", source="data_subject", collected_on="2026-11-20")

    channel: ChannelName
    platform: PlatformName | None = Field(None, description="For messengers and networks, and only there.")
    value: str = Field(min_length=1, max_length=500, description="The address, number or name.")
    label: str = Field("", max_length=60)
    source: SourceName
    source_note: str = Field("", max_length=300, description="Where exactly.")
    collected_on: Day = Field(description="Not in the future.")
    address_from_sale: bool = Field(False, description="First condition of section 7(3) UWG.")
    notice_at_collection: bool = Field(False, description="Fourth condition of section 7(3) UWG.")


class PointOut(Schema):
    """An address of a customer."""

    id: int
    channel: ChannelName
    platform: PlatformName | None
    value: str
    label: str
    source: SourceName
    source_note: str
    collected_on: Day
    address_from_sale: bool
    notice_at_collection: bool
    verified_at: Instant | None
    retired_at: Instant | None


class PointsOut(PageOut):
    items: list[PointOut]


class ObjectionNew(Texts):
    """What the customer refuses. It counts from the answer on, for everybody."""

    model_config = example(scope="marketing_objection", how="spoken")

    scope: Literal["marketing_objection", "full_block"]
    channel: ChannelName | None = Field(None, description="Without it every channel.")
    how: Literal["spoken", "written"] = "spoken"
    note: str = Field("", max_length=500)


class ObjectionOut(Schema):
    """A refusal. It has no end."""

    id: int
    scope: Literal["marketing_objection", "full_block"]
    channel: ChannelName | None
    how: str
    note: str
    received_at: Instant


class ObjectionsOut(PageOut):
    items: list[ObjectionOut]


class InboundNew(Texts):
    """The customer wrote or called first: opens the channel for some days."""

    model_config = example(channel="phone", at="2026-11-23T10:00:00+01:00")

    channel: ChannelName
    platform: PlatformName | None = None
    at: Instant = Field(description="Not in the future.")
    note: str = Field("", max_length=300, description="About what.")


class InboundOut(Schema):
    id: int
    channel: ChannelName
    platform: PlatformName | None
    at: Instant
    note: str


def customer_told(customer: Customer, reader: User) -> dict[str, Any]:
    """The fields of `CustomerOut` as plain values, as far as the pages show them to this person."""
    keeps = reader.has_role(*KEEPERS)
    names = [name for name in CustomerOut.model_fields if name not in KEPT or keeps]
    values = {name: _plain(getattr(customer, name)) for name in names}
    return dict.fromkeys(CustomerOut.model_fields) | values


def point_told(point: ContactPoint) -> dict[str, Any]:
    return _told(PointOut, point)


def objection_told(objection: Objection) -> dict[str, Any]:
    return _told(ObjectionOut, objection)


def inbound_told(inbound: InboundContact) -> dict[str, Any]:
    return _told(InboundOut, inbound)


def _told(kind: type[Schema], row: object) -> dict[str, Any]:
    """Empty channels and platforms are null: there are none."""
    values = {name: _plain(getattr(row, name)) for name in kind.model_fields}
    return values | {name: values[name] or None for name in ("channel", "platform") if name in values}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
