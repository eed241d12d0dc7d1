// When the call is over, the call list is waited for as webhooks are: the session ends once all of them know.

function endOnceListKnows() {
  endOnceTold();
}

ON_UNTOLD.push(isListWaitedFor);
