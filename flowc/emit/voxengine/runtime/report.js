// The report: a webhook is told of the whole call when that is over, however it has ended.

/** @typedef {"caller" | "agent" | "person" | "flow" | "limit" | "platform"} EndedBy */

/** Where the flow has hung up: who has led there. @type {((by: EndedBy) => EndedBy)[]} */
const ON_HUNG_UP = [];
/** The report is made: adds to it, and to what it says of the call. @type {((report: Record<string, unknown>, call: Record<string, unknown>) => void)[]} */
const ON_REPORT = [];
/** The platform ends the session: what is still on its way is added as it is. @type {((report: Record<string, unknown>) => void)[]} */
const ON_REPORT_AT_LAST = [];
/** Whether there is something of which others are told first. @type {(() => boolean)[]} */
const BEFORE_REPORT = [];

function reportState() {
  return {
    answeredAt: 0,
    /** The report, while the webhook's address is still on its way, or something comes first. @type {Record<string, unknown> | null} */
    report: null,
  };
}

function noteAnswered() {
  S.answeredAt = Date.now();
}

/** @param {Ender} by */
function reportOf(by) {
  const asked = S.request === null ? "flow" : "agent";
  const call = { id: S.sessionId, from: S.from, to: S.to, direction: "inbound" };
  /** @type {Record<string, unknown>} */
  const report = {
    flow: FLOW.name,
    call: call,
    began: new Date(BEGUN_AT).toISOString(),
    answered: S.answeredAt === 0 ? null : new Date(S.answeredAt).toISOString(),
    ended: new Date(Date.now()).toISOString(),
    ended_by: by === "hang_up" ? ON_HUNG_UP.reduce((known, judge) => judge(known), /** @type {EndedBy} */ (asked)) : by,
    tried: [],
  };
  ON_REPORT.forEach((add) => add(report, call));
  return report;
}

/** @param {Ender} by */
function makeReport(by) {
  S.report = reportOf(by);
  sendReport();
}

/** What has not come of the webhook's settings may still come: a caller can be gone very soon. */
function sendReport() {
  const report = S.report;
  const name = String(FLOW.report);
  if (report === null || !settingsOfWebhook(name).every(isLoaded) || BEFORE_REPORT.some((comesFirst) => comesFirst())) return;
  S.report = null;
  const why = tellWebhook(name, report);
  if (why !== "") log("cannot report to " + name + ", " + why);
  endOnceTold();
}

function isReportUntold() {
  return S.report !== null;
}

/** The platform ends a session whose call has not ended, or was not reported yet: one request is still possible, which nobody waits for. */
function onTerminating() {
  if (S.phase === "new" || (S.phase === "ended" && S.report === null)) return;
  const name = String(FLOW.report);
  const report = S.report || reportOf("platform"); // of the call as it is: somebody may talk with the caller
  ON_REPORT_AT_LAST.forEach((add) => add(report));
  S.phase = "ended";
  S.posts = [];
  if (addressOfWebhook(name) !== "") sendPost(newPost(name, report));
}

ON_CALLER_CONNECTED.push(noteAnswered);
ON_ENDING.push(makeReport);
ON_UNTOLD.push(isReportUntold);
ON_SETTING_ARRIVED.push(sendReport);
VoxEngine.addEventListener(AppEvents.Terminating, onTerminating);
