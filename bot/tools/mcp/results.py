"""What an MCP server answers to a call, in words and pictures."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from typing import Final

import mcp.types as sdk

from bot.errors import BotError
from bot.messages import PictureRef
from bot.tools.here import Shown

Keeps = Callable[[bytes], Awaitable[PictureRef]]
"""Checks a picture and keeps it. Raises BotError."""

PICTURES: Final = 4
"""Pictures of one answer that are kept."""

SEEN: Final = "[A picture: the person sees it below your answer. You do not.]"
UNSEEN: Final = "[A picture that cannot be shown.]"
NOTHING: Final = "Done. It said nothing."
ADDRESS: Final = 500


async def shown(result: sdk.CallToolResult, keep: Keeps | None) -> Shown:
    """What came of a call. One that the server calls failed is; `keep` None: it shows no pictures."""
    said: list[str] = []
    pictures: list[PictureRef] = []
    for block in result.content:
        if isinstance(block, sdk.ImageContent):
            picture = await _kept(block, keep) if keep and len(pictures) < PICTURES else None
            pictures += [picture] if picture else []
            said.append(SEEN if picture else UNSEEN)
        else:
            said.append(_words(block))
    if not any(isinstance(block, sdk.TextContent) for block in result.content):
        said += [] if result.structured_content is None else [_json(result.structured_content)]
    return Shown("\n".join(filter(None, said)) or NOTHING, tuple(pictures), failed=result.is_error)


async def _kept(block: sdk.ImageContent, keep: Keeps) -> PictureRef | None:
    """A picture, made safe; None: it is none, or too large."""
    try:
        return await keep(base64.b64decode(block.data, validate=True))
    except (binascii.Error, BotError):
        return None


def _words(block: sdk.ContentBlock) -> str:
    """A part of an answer that is no picture."""
    match block:
        case sdk.TextContent():
            return block.text
        case sdk.ResourceLink():
            return f"[A resource: {block.title or block.name}, {str(block.uri)[:ADDRESS]}]"
        case sdk.EmbeddedResource(resource=sdk.TextResourceContents() as resource):
            return f"{str(resource.uri)[:ADDRESS]}:\n{resource.text}"
        case sdk.EmbeddedResource(resource=resource):
            return f"[A file that is no text: {str(resource.uri)[:ADDRESS]}]"
        case _:
            return f"[Something that is no text: {block.type}]"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
