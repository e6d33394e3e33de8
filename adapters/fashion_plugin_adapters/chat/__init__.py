"""The shop for assistants: UCP over HTTP, an MCP server (``mcp`` extra), sessions for one's own bot."""

from fashion_plugin_adapters.chat.links import Links
from fashion_plugin_adapters.chat.session import ChatSession, Turn
from fashion_plugin_adapters.chat.ucp_adapters import ucp_adapters, ucp_profile

__all__ = ["ChatSession", "Links", "Turn", "ucp_adapters", "ucp_profile"]
