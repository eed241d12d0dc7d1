// Transfers: ring the targets of a hunt one after the other, until somebody answers.

/**
 * A target, one that is rung several times, several that ring together, or a choice among items.
 * @typedef {{ attempts: number, pauseMs: number }} Repeated
 * @typedef {string | ({ target: string } & Repeated) | ({ together: string[] } & Repeated)} Rung
 * @typedef {Rung | { by: {}, among: Record<string, Item[]> }} Item
 * @typedef {{ transfer: Item[], agent?: "waits" | "leaves" | "briefs", briefingMs?: number, briefingSilenceMs?: number, gone?: string, ringing: "ringback" | string[],
 *   recording?: "paused", answered?: Step[], withinMs?: number, stop_on?: Outcome[], cancel?: string, talkLimitMs?: number,
 *   warning?: string, fallback: { [outcome in Outcome | "otherwise"]?: Step[] }, afterwards: Step[] }} Transfer
 * @typedef {"ringing" | "connected"} TransferPhase
 */

/**
 * A target that is called now: it rings, until somebody answers, takes the call, and has the caller on the line, or on hold.
 * `timer` is its own, of how long it rings; `holds`: the phone has the call on hold, with the caller or without; `hasRung`:
 * whether it has given a sign of ringing, if that is asked; `reason`: why the call is declined, if somebody has said so.
 * @typedef {{ target: string, leg: Call, timer: number, holds: boolean, hasRung?: boolean, code?: number, reason?: string,
 *   state: "ringing" | "answered" | "taken" | "joined" | "held" }} LiveAttempt
 */

/** @typedef {Setting | Setting[]} CallerId what is shown to a target, or several of which the next is shown if one is refused */

/**
 * How a target is called.
 * @typedef {object} Dialling
 * @property {boolean} isKnown whether its address is there, and well formed
 * @property {boolean} isDialled whether that is what the caller has dialled
 * @property {boolean} isCaller whether that is the caller
 * @property {(callerId: string) => Call} call
 */

/**
 * @template Target
 * @typedef {(target: Target) => Dialling} Dialler
 */

/**
 * What comes between the answer and the caller: whether it is a machine, keys that the person is asked for, and what is
 * said to the person alone.
 * @typedef {{ machine?: { unsure: "person" | "machine", model: string, withinMs: number, message?: string, beepMs?: number },
 *   accept?: { say: string, key: string, decline?: string, withinMs: number }, whisper?: string }} BeforeJoined
 */

/**
 * @typedef {Targets[keyof Targets]} Target
 * @typedef {{ [kind in keyof Targets]: Dialler<Targets[kind]> }} Diallers
 */

const MAX_ATTEMPTS = 49; // the platform allows 50 calls in a session, the caller's own included

/** @type {Record<number, Outcome>} */
const OUTCOME_OF_CODE = {
  402: "not_allowed",
  403: "not_allowed",
  404: "invalid",
  408: "no_answer",
  410: "invalid",
  480: "unreachable",
  484: "invalid",
  486: "busy",
  600: "busy",
  603: "declined",
};

/** What does not come about is one of these: the more hopeful for the caller, the earlier. @type {Outcome[]} */
const MOST_HOPEFUL_FIRST = ["declined", "not_accepted", "busy", "no_answer", "machine", "unreachable", "closed", "failed", "not_allowed", "invalid"];

/** Why nobody may be rung for this caller, or "". @type {(() => string)[]} */
const ON_ATTEMPT = [];
/** What items stand for, in the order in which it rings. @type {((items: Item[], index: number) => Item[])[]} */
const ON_HUNT = [];
/** Who rings now of those that an item names. @type {((names: string[]) => string[])[]} */
const ON_ROUND = [];
/** These are about to be rung: true if they have to wait. @type {((names: string[]) => boolean)[]} */
const BEFORE_ROUND = [];
/** A transfer begins. @type {((transfer: Transfer) => void)[]} */
const ON_TRANSFER = [];
/** It begins to ring: true if the caller hears something now. @type {((transfer: Transfer) => boolean)[]} */
const ON_RINGING = [];
/** A hunt begins. @type {((transfer: Transfer) => void)[]} */
const ON_HUNT_BEGUN = [];
/** Nobody is rung any more: somebody has taken the call, or nobody does. @type {(() => void)[]} */
const ON_HUNT_OVER = [];
/** Nobody takes the call of those who have rung: true if it is not the next one's turn. @type {(() => boolean)[]} */
const AFTER_ROUND = [];
/** What has become of an attempt. @type {((attempt: Attempt) => void)[]} */
const ON_ATTEMPT_FAILED = [];

/** A target is about to be rung: the outcome if it is not to be, and why. @type {((target: Target) => [Outcome, string] | null)[]} */
const BEFORE_RINGING = [];

/** Which of its caller IDs a target is shown, if it has several. @type {((name: string, callerId: CallerId) => CallerId)[]} */
const ON_CALLER_ID = [];
/** A target could not be called for its caller ID: true if it has been called with another. @type {((name: string) => boolean)[]} */
const ON_REFUSED = [];
/** A target has been called. @type {((name: string, leg: Call) => void)[]} */
const ON_DIALLED = [];
/** What became of a target, once more is known of it than the code says. @type {((found: Attempt, attempt: LiveAttempt) => Attempt)[]} */
const ON_SETTLED = [];
/** An attempt is over, or has come about. @type {((attempt: Attempt) => void)[]} */
const ON_TRIED = [];
/** Somebody has answered: true if there is more to come before the caller is joined. @type {((attempt: LiveAttempt) => boolean)[]} */
const ON_ANSWERED = [];
/** Somebody has taken the call. @type {(() => void)[]} */
const ON_TAKEN = [];
/** Somebody has taken the call: true if there is no caller to be joined, or the caller is not to be. @type {((attempt: LiveAttempt) => boolean)[]} */
const ON_JOIN = [];
/** Somebody is about to have the caller on the line. @type {(() => void)[]} */
const ON_JOINING = [];
/** Somebody has the caller on the line. @type {((attempt: LiveAttempt) => void)[]} */
const ON_JOINED = [];
/** A leg is ours no more: what was begun there ends. @type {((attempt: LiveAttempt) => void)[]} */
const ON_FORGOTTEN = [];
/** A conversation is over, after so many seconds, if that is known. @type {((seconds: number | undefined) => void)[]} */
const ON_TALK_OVER = [];
/** How long the caller has talked to the person, in seconds, where the leg does not know it. @type {(() => number)[]} */
const ON_TALKED = [];

const REFUSED = 403; // also of a caller ID

/** Two more phases: ringing, connected (to a person). */
function transferState() {
  return {
    /** The latest transfer. @type {Transfer | null} */
    transfer: null,
    /** @type {Rung[]} */
    hunt: [],
    turn: 0, // whose turn it is in the hunt
    /** The most hopeful outcome of the hunt so far, and the first target that had it. @type {Outcome | ""} */
    hopeful: "",
    hopefulTarget: "",
    /** Those that ring now, in the order in which they were called, or the one that has the caller. @type {LiveAttempt[]} */
    live: [],
    attempts: 0,
    /** All attempts since what began them: an action, or the loss of the agent. @type {Attempt[]} */
    tried: [],
  };
}

/** @param {Transfer} step @param {number} index */
function startTransfer(step, index) {
  logStep(S.way, index, "transfer");
  S.phase = "ringing";
  S.transfer = step;
  S.hunt = ON_HUNT.reduce((items, replace) => replace(items, index), step.transfer).filter(isRung);
  S.turn = 0;
  S.hopeful = "";
  S.hopefulTarget = "";
  ON_TRANSFER.forEach((begin) => begin(step));
  hearThatItRings();
  ON_HUNT_BEGUN.forEach((begin) => begin(step));
  dial();
  return false;
}

/** What the caller hears while it rings begins, or begins anew. */
function hearThatItRings() {
  const transfer = S.transfer;
  if (transfer !== null && !ON_RINGING.some((play) => play(transfer))) playRingback();
}

/** @param {Item} item @returns {item is Rung} */
function isRung(item) {
  return typeof item === "string" || !("by" in item);
}

/** The targets that an item rings at once. @param {Rung} item */
function namesOf(item) {
  return typeof item === "string" ? [item] : "together" in item ? item.together : [item.target];
}

/** Rings the next that can be rung; after the last one the fallback follows. */
function dial() {
  if (S.turn >= S.hunt.length) {
    notConnected();
    return;
  }
  const all = namesOf(S.hunt[S.turn]);
  if (BEFORE_ROUND.some((waits) => waits(all))) return;
  ON_ROUND.reduce((names, narrow) => narrow(names), all).forEach((name) => {
    const problem = ring(name, TARGETS[name]);
    if (problem !== "") attemptFailed({ target: name, outcome: problem });
  });
  if (S.live.length === 0) roundOver();
}

/** Nobody rings any more of those whose turn it was. */
function roundOver() {
  if (AFTER_ROUND.some((waits) => waits())) return;
  S.turn += 1;
  dial();
}

/** Rings a target, or says why that is not possible. @param {string} name @param {Target} target @returns {Outcome | ""} */
function ring(name, target) {
  for (const ask of BEFORE_RINGING) {
    const found = ask(target);
    if (found !== null) return cannotRing(name, found[0], found[1]);
  }
  if (S.attempts >= MAX_ATTEMPTS) return cannotRing(name, "not_allowed", "the platform allows no more calls in a session");
  S.attempts += 1; // also of a number that cannot be called: every way round ends here at last
  const forbidden = ON_ATTEMPT.reduce((reason, forbid) => reason || forbid(), "");
  if (forbidden !== "") return cannotRing(name, "invalid", forbidden);
  const dialling = diallingOf(target);
  if (dialling === null) return cannotRing(name, "failed", "this scenario cannot call a target of its kind");
  if (!dialling.isKnown) return cannotRing(name, "invalid", "its number is missing or malformed");
  if (dialling.isDialled) return cannotRing(name, "invalid", "its number is the one that was dialled");
  if (dialling.isCaller) return cannotRing(name, "busy", "its number is the caller's own");
  if (callerIdOf(name) === null) return cannotRing(name, "not_allowed", "its caller ID is missing or malformed");
  if (!place(name)) return cannotRing(name, "failed", "the platform did not take the call");
  logStep(S.way, S.turn, "ring", name, "attempt " + S.attempts);
  return "";
}

/** @param {Target} target */
function diallingOf(target) {
  const dialler = /** @type {Dialler<Target> | undefined} */ (entryFor(DIAL, target));
  return dialler === undefined ? null : dialler(target);
}

/** What a target is shown next: null if nothing can be, "" if the flow leaves that to the platform. @param {string} name */
function callerIdOf(name) {
  const target = TARGETS[name];
  if (target.caller_id === undefined) return "";
  const shown = ON_CALLER_ID.reduce((among, pick) => pick(name, among), /** @type {CallerId} */ (target.caller_id));
  const callerId = Array.isArray(shown) ? "" : valueOf(shown);
  return isCallerId(callerId) ? callerId : null;
}

/** @param {string} callerId */
function isCallerId(callerId) {
  return /^\S+$/.test(callerId);
}

/** Calls a target: true if the platform has taken the call, also with a further caller ID. @param {string} name */
function place(name) {
  const dialling = diallingOf(TARGETS[name]);
  const callerId = callerIdOf(name);
  if (dialling === null || callerId === null) return false;
  /** @type {Call[]} */
  const legs = [];
  safely("call " + name, () => {
    legs.push(dialling.call(callerId));
  });
  if (legs.length === 0) return ON_REFUSED.some((again) => again(name));
  if (safely("watch " + name, () => legs.forEach((leg) => watch(name, leg)))) return true;
  S.live.filter((each) => each.target === name).forEach(letGo); // nobody would know what becomes of it
  return false;
}

/** A target is called there: in its attempt under way, if it has been called before, or in a new one. @param {string} name @param {Call} leg */
function watch(name, leg) {
  const known = S.live.find((each) => each.target === name);
  if (known === undefined) {
    const timer = setTimeout(onRingTimeout.bind(null, name), TARGETS[name].ringMs);
    S.live.push({ target: name, leg: leg, timer: timer, holds: false, state: "ringing" });
  } else known.leg = leg;
  leg.addEventListener(CallEvents.Connected, onLegConnected);
  leg.addEventListener(CallEvents.Failed, onLegFailed);
  leg.addEventListener(CallEvents.Disconnected, onLegDisconnected);
  ON_DIALLED.forEach((also) => also(name, leg));
}

/** @param {string} name @param {Outcome} outcome @param {string} why */
function cannotRing(name, outcome, why) {
  logStep(S.way, S.turn, "cannot ring", name + ", " + why);
  return outcome;
}

/** @param {_ConnectedEvent} event */
function onLegConnected(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt === undefined) hangUp(event.call); // it answered after we had given it up
  else if (attempt.state === "ringing") answeredBy(attempt); // else it is said twice
}

/** It rings no more. Where nothing comes between, whoever answers has taken the call. @param {LiveAttempt} attempt */
function answeredBy(attempt) {
  clearTimeout(attempt.timer);
  attempt.state = "answered";
  if (ON_ANSWERED.some((begin) => begin(attempt))) return;
  takenBy(attempt);
  joinCaller(attempt);
}

/** This one has taken the call. @param {LiveAttempt} attempt */
function takenBy(attempt) {
  attempt.state = "taken";
  ON_TAKEN.forEach((note) => note());
}

/** The caller and the person hear each other. @param {LiveAttempt} attempt */
function joinCaller(attempt) {
  if (ON_JOIN.some((take) => take(attempt))) return;
  const { target, leg } = attempt;
  const caller = S.caller;
  if (caller === null) return;
  ON_JOINING.forEach((prepare) => prepare());
  if (!safely("bridge the caller to " + target, () => VoxEngine.sendMediaBetween(caller, leg))) {
    letGo(attempt);
    playRingback(); // what the caller heard may have been taken away
    settled(attempt, "failed");
    return;
  }
  attempt.state = "joined";
  ON_HEARD.forEach((note) => note(leg));
  ON_HUNT_OVER.forEach((finish) => finish());
  stopPlayer();
  S.phase = "connected";
  remember({ target: target, outcome: "connected" });
  S.result = { outcome: "connected", target: target, tried: S.tried.slice() };
  logStep(S.way, S.turn, "connected", target);
  ON_JOINED.forEach((follow) => follow(attempt));
}

/** Also fires after our own hangup: then the leg is no longer ours. @param {_FailedEvent} event */
function onLegFailed(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt === undefined) return;
  const isRefused = event.code === REFUSED && attempt.state === "ringing" && attempt.hasRung !== true;
  if (isRefused && ON_REFUSED.some((again) => again(attempt.target))) return;
  attempt.code = event.code;
  legGone(attempt, OUTCOME_OF_CODE[event.code] || "failed", undefined);
}

/** @param {_DisconnectedEvent} event */
function onLegDisconnected(event) {
  const attempt = S.live.find((each) => each.leg === event.call);
  if (attempt !== undefined) legGone(attempt, attempt.state === "ringing" ? "failed" : "declined", event.duration);
}

/**
 * Whichever of its two events says so: a leg that was never answered has failed, and a person who was there has gone, with
 * the caller or without.
 * @param {LiveAttempt} attempt
 * @param {Outcome} outcome
 * @param {number | undefined} talkSeconds
 */
function legGone(attempt, outcome, talkSeconds) {
  forgetAttempt(attempt);
  if (attempt.state !== "joined" && attempt.state !== "held") {
    settled(attempt, outcome);
    return;
  }
  log("the person has hung up");
  afterTalk(talkSeconds);
}

/** A conversation is over. @param {number | undefined} talkSeconds if the leg knows it */
function afterTalk(talkSeconds) {
  const transfer = S.transfer;
  if (transfer === null) return;
  const talked = ON_TALKED.reduce((_, measure) => measure(), talkSeconds);
  if (S.result !== null && typeof talked === "number") S.result.talk_seconds = Math.round(talked);
  ON_TALK_OVER.forEach((note) => note(talked));
  S.phase = "steps";
  run(transfer.afterwards, S.way + ": afterwards");
}

/** It has rung for as long as it may. @param {string} name */
function onRingTimeout(name) {
  const attempt = S.live.find((each) => each.target === name);
  if (attempt === undefined) return;
  letGo(attempt);
  settled(attempt, "no_answer", TARGETS[attempt.target].ringMs / 1000);
}

/** It is over. @param {LiveAttempt} attempt @param {Outcome} outcome @param {number} [rangSeconds] if it is known */
function settled(attempt, outcome, rangSeconds) {
  cameTo(attempt, outcome, rangSeconds);
  if (S.live.length === 0) roundOver();
}

/** What has become of a target that was rung. @param {LiveAttempt} attempt @param {Outcome} outcome @param {number} [rangSeconds] */
function cameTo(attempt, outcome, rangSeconds) {
  const rang = rangSeconds === undefined ? {} : { rang_seconds: rangSeconds };
  /** @type {Attempt} */
  const byCode = Object.assign({ target: attempt.target, outcome: outcome }, rang);
  const found = ON_SETTLED.reduce((known, judge) => judge(known, attempt), byCode);
  log(found.target + ": " + found.outcome + (attempt.code === undefined ? "" : ", code " + attempt.code));
  attemptFailed(found);
}

/** @param {Attempt} attempt */
function attemptFailed(attempt) {
  remember(attempt);
  ON_ATTEMPT_FAILED.forEach((note) => note(attempt));
  if (S.hopeful !== "" && MOST_HOPEFUL_FIRST.indexOf(attempt.outcome) >= MOST_HOPEFUL_FIRST.indexOf(S.hopeful)) return;
  S.hopeful = attempt.outcome;
  S.hopefulTarget = attempt.target;
}

/** Those behind the last that the platform allows were never made. @param {Attempt} attempt */
function remember(attempt) {
  ON_TRIED.forEach((forgetIt) => forgetIt(attempt));
  if (S.tried.length < MAX_ATTEMPTS) S.tried.push(attempt);
}

function notConnected() {
  const transfer = S.transfer;
  if (transfer === null) return;
  ON_HUNT_OVER.forEach((finish) => finish());
  const outcome = S.hopeful || "invalid"; // nobody was to be rung
  log(S.way + ": the outcome is " + outcome + ", of " + (S.hopefulTarget || "nobody"));
  S.result = { outcome: outcome, target: S.hopefulTarget || null, tried: S.tried.slice() };
  S.phase = "steps";
  const named = transfer.fallback[outcome];
  const steps = named || transfer.fallback.otherwise;
  if (steps === undefined) endCall(S.way + " has no fallback for " + outcome);
  else run(steps, S.way + ": fallback " + (named === undefined ? "otherwise" : outcome));
}

/** It is ours no more. @param {LiveAttempt} attempt */
function forgetAttempt(attempt) {
  clearTimeout(attempt.timer);
  S.live = S.live.filter((each) => each !== attempt);
  ON_UNHEARD.forEach((note) => note(attempt.leg));
  ON_FORGOTTEN.forEach((end) => end(attempt));
}

/** @param {LiveAttempt} attempt */
function letGo(attempt) {
  forgetAttempt(attempt);
  hangUp(attempt.leg);
}

function letEverybodyGo() {
  S.live.forEach(letGo);
}

ON_ENDED.push(letEverybodyGo);
