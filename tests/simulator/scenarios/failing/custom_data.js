// error: exception TypeError: VoxEngine.customData: more than 200 bytes
VoxEngine.customData("é".repeat(101)); // here
