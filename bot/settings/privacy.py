"""The `[privacy]` table: how long what people say is kept."""

from typing import Annotated

from pydantic import BaseModel, Field, Strict

from bot.settings.values import STRICT


class PrivacyTable(BaseModel):
    """`keep_days`: every room keeps what is said for so many days at most; None: until it is deleted."""

    model_config = STRICT

    keep_days: Annotated[int, Strict(), Field(ge=1, le=3650)] | None = None
