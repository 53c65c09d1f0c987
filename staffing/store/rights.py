"""Who may do what: manager, planner, agent. Checked where things are done, whatever screen or command asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa

from staffing.store.database import Database
from staffing.store.log import write_log
from staffing.store.tables import account


class Role(Enum):
    """What somebody is here to do."""

    MANAGER = "manager"
    PLANNER = "planner"
    AGENT = "agent"


class Act(Enum):
    """What can be done."""

    READ_PUBLISHED = "read a published week"
    READ = "read drafts, names and the log"
    EDIT = "edit a draft"
    PROPOSE = "propose a plan"
    PUBLISH = "publish, archive"
    KEEP = "purge, back up, give roles"


ALLOWED: Mapping[Role, frozenset[Act]] = {
    Role.MANAGER: frozenset(Act),
    Role.PLANNER: frozenset({Act.READ_PUBLISHED, Act.READ, Act.EDIT, Act.PROPOSE}),
    Role.AGENT: frozenset({Act.READ_PUBLISHED}),
}


@dataclass(frozen=True)
class User:
    """Somebody who is known; ``agent`` is their own id in the roster, if any."""

    login: str
    role: Role
    agent: str = ""


LOCAL = User("local", Role.MANAGER)
"""The single user of a store that nobody shares."""


class NotAllowed(Exception):
    """The user's role does not allow the act; nothing was done."""

    def __init__(self, login: str, act: str) -> None:
        self.login = login
        self.act = act
        super().__init__(f"{login or 'nobody'} may not {act}")


def require(user: User, act: Act) -> None:
    """Raise NotAllowed unless the user's role allows the act."""
    if act not in ALLOWED[user.role]:
        raise NotAllowed(user.login, act.value)


def give_role(database: Database, to: User, *, by: User) -> None:
    """Let ``to.login`` act as ``to.role`` from now on; the log keeps what they were before."""
    require(by, Act.KEEP)
    login = to.login.strip().lower()
    with database.transaction() as connection:
        now = database.now(connection)
        before = connection.execute(sa.select(account.c.role).where(account.c.login == login)).scalar() or ""
        connection.execute(sa.delete(account).where(account.c.login == login))
        connection.execute(sa.insert(account).values(login=login, role=to.role.value, agent=to.agent))
        write_log(connection, now, by.login, "role", login, before, to.role.value)


def user_of(database: Database, login: str) -> User:
    """The account of a login; NotAllowed when there is none."""
    with database.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.login == login)).one_or_none()
    if row is None:
        raise NotAllowed(login, "enter: no account")
    return User(row.login, Role(row.role), row.agent)


def user_of_claims(database: Database, claims: Mapping[str, object]) -> User:
    """The account behind the claims of an OpenID Connect token that the login library has verified.

    The e-mail must be one that the provider says it has verified; an account must exist: nobody enters by being
    known elsewhere. Checking the token's signature is the library's part (extra ``auth``).
    """
    email = claims.get("email")
    if not isinstance(email, str) or not email or claims.get("email_verified") is not True:
        raise NotAllowed(str(email or ""), "enter: the provider has not verified the e-mail")
    return user_of(database, email.strip().lower())
