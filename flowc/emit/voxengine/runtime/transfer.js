// Transfers: ring the targets of a hunt one after the other, until somebody answers.

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
  487: "cancelled",
  600: "busy",
  603: "declined",
};

/** @param {Transfer} transfer */
function startTransfer(transfer) {
  S.phase = "ringing";
  S.transfer = transfer;
  S.hunt = huntOf(transfer.transfer);
  S.tried = [];
  if (transfer.agent === "leaves") closeAgent();
  if (transfer.ringing !== "ringback" && play(fill(PROMPTS[transfer.ringing], S.request === null ? {} : S.request.parameters))) {
    S.ringbackNext = true;
  } else {
    playRingback();
  }
  dial();
}

/** @param {string[] | Choice} to */
function huntOf(to) {
  return Array.isArray(to) ? to : to.among[chosen(to) || ""] || [];
}

/** The value by which a parameter chooses whom to ring. @param {string[] | Choice} to */
function chosen(to) {
  return Array.isArray(to) || S.request === null ? undefined : String(S.request.parameters[to.by]);
}

/** Rings the next target that can be rung; after the last one the fallback follows. */
function dial() {
  while (S.tried.length < S.hunt.length) {
    const name = S.hunt[S.tried.length];
    const problem = ring(name, TARGETS[name]);
    if (problem === "") return;
    S.tried.push({ target: name, outcome: problem });
  }
  notConnected();
}

/** Rings a target, or says why that is not possible. @param {string} name @param {Target} target @returns {Outcome | ""} */
function ring(name, target) {
  if (S.attempts >= MAX_ATTEMPTS) return cannotRing(name, "not_allowed", "the platform allows no more calls in a session");
  S.attempts += 1; // also of a number that cannot be called: every way round ends here at last
  const number = valueOf("pstn" in target ? target.pstn : target.sip);
  const callerId = target.caller_id === undefined ? "" : valueOf(target.caller_id);
  const known = "pstn" in target ? /^\+?[1-9][0-9]{6,14}$/ : /^sips?:[^\s@]+@[^\s@]+$/;
  if (!known.test(number)) return cannotRing(name, "invalid", "its number is missing or malformed");
  if (isSameParty(number, S.to, S.toAddress)) return cannotRing(name, "invalid", "its number is the one that was dialled");
  if (isSameParty(number, S.from, S.fromAddress)) return cannotRing(name, "busy", "its number is the caller's own");
  if (target.caller_id !== undefined && !/^\S+$/.test(callerId)) {
    return cannotRing(name, "not_allowed", "its caller ID is missing or malformed");
  }
  const placed = safely("call " + name, () => {
    const leg =
      "pstn" in target
        ? VoxEngine.callPSTN(number, callerId)
        : VoxEngine.callSIP(number, sipParameters(callerId, target.headers || {}));
    S.leg = leg;
    leg.addEventListener(CallEvents.Connected, onLegConnected);
    leg.addEventListener(CallEvents.Failed, onLegFailed);
    leg.addEventListener(CallEvents.Disconnected, onLegDisconnected);
  });
  if (!placed) {
    const leg = S.leg;
    S.leg = null;
    if (leg !== null) hangUp(leg); // it was placed, but nobody would know what becomes of it
    return "failed";
  }
  startTimer("ring", target.ringMs, onRingTimeout);
  logStep(S.way, S.tried.length, "ring", name);
  return "";
}

/** @param {string} name @param {Outcome} outcome @param {string} why */
function cannotRing(name, outcome, why) {
  logStep(S.way, S.tried.length, "cannot ring", name + ", " + why);
  return outcome;
}

/**
 * Whether a target's number is a party's, with or without plus, or its SIP address the party's.
 * @param {string} number
 * @param {string} name
 * @param {string} address
 */
function isSameParty(number, name, address) {
  if (/^sips?:/i.test(number)) return address !== "" && addressOf(number) === addressOf(address);
  return name !== "" && number.replace(/^\+/, "") === name.replace(/^\+/, "");
}

/** @param {string} callerId @param {Record<string, string>} headers */
function sipParameters(callerId, headers) {
  const filled = fillAll(headers, S.request === null ? {} : S.request.parameters);
  Object.keys(filled).forEach((name) => {
    filled[name] = headerValue(filled[name], MAX_SIP_HEADER_BYTES - name.length - 2);
  });
  return callerId === "" ? { headers: filled } : { callerid: callerId, headers: filled };
}

/** One line, and as many whole characters as fit into so many bytes of UTF-8. @param {string} text @param {number} bytes */
function headerValue(text, bytes) {
  const characters = Array.from(text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim());
  let size = 0;
  const cut = characters.findIndex((character) => {
    const code = character.codePointAt(0) || 0;
    size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return size > bytes;
  });
  return (cut === -1 ? characters : characters.slice(0, cut)).join("");
}

/** @param {_ConnectedEvent} event */
function onLegConnected(event) {
  const leg = event.call;
  const caller = S.caller;
  if (leg === S.leg && S.phase === "connected") return; // said twice
  if (leg !== S.leg || S.phase !== "ringing" || caller === null) {
    hangUp(leg); // it answered after we had given it up
    return;
  }
  const target = S.hunt[S.tried.length];
  if (!safely("bridge the caller to " + target, () => VoxEngine.sendMediaBetween(caller, leg))) {
    S.leg = null;
    hangUp(leg);
    playRingback(); // what the caller heard may have been taken away
    targetDone("failed");
    return;
  }
  stopTimer("ring");
  stopPlayer();
  closeAgent();
  S.phase = "connected";
  S.tried.push({ target: target, outcome: "connected" });
  S.result = { outcome: "connected", target: target, tried: S.tried };
  logStep(S.way, S.tried.length - 1, "connected", target);
}

/** Also fires after our own hangup: then the leg is no longer ours. @param {_FailedEvent} event */
function onLegFailed(event) {
  if (event.call === S.leg) legGone(OUTCOME_OF_CODE[event.code] || "failed", undefined);
}

/** @param {_DisconnectedEvent} event */
function onLegDisconnected(event) {
  if (event.call === S.leg) legGone("failed", event.duration);
}

/**
 * Whichever of its two events says so: a leg that was never answered has failed, and a person who was there has gone.
 * @param {Outcome} outcome
 * @param {number | undefined} talkSeconds
 */
function legGone(outcome, talkSeconds) {
  S.leg = null;
  if (S.phase !== "connected" || S.transfer === null) {
    targetDone(outcome);
    return;
  }
  log("the person has hung up");
  if (S.result !== null && typeof talkSeconds === "number") S.result.talk_seconds = Math.round(talkSeconds);
  S.phase = "steps";
  run(S.transfer.afterwards, S.way + ": afterwards");
}

function onRingTimeout() {
  S.timers.ring = 0;
  const leg = S.leg;
  if (leg === null || S.phase !== "ringing") return;
  S.leg = null;
  hangUp(leg);
  targetDone("no_answer", TARGETS[S.hunt[S.tried.length]].ringMs / 1000);
}

/** @param {Outcome} outcome @param {number} [rangSeconds] if it is known */
function targetDone(outcome, rangSeconds) {
  stopTimer("ring");
  if (S.phase !== "ringing") return;
  const target = S.hunt[S.tried.length];
  log(target + ": " + outcome);
  S.tried.push(
    rangSeconds === undefined ? { target: target, outcome: outcome } : { target: target, outcome: outcome, rang_seconds: rangSeconds }
  );
  dial();
}

function notConnected() {
  const transfer = S.transfer;
  const last = S.tried[S.tried.length - 1];
  if (transfer === null || last === undefined) {
    endCall(S.way + " has nobody to ring");
    return;
  }
  S.result = { outcome: last.outcome, target: last.target, tried: S.tried };
  S.phase = "steps";
  const named = transfer.fallback[last.outcome];
  const steps = named || transfer.fallback.otherwise;
  if (steps === undefined) endCall(S.way + " has no fallback for " + last.outcome);
  else run(steps, S.way + ": fallback " + (named === undefined ? "otherwise" : last.outcome));
}

/** @param {Call} leg */
function hangUp(leg) {
  safely("hang up", () => leg.hangup());
}
