"""What the least that could be done has in common on every platform: an AI service, asked with httpx."""

import json
from collections.abc import AsyncIterator

import httpx


async def words(ai: httpx.AsyncClient, text: str) -> AsyncIterator[str]:
    """An answer as it comes."""
    asked = {"model": "m", "stream": True, "messages": [{"role": "user", "content": text}]}
    async with ai.stream("POST", "chat/completions", json=asked) as answer:
        async for line in answer.aiter_lines():
            if line.startswith("data: {"):
                for choice in json.loads(line[6:])["choices"]:
                    if word := choice["delta"].get("content"):
                        yield word
