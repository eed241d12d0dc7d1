"""What the platform may do besides, where its documents leave that open: options of the emulator, one at a time.

What else is unknown is no switch here but an event of the alphabet, so that every search has it: a leg that answers
after it was hung up, and goes or stays; a caller who is gone before the answer by either event; the agent's socket,
kept alive or not; replies that do not arrive, of which a scenario knows nothing.
"""

from __future__ import annotations

from typing import Any

SWITCHES: tuple[tuple[str, Any], ...] = (
    ("hangup_events", "at_once"),
    ("close_callback", False),
    ("agent_buffer", "kept"),
    ("automatic_clear", True),
    ("silence_after_clear", "unreported"),
    ("queue_tells", "after"),
    ("queue_tells", "never"),
    ("reject_event", "Failed"),
    ("reject_event", "none"),
    ("media_before_connected", "lost"),
    ("terminate_events", True),
    ("number_info", "without_plus"),
    ("dead_unit", "throw"),
    ("digests", "base64"),
    ("digests", "bytes"),
    ("detection", "unlisted"),
    ("detection", "rejects"),
    ("call_list", "unlisted"),
    ("refer_end", "complete"),
    ("refer_end", "disconnected"),
    ("recorder_ends", "at_once"),
    ("recorder_ends", "twice"),
    ("recorder_pauses", "once_begun"),
    ("exception", "logged"),
)

EVENTS: tuple[str, ...] = (
    "late_connected",
    "answer_wins",
    "cancel_code",
    "abandoned",
    "agent_keepalive",
    "timer_late_ms",
    "loop_finished",
)
"""Switches of the emulator that are events of the alphabet, or a search of its own (`untimed`)."""
WITHOUT_EFFECT: tuple[str, ...] = (
    "reply",
    "reply_on_terminate",
    "start_metadata",
    "replaced_playback",
    "unverified_callerid",
)
"""What a scenario knows nothing of, or does not use: what arrives at the agent; `say`; caller IDs of nobody's."""
