// What a scenario could remember where nobody sees it. A search copies states: the scenario's `S`, and what the emulator
// knows. A variable of the top level, an object of a class, a function that was made within another one: these remember as
// well, and no copy has it. What flowc generates has none of them; a file that was edited by hand may. It is read here, as
// tokens: brackets, and which of them are functions' bodies.

const CONTROL = ["if", "for", "while", "switch", "catch", "with"];
const CALLBACK_TAKERS = ["addEventListener", "then", "catch", "finally", "setTimeout", "setInterval"];
const OF_FUNCTIONS = ["bind", "call", "apply", "name", "length"];
const OPENS = "([{";
const CLOSES = ")]}";

/** The tokens of a text, each `{word, at, depth, functions}`: how many brackets, and how many functions, it is within. */
function tokensOf(text) {
  const tokens = [];
  const open = []; // {word, isBody, before}: brackets, and functions that are `=>` and an expression
  let closed = null;
  const before = (back) => (tokens.length < back ? "" : tokens[tokens.length - back].word);
  eachToken(text, (word, at) => {
    if (word === ">" && before(1) === "=" && tokens[tokens.length - 1].at === at - 1) {
      tokens[tokens.length - 1].word = "=>";
      return;
    }
    const previous = before(1);
    while (open.length > 0 && open[open.length - 1].word === "=>" && (CLOSES + ",;").includes(word)) open.pop();
    if (previous === "=>" && word !== "{") open.push({ word: "=>", isBody: true, before: "" });
    if (CLOSES.includes(word)) closed = open.pop() || null;
    const depth = open.filter((each) => each.word !== "=>").length;
    tokens.push({ word, at, depth, functions: open.filter((each) => each.isBody).length });
    if (!OPENS.includes(word)) return;
    const isBody = word === "{" && (previous === "=>" || (previous === ")" && closed !== null && !CONTROL.includes(closed.before)));
    open.push({ word, isBody, before: word === "(" ? previous : "" });
  });
  return tokens;
}

function lineAt(text, index) {
  return positionAt(text, index).line;
}

/** What of a text hides something by itself, or is no function that has a name: `{line, what, instead}` of each. */
function lintOf(text) {
  const tokens = tokensOf(text);
  const functions = tokens.filter((token, index) => index > 0 && token.depth === 0 && tokens[index - 1].word === "function").map((token) => token.word);
  const found = [];
  const add = (token, what, instead) => found.push({ line: lineAt(text, token.at), what, instead });
  tokens.forEach((token, index) => {
    const next = tokens[index + 1] || { word: "" };
    const isProperty = index > 0 && (tokens[index - 1].word === "." || next.word === ":");
    if (isProperty) return;
    if ((token.word === "let" || token.word === "var") && token.depth === 0) add(token, `\`${next.word}\` is a variable of the top level`, `keep it in \`S\``);
    else if (token.word === "class") add(token, `\`${next.word}\` is a class`, "use plain objects, and keep them in `S`");
    else if (token.word === "async" || token.word === "await") add(token, `\`${token.word}\` makes a promise that nobody sees`, "use `.then`");
    else if (token.word === "function" && next.word === "*") add(token, "a generator stops in the middle, and remembers where", "use functions that come to their end");
    else if (token.word === "=>" || token.word === "function") {
      const taker = takerOf(tokens, index);
      if (taker !== null) add(token, `a function without a name is given to \`${taker}\``, "give it the name of a function of the top level, or `.bind` one to what it has to know");
    }
  });
  tokens.forEach((token, index) => {
    const [dot, name] = tokens.slice(index + 1, index + 3);
    if (name === undefined || dot.word !== "." || OF_FUNCTIONS.includes(name.word) || (index > 0 && tokens[index - 1].word === ".")) return;
    if (functions.includes(token.word)) add(token, `\`${token.word}\` keeps something in \`${name.word}\``, "keep it in `S`");
  });
  for (const each of withoutIdentity(tokens)) add(each, `\`${each.name}\` does not begin with whose event it is`, "compare it with what is in `S` first, and return if it is another's");
  return found;
}

/** What calls a function later, if this token is a function that it is given directly; else null. */
function takerOf(tokens, index) {
  const depth = tokens[index].depth;
  for (let at = index - 1; at > 0; at -= 1) {
    if (tokens[at].depth >= depth) continue;
    return tokens[at].word === "(" && CALLBACK_TAKERS.includes(tokens[at - 1].word) ? tokens[at - 1].word : null;
  }
  return null;
}

/** Listeners that read of an event whose it is, and do something before they have compared that. */
function withoutIdentity(tokens) {
  const found = [];
  const listeners = tokens.filter((token, index) => index > 0 && tokens[index - 1].word === "," && (tokens[index + 1] || token).word === ")").map((token) => token.word);
  tokens.forEach((token, index) => {
    if (token.word !== "function" || token.depth > 0 || !listeners.includes(tokens[index + 1].word)) return;
    const end = tokens.findIndex((each, at) => at > index && each.word === "}" && each.depth === 0);
    const body = tokens.slice(index, end);
    const reads = body.findIndex((each, at) => each.word === "event" && body[at + 1].word === "." && ["call", "client", "player"].includes(body[at + 2].word));
    if (reads < 0) return;
    const does = body.findIndex((each, at) => at > 4 && isDeed(body, at));
    const aliases = body.filter((each, at) => at + 3 < body.length && body[at + 1].word === "=" && body[at + 2].word === "S").map((each) => each.word).concat("S");
    const compares = body.findIndex((each, at) => each.word === "=" && body[at + 1].word === "=" && (body.slice(Math.max(at - 4, 0), at + 6).some((near) => aliases.includes(near.word)) || isSearched(body, at)));
    if (compares < 0 || (does >= 0 && does < compares)) found.push({ at: token.at, name: tokens[index + 1].word });
  });
  return found;
}

/** It is looked for among those of a list in `S`: `S.live.find((each) => each.leg === event.call)`. */
function isSearched(body, at) {
  return body.slice(Math.max(at - 12, 0), at).some((each, index, near) => isSearch(near, index + 1));
}

/** A bracket behind `S.name.find`. */
function isSearch(body, at) {
  return at >= 5 && body[at - 1].word === "find" && body[at - 5].word === "S";
}

/** Something is called, or set in `S`. */
function isDeed(body, at) {
  if (isSearch(body, at)) return false;
  const before = body[at - 1].word;
  if (body[at].word === "(" && /^[\w$]+$/.test(before) && !CONTROL.includes(before)) return true;
  return body[at].word === "=" && body[at + 1].word !== "=" && !"=!<>".includes(before) && body[at - 3].word === "S";
}

/**
 * Where a scenario that has just begun hides something, as `{line, what}`; null if it hides nothing. `known` are the
 * functions, and the other values, that its names, tables and listeners lead to.
 */
function hiddenIn(text, functions, values) {
  const tokens = tokensOf(text);
  const first = lintOf(text).find(({ what }) => / is a (?:variable|class)|remembers where|keeps something/.test(what));
  if (first !== undefined) return first;
  const starts = new Map(tokens.map((token) => [token.at, token]));
  for (const value of functions) {
    if (BINDINGS.has(value)) return { line: null, what: `\`${functionName(value)}\` was bound before the call` };
    const written = String(value);
    for (let at = text.indexOf(written); at >= 0; at = text.indexOf(written, at + 1)) {
      const token = starts.get(at);
      if (token === undefined || token.functions > 0) return { line: lineAt(text, at), what: `${named(value)} is made within another function` };
    }
  }
  for (const [name, value] of values) {
    if (isObject(value) && !isPlain(value)) return { line: lineOfName(text, name), what: `\`${name}\` is no plain object` };
  }
  return null;
}

function isPlain(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null || value instanceof RegExp || isHandle(value);
}

function lineOfName(text, name) {
  const at = text.search(new RegExp(`^const ${name.replace(/\$/g, "\\$")}\\b`, "m"));
  return at < 0 ? null : lineAt(text, at);
}

/** What a value in the state is that no copy can have: a function, or an object of a class. */
function hiddenValue(text, value) {
  if (typeof value !== "function") return { line: null, what: `an object of the class ${functionName(value.constructor)}` };
  const at = text.indexOf(String(value));
  return { line: at < 0 ? null : lineAt(text, at), what: `${named(value)} is made on the way` };
}

/** What a scenario's tables hold, to see whether something has changed it: objects, how many entries each, keys, values. */
function contentsOf(constants) {
  const contents = { objects: [], counts: [], keys: [], values: [] };
  for (const object of constants) {
    const keys = Object.keys(object);
    contents.objects.push(object);
    contents.counts.push(keys.length);
    contents.keys.push(keys);
    contents.values.push(keys.map((key) => object[key]));
  }
  return contents;
}

/** The first of these objects that has changed, or null. */
function changedOf({ objects, counts, keys, values }) {
  for (let index = 0; index < objects.length; index += 1) {
    const object = objects[index];
    let count = 0;
    for (const _ in object) count += 1;
    if (count !== counts[index]) return object;
    for (let entry = 0; entry < count; entry += 1) if (!Object.is(object[keys[index][entry]], values[index][entry])) return object;
  }
  return null;
}

/** The name of the top level by which an object is come by. */
function nameOfConstant(probed, object) {
  const holds = (value, seen) => {
    if (value === object) return true;
    if (!isObject(value) || seen.has(value)) return false;
    seen.add(value);
    return Object.keys(value).some((key) => holds(value[key], seen));
  };
  const found = (probed || []).find(([, value]) => holds(value, new Set()));
  return found === undefined ? "" : found[0];
}

function named(value) {
  if (value.name) return `\`${value.name}\``;
  const written = String(value).split("\n")[0].slice(0, 60);
  return `the function \`${written}\``;
}

Object.assign(globalThis["flowc simulator"], { lint: (text) => JSON.stringify(lintOf(text)) });
