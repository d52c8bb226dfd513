// NumPy's .npz: a zip archive of .npy files, as np.savez and np.savez_compressed write it. Next:
// load.hpp.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/dataset.hpp"
#include "datasets/file_options.hpp"
#include "datasets/npy.hpp"

struct zip;  // libzip's

namespace tracer {

struct NamedNpy {
  std::string name;  ///< "X", of the member X.npy
  NpyArray array;
};

/// An archive that is open: it is read once, whatever is asked of it.
class Npz {
 public:
  /// Throws Error naming the file: no zip archive, damaged.
  Npz(const std::filesystem::path&);  // not explicit: a path will do for npz_dataset
  Npz(Bytes, std::string name);       ///< of a file that has been read; `name` is for messages
  ~Npz();
  Npz(const Npz&) = delete;
  Npz& operator=(const Npz&) = delete;

  const std::string& name() const { return name_; }
  /// In the archive's order; a member that is no .npy keeps its ending.
  std::vector<std::string> names() const;
  bool has(std::string_view array) const;
  /// Throws Error: a name that is not there (naming those that are); a member that can't be read.
  NpyArray read(std::string_view array) const;
  /// All of them. Throws Error too where they have more than `limit` bytes together: a small
  /// archive can hold gigabytes of zeros.
  std::vector<NamedNpy> read_all(std::size_t limit = 4 * largest_file) const;

 private:
  std::size_t size(std::size_t member) const;
  NpyArray read_member(std::size_t) const;
  std::string called(std::size_t member) const;

  Bytes bytes_;
  std::string name_;
  ::zip* zip_ = nullptr;
};

/// As np.savez (or np.savez_compressed) would. Written aside, then renamed. The same arrays give
/// the same bytes: the members' time is 1980.
void write_npz(const std::filesystem::path&, const std::vector<NamedNpy>&, bool compressed = false);

/// As scikit-learn has it: a sample is a row of X; y is flat, the number of each sample's class or its
/// target, or has a row for each sample where a target has several numbers. Without targets X alone.
std::vector<NamedNpy> arrays_of(const Dataset&);

/// Samples are the rows of X (its first index), as scikit-learn has them; X may be m × rows ×
/// columns (pictures, and so are m × 784 bytes), a flat X is one feature. But where X has as many
/// columns as there are targets, and another number of rows, its columns are the samples; and where
/// `features` says which of the two are features, it decides.
/// Targets: one a sample (see dataset.hpp), or k a sample: classes if each sample has a single 1
/// and else 0, otherwise numbers. Throws Error: an array is not there, sizes do not go together,
/// NaN or infinity.
Dataset npz_dataset(const Npz&, const FileOptions& = {});
/// From arrays that were read already; `name` is for messages. No targets: a null pointer.
Dataset npy_dataset(const NpyArray& features, const NpyArray* targets, const FileOptions&,
                    const std::string& name);

}  // namespace tracer
