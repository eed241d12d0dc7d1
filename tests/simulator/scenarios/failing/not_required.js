// error: exception ReferenceError: Cartesia is not loaded: require(Modules.Cartesia) comes first
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  Cartesia.createAgentsClient({ apiKey: "k", agentId: "a", cartesiaVersion: "v" }); // here
}
