"""Parley on Telegram, over python-telegram-bot.

The library describes Telegram's objects and speaks its requests; hearing, order, pace and repetition are
ours: it forgets what it was told before anybody has dealt with it.
"""
