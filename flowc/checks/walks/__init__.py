"""Walks over a flow that several rules take: how a call gets to a place, and what it has met on the way."""
