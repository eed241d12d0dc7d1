// Objects that have the same names all the time, such as a scenario's `S`: their values are read, set and copied together, by
// functions that are made for these names, which an engine carries out many times faster than one name after the other.

const SHAPES_AT_MOST = 500;
/** A function is worth its making to what is copied more often than that. */
const COPIED_FIRST = 20;
let shapes = new Map();

/**
 * The shape of an object, the same one for the same names in the same order: `{names, read, write}`. `former` is tried first.
 */
function shapeOf(object, former) {
  const names = Object.keys(object);
  if (former !== null && isSameList(names, former.names)) return former;
  const key = JSON.stringify(names);
  let shape = shapes.get(key);
  if (shape === undefined) {
    if (shapes.size >= SHAPES_AT_MOST) shapes = new Map();
    const places = names.map((name) => `[${JSON.stringify(name)}]`);
    const read = new Function("object", `return [${places.map((place) => `object${place}`).join(", ")}];`);
    const write = new Function("object", "values", places.map((place, number) => `object${place} = values[${number}];`).join("\n"));
    shape = { names, read, write, copies: 0, copy: null };
    shapes.set(key, shape);
  }
  return shape;
}

function isSameList(one, other) {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) if (one[index] !== other[index]) return false;
  return true;
}

/**
 * A copy of a plain object of this shape. `{ ...object }` is as right, and slow where objects of many shapes come by; and all
 * copies of one shape are alike to an engine, however their originals were made.
 */
function copyOfShape(shape, object) {
  if (shape.copy !== null) return shape.copy(object);
  shape.copies += 1;
  if (shape.copies > COPIED_FIRST) {
    const entries = shape.names.map((name) => [JSON.stringify(name), name === "__proto__"]);
    shape.copy = new Function("object", `return { ${entries.map(([name, isSpecial]) => `${isSpecial ? `[${name}]` : name}: object[${name}]`).join(", ")} };`);
  }
  return { ...object };
}
