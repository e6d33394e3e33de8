"""Garments in photos."""
