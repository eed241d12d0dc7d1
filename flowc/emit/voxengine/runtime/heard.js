// What the caller hears: whoever brings something about says so.

/** @typedef {Pick<Player, "sendMediaTo" | "stopMediaTo">} Heard */

/** The caller hears this from now on. @type {((unit: Heard) => void)[]} */
const ON_HEARD = [];
/** The caller does not hear this any more. @type {((unit: Heard) => void)[]} */
const ON_UNHEARD = [];
