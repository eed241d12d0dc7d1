"""The timers of a scenario, as the emulator calls them, and how long each may be: what the language says of that,
and what the scenario waits for the platform. In milliseconds.
"""

from __future__ import annotations

AGENT_START_MS = 10_000
ANSWER_MS = 10_000
WITHOUT_DATA_MS = 5000
"""How long a session that was started without data waits for a call that comes in."""
SETTINGS_MS = 2000
"""How long the steps of `inbound` wait for settings."""
REJECT_MS = 2000
"""How long it is waited for that the platform says that a rejected call is over."""
QUIET_MS, QUIET_BEFORE_PHRASE_MS = 1000, 2000
"""How long an action waits for an agent that says nothing; the second if the agent has a phrase to speak."""
CLEARED_MS = 8000
WORD_MS = 2000
"""After so long an agent that was cut off by an introduction, and is not silent, says its word to both."""
ROOM_MS = 1000
"""How long a round waits where, with the one before, more would be called than the platform calls at once."""
VERDICT = "bound onVerdictLate"
"""What the emulator calls the timer behind which it counts as said whether a machine has answered."""
CLEARED_LATE = "onClearedWaited"
"""What the emulator calls the timer behind which an agent that was interrupted counts as silent."""
CALL_RECORDER_LATE = "onCallRecorderLate"
"""What the emulator calls the timer behind which the recording of the call is waited for no more."""
LATEST_WARNING = "onLatestWarning"
"""What the emulator calls the timer half a minute before the end of a call, after which there is no warning."""
CALL_WARNING, LONGEST_TIME = "onCallWarning", "onLongestTime"
"""The one a minute before that end, and the one at it."""
MESSAGE_LIMIT, WITHIN_OVER, RING_TIMEOUT, PLACE_DUE = (
    "onMessageLimit",
    "onWithinOver",
    "bound onRingTimeout",
    "announce",
)
"""The same of what the flow may have last for very long: a message, a hunt, the ringing, a wait in a queue."""
NOT_ACCEPTED, ASKED_AGAIN, TOLD_LATE, NO_BEEP = (
    "bound onNotAccepted",
    "bound askAgain",
    "bound onToldLate",
    "bound onNoBeep",
)
SPEECH_LATE, KEYS_OVER, TALK_WARNING, TALK_LIMIT = "onSpeechLate", "tellKeys", "onTalkWarning", "onTalkLimit"
SOUND_LATE, PAUSE_OVER, ROOM, LIST_LATE = "onSoundLate", "onPauseOver", "onRoom", "onListLate"
REFER_LATE, REFER_AGAIN = "onReferLate", "onReferAgain"
BRIEFING_OVER, BRIEFING_SILENT = "onBriefingOver", "onBriefingSilence"
INTRODUCTION_OVER = "onIntroductionOver"
QUIET_OVER = "onQuiet"
IDLE_OVER = "onIdle"
"""The same of whatever else may be over at any instant, in a search that merges: which it was, is told by that."""
KEYS_PAUSE_MS = 2000
"""After the last key of those that the agent is told of together."""
WARNED_MS = 60_000
"""How long before the end of `talk_limit`, and of the call, its warning comes."""
LATEST_WARNED_MS = 30_000
"""How long before the end of a call its warning may still come."""
ASKED_AGAIN_MS = 2000
"""From the end of the prompt of `accept` until it is heard again."""
DETECTION_LATE_MS = 1000
"""How much longer than the platform was given it is waited for: whether it is a machine, and for a beep."""
DIGIT_MS = 400
"""How long one of the `digits` takes to be sent."""
LOST_MS = 1000
"""What an agent said before it was lost is heard for so long."""
LOADING_MS, SOUND_MS = 12_000, 300_000
"""How long a sound file may take to load, and how long one is heard that does not repeat."""
SPEECH_MS, SPEECH_MS_PER_CHARACTER = 10_000, 150
BEEP_MS = 2000
"""How long a beep is waited for that does not end."""
SHORTEST_MS = 1000
"""What is shorter is no message."""
RECORDER_STARTS_MS, RECORDER_STOPS_MS = 3000, 2000
"""Within which it has to say that it records, and that all is recorded."""
AGAIN_MS = (1000, 5000)
"""After so long a webhook that has not answered is told again."""
LATEST_ANSWER_MS = 12_000
"""So long it is waited for what the platform says of a request."""
TOLD_AGAIN, UNSAID, UNSETTLED = "bound onTellAgain", "bound onWebhookLate", "bound onQuestionUnsaid"
"""What the emulator calls the timers for that."""
OF_THE_RUNTIME = frozenset(
    (
        *(VERDICT, CLEARED_LATE, LATEST_WARNING, CALL_WARNING, LONGEST_TIME, MESSAGE_LIMIT, WITHIN_OVER, RING_TIMEOUT),
        *(PLACE_DUE, NOT_ACCEPTED, ASKED_AGAIN, TOLD_LATE, NO_BEEP, SPEECH_LATE, KEYS_OVER, TALK_WARNING, TALK_LIMIT),
        *(BRIEFING_OVER, BRIEFING_SILENT, INTRODUCTION_OVER, QUIET_OVER, IDLE_OVER, TOLD_AGAIN, UNSAID, UNSETTLED),
        *("onAgentLate", "onAnswerLate", "onNoData", "onSettingsLate", "endRejected", "onChoiceLate", "onQuestionLate"),
        *("onSpeechWaited", "onLastWordsWaited", "onWordBegun", PAUSE_OVER, SOUND_LATE),
        *("forgetPresses", "onOthersKeysOver"),
        *("onRingbackPaused", ROOM, "endAfterWebhooks", CALL_RECORDER_LATE, "onRecorderLate", "beginMessage"),
        *("onLongEnough", LIST_LATE, REFER_AGAIN, REFER_LATE, "bound sendNext", "bound onAsideLate"),
    )
)
"""All timers that flowc's runtime has. A scenario that was edited may have others: nobody knows what for."""
MEDIA_ENDED = "mediaEnded"
"""That the platform says that an agent is silent: no timer of any scenario."""
WEBHOOKS_MS = 55_000
"""A session outlives its call by less than a minute."""
LIST_MS = 15_000
"""So long it is waited for what a call list says."""


def may_be(what: str, *timers: str) -> bool:
    """Whether a timer that is over is one of these: nobody knows, if it is none of the runtime's."""
    return what in timers or not (what in OF_THE_RUNTIME or what == MEDIA_ENDED)
