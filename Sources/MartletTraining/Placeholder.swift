// Placeholder until the first file of MartletTraining lands.
