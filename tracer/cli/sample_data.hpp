// Data sets and files as the commands name them. Next: data.cpp.
#pragma once

#include <string>
#include <vector>

#include "datasets/dataset.hpp"

namespace tracer::cli {

/// A data set as a lesson would call it: circles, 'moons(500, noise=0.1)', mnist, 'mnist("test")';
/// or a file. `seed` is what the lesson's seed would be. Throws Error (LessonError where the call
/// is wrong).
Dataset named_dataset(const std::string& what, unsigned seed);

}  // namespace tracer::cli
