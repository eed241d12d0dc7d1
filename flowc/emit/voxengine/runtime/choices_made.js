// What the caller has chosen in menus: only webhooks are told of it.

function choicesMadeState() {
  return {
    /** The key of each menu, by its prompt; the last one where that was heard again. @type {Record<string, string>} */
    chosen: {},
  };
}

/** It is the menu's key: that follows it. @param {_ToneReceivedEvent} event */
function noteChoice(event) {
  const menu = S.menu;
  if (menu !== null && menu.keys.some((choice) => choice.key === event.tone)) S.chosen[menu.menu] = event.tone;
  return false;
}

ON_KEY.push(noteChoice);
