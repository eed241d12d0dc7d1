"""The back end for the Cartesia Line SDK: a module of tools for each flow, and one that they all share."""
