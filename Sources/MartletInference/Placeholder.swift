// Placeholder until the first file of MartletInference lands.
