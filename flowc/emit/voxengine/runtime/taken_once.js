// Targets that ring together several times: once somebody has taken the call, those that were let go are rung no more.

function ringNoneAgain() {
  if (namesOf(S.hunt[S.turn]).length > 1) S.again = [];
}

ON_TAKEN.push(ringNoneAgain);
