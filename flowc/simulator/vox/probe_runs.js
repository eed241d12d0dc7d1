// Runs of probes: what `probes.js` has is tried in every state, or known to change nothing there.

/**
 * All that has to change nothing, one after the other on one copy of the state; if that has changed then, one by one.
 * Posts of actions are among them, without an id: those that are refused now are no events. What was tried already with the
 * same `S`, and went by without asking the platform anything, would go by in the same way: it is not tried again. The
 * actions that are refused now, by their bodies, and whether the state is as it was: `{refused, isUntouched}`.
 */
function tryProbes(node, events) {
  const requests = events.filter((event) => event.do === "post" && !event.cancel && event.like === undefined).map((event) => ({ ...event, id: "", isAction: true }));
  const others = [];
  for (const probe of probesOf(search.world, node.path)) (probe.do === "post" ? requests : others).push(probe);
  const told = [tokenOf() !== "", requests.map((probe) => search.world.bodies[probe.body].name + (probe.former ? ", of an agent before" : "")), node.path.sent];
  const known = search.usesTime || search.hidden !== null ? null : digestOfScenario(search.known, told, search.passiveForRequests);
  const answered = known === null ? undefined : search.answered.get(known.hash);
  const names = known === null ? [] : others.map((probe) => nameOfProbe(probe, known));
  const left = known === null ? others : others.filter((_, number) => !search.aside.has(names[number]));
  search.repeated += (answered === undefined ? 0 : requests.length) + others.length - left.length;
  if (answered !== undefined && search.graph !== null) search.graph.replies.push(...answered.replies);
  if (answered !== undefined && left.length === 0) return { refused: answered.refused, isUntouched: true };
  const before = search.violations.size;
  const exact = digestNow(node.path, true);
  const tried = answered === undefined ? tryRequests(node, requests) : { ...answered, isAside: false };
  const aside = left.filter((probe) => isAside(() => runProbe(probe, node), probe.unit === STRANGER));
  if (hasChanged(node, exact)) {
    tryOneByOne(node, left.concat(answered === undefined ? requests.filter((probe) => !probe.isAction) : []), exact);
    tryOneByOne(node, tried.refused.filter((body) => !search.world.bodies[body].isRemembered).map((body) => ({ do: "post", body, id: "", refused: true })), exact);
    if (search.violations.size === before) resume(node);
  } else if (known !== null && search.violations.size === before) {
    if (tried.isAside) search.answered.set(known.hash, tried);
    for (const probe of aside) search.aside.add(names[others.indexOf(probe)]);
  }
  return { refused: tried.refused, isUntouched: false };
}

/** What is the same wherever `S` is: which of its units it is about, and who listens to that. */
function nameOfProbe({ do: does, unit, what, key }, { hash, units }) {
  const number = units.get(unit);
  return `${hash} ${does} ${what} ${key} ${number === undefined ? "none" : number} ${sim.units[unit] === undefined ? unit : listenersTo(sim.units[unit], search.known, search.passive)}`;
}

/**
 * Whether something happens without a call of the platform, and leaves nothing there. What the platform itself does about a
 * stranger's call is the same in every state: of that `hasChanged` sees what it leaves.
 */
function isAside(happens, isOfStranger = false) {
  const calls = callsOfPlatform;
  const serial = sim.serial;
  happens();
  return calls === callsOfPlatform && (isOfStranger || serial === sim.serial);
}

/** `{refused, replies, isAside}`: the actions that are refused, what all was answered, and whether that was aside. */
function tryRequests(node, requests) {
  const refused = [];
  const first = search.graph === null ? 0 : search.graph.replies.length;
  let isAllAside = true;
  for (const probe of requests) {
    let isRefused = false;
    const wasAside = isAside(() => {
      isRefused = runProbe(probe, node) === false;
    });
    if (isRefused && probe.isAction) refused.push(probe.body);
    if (search.world.bodies[probe.body].isRemembered || (probe.isAction && !isRefused)) resume(node);
    else isAllAside = isAllAside && wasAside;
  }
  return { refused, replies: search.graph === null ? [] : search.graph.replies.slice(first), isAside: isAllAside };
}

function tryOneByOne(node, probes, exact) {
  for (const probe of probes) {
    resume(node);
    const { serial } = sim;
    runProbe(probe, node);
    if (hasChanged(node, exact) && !(isLateKey(probe) && leavesNothing(node, node.path, serial))) violated(propertyOfProbe(probe), placeOf(probe), () => `${nameOfEvent(probe)}, and something has changed: ${changedBy(probe, node)}`, node, probe, null);
  }
}

/** Where a scenario's own way of telling presses apart was edited: what it knows of them is a part of its state. */
function isLateKey(probe) {
  return probe.do === "key" && probe.isLate === true && !isOfNothing("presses") && sim.ended === null && sim.trace.length === 0;
}

function changedBy(probe, node) {
  resume(node);
  const before = sightOfAll(node.path);
  runProbe(probe, node);
  return changedSince(before, node.path);
}

function hasChanged(node, exact) {
  return digestNow(node.path, true) !== exact;
}

function propertyOfProbe(probe) {
  if (probe.do === "answers late") return "what comes late changes nothing";
  return probe.again ? "a duplicate gets the first answer" : probe.do === "post" ? "what is refused changes nothing" : "what is repeated changes nothing";
}

/** What the reply says, if it is a request and gets one. */
function runProbe(probe, node) {
  sim.trace = [];
  setClock(probe);
  search.probes += 1;
  const attempts = sim.counts.attempts;
  const alone = sim.tasks.find((task) => task.kind === "withoutCalls");
  const reply = PROBES[probe.do](probe, search.world);
  afterBlock();
  if (!sim.ended) passTime(0);
  settleTime(search.world);
  sim.counts.attempts = attempts; // of somebody else's call, which was rejected
  if (alone !== undefined) sim.tasks = sim.tasks.map((task) => (task.kind === alone.kind ? alone : task)); // which no session lives longer for
  const add = (property, told) => violated(property, placeOf(probe), told, node, probe, null);
  const failed = sim.error || sim.errors[0] || null;
  if (failed !== null) add("no exception", `${failed.message}${failed.where ? `, in ${failed.where}` : ""}`);
  for (const entry of sim.trace) faultsOfEntry(entry, { agents: [] }, search.world, add, []);
  if (probe.do === "answers late" && reply === false) add("every leg is released", "somebody answers who was let go, and is not hung up on");
  if (probe.do !== "post") return null;
  if (search.graph !== null) search.graph.replies.push([numberOf(probe, search.graph.events, search.graph.fresh.events), reply.body]);
  const ok = okOf(reply.body);
  if (ok !== null) {
    if (probe.refused && ok) add("what is refused changes nothing", `a request that should be refused is answered ${reply.body}`);
    if (probe.again && probe.reply !== null && probe.reply !== reply.body) add("a duplicate gets the first answer", `first ${probe.reply}, then ${reply.body}`);
  }
  return ok;
}
