// What legs say to each other beside their audio: keys, text messages, SIP INFO, SIP headers and SIP REFER.

const MESSAGE_LIMIT = 8192; // bytes of sendInfo and sendMessage; docs: platform/voxengine/limits
const REFER_LIMIT = 10; // per call; docs: platform/voxengine/limits
const HEADER_LIMIT = 200; // bytes of one SIP header field; docs: platform/voxengine/limits
const HEADERS_LIMIT = 4095; // bytes of all SIP headers; docs: platform/voxengine/limits
const TONE_TYPES = { telephone_event: 1, in_band: 2, sip_info: 3 }; // typings: DTMFType, _ToneReceivedEvent.type

/** Refuses SIP headers that the platform does not carry. Custom names begin with X- (typings, callSIP and others). */
function checkHeaders(label, headers) {
  let total = 0;
  for (const name of Object.keys(headers || {})) {
    if (!/^(x-|vi-calltimeout$|user-to-user$)/i.test(name)) throw misuse(`${label}: the header ${name} does not begin with X-`);
    const size = utf8(`${name}: ${headers[name]}`).length;
    if (size > HEADER_LIMIT) throw misuse(`${label}: the header ${name} has ${size} bytes; the platform takes ${HEADER_LIMIT}`);
    total += size + 2; // the line's end
  }
  if (total > HEADERS_LIMIT) throw misuse(`${label}: the headers have ${total} bytes; the platform takes ${HEADERS_LIMIT}`);
  return { ...headers };
}

function checkMessage(label, text) {
  if (text.length > MESSAGE_LIMIT || utf8(text).length > MESSAGE_LIMIT) throw misuse(`${label}: more than ${MESSAGE_LIMIT} bytes`);
}

/** Before the first of several keys: what is impossible has had no effect. */
function checkTones(tones, kind) {
  for (const tone of tones) if (!/^[0-9*#]$/.test(tone)) throw impossible(`${tone} is not a key: 0-9, * and # are`);
  if (TONE_TYPES[kind] === undefined) throw impossible(`a key is sent as ${Object.keys(TONE_TYPES).join(", ")}, not as ${kind}`);
}

/** A key of the other side. It is reported if the scenario handles tones of its kind. */
function receiveTone(call, tone, kind) {
  const type = TONE_TYPES[kind];
  note({ t: sim.now, event: "digit", leg: call.label, digit: tone });
  call.pressed = tone;
  if (call.tones && !sim.hidesTones) note({ t: sim.now, event: "platform_log", message: `tone ${tone}` });
  if (call.tones && (call.toneType === 0 || call.toneType === type)) emitCall(call, "ToneReceived", { tone, type: String(type) });
}

TASKS.referUnsupported = (id) => referFails(sim.units[id], 501, "Not Implemented");

/** The other side has taken over: the platform leaves the call (typings, Call.transferTo). */
function referSucceeds(call) {
  if (!call.referring) throw impossible(`${call.label} cannot be handed over: the scenario has not asked for that`);
  call.referring = false;
  note({ t: sim.now, event: "transfer_complete", leg: call.label });
  const told = sim.options.refer_end;
  if (told !== "disconnected") emitCall(call, "TransferComplete", {});
  if (told !== "complete" && call.state !== "TERMINATED") endCall(call, "Disconnected", 200, "Normal termination");
}

function referFails(call, code, reason) {
  if (!call.referring) throw impossible(`${call.label} cannot be refused a hand-over: the scenario has not asked for one`);
  call.referring = false;
  call.refusedWith = code;
  note({ t: sim.now, event: "transfer_failed", leg: call.label, code });
  emitCall(call, "TransferFailed", { code, reason });
}

/** The other side puts the call on hold, or takes it up again: only a SIP phone or an app says so. While it holds, nothing is heard of it. */
function putOnHold(call, holds) {
  if (call.state !== "CONNECTED") throw impossible(`${call.label} cannot ${holds ? "hold" : "resume"} the call: it is not connected`);
  if (!["sip", "user", "queue"].includes(call.type)) throw impossible(`${call.label} cannot ${holds ? "hold" : "resume"} the call: its phone does not say so to the platform`);
  if (call.holds === holds) throw impossible(`${call.label} ${holds ? "has the call on hold already" : "has not put the call on hold"}`);
  call.holds = holds;
  if (holds) call.held += 1;
  if (holds) note({ t: sim.now, event: "holds", leg: call.label });
  else note({ t: sim.now, event: "resumes", leg: call.label });
  emitCall(call, holds ? "OnHold" : "OffHold", {});
}

/** The other side asks for somebody else; reported after `handleBlindTransfer(true)`. */
function requestTransfer(call, to) {
  if (call.state !== "CONNECTED") throw impossible(`${call.label} cannot ask for a transfer: it is not connected`);
  note({ t: sim.now, event: "transfer_requested", leg: call.label, to });
  if (!call.blindTransfers) return;
  call.asksTransfer = true;
  emitCall(call, "BlindTransferRequested", { transferTo: to });
}

function answerTransfer(label, call, code) {
  if (isOver(label, call)) return;
  if (!call.asksTransfer) throw misuse(`${label}: ${call.label} has not asked for a transfer`);
  call.asksTransfer = false;
  note({ t: sim.now, event: "transfer_answered", leg: call.label, code });
}

Object.assign(IMPLEMENTATION, {
  "Call.handleBlindTransfer"(call, handle) {
    if (!isOver("Call.handleBlindTransfer", call)) call.blindTransfers = handle;
  },
  "Call.notifyBlindTransferSuccess": (call) => answerTransfer("Call.notifyBlindTransferSuccess", call, 200),
  "Call.notifyBlindTransferFailed": (call, code) => answerTransfer("Call.notifyBlindTransferFailed", call, code),
  "Call.sendDigits"(call, digits) {
    if (isOver("Call.sendDigits", call)) return;
    if (!/^[0-9*#p]*$/.test(digits)) throw misuse("Call.sendDigits: only 0-9, *, # and p are allowed");
    note({ t: sim.now, event: "send_digits", leg: call.label, digits });
  },
  "Call.handleTones"(call, doHandle, type) {
    if (isOver("Call.handleTones", call)) return;
    call.tones = doHandle;
    call.toneType = type === undefined || type === null ? 0 : type;
  },
  "Call.sendMessage"(call, text) {
    if (isOver("Call.sendMessage", call)) return;
    checkMessage("Call.sendMessage", text);
    note({ t: sim.now, event: "send_message", leg: call.label, text });
  },
  "Call.sendInfo"(call, mimeType, body, headers) {
    if (isOver("Call.sendInfo", call)) return;
    checkMessage("Call.sendInfo", body);
    checkHeaders("Call.sendInfo", headers);
    note({ t: sim.now, event: "send_info", leg: call.label, mime_type: mimeType, body });
  },
  "Call.transferTo"(call, parameters) {
    if (isOver("Call.transferTo", call)) return;
    checkHeaders("Call.transferTo", parameters.headers);
    if (sim.options.refer === "throws" && !parameters.call) throw new Error("Call.transferTo: there is no other call");
    if (call.refers >= REFER_LIMIT) throw misuse(`Call.transferTo: more than ${REFER_LIMIT} transfers of one call`);
    call.refers += 1;
    call.referring = true;
    note({ t: sim.now, event: "transfer_to", leg: call.label, to: parameters.to, headers: { ...parameters.headers } });
    if (call.type !== "sip") {
      misuse(`Call.transferTo: ${call.label} is not a SIP call`); // typings: only where the provider supports REFER
      addTask(0, "referUnsupported", call.id);
    }
  },
});
