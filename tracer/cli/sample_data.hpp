// Data sets and files as the commands name them; and a model file, the lesson in it, and samples
// that it is to be asked about: what tracer eval and tracer predict have in common.
#pragma once

#include <memory>
#include <string>

#include "datasets/dataset.hpp"
#include "tracer/cli/flags.hpp"
#include "tracer/language/program.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer::cli {

/// A data set as a lesson would call it: circles, 'moons(500, noise=0.1)', mnist, 'mnist("test")';
/// or a file. `seed` is what the lesson's seed would be. Throws Error (LessonError where the call
/// is wrong). `training`: of a call, samples whose columns and classes it shares.
Dataset named_dataset(const std::string& what, unsigned seed, const Samples* training = nullptr);

struct SavedModel {
  std::string path;
  Model model;
  Program program;  ///< without its training data, unless read_data() has read them
};

/// Throws Error: what load_model throws; a lesson that can't be understood any more.
std::unique_ptr<SavedModel> saved_model(const std::string& path);
/// The data that its lesson names. Throws Error where they are not there.
void read_data(SavedModel&, bool opens_files);

/// Whether the model can say nothing: numbers in it are not finite, or (outputs × samples) those
/// that come of these samples. That is said on standard error; the exit status is 1 then.
bool says_nothing(const SavedModel&);
bool says_nothing(const SavedModel&, const Array<float>& outputs);

/// A file (or a data set by its name, see named_dataset) as the samples of this model: its classes,
/// its layout, scaled as its training data were. Columns are found by their names where the file and
/// the training data have a header, classes by theirs. Throws Error where the features do not fit, or
/// for a class that the model has not.
Dataset dataset_for(const SavedModel&, const std::string& what);
Samples samples_for(const SavedModel&, Dataset);

/// Which samples a model is asked about: --data, --lesson-data, --part.
struct SampleChoice {
  std::string data;
  bool lesson_data = false;
  std::string part;
};
Flags choice_flags(SampleChoice&);

/// Samples of a model, and what they are called: "test", or the file.
struct AskedSamples {
  std::string name;
  std::shared_ptr<const Samples> of_file;  ///< null: they are the lesson's own
  PartSamples part;                        ///< points into the model's program, or to those
};
/// Those of the file; else the part that was asked for; else the test data, else what was held out,
/// else the training data. The remarks of the file's reader are said. Throws Error, as dataset_for and
/// read_data; where the lesson has no such part.
AskedSamples asked_samples(SavedModel&, const SampleChoice&);

}  // namespace tracer::cli
