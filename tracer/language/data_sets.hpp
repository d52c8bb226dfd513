// Data sets that a lesson calls by name: generators (circles, moons, ...), image sets (mnist,
// fashion_mnist) and files (csv, npz, npy, idx). datasets/ makes and reads them; here the call is
// understood, and what is wrong gets its place in the lesson. Next: lines.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.hpp"
#include "tracer/language/names.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct DataRequest {
  const Names& names;
  const ast::Call& call;
  Span span;                        // of the whole call
  std::vector<std::string> wanted;  // the names of the statement: features, targets
  ast::Data::Role role = ast::Data::Role::train;
  std::uint64_t seed = 0;
  const Samples* training = nullptr;  ///< of test and validation data: those of the data statement

  bool wants_classes = false;  ///< some loss of the lesson takes its targets for classes

  bool labelled() const { return wanted.size() > 1; }
  /// The data are not those that are trained on: others of the same kind.
  bool is_held_out() const { return role != ast::Data::Role::train; }
};

/// Whether a function is the name of a data set; scikit-learn's make_circles is one too.
bool is_data_set(std::string_view function);
/// Their names, for messages.
std::vector<std::string_view> data_sets();

/// The data set of a call whose function is_data_set(). Throws BadStatement (or Broken), also for
/// what a reader says of its file.
Dataset data_set(const DataRequest&);

/// npz("f.npz", "X") or npy("f.npy") as the value of the leaf `name`: float32 as it is, other
/// numbers exactly. A flat array is a column, or a row where samples are rows. Throws BadStatement.
LeafValue array_from_file(const Names&, const ast::Expr& call, const std::string& name,
                          bool& is_flat);
bool reads_array(std::string_view function);

/// The samples of one data, validation or test statement: for each name one matrix (samples.cpp).
/// `training`: for test and validation data, the samples of the data statement, whose normalisation
/// they share; else null.
/// Throws BadStatement (or Broken).
///   data x, y in (1, 3), (2, 4)    a tuple for each sample, as Python's for takes them apart
///   data x = [1, 2]                a list for each name: of numbers (one a sample), or of rows,
///                                  with one sample per column (per row where samples are rows)
///   data X, Y = circles(1000)      a data set; data X = ... leaves the targets out
Samples read_samples(const Names&, const ast::Data&, std::uint64_t seed,
                     const Samples* training = nullptr);

/// A path of a lesson: relative to the lesson's folder, where there is such a file, else to the
/// current one.
std::filesystem::path path_in_lesson(const Names&, const std::string& written, Span);

/// What reads an image set or a kind of file of that name; nullptr: there is none (data_files.cpp).
using ReadCall = Dataset (*)(const DataRequest&);
ReadCall file_call(std::string_view which);
/// csv, npz ...: the kinds that there are.
std::vector<std::string_view> file_calls();
/// data X, Y = npy("X.npy"), npy("y.npy"): both arrays, laid out as NumPy does.
Dataset sets_from_arrays(const DataRequest& features, const DataRequest& targets);

}  // namespace tracer
