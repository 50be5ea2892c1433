"""The words of this project. Values only: frozen, equal by content, no I/O, no platform objects."""

from bot.messages.answers import Drawn, Embedded, End, EndReason, Part, Restart, Text, Verdict
from bot.messages.content import (
    Attachment,
    Document,
    Fit,
    Incoming,
    Made,
    MadeRef,
    Picture,
    PictureRef,
    Quote,
)
from bot.messages.models import ModelFacts, Need, Price, Style, Usage
from bot.messages.people import Actor, Address, ChannelKey, Names, Person, Standing
from bot.messages.posts import Action, Limits, Post, Verb
from bot.messages.reminders import Reminder
from bot.messages.requests import (
    ChatRequest,
    CompletionRequest,
    DrawRequest,
    PictureOptions,
    Role,
    RunOptions,
    TextsRequest,
    Turn,
)
from bot.messages.tools import Calling, Shape, ToolCall, ToolResult, ToolSpec

__all__ = [
    "Action",
    "Actor",
    "Address",
    "Attachment",
    "Calling",
    "ChannelKey",
    "ChatRequest",
    "CompletionRequest",
    "Document",
    "DrawRequest",
    "Drawn",
    "Embedded",
    "End",
    "EndReason",
    "Fit",
    "Incoming",
    "Limits",
    "Made",
    "MadeRef",
    "ModelFacts",
    "Names",
    "Need",
    "Part",
    "Person",
    "Picture",
    "PictureOptions",
    "PictureRef",
    "Post",
    "Price",
    "Quote",
    "Reminder",
    "Restart",
    "Role",
    "RunOptions",
    "Shape",
    "Standing",
    "Style",
    "Text",
    "TextsRequest",
    "ToolCall",
    "ToolResult",
    "ToolSpec",
    "Turn",
    "Usage",
    "Verb",
    "Verdict",
]
