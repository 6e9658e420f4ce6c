from datetime import timedelta

import pytest

from portal.assistant.server import answer
from portal.machines.services import confirm_token, make_token

ALL = ["decisions:write", "customers:read", "requests:write"]
WAY = {"customer": "4711", "purpose": "service", "channel": "email"}


def key_for(cast, now, *, person=None, scopes=ALL, name="assistant"):
    """The key of an assistant that acts for Anna, and its row."""
    end = now + timedelta(days=30)
    values = {"name": name, "scopes": scopes, "expires_at": end, "acts_for": person or cast.anna}
    token, secret = make_token(cast.adam, at=now, **values)
    return secret, confirm_token(person or cast.anna, token=token, at=now)


@pytest.fixture
def ask(cast, customer, accounts, now, time_machine):
    """One call, as the server hands it on."""
    time_machine.move_to(now, tick=False)
    cast.anna.language = "en"
    cast.anna.save()
    secret, token = key_for(cast, now)

    def ask(name="may_i_contact", arguments=None, *, key=secret, expected="", **fields):
        return answer(key, expected, name, (WAY | fields) if arguments is None else arguments)

    ask.token = token
    return ask


def said(result) -> str:
    return "\n".join(part.text for part in result.content)


def no(result, words: str) -> None:
    """A refusal in whole sentences, and nothing else."""
    assert result.isError and result.structuredContent is None
    assert words in said(result) and said(result).endswith("."), said(result)
