"""Tools of MCP servers, which the operator named and nobody else can. Nothing here imports the SDK unless
there is one."""

from bot.tools.mcp.servers import Lender, Servers, checked

__all__ = ["Lender", "Servers", "checked"]
