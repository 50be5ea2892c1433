"""How Parley hears Telegram: what it tells is stored, and dealt with in order."""
