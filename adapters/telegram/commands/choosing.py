"""What is chosen in a menu: a command of a group, an option, what it shall be."""

from dataclasses import replace
from typing import Final

from telegram import CallbackQuery, Message, MessageEntity

from adapters.telegram.commands.menus import Pick, Picked, mark
from adapters.telegram.commands.replies import Asked, Came
from adapters.telegram.commands.steps import DONE, FORMS, Steps, command_of, wanted
from adapters.telegram.talk.reading import brought
from adapters.telegram.words.entities import parts
from bot.commands import Offer, Param, Reply
from bot.commands.typed import Typed, Unclear, read
from bot.errors import NotAllowed, NotFound

NOT_YOURS: Final = "Somebody else gave this command. Please give it yourself."
FORGOTTEN: Final = "I don't know this menu any more. Please give the command again."


class Choosing:
    """Takes a command further as its menu says."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    async def chosen(self, asked: Asked, query: CallbackQuery, picked: Picked) -> Came:
        """Somebody chose. Raises UserError, StorageError."""
        menu = query.message
        if not isinstance(menu, Message) or not menu.is_accessible:
            raise NotFound(FORGOTTEN)
        if (owner := _owner(menu)) and owner != query.from_user.id:
            raise NotAllowed(NOT_YOURS)
        if picked.pick is Pick.CLOSE:
            return Reply()
        typed = _command(menu, picked)
        if menu.reply_to_message and (at_most := command_of(typed.path).pictures):
            asked = replace(asked, attachments=brought(menu.reply_to_message)[:at_most])
        match picked.pick:
            case Pick.COMMAND:
                return await self._steps.next(asked, typed)
            case Pick.OPTION:
                return await self._steps.next(asked, _with(typed, picked.what, ""))
        return await self._option(asked, typed, picked)

    async def offered(self, asked: Asked, query: CallbackQuery, offer: Offer) -> Came:
        """Somebody wants what a reply offers. What would change it is for whoever it was given to. Raises
        UserError, StorageError."""
        reply = query.message
        if not isinstance(reply, Message) or not reply.is_accessible:
            raise NotFound(FORGOTTEN)
        if offer.instead and (owner := _owner(reply)) and owner != query.from_user.id:
            raise NotAllowed(NOT_YOURS)
        return await self._steps.next(asked, Typed(offer.path, dict(offer.options)))

    async def _option(self, asked: Asked, typed: Typed, picked: Picked) -> Came:
        """Something about the option that the command lacks."""
        if (param := wanted(typed)) is None:
            raise NotFound(FORGOTTEN)
        match picked.pick:
            case Pick.WRITE:
                return await self._steps.question(asked, typed, param)
            case Pick.PAGE:
                return await self._steps.next(asked, typed, page=int(picked.what))
        value = await self._value(asked, typed, param, picked)
        return await self._steps.next(asked, _with(typed, param.name, value))

    async def _value(self, asked: Asked, typed: Typed, param: Param, picked: Picked) -> str:
        """The choice that was meant; a list may go on with another. Raises UserError."""
        for choice in await self._steps.choices(asked, typed, param):
            if mark(choice) == picked.what:
                begun = param.several and not choice.name.startswith(DONE)
                longer = _with(typed, param.name, f"{choice.value},")
                goes_on = begun and len(await self._steps.choices(asked, longer, param)) > 1
                return longer.options[param.name] if goes_on else choice.value
        raise NotFound("This can't be chosen any more. Please give the command again.")


def _command(menu: Message, picked: Picked) -> Typed:
    """The command that a menu carries, and of a group the one that was picked. Raises NotFound."""
    codes = [one.text for one in parts(menu) if one.entity.type == MessageEntity.CODE]
    below = f" {picked.what}" if picked.pick is Pick.COMMAND else ""
    try:
        return read(f"{codes[-1]}{below}" if codes else "/", FORMS)
    except Unclear:
        raise NotFound(FORGOTTEN) from None


def _with(typed: Typed, option: str, value: str) -> Typed:
    return Typed(typed.path, {**typed.options, option: value}, typed.files)


def _owner(menu: Message) -> int:
    """The account that alone chooses in a menu; 0: it is not known, or shared by many."""
    asked = menu.reply_to_message
    return asked.from_user.id if asked and asked.from_user and not asked.sender_chat else 0
