// The call list that has started the session. It is told what became of the call: a result ends the attempts at this task, an
// error leads to the next one, if there are any left (docs: references/voxengine/calllist). Who says nothing has succeeded.

const LIST_ANSWERS_MS = 50; // it is a request, as others are

function tellCallList(what, said) {
  const isHeard = sim.byList && ["works", "unlisted"].includes(sim.options.call_list);
  const report = { id: ++sim.serial, promise: createPromise() };
  sim.reports = sim.reports.concat([report]);
  note({ t: sim.now, event: "call_list", what, said: typeof said === "string" ? said : JSON.stringify(plain(said)), heard: isHeard });
  if (sim.options.call_list === "never" || sim.options.call_list_answers === "manual") return promiseHandle(report.promise);
  addTask(LIST_ANSWERS_MS, "listAnswers", report.id, { isHeard });
  return promiseHandle(report.promise);
}

/** It answers the first that waits; who has not been started by one is refused. */
function answerOfList(isHeard) {
  const [report, ...others] = sim.reports;
  sim.reports = others;
  const result = { code: isHeard ? 200 : 400, text: "", headers: [], raw_headers: "" };
  settleFromOutside(report.promise, isHeard ? "fulfilled" : "rejected", result);
}

TASKS.listAnswers = (_, { isHeard }) => answerOfList(isHeard);

Object.assign(IMPLEMENTATION, {
  "CallList.reportErrorAsync": (error) => tellCallList("error", error),
  "CallList.reportResultAsync": (result) => tellCallList("result", result),
});
