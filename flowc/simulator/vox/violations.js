// What is found: each kind once, by the shortest path; and on the graph of all states, whether time leads on.

/** `told` is a text, or a function that makes it: that may go on from other states. */
function violated(property, place, told, node, event, turn) {
  if ((turn !== null || node.fault) && !AFTER_FAULT.includes(property)) return;
  if (node.fault && isExcused(property, node.fault.what)) return;
  const kind = `${property}, ${place}`;
  if (search.violations.has(kind)) return;
  if (event.do === "answers late" && !search.isApart) {
    search.isApartAnew = true; // whoever answers here may stand for somebody else: it is told of one who was given up
    return;
  }
  const path = pathOf(node, { ...event, ...(turn === null ? {} : { fault: turn }) });
  const found = { property, promise: PROPERTIES[property] || null, place, told: "", path, error: sim === null ? null : sim.error || sim.errors[0] || null };
  search.violations.set(kind, found);
  found.told = typeof told === "string" ? told : told();
}

/** With the last events. Whoever answers late has not said before that it is over: that may come at any time. */
function pathOf(node, event) {
  const path = pathTo(node).concat(node.lastly || []);
  const isLast = ({ unit, does }) => unit === event.unit && ["is gone", "answers", "answers all the same"].includes(does);
  if (event.do !== "answers late" || !wasGivenUp(sim.units[event.unit]) || !path.some(isLast)) return path.concat([event]);
  return path.filter((other) => !isLast(other)).concat([{ do: "leg", unit: event.unit, does: "answers all the same" }]);
}

function pathTo(node) {
  const path = [];
  for (let at = node; at.parent !== null; at = search.nodes[at.parent]) path.push(at.event.fault === undefined && at.fault && at.fault !== search.nodes[at.parent].fault ? { ...at.event, fault: at.fault.turn } : at.event);
  return path.reverse();
}

/** The world as it is when nobody wants anything: time goes by, what was hung up is over, and storage, webhooks and the recording of the call answer. */
function isCalm(event, { isQueued }) {
  return event.do === "time" || (event.do === "timer" && (event.far !== true || (isQueued && !search.world.distant.includes(event.what)))) || event.do === "storage" || (event.do === "webhook" && event.code > 0 && event.once === undefined) || event.do === "late" || (event.do === "leg" && event.does === "is gone") || (event.do === "recorder" && event.next === true && event.does !== "fails");
}

/** Nobody does anything, and this is the next state. */
function leadsTo(node, to, before, after) {
  node.calm.push(to);
  node.limits.push(limitsKept(before, after));
}

/** On the graph: from every state time alone leads to the end, or to somebody who is with the caller; never in a circle. */
function faultsOfGraph() {
  const leads = new Int8Array(search.nodes.length); // 0 not looked at, 1 on the way, 2 looked at
  const rounds = roundsOf(search.nodes);
  const isLimited = limitedRounds(search.nodes, rounds);
  for (const root of search.nodes) {
    if (leads[root.number] !== 0 || root.number >= search.next) continue;
    const way = [{ node: root, next: 0 }];
    leads[root.number] = 1;
    while (way.length > 0) {
      const top = way[way.length - 1];
      if (top.next >= top.node.calm.length) {
        if (top.node.calm.length === 0 && top.node.number < search.next && !top.node.mayRest && !search.isLimited) violated("time leads on", placeOf(top.node.event), "nobody does anything any more, and nothing follows", top.node, { do: "nothing" }, null);
        leads[top.node.number] = 2;
        way.pop();
        continue;
      }
      const to = top.node.calm[top.next];
      top.next += 1;
      if (leads[to] === 1 && !isLimited[rounds[to]]) violated("no round without an end", placeOf(top.node.event), "nobody does anything, and the call goes round for ever", top.node, { do: "nothing" }, null);
      if (leads[to] !== 0) continue;
      leads[to] = 1;
      way.push({ node: search.nodes[to], next: 0 });
    }
  }
}
