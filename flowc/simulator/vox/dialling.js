// Placing calls: by telephone number, SIP address, user of the application or WhatsApp number. Caller IDs, headers and
// ring limits are checked here; what then becomes of a leg is in calls.js.

const USER_TIMEOUT = { header: "VI-CallTimeout", least: 10, most: 400 }; // seconds; typings: CallUserParameters.extraHeaders
const PUSH = { least: 10000, most: 60000 };

/**
 * Of a session that was started with data whoever is called is the caller, as long as nobody has called and nobody else
 * can be it: the next one, where the one before has not taken the call, and is let go or left a message.
 */
function isToBeCaller() {
  const { caller } = sim.units;
  if (sim.customData === "") return false;
  return caller === undefined || (!caller.attended && (caller.hanging || caller.state === "TERMINATED" || caller.beep !== null));
}

/**
 * Of those who were called together: where the one who was to be the caller is let go, gone or left a message, it is the next
 * of the others.
 */
function passCallerOn() {
  const { caller } = sim.units;
  if (caller === undefined || caller.direction !== "outgoing" || !isToBeCaller()) return;
  const next = unitsOf("call").find((call) => call !== caller && call.direction === "outgoing" && call.state !== "TERMINATED" && !call.hanging && call.beep === null);
  if (next === undefined) return;
  isCallerNoMore(caller);
  sim.calledAs = next.handle.ref;
  sim.hears = Object.fromEntries(Object.entries(sim.hears).filter(([id]) => id !== next.id));
  rename(next, next.id, "caller", "caller");
  note({ t: sim.now, event: "caller_now", leg: "caller", call: next.handle.ref });
}

/** From here on it is a leg like others: its number names it, and it keeps its handle. */
function isCallerNoMore(caller) {
  const id = caller.handle.ref;
  rename(caller, "caller", id, `leg:${caller.number}`);
  sim.calledAs = null;
  note({ t: sim.now, event: "caller_no_more", leg: caller.label, call: id });
}

function rename(call, before, id, label) {
  const renamed = (name) => (name === before ? id : name);
  call.id = id;
  call.label = label;
  sim.units = Object.fromEntries(Object.entries(sim.units).map(([name, unit]) => [renamed(name), unit]));
  for (const unit of Object.values(sim.units)) {
    if (unit.call === before) unit.call = id;
    if (unit.source === before) unit.source = id;
  }
  sim.sources = Object.fromEntries(Object.entries(sim.sources).map(([target, source]) => [renamed(target), renamed(source)]));
  sim.inputs = Object.fromEntries(Object.entries(sim.inputs).map(([mixer, inputs]) => [renamed(mixer), inputs.map(renamed)]));
  sim.listeners = Object.fromEntries(Object.entries(sim.listeners).map(([name, table]) => [renamed(name), table]));
  sim.tasks = sim.tasks.map((task) => (task.unit === before ? { ...task, unit: id } : task));
  sim.hearers = sim.hearers.map(renamed);
}

function dial(label, leg, parameters) {
  if (/\s/.test(leg.callerid)) throw misuse(`${label}: callerid has spaces`);
  sim.counts.call += 1;
  const isCaller = isToBeCaller();
  if (isCaller && sim.units.caller !== undefined) isCallerNoMore(sim.units.caller);
  const ref = `call-${sim.counts.call}`;
  const id = isCaller ? "caller" : ref;
  if (isCaller) sim.calledAs = ref;
  const entry = { t: sim.now, event: "dial", leg: isCaller ? "caller" : `leg:${leg.number}`, call: ref, type: leg.type, number: leg.number, callerid: leg.callerid };
  if (leg.headers) entry.headers = leg.headers;
  if (parameters && parameters.followDiversion === true) entry.passed_on = true;
  if (parameters && parameters.allow180After183 === true) entry.rings_late = true;
  const how = parameters === null || parameters === undefined ? {} : leg.type === "sip" ? howCalled(parameters) : pushed(parameters);
  if (Object.keys(how).length > 0) entry.how = how;
  note(entry);
  const call = newCall({ id, ref, label: entry.leg, direction: "outgoing", state: "PROGRESSING", ...leg });
  if (parameters && parameters.amd) assignDetector(parameters.amd, call);
  return call;
}

/** What a call over SIP is placed with besides; the password is the account's, as headers of webhooks are. */
function howCalled({ authUser, password, displayName, outProxy, regId }) {
  if (regId !== undefined && !(Number.isInteger(regId) && regId > 0)) throw misuse("VoxEngine.callSIP: regId is no number of a registration");
  const given = { user: authUser, password, display_name: displayName, proxy: outProxy, registration: regId };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** How long a sleeping app may take to wake; its module has to be loaded, or the platform does not wake it (typings: callUser). */
function pushed({ pushNotificationTimeout: push }) {
  if (push === undefined) return {};
  if (!(push >= PUSH.least && push <= PUSH.most)) throw misuse(`VoxEngine.callUser: pushNotificationTimeout must be from ${PUSH.least} to ${PUSH.most} ms`);
  checkLoaded("VoxEngine.callUser with pushNotificationTimeout", "PushService");
  return { push };
}

/** A caller ID of ours, or of the incoming call if that is passed on (typings: callPSTN, followDiversion). */
function mayShow(callerid, followDiversion) {
  const { verified_callerids: verified } = sim.options;
  const incoming = sim.units.caller;
  const passedOn = followDiversion === true && incoming && incoming.callerid.replace(/^\+/, "") === callerid.replace(/^\+/, "");
  return verified.length === 0 || verified.includes(callerid) || passedOn;
}

/** How long a user may ring: 60 s, or what the header says. */
function userRingLimit(headers) {
  const name = Object.keys(headers).find((header) => header === USER_TIMEOUT.header);
  if (name === undefined) return UNANSWERED_LIMIT_MS;
  const seconds = Number(headers[name]);
  if (!(seconds >= USER_TIMEOUT.least && seconds <= USER_TIMEOUT.most)) {
    throw misuse(`VoxEngine.callUser: ${name} must be from ${USER_TIMEOUT.least} to ${USER_TIMEOUT.most} s`);
  }
  return seconds * 1000;
}

Object.assign(IMPLEMENTATION, {
  "VoxEngine.callPSTN"(number, callerid, parameters) {
    const shown = mayShow(callerid, parameters && parameters.followDiversion);
    if (!shown && sim.options.unverified_callerid === "throws") throw misuse(`VoxEngine.callPSTN: ${callerid} is not a caller ID of ours`);
    const call = dial("VoxEngine.callPSTN", { type: "pstn", number, callerid }, parameters);
    if (!shown) addTask(0, "callFails", call.id, { code: 403, reason: "Caller ID is not verified" });
    return call.handle;
  },
  "VoxEngine.callSIP"(to, parameters) {
    const given = parameters || {};
    const headers = checkHeaders("VoxEngine.callSIP", given.headers);
    const leg = { type: "sip", number: to, callerid: given.callerid || "", headers, displayName: given.displayName || "" };
    return dial("VoxEngine.callSIP", leg, given).handle;
  },
  "VoxEngine.callUser"(parameters) {
    const headers = checkHeaders("VoxEngine.callUser", parameters.extraHeaders);
    const { username, callerid } = parameters;
    const leg = { type: "user", number: username, callerid, headers, displayName: parameters.displayName || "", ringLimit: userRingLimit(headers) };
    return dial("VoxEngine.callUser", leg, parameters).handle;
  },
  "VoxEngine.callWhatsappUser"(parameters) {
    const headers = checkHeaders("VoxEngine.callWhatsappUser", parameters.headers);
    // not among the calls that docs: platform/voxengine/limits let fail after 60 s
    const leg = { type: "wab", number: parameters.number, callerid: parameters.callerid, headers, ringLimit: null };
    return dial("VoxEngine.callWhatsappUser", leg, null).handle;
  },
});
