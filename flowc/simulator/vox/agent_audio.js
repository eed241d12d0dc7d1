// An agent's audio. It comes as fast as the agent makes it and waits in the connector's buffer until it has been played;
// whether what nobody hears is lost or kept for whoever is connected next is an option. `clearMediaBuffer` empties it.

const END_OF_SPEECH_MS = 1000; // docs: WebSocketMediaEnded comes after a second without audio

/** Called when somebody begins or ceases to receive what a unit sends. */
function watchAgentAudio(unit) {
  if (unit.kind !== "agent" || unit.state !== "open") return;
  const left = Math.max(unit.playsUntil - sim.now, 0);
  if (left === 0 && unit.held === 0) return;
  if (isSentTo(unit)) {
    if (unit.held > 0) playHeld(unit);
  } else if (left > 0) {
    unit.playsUntil = sim.now;
    if (sim.options.agent_buffer === "kept") unit.held += left;
  }
}

function playHeld(agent) {
  note({ t: sim.now, event: "agent_stale_audio", agent: agent.id, ms: agent.held });
  agent.playsUntil = Math.max(agent.playsUntil, sim.now) + agent.held;
  agent.held = 0;
}

/** `text`: what it says while its model does not answer. */
function speak(agent, duration, text = null) {
  if (!agent.started) throw impossible("the agent cannot speak: it has not been started");
  const silent = !agent.speaking && !sim.tasks.some((task) => task.kind === "mediaEnded" && task.unit === agent.id);
  agent.speaking = true;
  agent.saysNothing = false;
  agent.says = text;
  if (text === null) agent.hangs = false;
  cancelTasks("speechEnds", agent.id);
  cancelTasks("mediaEnded", agent.id);
  note({ t: sim.now, event: "agent_speaks", agent: agent.id, ms: duration === Infinity ? null : duration, ...(text === null ? {} : { text }) });
  addTask(duration, "speechEnds", agent.id);
  if (isSentTo(agent)) agent.playsUntil = sim.now + duration;
  else if (sim.options.agent_buffer === "kept") agent.held += duration;
  if (silent) emitAgent(agent, "Cartesia.Events", "WebSocketMediaStarted", {});
}

/** The caller interrupts: the agent says so, and the connector may empty the buffer by itself, which is an option. */
function interrupt(agent) {
  agentSays(agent, "Clear", {});
  const queued = agent.speaking || agent.held > 0 || agent.playsUntil > sim.now;
  if (agent.state === "open" && queued && sim.options.automatic_clear) clearBuffer(agent);
}

function clearBuffer(agent) {
  note({ t: sim.now, event: "agent_buffer_cleared", agent: agent.id });
  agent.held = 0;
  agent.playsUntil = sim.now;
  if (!agent.speaking) return;
  cancelTasks("speechEnds", agent.id);
  if (sim.options.silence_after_clear === "reported") TASKS.speechEnds(agent.id);
  else agent.speaking = false;
}

TASKS.speechEnds = function (id) {
  const agent = sim.units[id];
  agent.speaking = false;
  agent.saysNothing = agent.hangs;
  note({ t: sim.now, event: "agent_silent", agent: agent.id });
  addTask(END_OF_SPEECH_MS, "mediaEnded", agent.id);
};
TASKS.mediaEnded = (id) => emitAgent(sim.units[id], "Cartesia.Events", "WebSocketMediaEnded", {});

Object.assign(IMPLEMENTATION, {
  "Cartesia.AgentsClient.clearMediaBuffer"(agent) {
    if (!isOver("Cartesia.AgentsClient.clearMediaBuffer", agent)) clearBuffer(agent);
  },
});
