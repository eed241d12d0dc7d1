// Requests to webhooks that are signed: who knows the key knows who posts, and that nothing of it was changed.

const KEY_OF_SIGNATURE = /^[\x20-\x7e]+$/;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The body is ASCII, so that what is signed is what arrives, whatever texts are encoded in. @param {string} name @param {Told} told */
function signWebhook(name, told) {
  const { sign } = WEBHOOKS[name];
  if (sign === undefined) return;
  told.body = told.body.replace(/[^\x00-\x7f]/g, escapeInJson);
  const key = valueOf(sign).trim();
  const time = Math.floor(Date.now() / 1000);
  let signature = "";
  if (KEY_OF_SIGNATURE.test(key)) {
    safely("sign what the webhook " + name + " is told", () => {
      signature = asHex(Crypto.hmac_sha256(key, time + "." + told.body));
    });
  }
  if (signature !== "") told.headers["X-Flowc-Signature"] = "t=" + time + ",v1=" + signature;
  else log("the webhook " + name + " is told without a signature: its key is missing or cannot be used");
}

/** @param {string} character */
function escapeInJson(character) {
  return "\\u" + character.charCodeAt(0).toString(16).padStart(4, "0");
}

/**
 * A digest of 32 bytes as lower-case hexadecimal digits, "" if it is none. In which form the platform has it is not
 * documented: as such digits, in Base64, or as a character for each byte.
 * @param {string} digest
 */
function asHex(digest) {
  if (/^[0-9a-f]{64}$/i.test(digest)) return digest.toLowerCase();
  if (/^[A-Za-z0-9+/]{43}=$/.test(digest)) {
    const bits = digest.slice(0, 43).replace(/./g, (digit) => BASE64.indexOf(digit).toString(2).padStart(6, "0"));
    return bits.slice(0, 256).replace(/.{4}/g, (four) => parseInt(four, 2).toString(16));
  }
  if (!/^[\x00-\xff]{32}$/.test(digest)) return "";
  return digest.replace(/[^]/g, (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"));
}

ON_WEBHOOK_TOLD.push(signWebhook);
