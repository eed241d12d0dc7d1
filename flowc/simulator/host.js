// Runs a batch under Node, in a context that has nothing of Node's: `node host.js FILE…` reads the emulator's files in
// order (the first is api.json) and a batch as JSON from standard input, and prints the results as JSON.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [api, ...files] = process.argv.slice(2).map((name) => fs.readFileSync(path.join(__dirname, name), "utf8"));
const source = `"use strict";\nconst API = ${api};\n${files.join("\n")}`;
const context = vm.createContext({});
vm.runInContext(source, context, { filename: "vox.js" });
context.batch = fs.readFileSync(0, "utf8");
process.stdout.write(vm.runInContext("runScripts(batch)", context));
