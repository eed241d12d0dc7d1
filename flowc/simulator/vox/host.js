// Runs the emulator under Node, in a context that has nothing of Node's: `node host.js FUNCTION FILE…` reads the emulator's
// files in order (the first is api.json), then from standard input one batch as JSON per line, and prints what FUNCTION
// (`runScripts`, `playScripts`) makes of it as a line. With `-` for FUNCTION a line is `[function, ...arguments]`, and is
// answered before the next one: `["value", text]` or `["error", message]`.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [run, ...names] = process.argv.slice(2);
const [api, ...files] = names.map((name) => fs.readFileSync(path.join(__dirname, name), "utf8"));
const source = `(() => {\n"use strict";\nconst API = ${api};\n${files.join("\n")}\n})();`;
const context = vm.createContext(Object.create(null));
vm.runInContext(source, context, { filename: "vox.js" });
const emulator = context["flowc simulator"];

if (run === "-") {
  const lines = require("readline").createInterface({ input: process.stdin, crlfDelay: Infinity });
  lines.on("line", (line) => process.stdout.write(`${JSON.stringify(answerTo(line))}\n`));
} else {
  const batches = fs.readFileSync(0, "utf8").split("\n").filter((line) => line.trim() !== "");
  for (const batch of batches) process.stdout.write(`${emulator[run](batch)}\n`);
}

function answerTo(line) {
  const [name, ...args] = JSON.parse(line);
  try {
    return ["value", String(emulator[name](...args))];
  } catch (error) {
    return ["error", String(error)];
  }
}
