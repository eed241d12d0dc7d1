// The step that takes a message: after a beep, what the caller says is recorded until a key, the limit, or the end of
// the call. The webhook is told when the recording is complete: only then does the next step follow, or the session end.

/**
 * @typedef {{ take_message: string, limitMs: number, key: string, quietMs?: number, otherwise: Step[] }} TakeMessage
 * @typedef {"" | "beeps" | "records" | "stopping" | "stops"} MessagePart which is `stopping` while the platform is asked to stop
 */

/** A webhook is told of a message. @type {((message: { url: string, seconds: number }) => void)[]} */
const ON_MESSAGE_TOLD = [];
/** A message that is taken has come to another part, or is over. @type {(() => void)[]} */
const ON_MESSAGE_PART = [];
/** Whether what is recorded is none, however long it is. @type {(() => boolean)[]} */
const NO_MESSAGE = [];
/** There is no message any more that is being taken. @type {(() => void)[]} */
const ON_MESSAGE_OVER = [];

const BEEP = "1000@-16;0.5(0.4/0.1/1)";
const BEEP_ENDS_MS = 2000; // a beep that does not end is over
const SHORTEST_MESSAGE_MS = 1000;

function takeMessageState() {
  return {
    /** What a message is taken by, and for: until that is told or given up. @type {TakeMessage | null} */
    message: null,
    /** @type {MessagePart} */
    messagePart: "",
    /** What the caller is sent to. @type {Recorder | null} */
    recorder: null,
    isMessageComplete: false,
    /** Where the recording is; "" until the platform has said so. */
    messageUrl: "",
    messageSeconds: 0,
    recorderTimer: 0,
    shortMessageTimer: 0,
    messageTimer: 0,
  };
}

/** @param {TakeMessage} step @param {number} index */
function takeMessage(step, index) {
  S.phase = "steps";
  S.message = step;
  const why = addressOfWebhook(step.take_message) === "" ? NO_ADDRESS : startRecorder();
  if (why !== "") {
    takeNoMessage(why);
    return true;
  }
  logStep(S.way, index, "take_message", step.take_message);
  setMessagePart("beeps");
  beep();
  return false;
}

/** @param {MessagePart} part */
function setMessagePart(part) {
  S.messagePart = part;
  ON_MESSAGE_PART.forEach((follow) => follow());
}

/** It hears the caller before the beep is over: nothing that is said then is lost. */
function startRecorder() {
  const caller = S.caller;
  const started = safely("record the caller", () => {
    const recorder = VoxEngine.createRecorder({ secure: true });
    S.recorder = recorder;
    recorder.addEventListener(RecorderEvents.Started, onRecorderStarted);
    recorder.addEventListener(RecorderEvents.Stopped, onRecorderStopped);
    recorder.addEventListener(RecorderEvents.RecorderError, onRecorderFailed);
    if (caller !== null) caller.sendMediaTo(recorder);
    startTimer("recorderTimer", RECORDER_STARTS_MS, onRecorderLate);
  });
  return started ? "" : "the platform does not record";
}

/** Somebody who waits in vain for a beep speaks all the same. */
function beep() {
  const caller = S.caller;
  stopPlayer();
  const beeps = safely("beep", () => {
    const player = VoxEngine.createToneScriptPlayer(BEEP);
    S.player = player;
    player.addEventListener(PlayerEvents.PlaybackFinished, onBeeped);
    player.addEventListener(PlayerEvents.Error, onBeeped);
    startTimer("playerTimer", BEEP_ENDS_MS, beginMessage);
    if (caller !== null) player.sendMediaTo(caller);
    ON_HEARD.forEach((note) => note(player));
  });
  if (!beeps) beginMessage();
}

/** @param {{ player: Player }} event */
function onBeeped(event) {
  if (event.player === S.player) beginMessage();
}

function beginMessage() {
  const { limitMs } = /** @type {TakeMessage} */ (S.message);
  stopPlayer();
  setMessagePart("records");
  noteMessageBegun();
  startTimer("shortMessageTimer", SHORTEST_MESSAGE_MS, onLongEnough);
  startTimer("messageTimer", limitMs, onMessageLimit);
}

/** @param {{ recorder: Recorder, url: string }} event */
function onRecorderStarted(event) {
  if (event.recorder !== S.recorder) return;
  S.messageUrl = event.url;
  if (!/^stop/.test(S.messagePart)) stopTimer("recorderTimer");
  else if (S.isMessageComplete) messageIsComplete();
}

/** From here on it is a message. */
function onLongEnough() {
  S.shortMessageTimer = 0;
}

function onMessageLimit() {
  S.messageTimer = 0;
  log("the message is as long as it may be");
  endMessage();
}

/** Keys during the beep are none: the caller may still be pressing one for what came before. @param {_ToneReceivedEvent} event */
function endMessageByKey(event) {
  if (S.messagePart !== "records" || S.message === null || event.tone !== S.message.key) return false;
  log("the caller has ended the message");
  endMessage();
  return true;
}

function endMessage() {
  stopMessage();
  if (S.messagePart === "") nextStep();
  else if (isMessageSettled()) messageIsComplete();
}

/** What is too short is dropped, and what is none; else the recording is to be complete before anybody is told of it. */
function stopMessage() {
  const why = whyNoMessage();
  S.messageSeconds = lengthOfMessage();
  if (why !== "") {
    const { take_message: webhook } = /** @type {TakeMessage} */ (S.message);
    logStep(S.way, S.position - 1, "no message", webhook, why);
    forgetMessage();
    return;
  }
  stopTimer("messageTimer");
  startTimer("recorderTimer", RECORDER_STOPS_MS, onRecorderLate);
  setMessagePart("stopping");
  if (!S.isMessageComplete) stopRecorder(S.recorder);
  S.messagePart = "stops";
}

/** Why what is recorded so far is none, or "". */
function whyNoMessage() {
  if (S.shortMessageTimer !== 0) return "it is shorter than a second";
  return NO_MESSAGE.some((isNone) => isNone()) ? "nobody has spoken" : "";
}

/** Nothing more is waited for: all of it is recorded, and it is known where; or it has failed. */
function isMessageSettled() {
  return S.recorder === null || (S.isMessageComplete && S.messageUrl !== "");
}

/** Whatever becomes of it, nothing more of the caller is heard by it. @param {Recorder | null} recorder */
function stopRecorder(recorder) {
  const caller = S.caller;
  if (recorder === null) return;
  if (caller !== null) safely("record the caller no more", () => caller.stopMediaTo(recorder));
  safely("stop the recorder", () => recorder.stop());
}

/**
 * The recording is complete; or the platform has ended it by itself. It may say so before it has done what it was asked, and
 * before it says where the recording is.
 * @param {{ recorder: Recorder }} event
 */
function onRecorderStopped(event) {
  if (event.recorder !== S.recorder) return;
  S.isMessageComplete = true;
  if (S.messagePart === "beeps") messageFails("the recording has ended before the message");
  else if (S.messagePart === "records") endsByItself();
  else if (S.messagePart === "stops" && isMessageSettled()) messageIsComplete();
}

/** Nobody has left a message whom the platform has not let speak. */
function endsByItself() {
  log("the recording has ended by itself");
  if (whyNoMessage() === "") endMessage();
  else messageFails("the recording has ended before there was a message");
}

/** @param {{ recorder: Recorder }} event */
function onRecorderFailed(event) {
  if (event.recorder !== S.recorder) return;
  S.recorder = null;
  S.messageUrl = "";
  if (S.messagePart !== "stopping") messageFails("the recording has failed");
}

/** It has not begun in time; or nobody says that it is complete. */
function onRecorderLate() {
  S.recorderTimer = 0;
  if (S.messagePart === "stops") messageIsComplete();
  else messageFails("the recording has not begun");
}

function messageIsComplete() {
  tellOfMessage();
  goOnAfterMessage();
}

/** The webhook is told where the message is, if anybody knows. */
function tellOfMessage() {
  const { take_message: webhook } = /** @type {TakeMessage} */ (S.message);
  const message = { url: S.messageUrl, seconds: S.messageSeconds };
  if (message.url === "") {
    takeNoMessage("nobody knows where the recording is");
    return;
  }
  const why = notify(webhook, S.request, { message: message });
  if (why === "") {
    logStep(S.way, S.position - 1, "message", webhook, message.seconds + " s");
    ON_MESSAGE_TOLD.forEach((note) => note(message));
  } else log(webhook + " is not told of the message: " + why);
  forgetMessage();
}

/** @param {string} why */
function messageFails(why) {
  takeNoMessage(why);
  goOnAfterMessage();
}

/** @param {string} why */
function takeNoMessage(why) {
  const step = /** @type {TakeMessage} */ (S.message);
  logStep(S.way, S.position - 1, "cannot take_message", step.take_message + ", " + why);
  lineUp(step.otherwise, S.way + ": otherwise");
  forgetMessage();
}

/** A recorder that is not needed any more is stopped, and whatever it says then is nothing. */
function forgetMessage() {
  stopTimer("recorderTimer");
  stopTimer("shortMessageTimer");
  stopTimer("messageTimer");
  const recorder = S.messagePart === "stops" || S.isMessageComplete ? null : S.recorder;
  S.message = null;
  setMessagePart("");
  S.recorder = null;
  S.isMessageComplete = false;
  S.messageUrl = "";
  stopRecorder(recorder);
  ON_MESSAGE_OVER.forEach((follow) => follow());
}

/** Where the call is over, the session has waited for this. */
function goOnAfterMessage() {
  if (S.phase !== "ended") nextStep();
  else if (!ON_SESSION_END.some((outlives) => outlives())) endSession();
}

/** Whoever hangs up has left the message. The session waits for what is not complete. */
function keepMessage() {
  if (S.messagePart === "records") stopMessage();
  if (S.messagePart === "stops" && isMessageSettled()) tellOfMessage();
}

/** Nothing else is waited for any more. */
function waitForRecorder() {
  if (S.messagePart === "beeps") forgetMessage();
  if (S.messagePart === "stops") startTimer("recorderTimer", RECORDER_STOPS_MS, onRecorderLate);
}

/** What there is of it when the platform ends the session, if that is one. */
function messageSoFar() {
  if (S.messageUrl === "" || (S.messagePart !== "records" && S.messagePart !== "stops")) return null;
  if (S.messagePart === "stops") return { url: S.messageUrl, seconds: S.messageSeconds };
  return whyNoMessage() === "" ? { url: S.messageUrl, seconds: lengthOfMessage() } : null;
}

function isMessageLeft() {
  return S.messagePart !== "";
}

ON_KEY.push(endMessageByKey);
ON_ENDING.push(keepMessage);
ON_ENDED.push(waitForRecorder);
ON_SESSION_END.unshift(isMessageLeft); // before others begin to count how long they wait
