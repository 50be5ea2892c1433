"""What a person is told when something that they asked for was not done."""

import secrets

import structlog

from bot.errors import StorageError, UserError

log = structlog.get_logger()


def told(error: BaseException) -> str:
    """A sentence for the person; of what nobody expected the log has all, under a reference."""
    if isinstance(error, UserError | StorageError):
        log.info("not done", why=type(error).__name__)
        return error.reply
    reference = secrets.token_hex(4)
    log.error("something that a person asked for broke", reference=reference, exc_info=error)
    return f"Something went wrong on my side ({reference})."
