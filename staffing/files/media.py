"""Which medium a channel is of, by its type or its name: e-mail may wait, chats are held several at once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from staffing.files.mapper import plain

PHONE, EMAIL, CHAT, CALLBACK = "phone", "email", "chat", "callback"
NAMES = (
    (EMAIL, re.compile(r"\b(e ?mails?|(?<!voice )mails?|courriels?)\b")),
    (CALLBACK, re.compile(r"\b(call ?backs?|rappels? (clients?|telephoniques?))\b")),
    (
        CHAT,
        re.compile(r"\b((web ?|live ?)?t?chats?|clavardage|messages?(?! voca)|messaging|messenger|whats ?app|sms)\b"),
    ),
)


def medium(text: str) -> str:
    """The kind of contact a name speaks of; phone when it says nothing.

    >>> medium("Courriels DDT"), medium("Support / chat"), medium("Accueil")
    ('email', 'chat', 'phone')
    """
    words = plain(text).replace("/", " ")
    return next((kind for kind, pattern in NAMES if pattern.search(words)), PHONE)


def media(channels: Iterable[object], types: Iterable[object]) -> tuple[tuple[str, str], ...]:
    """Channel -> kind for the channels that are not phone, from the type beside each or its own name."""
    pairs = {(str(channel), str(kind)) for channel, kind in zip(channels, types, strict=True)}
    found = {channel: max(medium(kind), medium(channel), key=lambda m: m != PHONE) for channel, kind in sorted(pairs)}
    return tuple((channel, kind) for channel, kind in found.items() if kind != PHONE)
