// Placeholder until the first file of MartletTensor lands.
