// What a report says of the attempts that an action has made, and no other.

function beginAttempts() {
  S.reportedBefore = S.reported.length;
}

ON_ANEW.push(beginAttempts);
