// NumPy's .npz: a zip archive of .npy files, as np.savez and np.savez_compressed write it. Next:
// read_table.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.hpp"
#include "datasets/npy.hpp"

namespace tracer {

struct NamedNpy {
  std::string name;  ///< "X", of the member X.npy
  NpyArray array;
};

/// The names in the archive, in its order. Throws Error naming the file: no zip archive, damaged.
std::vector<std::string> names_in_npz(const std::filesystem::path&);
/// All arrays, or those of these names. Throws Error: as above; a name that is not there (naming
/// those that are); a member that can't be read.
std::vector<NamedNpy> read_npz(const std::filesystem::path&);
NpyArray read_npz(const std::filesystem::path&, std::string_view name);
/// The same from the bytes of a file; `name` is for messages. Throws Error too where the arrays
/// have more than `limit` bytes together: a small archive can hold gigabytes of zeros.
std::vector<NamedNpy> parse_npz(Bytes, const std::string& name,
                                std::size_t limit = 4 * largest_file);
/// As names_in_npz, of any zip archive: a member that is no .npy keeps its ending.
std::vector<std::string> names_in_zip(Bytes, const std::string& name);

/// As np.savez (or np.savez_compressed) would. Written aside, then renamed. The same arrays give
/// the same bytes: the members' time is 1980.
void write_npz(const std::filesystem::path&, const std::vector<NamedNpy>&, bool compressed = false);

struct NpzOptions {
  std::string features;        ///< the array's name; empty: x_train or x_test (by `part`), X, x,
                               ///< images, data, features
  std::string targets;         ///< empty: y_train or y_test, Y, y, labels, label, targets, target;
                               ///< where none is there, there are no targets
  std::string part = "train";  ///< which of x_train and x_test
  std::optional<int> classes;  ///< as in CsvOptions
  std::vector<std::string> class_names;
  std::optional<double> scale;  ///< features are divided by it; not given: 255 for pictures of
                                ///< bytes, else 1
  bool labelled = true;         ///< false: no targets are looked for
  int feature_count = 0;        ///< how many there must be, if > 0
  int n = 0;                    ///< only the first n samples; 0: all
};

/// Samples are the rows of X (its first index), as scikit-learn has them; X may be m × rows ×
/// columns (pictures, and so are m × 784 bytes), a flat X is one feature. But where X has as many
/// columns as there are targets, and another number of rows, its columns are the samples; and where
/// feature_count says which of the two are features, it decides.
/// Targets: one a sample (see targets.hpp), or k a sample: classes if each sample has a single 1
/// and else 0, otherwise numbers. Throws Error: an array is not there, sizes do not go together,
/// NaN or infinity.
Dataset npz_dataset(const std::filesystem::path&, const NpzOptions& = {});
/// From arrays that were read already; `name` is for messages. No targets: a null pointer.
Dataset npy_dataset(const NpyArray& features, const NpyArray* targets, const NpzOptions&,
                    const std::string& name);

}  // namespace tracer
