// Digests, identifiers and randomness without any host API. Random numbers come from the state, so they repeat.

const FINGERPRINT = 16; // digits of a digest
const SHA256_CONSTANTS = firstPrimes(64).map((prime) => fraction(Math.cbrt(prime)));
const HEX = "0123456789abcdef";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const MD5_TURNS = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
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

/** A digest as the platform hands it over: the typings say that it is a text, and not what stands in it. */
function digest(bytes) {
  if (sim.options.digests === "hex") return hex(bytes);
  return sim.options.digests === "bytes" ? String.fromCharCode(...bytes) : base64(bytes);
}

/** By which an explorer, which has made up the account, knows a secret again that stands in no trace. */
function fingerprintOf(text) {
  return hex(sha256(utf8(text))).slice(0, FINGERPRINT);
}

function base64(bytes) {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [first, second = 0, third = 0] = bytes.slice(index, index + 3);
    const group = (first << 16) | (second << 8) | third;
    for (let digit = 0; digit < 4; digit += 1) text += index + digit <= bytes.length ? BASE64[(group >> (18 - 6 * digit)) & 63] : "=";
  }
  return text;
}

function rotate(word, count) {
  return (word >>> count) | (word << (32 - count));
}

/** FIPS 180-4, over an array of bytes. */
function sha256(message) {
  const bytes = padded(message, false);
  const state = SHA256_START.slice();
  for (let offset = 0; offset < bytes.length; offset += 64) sha256Block(state, bytes, offset);
  return wordBytes(state);
}

function wordBytes(words) {
  return [].concat(...words.map((word) => [(word >>> 24) & 255, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]));
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

/** Bytes with a bit, zeros and the length in bits, up to whole blocks of 64; the length's low bytes first or last. */
function padded(message, lowFirst) {
  const bytes = message.concat([0x80]);
  while (bytes.length % 64 !== 56) bytes.push(0);
  const length = wordBytes([Math.floor(message.length / 536870912), message.length << 3]);
  return bytes.concat(lowFirst ? length.reverse() : length);
}

/** RFC 3174, over an array of bytes. */
function sha1(message) {
  const bytes = padded(message, false);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let offset = 0; offset < bytes.length; offset += 64) {
    const words = Array.from({ length: 16 }, (_, i) => bytes.slice(offset + i * 4, offset + i * 4 + 4).reduce((word, byte) => (word << 8) | byte, 0));
    for (let i = 16; i < 80; i += 1) words.push(rotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1));
    let [a, b, c, d, e] = state;
    words.forEach((word, i) => {
      const mixed = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
        : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
      [a, b, c, d, e] = [(rotateLeft(a, 5) + mixed + e + word) | 0, a, rotateLeft(b, 30), c, d];
    });
    [a, b, c, d, e].forEach((word, i) => (state[i] = (state[i] + word) | 0));
  }
  return wordBytes(state);
}

/** RFC 1321, over an array of bytes. */
function md5(message) {
  const bytes = padded(message, true);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < bytes.length; offset += 64) {
    const words = Array.from({ length: 16 }, (_, i) => bytes.slice(offset + i * 4, offset + i * 4 + 4).reduceRight((word, byte) => (word << 8) | byte, 0));
    let [a, b, c, d] = state;
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4;
      const mixed = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
      const word = words[[i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16];
      const sum = (a + mixed + Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296) + word) | 0;
      [a, b, c, d] = [d, (b + rotateLeft(sum, MD5_TURNS[round][i % 4])) | 0, b, c];
    }
    [a, b, c, d].forEach((word, i) => (state[i] = (state[i] + word) | 0));
  }
  return [].concat(...state.map((word) => wordBytes([word]).reverse()));
}

function rotateLeft(word, count) {
  return (word << count) | (word >>> (32 - count));
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
  let digits = "";
  while (digits.length < 32) digits += HEX[Math.floor(random() * 16)];
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`;
}

const SIM_MATH = Object.freeze(Object.create(Math, { random: { value: random } }));
