// Parts that are asked one after the other, until one has a reply.

/**
 * The reply of the first part that has one. Those behind it are not asked: to ask a part may carry something out.
 * @template Part
 * @param {Part[]} parts
 * @param {(part: Part) => string | null} ask
 */
function firstReply(parts, ask) {
  return parts.reduce((reply, part) => (reply === null ? ask(part) : reply), /** @type {string | null} */ (null));
}
