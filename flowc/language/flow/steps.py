"""The steps of the language. Steps contain steps: `Named("steps")` is the shape of that name in `grammar.SHAPES`."""

from __future__ import annotations

from flowc.language import located
from flowc.language.flow import syntax
from flowc.language.flow.values import (
    AGENT_NAME,
    CHOSEN_VALUE,
    ENTRY,
    ENTRY_NAME,
    KEY,
    LANGUAGE_OR_PARAMETER,
    PROMPT_NAME,
    SUBJECT,
    TARGET_NAME,
    WEBHOOK_ASKED,
    WEBHOOK_TOLD,
)
from flowc.language.shapes import (
    ByForm,
    ByKey,
    Duration,
    Field,
    Integer,
    List,
    Named,
    Names,
    Record,
    Refused,
    Text,
    Word,
)
from flowc.suggest import write

STEP_WORDS = ("hang_up", "return_to_agent", "start_agent", "retry")
RINGBACK = "ringback"

_OUTCOMES = {
    "busy": "The line is busy.",
    "no_answer": "It rang for `ring`, or the network gave up.",
    "declined": "The call was rejected.",
    "unreachable": "Switched off, offline.",
    "invalid": "No such number; or the number's setting is missing or malformed.",
    "not_allowed": "Destination or caller ID blocked, no funds, a platform limit; or the caller ID is missing.",
    "not_accepted": "Nobody pressed the key of `accept`.",
    "machine": "An answering machine took the call, or what was taken for one.",
    "closed": "It was outside the target's `hours`: it was not rung.",
    "failed": "Everything else that can go wrong.",
}
FALLBACK = Record(
    "steps by outcome",
    (
        *(Field(outcome, Named("steps"), doc) for outcome, doc in _OUTCOMES.items()),
        Field(
            "otherwise",
            Named("steps"),
            "Every outcome that is not named.",
            left_out="every outcome that can occur has to be named",
        ),
        Field("cancelled", Named("steps"), "The caller pressed the key of `cancel`."),
        Field(
            "connected",
            Refused("FLOW302", "`connected` is no failure", "what follows a connected call stands under `afterwards`"),
            "A person has the caller on the line.",
        ),
    ),
    short="otherwise",
    make=located.Section,
    left_out="what `otherwise` says",
)
_NO_LIST = Refused(
    "FLOW103",
    "a list inside the list of targets has no meaning",
    "to ring them together, write `{together: [TARGET, TARGET]}`; else take out the inner brackets",
)
_BY = Field(
    "by",
    SUBJECT,
    "What decides: an `enum` or `boolean` parameter; `WEBHOOK.FIELD`, of what a webhook has answered; `data.NAME`, of "
    "what a call was started with; `call.from`, "
    "which of the `callers` it is; `call.to`, the number that was dialled; `call.language`; or `hours.NAME`, which are "
    "open or closed.",
    required=True,
)
ITEM = ByForm("a target, or a mapping of them", scalar=TARGET_NAME, sequence=_NO_LIST, mapping=Named("rung"))
CHOSEN_TARGETS = Record(
    "a choice among targets",
    (
        _BY,
        Field(
            "among",
            Names(
                "targets by value",
                CHOSEN_VALUE,
                ByForm(
                    "a target, a list of targets, or `{by: …, among: …}`",
                    scalar=TARGET_NAME,
                    sequence=List("a list of targets", ITEM, distinct=True, may_be_empty=True),
                    mapping=Named("rung"),
                ),
                at_least_one=True,
            ),
            "For every value a target, a list of targets or a further choice; `[]`: nobody is rung. "
            "`otherwise` is every value that is not named, `missing` what is not known on a way.",
            required=True,
        ),
    ),
    make=syntax.Choice,
)
ATTEMPTS = (
    Field(
        "attempts",
        Integer(2, 10, "times"),
        "At the most: again after `busy`, `no_answer`, `not_accepted`, `machine`, `unreachable` and `failed`.",
        default="1",
        broken=2,
    ),
    Field("pause", Duration("0s", "5m"), "Between two attempts; the caller goes on hearing `ringing`.", default="0s"),
)
REPEATED = Record(
    "a target with attempts",
    (Field("target", TARGET_NAME, "A target.", required=True), *ATTEMPTS),
    make=syntax.Repeated,
)
TOGETHER = Record(
    "targets that ring together",
    (
        Field(
            "together",
            List("a list of targets", TARGET_NAME, distinct=True),
            "2 to 10 targets that ring at once: the first to answer takes the call, the others are let go.",
            required=True,
        ),
        *ATTEMPTS,
    ),
    make=syntax.Together,
)
RUNG = ByKey(
    "targets that ring together, a target with attempts, or a choice among targets",
    (CHOSEN_TARGETS, REPEATED, TOGETHER),
    beside="`agent`, `ringing`, `within`, `stop_on`, `cancel`, `fallback` and `afterwards` stand beside it",
)
TARGETS = ByForm(
    "a target, a list of targets, or `{by: …, among: …}`",
    scalar=TARGET_NAME,
    sequence=List("a list of targets", ITEM, distinct=True),
    mapping=RUNG,
)
STOPS = Word(
    tuple(_OUTCOMES),
    (
        Field(
            "cancelled",
            Refused("FLOW104", "`cancelled` always ends a hunt", "take it out: what follows stands under `fallback`"),
            "The caller pressed the key of `cancel`.",
        ),
        Field(
            "connected",
            Refused("FLOW104", "`connected` always ends a hunt", "take it out: what follows stands under `afterwards`"),
            "A person has the caller on the line.",
        ),
    ),
)
BRANCH = Record(
    "a branch",
    (
        _BY,
        Field(
            "among",
            Names("steps by value", CHOSEN_VALUE, Named("steps"), at_least_one=True),
            "For every value the steps that follow, of which one may be a further branch. "
            "`otherwise` is every value that is not named, `missing` what is not known on a way.",
            required=True,
        ),
    ),
    make=syntax.Branch,
)
TALK_LIMIT = ByForm(
    "a duration, or `{limit: …, warning: PROMPT}`",
    scalar=Duration("1m", "24h"),
    mapping=Record(
        "a limit with a warning",
        (
            Field(
                "limit",
                Duration("1m", "24h"),
                "How long they may talk; with a warning `2m` at least.",
                required=True,
                broken=120_000,
            ),
            Field("warning", PROMPT_NAME, "A prompt that both hear a minute before the end."),
        ),
        make=syntax.TalkLimit,
    ),
)
CALL_LIMIT = ByForm(
    "a duration, or `{limit: …, warning: PROMPT}`",
    scalar=Duration("1m", "24h"),
    mapping=Record(
        "a limit of the call with a warning",
        (
            Field(
                "limit",
                Duration("1m", "24h"),
                "How long the call may last; with a warning `2m` at least.",
                required=True,
                broken=86_400_000,
            ),
            Field("warning", PROMPT_NAME, "A prompt that whoever talks with whom hears a minute before the end."),
        ),
        make=syntax.TalkLimit,
    ),
)
_STAYS = Field(
    "stays",
    Refused("FLOW104", "`stays` is called `waits` now", write("waits")),
    "The agent waits until somebody has answered.",
)
BRIEFING = Record(
    "`{limit: …}`",
    (
        Field(
            "limit",
            Duration("10s", "10m"),
            "How long it may take: then the outcome is `not_accepted`, and the hunt goes on. With `agent: introduces` "
            "`20s`: then the agent has left the caller and the person alone.",
            default="2m",
        ),
        Field(
            "silence",
            Duration("5s", "2m"),
            "It ends, with the same outcome, when neither the agent nor the person has spoken for so long, as far as "
            "the platform's voice detection hears.",
            default="30s",
        ),
        Field(
            "gone",
            PROMPT_NAME,
            "A prompt that the person hears when the caller hangs up meanwhile. Left out, the person is hung up on.",
        ),
    ),
    make=syntax.Briefing,
)
TRANSFER = Record(
    "a `transfer` step",
    (
        Field(
            "transfer",
            TARGETS,
            "Call somebody: a target, a list of targets that are rung one after the other, or a choice among targets, "
            "which may stand in the list, too.",
            required=True,
        ),
        Field(
            "agent",
            Word(("waits", "leaves", "briefs", "introduces"), (_STAYS,)),
            "`waits`: connected, unheard, until somebody has answered. `leaves`: disconnected before the first ring. "
            "`briefs`: as `waits`, and then it talks to the person alone before the caller is joined. `introduces`: it "
            "talks on with the caller, says a word to both when somebody has taken the call, and leaves.",
            default="waits",
        ),
        Field(
            "briefing",
            BRIEFING,
            "With `agent: briefs`: how the agent talks to the person alone. With `agent: introduces` only `limit`: how "
            "long it may stay with both.",
            left_out="for two minutes at the most, `introduces` for 20 seconds",
        ),
        Field(
            "ringing",
            ByForm(
                "`ringback`, the name of a prompt, or a list of prompts",
                scalar=Text("`ringback` or the name of a prompt", shortest=1),
                sequence=List("a list of prompts", PROMPT_NAME),
            ),
            "What the caller hears meanwhile: `ringback`, or prompts, each once. A sound file that is the last one "
            "repeats, a sentence is followed by ringback.",
            default=RINGBACK,
        ),
        Field(
            "within",
            Duration("5s", "30m"),
            "For all that it rings, pauses included: then nobody has taken the call, and nobody else is rung.",
            broken=1_800_000,
        ),
        Field(
            "stop_on",
            List("a list of outcomes", STOPS, distinct=True),
            "Outcomes of a target after which nobody else is rung.",
        ),
        Field(
            "cancel",
            KEY,
            "A key by which the caller stops the ringing, until somebody is on the line: outcome `cancelled`. Tell it "
            "in a prompt of `ringing`.",
        ),
        Field(
            "talk_limit",
            TALK_LIMIT,
            "How long caller and person may talk, from when they are joined. Then it is as if the person had hung up.",
            left_out="as long as the call lasts",
        ),
        Field(
            "recording",
            Word(("paused",)),
            "`paused`: what caller and person say is in no recording of the call. Where that cannot be paused nobody "
            "is rung: outcome `failed`.",
        ),
        Field(
            "fallback", FALLBACK, "Steps by outcome, when nobody took the call.", default="otherwise: return_to_agent"
        ),
        Field(
            "afterwards",
            Named("steps"),
            "Steps when the person hangs up and the caller is still there.",
            default="hang_up",
        ),
    ),
    make=syntax.Transfer,
)
MESSAGE = Record(
    "how a message is taken",
    (
        Field(
            "notify",
            WEBHOOK_TOLD,
            "The webhook that is told where the recording is, and how long; after the message, or when the caller has "
            "hung up.",
            required=True,
        ),
        Field(
            "otherwise",
            Named("steps"),
            "Steps when no message can be taken: the recording does not begin, or fails; the webhook has no address.",
            required=True,
        ),
        Field("limit", Duration("10s", "10m"), "How long the message may be.", default="2m"),
        Field("key", KEY, "The key by which the caller ends it.", default='"#"', attribute="ending"),
        Field(
            "quiet",
            Duration("2s", "30s"),
            "The message ends when the caller has said nothing for so long, and one in which nobody speaks is none. "
            "Left out, nobody listens for that.",
        ),
    ),
    short="notify",
    make=syntax.Message,
)
MENU = Record(
    "a `menu` step",
    (
        Field(
            "menu",
            PROMPT_NAME,
            "The caller hears a prompt, and chooses with a key, which counts while it is heard, too.",
            required=True,
        ),
        Field(
            "keys",
            Names("steps by key", KEY, Named("steps"), at_least_one=True),
            "For every key that can be chosen the steps that follow.",
            required=True,
        ),
        Field("within", Duration("2s", "30s"), "How long a key is waited for, from the prompt's end.", default="5s"),
        Field(
            "times",
            Integer(1, 5, "times"),
            "How often the prompt is heard at the most, if no key of `keys` comes.",
            default="2",
        ),
        Field("otherwise", Named("steps"), "Steps when no key of `keys` was pressed.", required=True),
    ),
    make=syntax.Menu,
)
STEP = ByKey(
    "a step",
    (
        Record(
            "a `say` step",
            (Field("say", PROMPT_NAME, "The platform speaks a prompt to the caller.", required=True),),
            make=syntax.Say,
        ),
        TRANSFER,
        BRANCH,
        Record(
            "a `return_to_agent` step",
            (
                Field(
                    "return_to_agent",
                    Record(
                        "`{say: PROMPT}` or `{otherwise: STEPS}`",
                        (
                            Field(
                                "say",
                                PROMPT_NAME,
                                "The sentence that the agent opens with.",
                                left_out="one of its own",
                            ),
                            Field(
                                "otherwise",
                                Named("steps"),
                                "Steps where there is no agent to return to: in what `unavailable` leads to.",
                            ),
                        ),
                        short="say",
                        make=syntax.Opening,
                        at_least_one=True,
                    ),
                    "Connect the caller to the agent again, which opens with this prompt; `otherwise` where there is "
                    "none.",
                    required=True,
                ),
            ),
            make=syntax.ReturnToAgent,
        ),
        Record(
            "a `take_message` step",
            (
                Field(
                    "take_message",
                    MESSAGE,
                    "A beep, then what the caller says is recorded; the next step follows when the message is over.",
                    required=True,
                ),
            ),
            make=syntax.TakeMessage,
        ),
        MENU,
        Record(
            "a `notify` step",
            (
                Field(
                    "notify",
                    WEBHOOK_TOLD,
                    "POST the call and its last outcome to a webhook, which has this name; go on at once.",
                    required=True,
                ),
            ),
            make=syntax.Notify,
        ),
        Record(
            "an `ask` step",
            (
                Field(
                    "ask",
                    WEBHOOK_ASKED,
                    "Ask a webhook that has an `answer`, and wait for it: the caller hears ringback.",
                    required=True,
                ),
                Field(
                    "otherwise",
                    Named("steps"),
                    "Steps when there is no answer, or none as declared.",
                    required=True,
                ),
                Field("within", Duration("500ms", "10s"), "How long its answer is waited for.", default="3s"),
            ),
            make=syntax.Ask,
        ),
        Record(
            "a `language` step",
            (
                Field(
                    "language",
                    LANGUAGE_OR_PARAMETER,
                    "The caller goes on in this language; of a parameter, in the one that it holds, if it is there.",
                    required=True,
                ),
            ),
            make=syntax.ChangeLanguage,
        ),
        Record(
            "a `recording` step",
            (
                Field(
                    "recording",
                    Word(("start", "stop")),
                    "`start`: from here on the call is recorded, as `call: {recording: …}` says. `stop`: it is not, "
                    "for good. Where the agent talks with the caller, it goes on talking.",
                    required=True,
                ),
            ),
            make=syntax.RecordCall,
        ),
        Record(
            "a `start_agent` step",
            (
                Field(
                    "start_agent",
                    AGENT_NAME,
                    "The caller is handed over to one of `agents`, which is told what has happened so far.",
                    required=True,
                ),
            ),
            make=syntax.StartAgent,
        ),
        Record(
            "a `reject` step",
            (
                Field(
                    "reject",
                    Word(("declined", "busy")),
                    "Refuse a call that nobody has answered, which costs nothing: the network hears that it is "
                    "declined, or busy. Only in `inbound`.",
                    required=True,
                ),
            ),
            make=syntax.Reject,
        ),
        Record(
            "a `reply` step",
            (
                Field(
                    "reply",
                    Names("names and texts", ENTRY_NAME, ENTRY, at_least_one=True),
                    "Hand data to the agent. Only in an action that leaves the conversation alone.",
                    required=True,
                ),
            ),
            make=syntax.Reply,
        ),
    ),
    words=STEP_WORDS,
    gives_way="recording",
)
STEP_WORD = Text("`hang_up`, `return_to_agent`, `start_agent`, `retry` or the name of a route", shortest=1)
STEPS = ByForm("a step or a list of steps", STEP_WORD, List("a list of steps", Named("step")), STEP)

STEP_KEYS = tuple(kind.fields[0].key for kind in STEP.kinds)
"""The steps that are mappings, by the key that tells which one it is."""
STEPS_WITH_A_WORD = tuple(
    kind.fields[0].key for kind in STEP.kinds if len(kind.required) == 1 and not isinstance(kind.fields[0].shape, Names)
)
"""Those whose value can be a single word."""
