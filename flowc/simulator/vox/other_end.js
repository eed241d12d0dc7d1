// What the environment can do to a leg: everything that the people and networks at its other end do. What cannot happen,
// such as an answer of a leg that is over, is the test's mistake and says so.

/** What happens where it still rings; all else where somebody, or something, has answered. */
const OF_RINGING = ["ring", "early", "answer", "fail", "ring_out"];

/**
 * The leg with this id or number: the latest live one to which what happens can happen, where there are several; else the
 * latest live one, else the latest.
 */
function findLeg(name, does) {
  const named = unitsOf("call").filter((call) => call.handle.ref === name || (call.direction === "outgoing" && (call.number === name || call.label === name)));
  if (named.length === 0) throw impossible(`no leg ${name} has been dialled`);
  const live = named.filter((call) => call.state !== "TERMINATED");
  const meant = live.filter((call) => isUnanswered(call) === OF_RINGING.includes(does));
  return [meant, live, named].find((calls) => calls.length > 0).slice(-1)[0];
}

function mustLive(call, does) {
  if (call.state === "TERMINATED") throw impossible(`${call.label} cannot ${does}: it is over`);
}

function mustProgress(call, does) {
  mustLive(call, does);
  if (!isUnanswered(call)) throw impossible(`${call.label} cannot ${does}: it is connected`);
}

const LEG_EVENTS = {
  ring(call) {
    mustProgress(call, "ring");
    call.rings = true;
    note({ t: sim.now, event: "ringing", leg: call.label });
    emitCall(call, "Ringing", {});
  },
  early(call) {
    mustProgress(call, "send early media");
    call.sendsEarly = true;
    note({ t: sim.now, event: "audio_started", leg: call.label });
    emitCall(call, "AudioStarted", {});
  },
  answer(call, event) {
    mustProgress(call, "answer");
    call.answersAs = (event && event.answers_as) || null;
    connectCall(call);
  },
  fail(call, event) {
    if (!event.answered) mustProgress(call, "fail");
    mustLive(call, "fail");
    if (event.answered && isUnanswered(call)) throw impossible(`${call.label} cannot be cut off: it is not connected`);
    endCall(call, "Failed", event.code, event.reason || "");
  },
  hangup(call) {
    mustLive(call, "hang up");
    if (call.state === "CONNECTED") endCall(call, "Disconnected", 200, "Normal termination");
    else if (call.direction === "incoming") endCall(call, sim.options.abandoned, 487, "Request Terminated");
    else throw impossible(`${call.label} cannot hang up: it is not connected`);
  },
  // The platform says once more what it has said already.
  again(call, { event, kind }) {
    const payload = { Connected: { headers: {} }, Failed: { code: 486, reason: "" }, Disconnected: { internalCode: internalCode(call), reason: "" }, OnHold: {}, OffHold: {}, RecordError: { error: "again" }, TransferFailed: { code: call.refusedWith, reason: "" }, ToneReceived: { tone: call.pressed, type: String(TONE_TYPES[kind || "in_band"]) } }[event];
    const isPossible = event === "RecordError" ? call.record !== null : event === "TransferFailed" ? call.refusedWith !== 0 : event === "ToneReceived" ? call.pressed !== "" : event === "OnHold" || event === "OffHold" ? call.held > 0 : call.state === (event === "Connected" ? "CONNECTED" : "TERMINATED");
    if (event === "ToneReceived" && !isPossible) throw impossible(`no key was pressed at ${call.label}`);
    if (!payload || !isPossible) throw impossible(`the platform has not said ${event} of ${call.label}, or it is no longer so`);
    note({ t: sim.now, event: "said_again", leg: call.label, call: call.handle.ref, what: event });
    if (!saidAgainByQueue(call, event)) emitCall(call, event, payload);
  },
  gone(call) {
    mustLive(call, "confirm a hang-up");
    if (!call.hanging) throw impossible(`${call.label} cannot confirm a hang-up: the scenario has not hung up`);
    TASKS.gone(call.id);
  },
  digits(call, event) {
    const kind = event.kind || "telephone_event";
    mustLive(call, "press a key");
    checkTones(event.digits, kind);
    for (const tone of event.digits) if (call.state !== "TERMINATED") receiveTone(call, tone, kind); // one may have ended it
  },
  message(call, event) {
    mustLive(call, "send a message");
    note({ t: sim.now, event: "message", leg: call.label, text: event.text });
    emitCall(call, "MessageReceived", { text: event.text });
  },
  info(call, event) {
    mustLive(call, "send information");
    note({ t: sim.now, event: "info", leg: call.label, mime_type: event.mime_type, body: event.body });
    emitCall(call, "InfoReceived", { mimeType: event.mime_type, body: event.body });
  },
  detect(call, event) {
    const detector = detectorOf(call);
    if (detector === null || detector.state !== "detecting") throw impossible(`${call.label}: no answering machine detection is under way`);
    const { result, subtype, confidence, error } = event;
    if (error) detectionFails(detector, error);
    else detected(detector, result, { ...(subtype ? { resultSubtype: subtype } : {}), ...(confidence ? { confidence } : {}) });
  },
  beep(call, { how }) {
    mustLive(call, "beep");
    if (call.beep !== "awaited") throw impossible(`${call.label}: nobody listens for a beep`);
    endBeep(call, how);
  },
  place(call, event) {
    if (!event.late) mustProgress(call, "say the place");
    tellPlace(call, event);
  },
  hold: (call) => putOnHold(call, true),
  unhold: (call) => putOnHold(call, false),
  ask_transfer: (call, event) => requestTransfer(call, event.to),
  transfer_complete: (call) => referSucceeds(call),
  transfer_failed: (call, event) => referFails(call, event.code, event.reason || ""),
};
