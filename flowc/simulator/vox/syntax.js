// Reads a scenario's text as tokens. Strings, templates, comments and regular expressions are skipped; nothing else of the
// language is understood. It looks for `async` and `await`: syntax that makes promises of the host, which the emulator
// cannot see.

const BEFORE_EXPRESSION = ["return", "typeof", "case", "do", "else", "in", "of", "void", "delete", "throw", "new", "instanceof"];

// One token: comment, string, piece of template, number or word, or any other character
const TOKEN = /\/\/[^\n]*|\/\*[^]*?\*\/|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|[\w$\u0080-\uffff]+|[^]/g;
const REGEXP = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/\w*/y;
const TEMPLATE = /(?:\\[^]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;

/** The line and column of the first `async` or `await` used as a keyword, or null. */
function findAsync(text) {
  let found = null;
  eachToken(text, (token, index, previous) => {
    const isKeyword = (token === "async" || token === "await") && previous !== "." && !/^\s*:/.test(text.slice(TOKEN.lastIndex, TOKEN.lastIndex + 20));
    if (isKeyword) found = positionAt(text, index);
    return isKeyword;
  });
  return found;
}

/** Tells of each token, without comments and what is within strings, with the one before it, until `tell` says true. */
function eachToken(text, tell) {
  const braces = [];
  let previous = "";
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0];
    if (/^\s$/.test(token) || token.startsWith("//") || token.startsWith("/*")) continue;
    if (tell(token, match.index, previous)) return;
    if (token === "/" && startsExpression(previous)) skip(REGEXP, text, match.index);
    if (token === "{") braces.push("{");
    const resumed = token === "}" && braces.pop() === "`";
    if (token === "`" || resumed) {
      if (skip(TEMPLATE, text, TOKEN.lastIndex).endsWith("${")) braces.push("`");
    }
    previous = token;
  }
}

function startsExpression(previous) {
  return previous === "" || BEFORE_EXPRESSION.includes(previous) || !/^[\w$)\]}"'`\u0080-\uffff]/.test(previous);
}

/** Moves the scanner behind what `pattern` matches at `index`; stays where it is if nothing does. */
function skip(pattern, text, index) {
  pattern.lastIndex = index;
  const match = pattern.exec(text);
  if (match === null) return "";
  TOKEN.lastIndex = pattern.lastIndex;
  return match[0];
}

function positionAt(text, index) {
  const before = text.slice(0, index).split("\n");
  return { line: before.length, column: before[before.length - 1].length + 1 };
}
