"""The one door to HTTP: JSON, bytes and server-sent events; caps, deadlines, and errors in our words."""

from bot.http.client import File, Http, Json, Lying
from bot.http.decoding import converted, decoded
from bot.http.events import Event
from bot.http.exchange import Answered, Exchange
from bot.http.faults import status_error
from bot.http.fetch import Fetched, Fetcher, fetch

__all__ = [
    "Answered",
    "Event",
    "Exchange",
    "Fetched",
    "Fetcher",
    "File",
    "Http",
    "Json",
    "Lying",
    "converted",
    "decoded",
    "fetch",
    "status_error",
]
