// Choices among the targets of a transfer.

/** @param {Item[]} items @param {number} index of the transfer among its steps */
function choose(items, index) {
  /** @type {Rung[]} */
  const hunt = [];
  addChosen(items, index, hunt);
  return hunt;
}

/** A target to which a choice leads again is passed over. @param {Item[]} items @param {number} index @param {Rung[]} hunt */
function addChosen(items, index, hunt) {
  items.forEach((item) => {
    if (!isRung(item)) {
      const by = /** @type {Subject} */ (item.by);
      const arm = armFor(by, item.among, S.request);
      logStep(S.way, index, "by", choiceInWords(by, arm));
      addChosen(item.among[arm], index, hunt);
      return;
    }
    const names = namesOf(item).filter((name) => !hunt.some((each) => namesOf(each).includes(name)));
    if (names.length === namesOf(item).length) hunt.push(item);
    else if (names.length > 0) hunt.push(Object.assign({}, item, { together: names }));
  });
}

ON_HUNT.push(choose);
