// What has to change nothing: each of it as an event, and how it is carried out. `probe_runs.js` tries it in every state.

/** What has to change nothing: refused requests, and what the platform says once more. Each is an event for `PROBES`. */
function probesOf(world, path) {
  if (sim.phase !== "running" || sim.ended !== null || sim.units.caller === undefined) return [];
  const probes = [];
  world.probes.forEach((body) => {
    if (tokenOf() !== "" || world.bodies[body].token !== "right") probes.push({ do: "post", body, id: "", refused: true });
  });
  if (sim.formerToken !== undefined) {
    for (const body of world.actions) if (world.bodies[body].token === "right") probes.push({ do: "post", body, id: "", refused: true, former: true });
  }
  const actions = postedActions(world);
  for (const { id, body, reply } of path.sent) {
    probes.push({ do: "post", body, id, again: true, reply });
    const other = actions.find((each) => world.bodies[each].content !== world.bodies[body].content);
    if (other !== undefined) probes.push({ do: "post", body: other, id, refused: true });
    if (actions.includes(body)) probes.push({ do: "post", body: world.twins[world.actions.indexOf(body)], id, refused: true });
    if (!world.bodies[body].cancels) probes.push({ do: "post", body, id, cancel: true, refused: true });
  }
  if (actions.length > 0) probes.push({ do: "post", body: actions[0], id: "", cancel: true, refused: true });
  for (const id of Object.keys(sim.units)) {
    const unit = sim.units[id];
    if (unit.kind === "call" && unit.state !== "TERMINATED" && unit.connectedAt !== null) probes.push({ do: "again", unit: id, what: "Connected" });
    if (unit.kind === "call" && unit.state === "TERMINATED") probes.push({ do: "again", unit: id, what: "Failed" }, { do: "again", unit: id, what: "Disconnected" });
    if (unit.kind === "call" && unit.tones && unit.hanging && unit.state === "CONNECTED") for (const key of owned(search.world.keys, unit.number, [])) probes.push({ do: "key", unit: id, key });
    if (unit.kind === "call" && unit.hanging && unit.state === "CONNECTED" && detectorOf(unit) !== null) for (const found of FOUND.concat("CALL_ENDED")) probes.push({ do: "found late", unit: id, what: found });
    if (mayAnswerLate(unit)) probes.push({ do: "answers late", unit: id });
    if (unit.kind === "agent" && unit.state === "closed") probes.push({ do: "closed again", unit: id });
  }
  const caller = sim.units.caller;
  if (caller.state === "CONNECTED" && caller.refusedWith !== 0 && !caller.referring) probes.push({ do: "again", unit: "caller", what: "TransferFailed" });
  if (caller.state === "CONNECTED" && !caller.hanging && !caller.tones && isWith("call")) {
    for (const key of world.callersKeys) probes.push({ do: "key", unit: "caller", key, isLate: true });
  }
  if (!caller.hanging && caller.state !== "TERMINATED" && caller.direction === "incoming") probes.push({ do: "announce", unit: "caller" }); // what is over is announced no more
  probes.push({ do: "announce", unit: STRANGER }, { do: "started again" });
  return probes;
}

/**
 * In what flowc generates, whoever was called, has not answered and is gone, and could still be heard to answer. To a
 * scenario that knows that leg no more it is all one who it was, and who has ended it.
 */
function mayAnswerLate(unit) {
  if (search.passive === null || unit.kind !== "call" || unit.state !== "TERMINATED" || !unit.isForgotten || !(search.isApart ? wasGivenUp(unit) : wasNotThere(unit))) return false;
  return unit.type === "queue" ? isHeardOf(unit.id, VALUES.SmartQueueEvents.OperatorReached) : isHeardOf(unit.id, VALUES.CallEvents.Connected);
}

const PROBES = {
  post: (probe, world) => receiveRequest(requestOf(probe, world)),
  again: ({ unit, what }) => {
    const call = sim.units[unit];
    note({ t: sim.now, event: "said_again", leg: call.label, call: call.handle.ref, what });
    if (!saidAgainByQueue(call, what)) emitCall(call, what, { Connected: { headers: {} }, Failed: { code: 486, reason: "" }, Disconnected: { internalCode: internalCode(call), reason: "" }, TransferFailed: { code: call.refusedWith, reason: "" } }[what]);
  },
  key: ({ unit, key, isLate }) => {
    if (isLate) emitCall(sim.units[unit], "ToneReceived", { tone: key, type: "1" }); // which was under way when it was given up
    else receiveTone(sim.units[unit], key, "telephone_event");
  },
  "found late": ({ unit, what }) => {
    const call = sim.units[unit];
    const { id, handle } = detectorOf(call);
    if (what === "error") emit("AMD.Events", "DetectionError", id, { callId: unit, message: "detection failed" }, { amd: handle });
    else emit("AMD.Events", "DetectionComplete", id, { call: call.handle, callId: unit, resultClass: what }, { amd: handle });
  },
  /** It was let go, which came too late. Whether it is hung up on: that this is asked for is the same in every state. */
  "answers late": ({ unit }) => {
    const call = sim.units[unit];
    const { hanging } = call;
    const calls = callsOfPlatform;
    call.state = "CONNECTED";
    call.hanging = false;
    note({ t: sim.now, event: "connected", leg: call.label, call: call.handle.ref });
    if (call.type === "queue") tellReached(call);
    else for (const event of ["AudioStarted", "Connected"]) emitCall(call, event, event === "Connected" ? { headers: {} } : {});
    const isHungUp = call.hanging;
    call.state = "TERMINATED";
    call.hanging = hanging;
    if (isHungUp && callsOfPlatform === calls + 1) callsOfPlatform = calls;
    return isHungUp;
  },
  "closed again": ({ unit }) => callOnClose(sim.units[unit], 1006, "", false),
  announce: ({ unit }) => EVENTS.announce({ leg: unit, from: "15550000003", to: "15550000002" }),
  "started again": () => started(sim.options),
};
