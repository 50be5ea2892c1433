"""What a model may have done: tools, each a typed coroutine, and the box that runs them safely."""

from bot.tools.here import Here, Shown
from bot.tools.tool import Tool, tool
from bot.tools.toolbox import NOT_DONE, Toolbox

__all__ = ["NOT_DONE", "Here", "Shown", "Tool", "Toolbox", "tool"]
