// How long a message is, by the clock: what the platform says of it comes later, if at all.

function messageLengthState() {
  return {
    messageAt: 0,
  };
}

function noteMessageBegun() {
  S.messageAt = Date.now();
}

/** In whole seconds. */
function lengthOfMessage() {
  return Math.round((Date.now() - S.messageAt) / 1000);
}
