/// The whole toolkit in one import.
@_exported import MartletInference
@_exported import MartletModel
@_exported import MartletTensor
@_exported import MartletText
@_exported import MartletTraining
