// A whole search, and of each state in which somebody is on the call what it is without what bounds the world there:
// `{states, bare, wrong}`. `bare` are digests, in order; `wrong` are the properties that do not hold, each with its occasion.

function reached(json) {
  const bare = new Set();
  const inside = expand;
  expand = function (node) {
    resume(node);
    if (sim.ended === null) bare.add(digestNow(withoutBounds(node.path)));
    inside(node);
  };
  beginSearch(json);
  while (!JSON.parse(searchOn(4000)).isDone);
  expand = inside;
  const { states, exhausted, violations } = JSON.parse(endSearch());
  return JSON.stringify({ states, exhausted, bare: Array.from(bare).sort(), wrong: violations.map(({ property, place }) => `${property}, ${place}`).sort() });
}

globalThis["flowc simulator"].reached = reached;
