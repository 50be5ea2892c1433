"""Discord: what is said there comes in, what Parley answers goes out. It translates and decides nothing."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # audioop, which the library imports for voice
    import discord as _discord  # before anything here does

_discord.VoiceClient.warn_nacl = _discord.VoiceClient.warn_dave = False  # nobody here wants to speak
