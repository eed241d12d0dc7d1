// What the caller hears a minute before the longest time of the call is over: as soon as the caller talks with somebody, and
// is not listening to a sentence. What would come too late to be true is left out.

const CALL_WARNED_MS = 60000; // before the end
const LATEST_WARNING_MS = 30000; // before the end: later it would not be true
const WARNED_AGAIN_MS = 1000;

/** Whether the warning has to wait. @type {(() => boolean)[]} */
const BEFORE_CALL_WARNING = [];
/** The caller is to be warned: true if that happens. @type {((warning: string) => boolean)[]} */
const ON_CALL_WARNING = [];

function callWarningState() {
  return {
    callWarningTimer: 0,
    latestWarningTimer: 0,
  };
}

function beginCallWarning() {
  startTimer("callWarningTimer", FLOW.maxDurationMs - CALL_WARNED_MS, onCallWarning);
  startTimer("latestWarningTimer", FLOW.maxDurationMs - LATEST_WARNING_MS, onLatestWarning);
}

/** Prompts, last words and what is heard while it rings come to their end first; so do a sentence of the agent and keys. */
function onCallWarning() {
  S.callWarningTimer = 0;
  if (BEFORE_CALL_WARNING.some((isBusy) => isBusy()) || !warnCaller()) startTimer("callWarningTimer", WARNED_AGAIN_MS, onCallWarning);
  else stopTimer("latestWarningTimer");
}

/** From here on an agent that speaks is interrupted. */
function onLatestWarning() {
  S.latestWarningTimer = 0;
  stopTimer("callWarningTimer");
  if (!warnCaller()) log("there is nobody to tell that the call is over soon");
}

function warnCaller() {
  return ON_CALL_WARNING.some((warn) => warn(String(FLOW.warning)));
}

ON_BEGUN.push(beginCallWarning);
