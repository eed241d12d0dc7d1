// JavaScript's own objects, as they were before any scenario. On the platform each session has its own; here they are
// shared by all of a context, so whoever runs scenarios asks whether one has changed them. Nothing here may be asked of
// what a scenario can change.

const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Reflect;
const { is } = Object;
const OWN = "flowc simulator";

const INTRINSICS = [
  { name: "", object: globalThis },
  { name: "(iterator).", object: Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) },
  { name: "(function*).prototype.", object: Object.getPrototypeOf(function* () {}).prototype },
  ...[[], new Map(), new Set(), ""].map((all) => ({
    name: "(iterator of " + all.constructor.name + ").",
    object: Object.getPrototypeOf(all[Symbol.iterator]()),
  })),
];
for (const name of ownKeys(globalThis)) {
  const object = globalThis[name];
  if (name === "globalThis" || object === null || (typeof object !== "object" && typeof object !== "function")) continue;
  INTRINSICS.push({ name: String(name) + ".", object });
  if (object.prototype) INTRINSICS.push({ name: String(name) + ".prototype.", object: object.prototype });
}
for (const intrinsic of INTRINSICS) {
  intrinsic.keys = ownKeys(intrinsic.object).filter((key) => key !== OWN);
  intrinsic.values = intrinsic.keys.map((key) => ownValue(intrinsic.object, key));
  intrinsic.parent = getPrototypeOf(intrinsic.object);
  intrinsic.open = isExtensible(intrinsic.object);
}

function ownValue(object, key) {
  const found = getOwnPropertyDescriptor(object, key);
  return found === undefined ? undefined : found.get || found.value;
}

/** What is not as it was: the name of one that was changed, or with a `+` of one that was added; "" if all is. */
function changedIntrinsic() {
  let added = "";
  for (let index = 0; index < INTRINSICS.length; index += 1) {
    const { name, object, keys, values, parent, open } = INTRINSICS[index];
    if (getPrototypeOf(object) !== parent || isExtensible(object) !== open) return name + "(itself)";
    for (let at = 0; at < keys.length; at += 1) {
      if (!is(ownValue(object, keys[at]), values[at])) return name + keyName(keys[at]);
    }
    const now = ownKeys(object);
    if (now.length === keys.length + (object === globalThis ? 1 : 0)) continue;
    for (let at = 0; at < now.length; at += 1) {
      if (now[at] !== OWN && !isAmong(now[at], keys)) added = "+" + name + keyName(now[at]);
    }
  }
  return added;
}

function isAmong(key, keys) {
  for (let at = 0; at < keys.length; at += 1) if (keys[at] === key) return true;
  return false;
}

function keyName(key) {
  return typeof key === "symbol" ? "(symbol)" : key;
}
