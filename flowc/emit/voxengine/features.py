"""The parts of the scenario's runtime: one file of `runtime/` each, and the flows that need it.

A part is a real source file that is copied as it is; its first line says what it is for. It meets the other parts in
three ways:
- A kind of the flow's tables (a step, a target, a setting) has a function and a type in the part that is for it. The
  row here names both. Of the rows of a flow's parts the scenario's tables of functions are made, and the types of what
  the flow's tables may say: the type checker finds what is missing.
- What changes during a call is in `S`, which is put together of what the parts' state functions return. These run
  before everything else: they name no constant. What has a name in `…Timer` is a timer, and stopped when the call ends.
- A part that may be absent is not named by those that are always there. They have lists, such as `ON_ENDED`, to which
  it adds its function: `ON_ENDED.push(stopPlayer)`. A part that names another one is needed only where that one is.

The order is that of the scenario: a list stands before those that add to it, and they are called in this order.

To add a part: the file, its row here, and a flow that uses it and little else in `tests/scenario/features/`. The tests
then take it by itself, together with every other part, and with all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from msgspec import Struct

from flowc.emit.voxengine.uses import Uses
from flowc.ir import (
    AnswerValue,
    Branch,
    CallingNumber,
    CallLanguage,
    ChangeLanguage,
    Data,
    DataValue,
    DialledNumber,
    GoTo,
    HoursState,
    Menu,
    Notify,
    ParameterValue,
    PstnTarget,
    QueueTarget,
    RecordCall,
    Reject,
    Reply,
    Say,
    Secret,
    SipTarget,
    StartAgent,
    Storage,
    Transfer,
    UserTarget,
    WhatsappTarget,
)

MOST_AT_ONCE = 10
"""Of calls that nobody has answered yet, as the platform allows."""


class Table(Struct, frozen=True):
    """A table of functions in the scenario, one a kind: the name of its type, and of the type of what each is for."""

    name: str
    types: str
    handlers: str
    use: str
    of_steps: bool = False  # what they are for are steps


STEPS = Table("STEPS", "Steps", "StepHandlers", "What carries out a step of the flow.", of_steps=True)
BACKGROUND = Table(
    "BACKGROUND",
    "BackgroundSteps",
    "BackgroundHandlers",
    "What carries out a step of an action that leaves the conversation alone.",
    of_steps=True,
)
ASIDE = Table(
    "ASIDE",
    "AsideSteps",
    "AsideHandlers",
    "What asks, in an action that leaves the conversation alone: what stands behind it comes later.",
    of_steps=True,
)
DIAL = Table("DIAL", "Targets", "Diallers", "How a target is called.")
SUBJECTS = Table("SUBJECTS", "Subjects", "SubjectReaders", "What a branch goes by.")
SETTINGS = Table("SETTINGS", "Settings", "SettingReaders", "Where the value of a setting comes from.")
TABLES = (STEPS, BACKGROUND, ASIDE, DIAL, SUBJECTS, SETTINGS)


class Kind(Struct, frozen=True):
    """A kind of the flow's tables: `name` as the flow's tables write it, the function that is for it, and its type."""

    table: Table
    name: str
    function: str
    type: str


def always(_: Uses) -> bool:
    return True


def has_an_agent(uses: Uses) -> bool:
    return uses.agent


class Feature(Struct, frozen=True, eq=False):
    """A file of the runtime, and the flows that need it: its state function, the type of its phases, its kinds.
    There is one of each, so they compare by identity.
    """

    file: str
    needs: Callable[[Uses], bool] = always
    state: str | None = None
    phases: str | None = None
    kinds: tuple[Kind, ...] = ()
    module: str | None = None  # of the platform


FEATURES = (
    Feature("platform.js"),
    Feature("first_reply.js", lambda uses: uses.agent or uses.speech),
    Feature("call.js", state="callState", phases="CallPhase"),
    Feature("settings.js", lambda uses: uses.agent or uses.transfers or uses.webhooks or uses.callers),
    Feature("settings_loaded.js", lambda uses: uses.agent or uses.report or Storage in uses.settings),
    Feature(
        "secrets.js",
        lambda uses: Secret in uses.settings,
        kinds=(Kind(SETTINGS, "secret", "secretValue", "SecretSetting"),),
    ),
    Feature(
        "data_number.js",
        lambda uses: Data in uses.settings,
        kinds=(Kind(SETTINGS, "data", "numberOfData", "DataSetting"),),
    ),
    Feature(
        "storage.js",
        lambda uses: Storage in uses.settings,
        state="storageState",
        kinds=(Kind(SETTINGS, "storage", "storedValue", "StorageSetting"),),
        module="ApplicationStorage",
    ),
    Feature("numbers.js", lambda uses: uses.numbers, state="numbersState"),
    Feature("country.js", lambda uses: uses.country),
    Feature("texts.js", lambda uses: uses.texts),
    Feature("named_texts.js", lambda uses: uses.named_texts),
    Feature("data_in_texts.js", lambda uses: uses.data_in_texts),
    Feature("hours.js", lambda uses: uses.hours),
    Feature("hours_in_texts.js", lambda uses: uses.hours_in_texts),
    Feature("spoken.js", lambda uses: uses.spoken),
    # What the caller hears.
    Feature("heard.js", lambda uses: uses.agent or uses.transfers or uses.plays),
    Feature("player.js", lambda uses: uses.plays, state="playerState"),
    Feature("speech.js", lambda uses: uses.speech, state="speechState"),
    Feature("cannot_say.js", lambda uses: uses.says_aside),
    Feature("ringback.js", lambda uses: uses.ringback, state="ringbackState"),
    Feature("sounds.js", lambda uses: uses.sounds, state="soundsState"),
    Feature("voice_list.js", lambda uses: uses.spoken and (uses.voice or uses.languages)),
    Feature("voice.js", lambda uses: uses.spoken and uses.voice),
    # In several languages.
    Feature("language_in_texts.js", lambda uses: uses.language_in_texts),
    Feature("voices.js", lambda uses: uses.languages and uses.spoken),
    Feature("speech_by_language.js", lambda uses: uses.languages and uses.speech),
    Feature("change_language.js", lambda uses: ChangeLanguage in uses.steps | uses.background),
    Feature("spoken_numbers.js", lambda uses: uses.spoken and uses.says_numbers),
    # What the agent asks for.
    Feature("values.js", lambda uses: uses.agent or uses.asks or uses.outbound),
    Feature("control.js", has_an_agent, state="controlState"),
    Feature("requests.js", has_an_agent),
    # Before what else an action may be.
    Feature("no_answer_briefing.js", lambda uses: uses.answers_within and uses.briefs),
    Feature("no_answer_introduction.js", lambda uses: uses.answers_within and uses.introduces),
    Feature("briefing_requests.js", lambda uses: uses.briefs),
    Feature("introduction_requests.js", lambda uses: uses.introduces),
    Feature("no_answer_warned.js", lambda uses: uses.answers_within and uses.call_warning),
    Feature("no_answer.js", lambda uses: uses.answers_within),
    Feature("at_work.js", lambda uses: uses.idle),
    Feature("own_actions.js", lambda uses: uses.agents),
    Feature("parameters.js", lambda uses: uses.parameters),
    Feature("request_parameters.js", lambda uses: uses.agent and uses.parameters),
    Feature("patterns.js", lambda uses: uses.patterns),
    Feature("phone_parameters.js", lambda uses: uses.phones),
    Feature("date_parameters.js", lambda uses: uses.dates),
    Feature("list_parameters.js", lambda uses: uses.lists),
    Feature("object_parameters.js", lambda uses: uses.objects),
    # What a branch goes by.
    Feature("subjects.js", lambda uses: bool(uses.subjects)),
    Feature(
        "by_parameter.js",
        lambda uses: ParameterValue in uses.subjects,
        kinds=(Kind(SUBJECTS, "parameter", "valueOfParameter", "ParameterSubject"),),
    ),
    Feature(
        "by_call.js",
        lambda uses: bool({CallingNumber, CallLanguage, DialledNumber} & uses.subjects),
        kinds=(Kind(SUBJECTS, "call", "ofTheCall", "CallSubject"),),
    ),
    Feature("by_number_dialled.js", lambda uses: DialledNumber in uses.subjects),
    Feature("by_language.js", lambda uses: CallLanguage in uses.subjects),
    Feature("by_caller.js", lambda uses: CallingNumber in uses.subjects),
    Feature("callers.js", lambda uses: uses.callers),
    Feature(
        "by_hours.js",
        lambda uses: HoursState in uses.subjects,
        kinds=(Kind(SUBJECTS, "hours", "stateOfHours", "HoursSubject"),),
    ),
    Feature(
        "background_ask.js",  # before what would carry out all steps at once
        lambda uses: uses.asks_aside,
        state="asidesState",
        kinds=(Kind(ASIDE, "ask", "askAside", "Ask"),),
    ),
    Feature("background.js", lambda uses: bool(uses.background)),
    Feature(
        "reply.js",
        lambda uses: Reply in uses.background,
        kinds=(Kind(BACKGROUND, "reply", "replyInBackground", "Reply"),),
    ),
    Feature("answers_alone.js", lambda uses: uses.answers_in_replies or uses.held_in_metadata),
    Feature("reply_answers.js", lambda uses: uses.answers_in_replies),
    Feature(
        "background_notify.js",
        lambda uses: Notify in uses.background,
        kinds=(Kind(BACKGROUND, "notify", "notifyInBackground", "Notify"),),
    ),
    Feature(
        "background_branch.js",
        lambda uses: Branch in uses.background and not uses.asks_aside,
        kinds=(Kind(BACKGROUND, "by", "branchInBackground", "Branch"),),
    ),
    Feature(
        "background_ask_branch.js",
        lambda uses: Branch in uses.background and uses.asks_aside,
        kinds=(Kind(BACKGROUND, "by", "branchInBackground", "Branch"),),
    ),
    Feature(
        "background_language.js",
        lambda uses: ChangeLanguage in uses.background,
        kinds=(Kind(BACKGROUND, "language", "changeLanguageInBackground", "ChangeLanguage"),),
    ),
    Feature(
        "background_recording.js",
        lambda uses: RecordCall in uses.background,
        kinds=(Kind(BACKGROUND, "recording", "recordInBackground", "RecordCall"),),
    ),
    # The agent. Another connector is a file with the functions of this one, and a row.
    Feature("cartesia.js", has_an_agent, module="Cartesia"),
    Feature("agent.js", has_an_agent, state="agentState"),
    Feature("one_agent.js", lambda uses: uses.agent and not uses.agents),
    Feature("agents.js", lambda uses: uses.agents, state="agentsState"),
    Feature(
        "player_before_agent.js",
        lambda uses: uses.agent and uses.plays,
    ),
    Feature("metadata.js", lambda uses: uses.metadata and not uses.answers_in_metadata),
    Feature("metadata_answers.js", lambda uses: uses.answers_in_metadata, state="metadataAnswersState"),
    Feature("metadata_held.js", lambda uses: uses.held_in_metadata),
    Feature("languages.js", lambda uses: uses.languages, state="languagesState"),
    Feature("languages_told.js", lambda uses: uses.agent and uses.languages),
    Feature("last_words.js", has_an_agent, state="lastWordsState"),
    Feature("callers_keys.js", lambda uses: uses.listens, state="callersKeysState"),
    Feature(
        "voice_detection.js",
        lambda uses: uses.quiet or uses.idle or uses.briefing_silence,
        state="voiceDetectionState",
        module="Silero",
    ),
    Feature("idle.js", lambda uses: uses.idle, state="idleState"),  # has a look at keys before they are the agent's
    Feature("own_keys.js", lambda uses: uses.keys, state="ownKeysState"),  # not told to the agent
    Feature("keys.js", has_an_agent, state="keysState"),
    Feature("cancel.js", lambda uses: uses.cancels),
    # The steps.
    Feature("steps.js", state="stepsState"),
    Feature("run.js", lambda uses: uses.agent or uses.transfers or Menu in uses.steps),
    Feature("agent_at_once.js", lambda uses: not uses.inbound),
    Feature("inbound.js", lambda uses: uses.inbound),
    Feature(
        "inbound_settings.js",
        lambda uses: uses.inbound and Storage in uses.settings,
        state="inboundSettingsState",
    ),
    Feature("record_always.js", lambda uses: uses.records_always),
    Feature(
        "start_agent.js",
        lambda uses: StartAgent in uses.steps and not uses.agents,
        kinds=(Kind(STEPS, "start_agent", "goToAgent", "StartAgent"),),
    ),
    Feature("greeting.js", lambda uses: (uses.greets or uses.connects_meanwhile) and not uses.agents),
    Feature(
        "reject.js",
        lambda uses: Reject in uses.steps,
        state="rejectState",
        kinds=(Kind(STEPS, "reject", "rejectCaller", "Reject"),),
    ),
    Feature("hang_up.js", kinds=(Kind(STEPS, "hang_up", "hangUpCaller", "HangUp"),)),
    Feature("routes.js", lambda uses: GoTo in uses.steps, kinds=(Kind(STEPS, "route", "goToRoute", "GoTo"),)),
    Feature("branch.js", lambda uses: Branch in uses.steps, kinds=(Kind(STEPS, "by", "takeArm", "Branch"),)),
    Feature("say.js", lambda uses: Say in uses.steps, kinds=(Kind(STEPS, "say", "sayPrompt", "Say"),)),
    Feature("choices_made.js", lambda uses: uses.tells_choices, state="choicesMadeState"),  # before keys are the menu's
    Feature(
        "menu.js",
        lambda uses: Menu in uses.steps,
        state="menuState",
        kinds=(Kind(STEPS, "menu", "askForChoice", "Menu"),),
    ),
    Feature(
        "language.js",
        lambda uses: ChangeLanguage in uses.steps,
        kinds=(Kind(STEPS, "language", "changeLanguage", "ChangeLanguage"),),
    ),
    Feature("record_step.js", lambda uses: RecordCall in uses.steps | uses.background),
    Feature(
        "record_in_turn.js",
        lambda uses: RecordCall in uses.steps,
        kinds=(Kind(STEPS, "recording", "recordInTurn", "RecordCall"),),
    ),
    Feature("webhooks.js", lambda uses: uses.webhooks, state="webhooksState"),
    Feature("tell_webhook.js", lambda uses: uses.notifies or uses.report or uses.recording),
    Feature("webhook_content.js", lambda uses: uses.tells_steps and not uses.tells_more),
    Feature("webhook_content_more.js", lambda uses: uses.tells_steps and uses.tells_more),
    Feature("webhook_choices.js", lambda uses: uses.tells_steps and uses.tells_choices),
    Feature("webhook_key.js", lambda uses: uses.tells_steps and uses.keys),
    Feature("webhook_data.js", lambda uses: uses.tells_steps and uses.data),
    Feature("webhook_requests.js", lambda uses: uses.notifies),
    Feature("webhook_settings.js", lambda uses: uses.skew or uses.first_notify or uses.report),
    Feature("webhook_headers.js", lambda uses: uses.webhook_headers),
    Feature("webhook_signature.js", lambda uses: uses.webhook_signature),
    Feature("notify.js", lambda uses: Notify in uses.steps, kinds=(Kind(STEPS, "notify", "notifyWebhook", "Notify"),)),
    Feature("questions.js", lambda uses: uses.questions, state="questionsState"),
    Feature("questions_of_both.js", lambda uses: uses.asks and uses.asks_aside),
    Feature(
        "ask.js",
        lambda uses: uses.asks,
        state="askState",
        kinds=(Kind(STEPS, "ask", "askWebhook", "Ask"),),
    ),
    Feature("answers_anew.js", lambda uses: uses.agent and uses.asks),
    Feature("answers_in_texts.js", lambda uses: uses.answers_in_texts),
    Feature(
        "by_answer.js",
        lambda uses: AnswerValue in uses.subjects,
        kinds=(Kind(SUBJECTS, "answer", "valueOfAnswer", "AnswerSubject"),),
    ),
    Feature(
        "by_data.js",
        lambda uses: DataValue in uses.subjects,
        kinds=(Kind(SUBJECTS, "data", "valueOfData", "DataSubject"),),
    ),
    Feature(
        "recorder.js",
        lambda uses: uses.takes_messages or (uses.recording and not uses.stereo),
        module="Recorder",
    ),
    Feature("recorder_stops.js", lambda uses: uses.recorder),
    Feature("recording_length.js", lambda uses: uses.recording, state="recordingLengthState"),
    Feature(
        "record_call.js",
        lambda uses: uses.recording and not uses.stereo,
        state="recordCallState",
        module="Conference",
    ),
    Feature("record_stereo.js", lambda uses: uses.stereo, state="recordCallState"),
    Feature("recorded.js", lambda uses: uses.recording),
    Feature("message_length.js", lambda uses: uses.takes_messages, state="messageLengthState"),
    Feature(
        "take_message.js",
        lambda uses: uses.takes_messages,
        state="takeMessageState",
        kinds=(Kind(STEPS, "take_message", "takeMessage", "TakeMessage"),),
    ),
    Feature("quiet.js", lambda uses: uses.quiet, state="quietState"),
    Feature("first_notify.js", lambda uses: uses.first_notify, state="firstNotifyState"),
    Feature("first_ask.js", lambda uses: uses.asks_first),  # when what it tells before that has been told
    Feature("skew.js", lambda uses: uses.skew, state="skewState"),
    Feature(
        "outcome.js",
        lambda uses: Transfer in uses.steps or uses.returns or uses.notifies or uses.questions,
        state="outcomeState",
    ),
    Feature(
        "return_to_agent.js",
        lambda uses: uses.returns,
        state="returnToAgentState",
        kinds=(Kind(STEPS, "return_to_agent", "returnToAgent", "ReturnToAgent"),),
    ),
    # Before the outcome of what another agent was to be told, which has its own.
    Feature("cancelled_by.js", lambda uses: uses.introduces),
    Feature("cancelled_by_key.js", lambda uses: uses.cancel_key and uses.returns and not uses.introduces),
    Feature("start_after_transfer.js", lambda uses: uses.starts_after_transfer),
    Feature(
        "hand_over.js",
        lambda uses: uses.agents,
        kinds=(Kind(STEPS, "start_agent", "goToAgent", "StartAgent"),),
    ),
    Feature("returned_key.js", lambda uses: uses.keys and uses.returns),
    Feature("led_by_action.js", lambda uses: uses.no_agent and not uses.keys),
    Feature("led_by_key.js", lambda uses: uses.no_agent and uses.keys),
    Feature(
        "several_otherwise.js",
        lambda uses: uses.several_otherwise,
        kinds=(Kind(STEPS, "instead", "goOnInstead", "Instead"),),
    ),
    Feature("no_agent.js", lambda uses: uses.no_agent and not uses.agents),
    Feature("former_agent.js", lambda uses: uses.no_agent and uses.agents),
    Feature("opening_words.js", lambda uses: uses.opening_words and not uses.languages),
    Feature(
        "returned_language.js",
        lambda uses: uses.languages and uses.returns,
    ),
    Feature("opening_words_by_language.js", lambda uses: uses.opening_words and uses.languages),
    Feature(
        "transfer.js",
        lambda uses: Transfer in uses.steps,
        state="transferState",
        phases="TransferPhase",
        kinds=(Kind(STEPS, "transfer", "startTransfer", "Transfer"),),
    ),
    Feature(
        "queue.js",
        lambda uses: QueueTarget in uses.targets,
        state="queueState",
        kinds=(Kind(DIAL, "queue", "dialQueue", "QueueTarget"),),
        module="SmartQueue",
    ),
    Feature("announce.js", lambda uses: uses.announces, state="announceState"),  # is cut off before others are rung
    Feature("place_in_queue.js", lambda uses: uses.place_in_texts, state="placeState"),
    Feature("transfer_from_agent.js", lambda uses: uses.agent and Transfer in uses.steps),
    Feature("others_keys.js", lambda uses: uses.gives_keys_back or uses.early_keys, state="othersKeysState"),
    Feature("keys_given_back.js", lambda uses: uses.gives_keys_back),
    Feature("outbound_together.js", lambda uses: uses.calls_together),  # before whoever takes it is the caller
    Feature("outbound_keys.js", lambda uses: uses.early_keys),  # before whoever takes it is the caller
    Feature("outbound.js", lambda uses: uses.outbound, state="outboundState"),
    Feature("outbound_agent.js", lambda uses: uses.outbound and uses.agent),
    Feature("outbound_numbers.js", lambda uses: uses.outbound and not uses.calls_phones),
    Feature("outbound_names.js", lambda uses: uses.calls_phones),
    Feature("outbound_parties.js", lambda uses: uses.outbound),
    Feature("outbound_phone.js", lambda uses: uses.calls_phones),
    Feature("outbound_told.js", lambda uses: uses.data and uses.agent),
    Feature(
        "call_list.js",
        lambda uses: uses.retries,
        state="callListState",
        kinds=(Kind(STEPS, "retry", "askForAnotherAttempt", "Retry"),),
    ),
    Feature("call_list_alone.js", lambda uses: uses.retries and not uses.webhooks),
    Feature("call_list_with_webhooks.js", lambda uses: uses.retries and uses.webhooks),
    Feature("choices.js", lambda uses: uses.choices),
    Feature("refer.js", lambda uses: uses.refer, state="referState", phases="ReferPhase"),
    Feature("together.js", lambda uses: uses.most_together > 1),
    Feature("together_taken.js", lambda uses: uses.met_together),
    Feature("room.js", lambda uses: 2 * uses.most_together > MOST_AT_ONCE, state="roomState"),
    Feature("stop_on.js", lambda uses: uses.stop_on, state="stopOnState"),
    Feature("attempts.js", lambda uses: uses.attempts, state="attemptsState"),
    Feature("taken_once.js", lambda uses: uses.group_again and uses.met_together),
    Feature("within.js", lambda uses: uses.within, state="withinState"),
    # This has the last word on the outcome.
    Feature("cancelled.js", lambda uses: uses.cancel_key or uses.introduces, state="cancelledState"),
    Feature("cancel_key.js", lambda uses: uses.cancel_key),
    Feature("caller_ids.js", lambda uses: uses.caller_ids, state="callerIdsState"),
    Feature("hours_of_targets.js", lambda uses: uses.hours_of_targets),
    Feature("ringing_prompt.js", lambda uses: uses.ringing_prompts, state="ringingPromptState"),
    Feature("same_number.js", lambda uses: bool(uses.targets & {PstnTarget, WhatsappTarget})),
    Feature("pstn.js", lambda uses: PstnTarget in uses.targets, kinds=(Kind(DIAL, "pstn", "dialPstn", "PstnTarget"),)),
    Feature(
        "sip.js",
        lambda uses: SipTarget in uses.targets,
        state="sipState",
        kinds=(Kind(DIAL, "sip", "dialSip", "SipTarget"),),
    ),
    Feature("sip_headers.js", lambda uses: uses.sip_headers),
    Feature("outbound_headers.js", lambda uses: uses.names_in_headers),
    Feature("sip_account.js", lambda uses: uses.sip_account),
    Feature("pause_recording.js", lambda uses: uses.pauses_recording, state="pauseRecordingState"),
    Feature("sip_ringing.js", lambda uses: SipTarget in uses.targets),
    Feature(
        "callers_number.js",
        lambda uses: uses.callers_number,
        state="callersNumberState",
        kinds=(Kind(SETTINGS, "caller", "callersNumber", "CallersNumber"),),
    ),
    Feature("passed_on.js", lambda uses: uses.passed_on),
    Feature("user.js", lambda uses: UserTarget in uses.targets, kinds=(Kind(DIAL, "user", "dialUser", "UserTarget"),)),
    Feature("user_push.js", lambda uses: uses.push, module="PushService"),
    Feature(
        "whatsapp.js",
        lambda uses: WhatsappTarget in uses.targets,
        kinds=(Kind(DIAL, "whatsapp", "dialWhatsapp", "WhatsappTarget"),),
    ),
    Feature("hold.js", lambda uses: uses.hold),
    Feature("sip_hold.js", lambda uses: SipTarget in uses.targets),
    Feature("user_hold.js", lambda uses: UserTarget in uses.targets),
    Feature(
        "talked.js",
        lambda uses: uses.met_first or uses.talk_limit or (uses.report and uses.transfers),
        state="talkedState",
    ),
    Feature("talk_limit.js", lambda uses: uses.talk_limit, state="talkLimitState"),
    Feature("warning.js", lambda uses: uses.warning, state="warningState"),
    Feature("warning_on_hold.js", lambda uses: uses.warning and uses.hold),
    Feature("warning_by_language.js", lambda uses: uses.warning and uses.languages),
    Feature("talk_warning.js", lambda uses: uses.talk_warning),
    Feature("call_warning.js", lambda uses: uses.call_warning, state="callWarningState"),
    Feature("call_warning_alone.js", lambda uses: uses.call_warning and uses.agent, phases="WarnedPhase"),
    Feature("call_warning_of_both.js", lambda uses: uses.call_warning and uses.transfers),
    Feature("warning_in_a_pause.js", lambda uses: uses.call_warning and uses.pauses_recording),
    # What comes between the answer and the caller, in this order.
    Feature("persons.js", lambda uses: uses.met_first, state="personsState"),
    Feature("digits.js", lambda uses: uses.digits),
    Feature("filled_digits.js", lambda uses: uses.filled_digits),
    Feature("told_alone.js", lambda uses: uses.told_alone),
    Feature("machine.js", lambda uses: uses.machine),
    Feature("machine_message.js", lambda uses: uses.message, state="messagesState"),
    Feature("outbound_messages.js", lambda uses: uses.names_to_machines),
    Feature("message_once.js", lambda uses: uses.message and uses.attempts, state="messageOnceState"),
    Feature("accept.js", lambda uses: uses.accept),
    Feature("whisper.js", lambda uses: uses.whisper),
    Feature("briefing.js", lambda uses: uses.briefs, state="briefingState"),
    Feature("briefing_language.js", lambda uses: uses.briefs and uses.languages),
    Feature("briefing_silence.js", lambda uses: uses.briefing_silence, state="briefingSilenceState"),
    Feature(
        "introduction.js",
        lambda uses: uses.introduces,
        state="introductionState",
        kinds=(Kind(STEPS, "transfer", "startTransfer", "Introduction"),),
        module="Conference",
    ),
    # When the call is over, after what else is told then.
    Feature("report.js", lambda uses: uses.report, state="reportState"),
    Feature("told_at_last.js", lambda uses: uses.recorder and not uses.report),
    Feature("message_at_last.js", lambda uses: uses.takes_messages and not uses.report),
    Feature("recording_at_last.js", lambda uses: uses.recording and not uses.report),
    Feature("report_attempts.js", lambda uses: uses.report and uses.transfers, state="reportAttemptsState"),
    Feature("report_attempts_anew.js", lambda uses: uses.report and uses.transfers and uses.agent),
    Feature("report_key.js", lambda uses: uses.report and uses.transfers and uses.keys),
    Feature("outbound_report.js", lambda uses: uses.report and uses.outbound),
    Feature("report_data.js", lambda uses: uses.report and uses.data),
    Feature("report_choices.js", lambda uses: uses.report and uses.tells_choices),
    Feature("report_messages.js", lambda uses: uses.report and uses.takes_messages, state="reportMessagesState"),
    Feature("report_recording.js", lambda uses: uses.report and uses.recording),
    Feature("report_language.js", lambda uses: uses.report and uses.languages),
    # Whoever is told then is let go of behind that.
    Feature("briefing_gone.js", lambda uses: uses.tells_gone),
    Feature("briefing_gone_by_language.js", lambda uses: uses.tells_gone and uses.languages),
)


@cache
def features(uses: Uses) -> tuple[Feature, ...]:
    """What the scenario of a flow is made of; the same for all flows that use the same."""
    return tuple(feature for feature in FEATURES if feature.needs(uses))
