// One event of a path, carried out, and what there is to remember of the path after it: what no state has, and what decides
// which events are possible then.

/** What there is to remember of a path: requests that were sent, the action that waits for the agent's last words, the entry that is missing, how many keys the agent was not told, how many keys have led to steps of the flow in place of a request, the press that may be reported once more, what is tried apart from everything else that can happen. */
const START = { sent: [], asked: null, trouble: "", tones: 0, sinceHangup: 0, isCleared: false, pressed: 0, led: 0, press: null, apart: null };
/** The reply to a request for which webhooks are asked: it is another one once they have answered. */
const PENDING = '{"ok":true,"pending":true}';
/** In which a press is reported beside the first report of it, which is that of RFC 2833. */
const OTHER_WAYS = ["in_band", "sip_info"];
/** A press that has led nowhere, and that a scenario may remember of which it is not known that this decides nothing: another one comes only after something else. */
const IN_VAIN = { key: "", kinds: [] };
/** What may come between the reports of one press, beside what follows at once. */
const SHORT = ["webhook", "player", "storage", "recorder"];

/** Carries an event out, with all that follows at the same instant. What there is to remember of the path then. */
function carryOut(event, path, fault = 0) {
  sim.trace = [];
  setClock(event);
  const began = sim.now;
  sim.began = began;
  sim.faultIn = fault > 0 || search.mode.faults ? fault : undefined;
  sim.faults = search.world.faults;
  sim.throwing = sim.faultIn !== undefined;
  const wasAudible = isAnyOpenAgent(isAudible) || event.does === "speaks";
  otherSecrets = event.without !== undefined ? { [event.without]: undefined } : event.insecure ? search.world.insecure : {};
  ACTS[event.do](event, search.world);
  afterBlock();
  if (!sim.ended) passTime(0);
  otherSecrets = {};
  sim.throwing = false;
  search.throwable = -sim.faultIn;
  sim.faultIn = undefined;
  settleTime(search.world);
  return remember(event, path, wasAudible);
}

/**
 * What time it is during an event: one of the moments that the flow's hours tell apart, or none, where the platform cannot
 * tell. The clock stands still, so that equal states stay equal; that it goes on is another moment of a later event.
 */
function setClock(event) {
  const { moments } = search.world;
  sim.isTimeAsked = false;
  if (moments.length === 0) return;
  const number = event.moment || 0;
  sim.moment = number < moments.length ? moments[number].at : NO_TIME;
  sim.clockGoesOn = search.usesTime;
}

/**
 * The same event at every other moment, if it has asked for the time, or done something in which the flow goes by it. An
 * edge of hours is tried once, where these are asked for: it leads where others do.
 */
function atOtherMoments(event) {
  if (!sim.isTimeAsked && !sim.trace.some((entry) => search.world.goesByHours.includes(entry.event))) return [];
  const { moments } = search.world;
  const asked = hoursAsked();
  const others = [];
  for (let moment = 1; moment <= moments.length; moment += 1) {
    const once = moment < moments.length ? edgeOf(moments[moment], moment, asked) : undefined;
    if (once === undefined) others.push({ ...event, moment });
    else if (once !== "" && isFirst(once)) others.push({ ...event, moment, once });
  }
  return others;
}

/** What names it, with the hours that were asked for; empty where it is an edge of others. */
function edgeOf({ of }, moment, asked) {
  if (of === undefined) return undefined;
  return asked.length === 0 || asked.some((name) => of.includes(name)) ? `${asked} at moment ${moment}` : "";
}

/** Which hours the scenario has said that they are open or closed. */
function hoursAsked() {
  const said = sim.trace.map((entry) => (entry.event === "log" ? /: hours (\S+): (?:open|closed),/.exec(entry.message) : null));
  return Array.from(new Set(said.filter((found) => found !== null).map((found) => found[1]))).sort();
}

/**
 * The same event without each secret that it has read: of those by which an agent is connected, and a target is called. What
 * follows is the same wherever the same agent or target misses it: unless the search is exact, it is tried once for each, and for
 * each thing that happens.
 */
function withoutSecrets(event, mode) {
  const read = sim.trace.filter((entry) => entry.event === "secret" && search.world.neededSecrets.includes(entry.name)).map((entry) => entry.name);
  const whom = sim.trace.map((entry) => (entry.event === "agent_connecting" ? entry.agent_id : entry.event === "dial" ? entry.number : "")).filter((each) => each !== "");
  const place = [event.do, event.does || event.what || "", ...whom];
  return Array.from(new Set(read)).map((name) => ({ ...event, without: name })).filter((other) => mode.exact || isFirst(JSON.stringify([other.without, ...place])));
}

/** One that has gone is nothing any more, whatever it did then. */
function isAnyOpenAgent(test) {
  for (const id of Object.keys(sim.units)) {
    const unit = sim.units[id];
    if (unit.kind === "agent" && unit.state === "open" && test(unit)) return true;
  }
  return false;
}

/** The platform has said that it speaks, and not yet that it is silent: what is cleared away is something. */
function isAudible(agent) {
  return agent.speaking || sim.tasks.some((task) => task.kind === "mediaEnded" && task.unit === agent.id);
}

/** In what flowc generates: a tone has ended that has no end, and the pause is not over after which it begins anew at the latest. */
function isTonePaused(event) {
  return search.passive !== null && sim.tasks.some(isSoon) && !search.passive.soon.includes(event.what);
}

/** The caller hears something that ends by itself: a tone that comes after it has nothing to do with one before. */
function hearsWords() {
  const source = sim.units[sim.sources.caller];
  return source !== undefined && source.kind === "player" && source.duration !== null;
}

/** What a webhook answers is waited for: before that no key means anything. */
function isQuestionOpen() {
  return sim.tasks.some((task) => nameOfTask(task) === NOT_ANSWERED);
}

/** Steps of the flow follow a press. Else it means as little, or the same to the agent, when it is said twice. */
function isOfPress(entry) {
  return entry.event === "step";
}

function isInVain(press) {
  return press !== null && press.key === "";
}

/** The ways in which a press was not reported yet, if there are any. One that led nowhere is not remembered, and reported once more all the same. */
function othersThan(kind, press) {
  if (press === null) return null;
  const kinds = press.kinds.filter((other) => other !== kind);
  return kinds.length > 0 ? { key: press.key, kinds } : null;
}

/** What was asked for has been done, and the agent goes on. */
function leavesWithAgent(entry) {
  return entry.event === "step" && entry.step === "return_to_agent";
}

/** Steps of the flow follow a key that was pressed while with an agent. */
function isOfOwnKey(entry) {
  return entry.event === "step" && entry.way.startsWith("keys: choice");
}

/** The last of a leg that was hung up. */
function isOfDying(event) {
  return event.does === "is gone" || (event.does.startsWith("answers") && sim.units[event.unit] !== undefined && sim.units[event.unit].hanging);
}

/** The agent is told that the caller hears it, whatever it has asked for: it rings meanwhile, or what it was is over. */
function isWithAgentAgain(entry) {
  const metadata = entry.event === "agent_custom" ? (entry.parameters || {}).metadata || {} : {};
  return metadata.vox_event === "introducing" || metadata.vox_event === "returned";
}

function remember(event, path, wasAudible) {
  let { sent, asked, trouble, tones, sinceHangup, isCleared, pressed, led, press } = path;
  if (event.what === "mediaEnded" || (event.do === "agent" && (event.does === "falls silent" || event.does === "closes"))) isCleared = false;
  if (wasAudible && sim.trace.some((entry) => entry.event === "agent_buffer_cleared")) isCleared = true;
  if (isCleared && !isAnyOpenAgent(() => true)) isCleared = false;
  if (tones > 0 && (sight().isAttended !== false || hearsWords())) tones = 0;
  if (event.do === "player" && event.isTone && search.passive === null) tones += 1;
  if (!search.mode.exact) {
    if (event.missing) trouble = MISSING_ENTRY + event.missing;
    else if (event.do === "late") trouble = event.what;
    else if (event.isTone) trouble = TONES_FAIL;
    if (!isAboutToEnd() || sim.trace.some((entry) => entry.event === "hangup")) sinceHangup = 0;
    else if (event.do !== "leg" || !isOfDying(event)) sinceHangup = 1;
  }
  if (event.does === "presses" && sim.trace.some(isOfOwnKey)) {
    const [last] = sent.filter((one) => one.reply !== null && !search.world.bodies[one.body].isBackground).slice(-1);
    sent = sent.map((one) => (one === last ? { ...one, reply: null } : one)); // it may not have begun, and never will
    led += 1;
    pressed = 0;
  } else if (event.unit === "caller" && event.does === "presses" && event.key !== "#") pressed += 1;
  if (event.does === "keys in") press = isOfNothing("presses") ? null : IN_VAIN;
  else if (event.unit === "caller" && event.does === "presses") press = isQuestionOpen() || sim.trace.some(isOfPress) ? { key: event.key, kinds: OTHER_WAYS } : isOfNothing("presses") ? null : IN_VAIN;
  else if (isInVain(press)) press = null;
  else if (event.do === "press") press = othersThan(event.kind, press);
  else if (!SHORT.includes(event.do) && event.does !== "connects" && event.does !== "refuses") press = null;
  for (const entry of sim.trace) {
    if (entry.event === "agent_start" || entry.event === "agent_custom") {
      const metadata = (entry.parameters || {}).metadata || {};
      if (metadata.vox_control_token && metadata.vox_control_token !== sim.token) {
        sim.formerToken = sim.token;
        sim.token = metadata.vox_control_token;
      }
      if (metadata.vox_event === "keys") pressed = 0;
      if (metadata.vox_event === "cancelled") {
        asked = null;
        sent = sent.map((one) => (one.id === metadata.request_id ? { ...one, reply: null } : one));
      }
    } else if (entry.event === "reply" && event.do === "post" && event.id !== "" && !sent.some((one) => one.id === event.id)) {
      sent = sent.concat([{ id: event.id, body: event.body, reply: event.cancel || entry.body === PENDING ? null : entry.body }]);
      const isTaken = /^\{"ok":true/.test(entry.body) && !search.world.bodies[event.body].isBackground;
      if (isTaken && !event.cancel) asked = { at: sim.now, quietAt: sim.now };
    }
  }
  if (sim.trace.some(isWithAgentAgain)) asked = null; // it has begun, or is over, and the agent is not waited for any more
  if (event.cancel) sent = sent.map((one) => (one.id === event.id ? { ...one, reply: null } : one));
  if (asked !== null) {
    if (!sim.units.caller || sim.phase !== "running" || heard(sim.units.caller) !== "agent" || sim.trace.some(leavesWithAgent)) asked = null;
    else if (sight().isSpeaking || event.what === "mediaEnded") asked = { ...asked, quietAt: sim.now };
  }
  if ((trouble === LATE.storage && sim.lookups.length === 0) || (trouble === LATE.webhook && sim.requests.length === 0 && !isToldAgain()) || (trouble === LATE.message && !unitsOf("call").some(isLeftAMessage)) || (trouble === LATE.recording && !unitsOf("recorder").some((unit) => isOfCall(unit) && isLate(unit))) || (trouble === TONES_FAIL && tones === 0 && !isTonePaused(event))) trouble = "";
  if (asked !== null || !isWith("agent")) pressed = 0;
  else if (search.passive !== null) pressed = Math.min(pressed, 1);
  return { sent, asked, trouble, tones, sinceHangup, isCleared, pressed, led, press, apart: apartAfter(event, path.apart) };
}
