// Conferences: mixers in which everybody hears all others, made and fed by the scenario. The endpoints of a video
// conference (`add`, `get`, `getList`) need a switch of the routing rule and are not emulated.

function stopConference(conference) {
  conference.state = "stopped";
  dropMedia(conference);
  note({ t: sim.now, event: "conference_stopped", conference: conference.id });
  if (sim.options.recorder !== "manual") addTask(0, "conferenceStopped", conference.id); // in a search nothing listens
}

TASKS.conferenceStarts = (id) => emitConference(sim.units[id], "Started");
TASKS.conferenceStopped = (id) => emitConference(sim.units[id], "Stopped");

function emitConference(conference, event) {
  emit("ConferenceEvents", event, conference.id, {}, { conference: conference.handle });
}

Object.assign(IMPLEMENTATION, {
  "VoxEngine.createConference"() {
    const id = `conference-${(sim.counts.conference += 1)}`;
    const conference = { id, kind: "conference", label: id, state: "open", handle: makeHandle("Conference", id) };
    sim.units[id] = conference;
    note({ t: sim.now, event: "conference", conference: id });
    if (sim.options.recorder !== "manual") addTask(0, "conferenceStarts", id);
    return conference.handle;
  },
  "VoxEngine.destroyConference"(handle) {
    const conference = unitOf(handle);
    if (!isOver("VoxEngine.destroyConference", conference)) stopConference(conference);
  },
  "Conference.stop"(conference) {
    if (!isOver("Conference.stop", conference)) stopConference(conference);
  },
  "Conference.id": (conference) => conference.id,
});
