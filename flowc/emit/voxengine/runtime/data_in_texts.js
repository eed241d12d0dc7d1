// Texts that say what a call was started with: `${data.name}`.

/** @param {string} name */
function dataNamed(name) {
  const datum = name.replace(/^data\./, "");
  return datum !== name && has(S.data, datum) ? String(S.data[datum]) : "";
}

ON_NAMED.push(dataNamed);
