"""Who may do what: manager, planner, agent. Checked where things are done, whatever screen or command asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import sqlalchemy as sa

from staffing.store.database import Database
from staffing.store.log import write_log
from staffing.store.refusals import Refused
from staffing.store.tables import account
from staffing.words import say


class Role(Enum):
    """What somebody is here to do."""

    MANAGER = "manager"
    PLANNER = "planner"
    AGENT = "agent"


class Act(Enum):
    """What can be done: read published weeks; read drafts, names and the log; edit; propose; publish and archive; keep
    (back up, purge, give roles)."""

    READ_PUBLISHED = "read_published"
    READ = "read"
    EDIT = "edit"
    PROPOSE = "propose"
    PUBLISH = "publish"
    KEEP = "keep"


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
    """The user's role does not allow the act; nothing was done. ``act`` is an act's name, or why nobody may enter."""

    def __init__(self, login: str, act: str) -> None:
        self.login = login
        self.act = act
        super().__init__(self.say("en"))

    def say(self, language: str) -> str:
        """Who may not do what, ``fr`` or ``en``."""
        return say("store.not_allowed", language, login=self.login or "?", act=say(f"store.act_{self.act}", language))


def may(user: User, act: Act) -> bool:
    """Whether the user's role allows the act."""
    return act in ALLOWED[user.role]


def require(user: User, act: Act) -> None:
    """Raise NotAllowed unless the user's role allows the act."""
    if not may(user, act):
        raise NotAllowed(user.login, act.value)


def give_role(database: Database, to: User, *, by: User) -> None:
    """Let ``to.login`` act as ``to.role`` from now on; the log keeps what they were before.

    Refused when no manager would be left: nobody could give a role any more.
    """
    require(by, Act.KEEP)
    login = to.login.strip().lower()
    with database.transaction() as connection:
        now = database.now(connection)
        before = connection.execute(sa.select(account.c.role).where(account.c.login == login)).scalar() or ""
        connection.execute(sa.delete(account).where(account.c.login == login))
        connection.execute(sa.insert(account).values(login=login, role=to.role.value, agent=to.agent))
        managers = sa.select(sa.func.count()).where(account.c.role == Role.MANAGER.value)
        if not connection.execute(managers).scalar():
            raise Refused("no_manager")
        write_log(connection, now, by.login, "role", login, before, to.role.value)


def user_of(database: Database, login: str) -> User:
    """The account of a login; NotAllowed when there is none."""
    with database.reading() as connection:
        row = connection.execute(sa.select(account).where(account.c.login == login)).one_or_none()
    if row is None:
        raise NotAllowed(login, "enter_unknown")
    return User(row.login, Role(row.role), row.agent)


def shared(database: Database) -> bool:
    """Whether the store has accounts; without any, one person keeps it on one machine."""
    with database.reading() as connection:
        return bool(connection.execute(sa.select(sa.func.count()).select_from(account)).scalar())


def user_here(database: Database, login: str) -> User:
    """Who acts on this machine: a manager while the store has no accounts (single-user mode), else the account."""
    return user_of(database, login.strip().lower()) if shared(database) else User(login, Role.MANAGER)


def user_of_claims(database: Database, claims: Mapping[str, object]) -> User:
    """The account behind the claims of an OpenID Connect token that the login library has verified.

    The e-mail must be one that the provider says it has verified; an account must exist: nobody enters by being
    known elsewhere. Checking the token's signature is the library's part (extra ``auth``).
    """
    email = claims.get("email")
    if not isinstance(email, str) or not email or claims.get("email_verified") is not True:
        raise NotAllowed(str(email or ""), "enter_unverified")
    return user_of(database, email.strip().lower())
