// Arrays by name, from whatever file somebody's program wrote: JSON, CSV, .npy, .npz, safetensors.
// What a file is, its content says, not its ending; and nothing in it is ever run. With the numbers
// comes what is known of their precision. Next: text_arrays.hpp (how text is judged),
// read_claims.hpp (names and shapes are matched to a lesson's).
//
//   {"L": 0.5, "dL/dW1": [[1.5, -2], [0, 3]]}     JSON; also {"grads": {...}, "params": {...}}
//
//   dL/dW1,0,0,1.5                                CSV: a line an entry, name, row, column, value
//   dL/dW1,0,1,-2                                 (name, place, value for a flat array; name, value
//   L,0.5                                         for a number), rows and columns from 0, or from 1
//                                                 where no 0 is in the file; a header is passed
//                                                 over
//   dL/dW1                                        CSV: a line with the name, then the rows,
//   1.5,-2                                        separated by commas, semicolons, tabs or spaces
//   0,3
//                                                 CSV: one matrix without a name is called as the
//   1.5 -2                                        file is, and so is the array of an .npy
//   0 3
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/claims/claim.hpp"

namespace tracer {

/// 1 GiB: what is larger is no claim, but something that never ends.
inline constexpr std::size_t largest_claim = std::size_t{1} << 30U;
/// 128 MiB of JSON or CSV (the digits of MNIST have 110): what is read of it is many times as
/// large.
inline constexpr std::size_t largest_text = std::size_t{1} << 27U;
/// A network has some hundreds: what has more holds an array for each number.
inline constexpr std::size_t most_arrays = 10'000;

/// float64, float32, tf32, float16 or bf16 (bfloat16). Throws Error for any other name.
Precision precision_of(const std::string& name);

struct NamedArray {
  std::string name;     ///< "dL/dW1"; of objects in objects joined by points: "fc1.weight"
  std::string section;  ///< the object that groups it, in small letters: "grads", "params"; mostly
                        ///< empty
  std::vector<std::int64_t> shape;      ///< as in the file; empty: one number
  std::vector<long double> values;      ///< in C order: the last index runs fastest
  std::vector<long double> half_units;  ///< of the last digit written; empty: 0 everywhere
  /// By the type of the file's numbers; and float32 where a file of float64 or a text of many
  /// digits holds nothing but float32 numbers, which were computed so and widened.
  Precision precision;
  bool short_text = false;           ///< written with fewer digits than a machine prints
  std::string written;               ///< as Claim::written
  int line = 0;                      ///< of text: where its first number that is none (NaN,
                                     ///< infinity) stands, from 1; 0: there is none, or no lines
  std::vector<std::string> remarks;  ///< "rows and columns are counted from 1 there"
};

/// "20×784", "20", "8×3×3"; "a number".
std::string shape_text(const NamedArray&);

/// The arrays of a file, in its order. Throws Error naming the file: it can't be read, is cut
/// short, is of another kind (with what to do instead: pickles and PyTorch's .pt, HDF5, MATLAB's
/// .mat), holds no array, an array twice, a ragged one, one of something else than numbers, or NaN
/// or infinity (naming array and place), or more than a claim can have (10,000 arrays; 1 GiB,
/// decompressed; of text 128 MiB).
std::vector<NamedArray> read_named_arrays(const std::filesystem::path&);
/// The same from the bytes of a file. `source` is for messages; `stem` is what an array without a
/// name is called.
std::vector<NamedArray> parse_named_arrays(std::string_view bytes, const std::string& source,
                                           const std::string& stem);

}  // namespace tracer
