// What webhooks are told of what the caller has chosen in menus.

/** @param {Record<string, unknown>} content */
function addChoices(content) {
  content.chosen = S.chosen;
}

ON_CONTENT.push(addChoices);
