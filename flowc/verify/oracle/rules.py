"""The rules of the language, by what they are about: the oracle asks them what follows."""

from __future__ import annotations

from flowc.verify.oracle.agents import Agents
from flowc.verify.oracle.asking import Requests
from flowc.verify.oracle.briefing import Briefings
from flowc.verify.oracle.call_recording import CallRecordings
from flowc.verify.oracle.conversation import Conversation
from flowc.verify.oracle.hearing import Hearing
from flowc.verify.oracle.hunts import Hunts
from flowc.verify.oracle.idle import Silence
from flowc.verify.oracle.keys import Keys
from flowc.verify.oracle.limits import Limits
from flowc.verify.oracle.opening import Openings
from flowc.verify.oracle.reading import Reading
from flowc.verify.oracle.recording import Recordings
from flowc.verify.oracle.replies import Replies
from flowc.verify.oracle.speech import PlatformSpeech
from flowc.verify.oracle.steps import Following
from flowc.verify.oracle.webhook_answers import WebhookAnswers


class Rules:
    """Of one flow."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.steps = Following(self.reading)
        self.limits = Limits(self.reading)
        self.hunts = Hunts(self.reading, self.steps, self.limits)
        self.conversation = Conversation(self.reading, self.steps, self.limits)
        self.replies = Replies(self.reading, self.steps)
        self.agents = Agents(self.reading, self.steps, self.limits)
        self.briefings = Briefings(self.steps, self.limits, self.hunts, self.agents)
        self.requests = Requests(self.reading, self.steps, self.replies, self.agents)
        self.recordings = Recordings(self.reading, self.steps, self.limits)
        self.call_recordings = CallRecordings(self.steps, self.limits)
        self.silence = Silence(self.reading, self.steps, self.limits)
        self.hearing = Hearing(self.reading)
        self.webhook_answers = WebhookAnswers(self.reading, self.steps, self.replies)
        self.openings = Openings(self.reading, self.steps, self.agents)
        self.speech = PlatformSpeech(self.reading, self.steps, self.call_recordings)
        self.keys = Keys(self.reading, self.steps, self.conversation)
