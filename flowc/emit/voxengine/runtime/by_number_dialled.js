// The number that the caller has dialled, which a branch goes by.

/** With or without its plus, which a trunk may leave out. */
function numberDialled() {
  return [S.to, "+" + S.to];
}

OF_CALL.to = numberDialled;
