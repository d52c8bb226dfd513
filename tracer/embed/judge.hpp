// How well a picture keeps what is near near: do a sample's nearest neighbours have its class, in the
// data and in the picture?
#pragma once

#include <vector>

#include "tracer/number/eigen.hpp"

namespace tracer::embed {

/// The share of samples whose class most of their k nearest others have (of several such classes that
/// of the nearest): leave one out. points: d × n, finite; labels: the class of each, from 0. Of very
/// many samples only `most`, evenly spread over their numbers, are asked, each against all. Requires
/// n >= 2; fewer than k others: all of them.
double neighbour_accuracy(const Array<float>& points, const std::vector<int>& labels, int k = 10,
                          int most = 10'000);

}  // namespace tracer::embed
