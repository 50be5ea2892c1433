"""The one door to HTTP: JSON, bytes and server-sent events; caps, deadlines, and errors in our words."""

from bot.http.client import File, Http, Json
from bot.http.events import Event
from bot.http.faults import status_error

__all__ = ["Event", "File", "Http", "Json", "status_error"]
