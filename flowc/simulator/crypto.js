// Digests, identifiers and randomness without any host API. Random numbers come from the state, so they repeat.

const SHA256_CONSTANTS = firstPrimes(64).map((prime) => fraction(Math.cbrt(prime)));
const SHA256_START = firstPrimes(8).map((prime) => fraction(Math.sqrt(prime)));

function firstPrimes(count) {
  const primes = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

function fraction(number) {
  return Math.floor((number - Math.floor(number)) * 4294967296) | 0;
}

function utf8(text) {
  const bytes = [];
  for (const character of text) {
    let code = character.codePointAt(0);
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return bytes;
}

function hex(bytes) {
  return bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function rotate(word, count) {
  return (word >>> count) | (word << (32 - count));
}

/** FIPS 180-4, over an array of bytes. */
function sha256(message) {
  const bytes = message.concat([0x80]);
  while (bytes.length % 64 !== 56) bytes.push(0);
  const bits = message.length * 8;
  for (const word of [Math.floor(bits / 4294967296), bits >>> 0]) bytes.push(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
  const state = SHA256_START.slice();
  for (let offset = 0; offset < bytes.length; offset += 64) sha256Block(state, bytes, offset);
  return [].concat(...state.map((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]));
}

function sha256Block(state, bytes, offset) {
  const words = [];
  for (let i = 0; i < 16; i += 1) {
    const at = offset + i * 4;
    words.push((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]);
  }
  for (let i = 16; i < 64; i += 1) {
    const low = rotate(words[i - 15], 7) ^ rotate(words[i - 15], 18) ^ (words[i - 15] >>> 3);
    const high = rotate(words[i - 2], 17) ^ rotate(words[i - 2], 19) ^ (words[i - 2] >>> 10);
    words.push((words[i - 16] + low + words[i - 7] + high) | 0);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const first = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + SHA256_CONSTANTS[i] + words[i]) | 0;
    const second = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] = (state[i] + word) | 0));
}

function hmacSha256(key, data) {
  const block = (key.length > 64 ? sha256(key) : key).slice();
  while (block.length < 64) block.push(0);
  const inner = sha256(block.map((byte) => byte ^ 0x36).concat(data));
  return sha256(block.map((byte) => byte ^ 0x5c).concat(inner));
}

/** The next number of the session, in [0, 1): mulberry32 over `sim.random`. */
function random() {
  sim.random = (sim.random + 0x6d2b79f5) | 0;
  let mixed = Math.imul(sim.random ^ (sim.random >>> 15), 1 | sim.random);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
}

function uuid() {
  const digits = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20)].join("-");
}

const SIM_MATH = Object.freeze(Object.create(Math, { random: { value: random } }));
