// What a call list is told of the call that it has placed: it is done, or is to be tried again. A list takes a session that
// says nothing for done. Whoever has started the session in another way refuses to hear it, which changes nothing.

/** @typedef {{ retry: {} }} Retry */

const LIST_MS = 15000; // what was under way before that has its answer by then, and makes room for it

function callListState() {
  return {
    wantsRetry: false,
    /** The list is being told. */
    listTimer: 0,
  };
}

/** @param {Retry} _step @param {number} index */
function askForAnotherAttempt(_step, index) {
  logStep(S.way, index, "retry");
  S.wantsRetry = true;
  endCall("the flow asks for another attempt", "hang_up");
  return false;
}

/** The call is over. */
function tellList() {
  if (!S.isOutbound) return;
  const told = { outcome: S.answered ? "connected" : S.result === null ? "failed" : S.result.outcome };
  sendToList(() => (S.wantsRetry ? CallList.reportErrorAsync(told) : CallList.reportResultAsync(told)));
}

/** Nobody was called: with these data nobody will be. @param {string} why */
function tellOfData(why) {
  S.phase = "ended";
  sendToList(() => CallList.reportErrorAsync({ error: why }));
}

/** @param {() => Promise<unknown>} send */
function sendToList(send) {
  startTimer("listTimer", LIST_MS, onListLate);
  const sent = safely("tell the call list", () => {
    send().then(onListTold, onListRefuses);
  });
  if (!sent) stopTimer("listTimer");
}

function onListTold() {
  listAnswered("the call list was told");
}

function onListRefuses() {
  listAnswered("no call list was told: none has started this session, or it refuses");
}

function onListLate() {
  listAnswered("the call list has not answered");
}

/** What comes late is nothing to wait for. @param {string} what */
function listAnswered(what) {
  if (S.listTimer === 0) return;
  stopTimer("listTimer");
  log(what);
  endOnceListKnows();
}

function isListWaitedFor() {
  return S.listTimer !== 0;
}

ON_DATA_REFUSED.push(tellOfData);
ON_ENDED.push(tellList);
/** The platform may have the module without listing it. */
safely("load the call list", () => {
  const listed = /** @type {Modules | undefined} */ (Modules.CallList);
  if (listed !== undefined) require(listed);
});
