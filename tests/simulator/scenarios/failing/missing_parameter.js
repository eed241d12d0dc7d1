// error: exception TypeError: Cartesia.createAgentsClient: parameters: apiKey must be string, not undefined
require(Modules.Cartesia);
VoxEngine.addEventListener(AppEvents.CallAlerting, onAlerting);

function onAlerting() {
  Cartesia.createAgentsClient({ agentId: "a", cartesiaVersion: "v" }); // here
}
