"""Filling in a modal as Discord's client lets people do it."""

from typing import Any

from tests.platforms.discord.content import units
from tests.platforms.discord.payloads import walk
from tests.platforms.people import NotOffered

Json = dict[str, Any]

ROW, SELECT, TEXT, LABEL, RADIO = 1, 3, 4, 18, 21


def filled(window: Json, fields: dict[str, str]) -> list[Json]:
    """The components that are sent for a window: what was typed, or what stood there. Raises NotOffered."""
    said: list[Json] = []
    wanted = dict(fields)
    for one in window["components"]:
        inner = [one["component"]] if one["type"] == LABEL else one.get("components") or []
        sent = [_input(field, one.get("label", ""), wanted) for field in inner if field.get("custom_id")]
        if one["type"] == LABEL:
            said.append({"type": LABEL, "id": len(said) + 1, "component": sent[0]})
        elif one["type"] == ROW:
            said.append({"type": ROW, "id": len(said) + 1, "components": sent})
    if wanted:
        known = [one["custom_id"] for one in walk(window["components"]) if one.get("custom_id")]
        raise NotOffered(f"the window has no field {sorted(wanted)}, only {known}")
    return said


def _input(field: Json, label: str, wanted: dict[str, str]) -> Json:
    name = _named(field, label, wanted)
    given = wanted.pop(name) if name is not None else None
    said: Json = {"type": field["type"], "custom_id": field["custom_id"], "id": field.get("id", 1)}
    if field["type"] == TEXT:
        return said | {"value": _typed(field, given)}
    chosen = _chosen(field, given)
    return said | ({"value": chosen} if field["type"] == RADIO else {"values": [chosen] if chosen else []})


def _named(field: Json, label: str, wanted: dict[str, str]) -> str | None:
    """What a test calls this field: its custom id, or its label in lower case."""
    names = {
        field["custom_id"],
        *((text or "").lower().replace(" ", "_") for text in (label, field.get("label"))),
    }
    return next((name for name in wanted if name in names), None)


def _typed(field: Json, given: str | None) -> str:
    value = str(field.get("value") or "") if given is None else given
    if not value and field.get("required", True):
        raise NotOffered(f"{field['custom_id']} is required")
    if value and not (field.get("min_length") or 0) <= units(value) <= (field.get("max_length") or 4000):
        raise NotOffered(f"{field['custom_id']} takes no {units(value)} characters")
    return value


def _chosen(field: Json, given: str | None) -> str | None:
    options: list[Json] = field.get("options") or []
    for one in options:
        if given in (one["label"], one["value"]) or (given is None and one.get("default")):
            return str(one["value"])
    if given is not None or field.get("required", True):
        raise NotOffered(f"{field['custom_id']} offers no {given!r}")
    return None
