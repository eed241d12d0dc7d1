// error: exception TypeError: Modules.Cartesio is not part of the VoxEngine API
require(Modules.Cartesio); // here
