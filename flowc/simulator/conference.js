// Conferences: mixers in which everybody hears all others, made and fed by the scenario. The endpoints of a video
// conference (`add`, `get`, `getList`) need a switch of the routing rule and are not emulated.

function stopConference(conference) {
  conference.state = "stopped";
  dropMedia(conference);
  note("conference_stopped", { conference: conference.id });
  addTask(0, "conferenceStopped", { unit: conference.id });
}

TASKS.conferenceStarts = (task) => emitConference(sim.units[task.unit], "Started");
TASKS.conferenceStopped = (task) => emitConference(sim.units[task.unit], "Stopped");

function emitConference(conference, event) {
  emit("ConferenceEvents", event, conference.id, {}, { conference: conference.handle });
}

Object.assign(IMPLEMENTATION, {
  "VoxEngine.createConference"() {
    const id = `conference-${(sim.counts.conference += 1)}`;
    const conference = { id, kind: "conference", label: id, state: "open", handle: makeHandle("Conference", id) };
    sim.units[id] = conference;
    note("conference", { conference: id });
    addTask(0, "conferenceStarts", { unit: id });
    return conference.handle;
  },
  "VoxEngine.destroyConference"(handle) {
    const conference = sim.units[handle.ref];
    if (!isOver("VoxEngine.destroyConference", conference)) stopConference(conference);
  },
  "Conference.stop"(conference) {
    if (!isOver("Conference.stop", conference)) stopConference(conference);
  },
  "Conference.id": (conference) => conference.id,
});
