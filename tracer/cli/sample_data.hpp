// Samples of lessons, files and generators as the commands draw, list and write them. Next:
// data.cpp, report.cpp.
#pragma once

#include <string>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/language/program.hpp"
#include "tracer/view/picture.hpp"

namespace tracer::cli {

/// Features (the first name) and targets (the last of several) of a lesson's samples, one column a
/// sample. What has no numbers is left out.
Dataset dataset_of(const Samples&);

/// A data set as a lesson would call it: circles, 'moons(500, noise=0.1)', mnist, 'mnist("test")';
/// or a file. `seed` is what the lesson's seed would be. Throws Error (LessonError where the call
/// is wrong).
Dataset named_dataset(const std::string& what, unsigned seed);

/// For view/picture.hpp; fewer captions than samples: the rest have none.
std::vector<Picture> pictures_of(const Dataset&, const std::vector<std::string>& captions = {});

}  // namespace tracer::cli
