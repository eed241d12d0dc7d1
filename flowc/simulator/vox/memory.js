// The platform's memory limit, as far as it can be seen from inside: what `S` holds is measured now and then, and the
// buffers of typed arrays, which no engine counts as its own memory, are counted when they are made. The same calls give
// the same counts, so a session that fails here fails here every time.

const MEMORY_LIMIT = 16 * 1024 * 1024; // bytes of a session; docs: platform/voxengine/limits
const STRING_LIMIT = 8388607; // characters; docs: platform/voxengine/limits
const BUFFERS_LIMIT = 4 * MEMORY_LIMIT; // of all buffers ever made, because nobody sees which of them are free again
const MEASURED_EVERY = 25; // callbacks
const BUFFER_TYPES = [
  "ArrayBuffer", "Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array",
  "Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array",
];
const OUT_OF_SIGHT = ["WebAssembly", "SharedArrayBuffer"];
const GROWING = { ArrayBuffer: ["resize", "transfer", "transferToFixedLength"], Int8Array: ["toReversed", "toSorted", "with"] };

/** After every callback; the measuring itself only now and then. */
function watchMemory() {
  sim.callbacks += 1;
  if (sim.callbacks % MEASURED_EVERY === 0) measureMemory();
}

function measureMemory() {
  if (sim.phase === "running" && sizeOf(current.scenario) > MEMORY_LIMIT) {
    fail("memory", `S holds more than ${MEMORY_LIMIT / 1024 / 1024} MB, which is all that the platform gives a session`);
  }
}

/** About as many bytes as a value takes; stops counting at the limit. */
function sizeOf(scenario) {
  let size = 0;
  const seen = new Set();
  const left = [scenario];
  while (left.length > 0 && size <= MEMORY_LIMIT) {
    const value = left.pop();
    if (typeof value === "string") size += 16 + value.length;
    else size += 8;
    if (!isObject(value) || isHandle(value) || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Map) for (const [key, item] of value) left.push(key, item);
    else if (value instanceof Set) for (const item of value) left.push(item);
    else if (typeof value.byteLength === "number") size += value.byteLength;
    else if (Array.isArray(value)) for (const item of value) left.push(item);
    else for (const key of Object.keys(value)) left.push(key, value[key]);
  }
  return size;
}

/** Counts the bytes of a buffer before it is made. */
function countBuffer(bytes) {
  if (sim === null) return;
  sim.bufferBytes += bytes;
  if (bytes <= MEMORY_LIMIT && sim.bufferBytes <= BUFFERS_LIMIT) return;
  const error = new RangeError("out of memory");
  const found = bytes > MEMORY_LIMIT ? `a buffer of ${bytes} bytes` : `buffers of ${sim.bufferBytes} bytes in all`;
  fail("memory", `${found}: the platform gives a session ${MEMORY_LIMIT / 1024 / 1024} MB`, null, positionOf(error));
  throw error;
}

function bytesOf(Type, args) {
  const [first, more] = args;
  const width = Type.BYTES_PER_ELEMENT || 1;
  if (!isObject(first)) return Math.max(Number(first) || 0, (isObject(more) && Number(more.maxByteLength)) || 0) * width;
  return first instanceof globalThis.ArrayBuffer ? 0 : (Number(first.length) || 0) * width;
}

/** Puts counting constructors in the place of the engine's, once for the whole context. */
function boundBuffers() {
  for (const name of OUT_OF_SIGHT) delete globalThis[name];
  for (const name of Object.keys(GROWING)) {
    const prototype = name === "ArrayBuffer" ? globalThis[name].prototype : Object.getPrototypeOf(globalThis[name].prototype);
    for (const method of GROWING[name]) delete prototype[method];
  }
  for (const name of BUFFER_TYPES) {
    const Type = globalThis[name];
    const counting = new Proxy(Type, {
      construct(target, args, made) {
        countBuffer(bytesOf(Type, args));
        return globalThis.Reflect.construct(target, args, made);
      },
    });
    Object.defineProperty(Type.prototype, "constructor", { value: counting });
    Object.defineProperty(globalThis, name, { value: counting });
  }
}

/** Text that is multiplied has the platform's limit; text that is put together has the engine's own. */
function boundStrings() {
  const { repeat, padStart, padEnd } = String.prototype;
  const bounded = (method, lengthOf) =>
    function (...args) {
      if (lengthOf(String(this).length, Number(args[0])) > STRING_LIMIT) throw new RangeError("invalid string length");
      return method.apply(this, args);
    };
  const methods = {
    repeat: bounded(repeat, (length, count) => length * count),
    padStart: bounded(padStart, (length, wanted) => Math.max(length, wanted)),
    padEnd: bounded(padEnd, (length, wanted) => Math.max(length, wanted)),
  };
  for (const name of Object.keys(methods)) {
    Object.defineProperty(String.prototype, name, { value: methods[name], writable: true, configurable: true, enumerable: false });
  }
}

boundBuffers();
boundStrings();
