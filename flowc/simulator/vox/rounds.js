// Rounds: states that lead to each other while nobody does anything. Time ends none of them, unless a limit runs on all the
// way round: so it is where the caller waits in a queue, and is told something again and again until the waiting is over.

const NONE_KEPT = Object.freeze([]);

/**
 * Timers that are far away, by their numbers and what they call; not the runtime's for a warning of the call's end. Where any
 * timer may be the first, none is near: whichever runs on is over one day.
 */
function limitsNow() {
  const isOfCall = (task) => search.world.distant.includes(nameOfTask(task));
  const isFarAway = (task) => task.at === NEVER || search.mode.untimed;
  return sim.tasks.filter((task) => task.kind === "timer" && isFarAway(task) && !isPassedOver(task) && !isOfCall(task)).map((task) => ({ id: task.details.id, name: wordsOfTask(task) }));
}

/** What of these runs on from one state to the next, if the caller waits in a queue in both. */
function limitsKept(before, after) {
  if (!before.isQueued || !after.isQueued) return NONE_KEPT;
  const ids = limitsNow().map(({ id }) => id);
  return before.limits.filter(({ id }) => ids.includes(id)).map(({ name }) => name);
}

/** A number for each state: two have the same if each leads to the other (Tarjan's strongly connected components). */
function roundsOf(nodes) {
  const [order, lowest, rounds] = [0, 1, 2].map(() => new Int32Array(nodes.length)); // 0: not looked at
  const open = [];
  let [seen, found] = [0, 0];
  for (const root of nodes) {
    if (order[root.number] !== 0) continue;
    const way = [];
    const enter = (number) => {
      seen += 1;
      order[number] = lowest[number] = seen;
      open.push(number);
      way.push({ number, next: 0 });
    };
    enter(root.number);
    while (way.length > 0) {
      const top = way[way.length - 1];
      const { calm } = nodes[top.number];
      if (top.next < calm.length) {
        const to = calm[top.next];
        top.next += 1;
        if (order[to] === 0) enter(to);
        else if (rounds[to] === 0) lowest[top.number] = Math.min(lowest[top.number], order[to]);
        continue;
      }
      way.pop();
      if (way.length > 0) lowest[way[way.length - 1].number] = Math.min(lowest[way[way.length - 1].number], lowest[top.number]);
      if (lowest[top.number] !== order[top.number]) continue;
      found += 1;
      for (let number = -1; number !== top.number; ) {
        number = open.pop();
        rounds[number] = found;
      }
    }
  }
  return rounds;
}

/** By its number, whether one limit runs on wherever a round leads; one more does that in any call: how long it may last. */
function limitedRounds(nodes, rounds) {
  const kept = [];
  for (const { number, calm, limits } of nodes) {
    const round = rounds[number];
    calm.forEach((to, index) => {
      if (rounds[to] !== round) return;
      kept[round] = kept[round] === undefined ? limits[index] : kept[round].filter((name) => limits[index].includes(name));
    });
  }
  return kept.map((names) => new Set(names).size > 1);
}
