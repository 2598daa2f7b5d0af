// Placeholder until the first file of MartletModel lands.
