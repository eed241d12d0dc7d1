// Events in words, as reports have them.

function nameOfEvent(event) {
  if (event.without !== undefined) return `${placeOf(event)}; the account has no secret ${event.without}`;
  if (event.moment === undefined) return placeOf(event);
  const moment = search.world.moments[event.moment];
  return `${placeOf(event)}; ${moment === undefined ? "the platform cannot tell the time" : moment.name}`;
}

function placeOf(event) {
  switch (event.do) {
    case "call":
      return "the caller calls" + (event.who ? `, as one of its callers (${event.who})` : "") + (event.to ? ` the flow's number ${event.to}` : "") + (event.national || event.overSip ? " over a trunk" : "") + (event.withheld === undefined ? "" : `, the number withheld${event.withheld === true ? "" : ` as "${event.withheld}"`}`);
    case "start":
      return `a call is started with ${search.world.starts[event.data] || "nothing"}`;
    case "connect":
      return "the caller is connected";
    case "leave":
      return "the caller hangs up";
    case "storage":
      return event.missing ? `the storage has no ${event.missing}${event.found === "error" ? ": it cannot be read" : ""}` : "the storage answers";
    case "agent":
      return `the agent ${event.does}`;
    case "leg":
      if (event.does === "is found out") return event.found === "error" ? "the detection of a machine fails" : `the detection of a machine finds ${event.found}`;
      if (event.does === "beeps") return `the beep of a machine: ${event.how}`;
      if (event.does === "says the place") return event.code === 501 ? "a queue says which place the caller has" : "a queue says which place the caller has, and for how long";
      return event.unit === "caller" ? `the caller ${event.does}${event.code ? ` (${event.code})` : ""}${event.key ? ` ${event.key}` : ""}` : `a person ${event.does}${event.code ? ` (${event.code})` : ""}${event.key ? ` ${event.key}` : ""}`;
    case "player":
      if (event.how === "is loaded") return "a sound file is loaded";
      return `${event.byPerson ? "what a person is told" : "an announcement"} ${event.how}`;
    case "recorder":
      return `the recording ${event.does}`;
    case "list":
      return `the call list ${event.does}`;
    case "voice":
      return event.does === "begins" || event.does === "ends" ? `${event.byPerson ? "a person's" : "the caller's"} speech ${event.does}` : `the voice detection ${event.does}`;
    case "press":
      return `the platform reports once more that the caller presses ${event.key}, ${event.kind === "in_band" ? "in band" : "as SIP INFO"}`;
    case "late":
      return event.what;
    case "webhook":
      return `a webhook answers ${event.code}${event.isAgain ? " whenever it is told" : ""}${event.answer === undefined ? "" : `: ${search.world.texts[event.answer]}`}`;
    case "post":
      return `somebody posts ${search.world.bodies[event.body].name}${event.cancel ? " to take it back" : ""}${event.again ? " again" : ""}${event.former ? " with the token of an agent before" : ""}`;
    case "time":
    case "timer":
      return `time: ${event.what}`;
    case "again":
      return `the platform repeats ${event.what}`;
    case "answers late":
      return "a person who was given up answers all the same";
    case "found late":
      return `the detection of a machine that was given up: ${event.what}`;
    case "closed again":
      return "the platform repeats that the agent is gone";
    case "key":
      return event.isLate ? `the caller has pressed ${event.key}, which comes late` : `a person who was given up presses ${event.key}`;
    case "announce":
      return "the platform announces the call again";
    case "started again":
      return "the platform starts the session again";
    default:
      return event.do;
  }
}
