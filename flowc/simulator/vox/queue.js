// Queues of the account (SmartQueue). A place in one is a leg of whoever of the queue will take the call: until then nobody can
// be heard there, and it says what becomes of it by events of its own (typings: SmartQueueTask, SmartQueueEvents).

const QUEUE_PRIORITY = { least: 1, most: 100 };
const FIRST_STATUS = 1000; // what is less is none of typings: TerminationStatus that a queue ends a place with
const LEFT = 1000; // as whoever leaves it has asked for

function emitQueue(call, event, payload) {
  emit("SmartQueueEvents", event, call.id, payload, {});
}

/** Whoever of the queue takes the call is on the line already. */
function tellReached(call) {
  emitQueue(call, "OperatorReached", { agentCall: call.handle });
}

function tellCanceled(call, status) {
  emitQueue(call, "TaskCanceled", { status, description: "" });
}

function tellError(call, type) {
  emitQueue(call, "Error", { type, description: "" });
}

function tellQueueOver(call, code) {
  if (call.hanging) tellCanceled(call, LEFT);
  else if (code < FIRST_STATUS) tellError(call, code);
  else tellCanceled(call, code);
}

/** Which place the caller has who waits, and for how long in milliseconds, with 501 if that is not known (typings: Waiting). */
function tellPlace(call, { position, ewt, code }) {
  if (call.type !== "queue") throw impossible(`${call.label} is no queue`);
  note({ t: sim.now, event: "place", leg: call.label, position, ewt, code });
  emitQueue(call, "Waiting", { position, ewt, code });
}

/** What it says once more, where that is for the queue to say: that somebody has answered there, or nobody has. */
function saidAgainByQueue(call, event) {
  if (call.type !== "queue") return false;
  if (event === "Connected") tellReached(call);
  else if (event === "Failed" && call.connectedAt === null) tellCanceled(call, LEFT);
  else if (event === "Disconnected" && call.connectedAt === null) tellError(call, 500);
  else return false;
  return true;
}

/** Those in which the caller waits, if it is the caller who has gone. */
function tellQueues(caller, when) {
  if (caller.id !== "caller" || sim.options.queue_tells !== when) return;
  for (const call of unitsOf("call")) {
    if (call.type !== "queue" || call.state !== "PROGRESSING") continue;
    let isGivenUp = false;
    emitQueue(call, "ClientDisconnected", {
      cancel() {
        isGivenUp = true;
      },
    });
    if (!isGivenUp && !sim.ending) misuse("SmartQueueEvents.ClientDisconnected: the handler has not called cancel");
  }
}

Object.assign(IMPLEMENTATION, {
  "VoxEngine.enqueueTask"({ call: caller, queue, timeout, priority, skills }) {
    const label = "VoxEngine.enqueueTask";
    if (!caller || unitOf(caller).state !== "CONNECTED") throw misuse(`${label}: the call is not connected`);
    if (!queue.name && !queue.id) throw misuse(`${label}: no queue is named`);
    if (priority !== undefined && !(priority >= QUEUE_PRIORITY.least && priority <= QUEUE_PRIORITY.most)) throw misuse(`${label}: priority is from ${QUEUE_PRIORITY.least} to ${QUEUE_PRIORITY.most}`);
    sim.counts.call += 1;
    const number = queue.name || String(queue.id);
    const how = { priority, timeout, skills: (skills || []).map(({ name, level }) => `${name} ${level.join()}`).join("; ") };
    const entry = { t: sim.now, event: "dial", leg: `leg:${number}`, call: `call-${sim.counts.call}`, type: "queue", number, callerid: "", how };
    note(entry);
    const call = newCall({ id: entry.call, label: entry.leg, direction: "outgoing", state: "PROGRESSING", type: "queue", number, callerid: "", ringLimit: null });
    call.task = makeHandle("SmartQueueTask", call.id);
    return call.task;
  },
  "SmartQueueTask.end"(call) {
    if (call.connectedAt === null) IMPLEMENTATION["Call.hangup"](call);
  },
});
