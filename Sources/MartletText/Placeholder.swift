// Placeholder until the first file of MartletText lands.
