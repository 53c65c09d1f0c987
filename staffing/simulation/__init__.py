"""The week played contact by contact, through both levels, before anybody publishes it."""
