"""Adapters: storefronts, feeds, web frameworks and chat assistants."""
